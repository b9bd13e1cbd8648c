"""What the desk remembers, as auditors, supervisors and everybody's figures ask for it."""

import msgspec

from sentinel.console.ground import Glance, Ground
from sentinel.console.lines import act_shape
from sentinel.console.plainly import NotAllowedError
from sentinel.console.record_shapes import (
    MessageShape,
    MessagesShape,
    TimesShape,
    TimingShape,
    TrailLineShape,
    TrailShape,
)
from sentinel.console.shapes import RANK_WORD
from sentinel.domain.person import Person, Role
from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.clock import Clockwork, Step, Timing
from sentinel.warn.listing import Told
from sentinel.warn.records import AskedLines, AskedMessages, KeptMessage, TrailLine

_DAY = 86_400_000
_MOST_DAYS = 92
_WHO_SENDS = (Role.SUPERVISOR, Role.ADMIN)


class RecordView:
    """Answers from what is written; any thread may ask."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._records = ground.sources.records

    def trail(self, who: Person, asked: AskedLines) -> TrailShape:
        """Return lines of the trail of the areas of which somebody is an auditor.

        Raises:
            NotAllowedError: Of none.
        """
        areas = _areas(who, Role.AUDITOR)
        if not areas:
            message = f"the trail is read by auditors, and {who.name} is none"
            raise NotAllowedError(message)
        asked = msgspec.structs.replace(
            asked, seen=areas, area=self._ground.gazetteer().key(asked.area)
        )
        found = self._records.lines(asked)
        self._ground.names.learn(line.entry.by for line in found)
        glance = self._ground.glance()
        return TrailShape(
            lines=[_line(line, glance) for line in found],
            next=found[-1].number if len(found) == asked.limit else None,
        )

    def outbox(self, who: Person, asked: AskedMessages) -> MessagesShape:
        """Return messages of the areas in which somebody is a supervisor or administrator.

        Raises:
            NotAllowedError: In none.
        """
        areas = _areas(who, *_WHO_SENDS)
        if not areas:
            message = f"messages are seen to by supervisors and admins, and {who.name} is neither"
            raise NotAllowedError(message)
        found = self._records.messages(msgspec.structs.replace(asked, seen=areas))
        return MessagesShape(messages=[_message(one) for one in found])

    def times(self, who: Person, since: int | None, until: int | None) -> TimesShape:
        """Return how long people took against how long they had. None: a week, until now."""
        now = self._ground.now()
        until = now if until is None else until
        since = until - 7 * _DAY if since is None else max(since, until - _MOST_DAYS * _DAY)
        clockwork, count = Clockwork(now), 0
        for file in self._records.opened(since, until, who.areas):
            if not file.case.exercise:
                clockwork.add(file)
                count += 1
        return TimesShape(
            since=since,
            until=until,
            cases=count,
            times=[
                _timing(step, rank, timing)
                for step, by_rank in clockwork.timings().items()
                for rank, timing in by_rank.items()
            ],
        )


def _areas(who: Person, *roles: Role) -> tuple[str, ...]:
    return Person(
        id=who.id, name=who.name, grants=tuple(one for one in who.grants if one.role in roles)
    ).areas


def _line(line: TrailLine, at: Glance) -> TrailLineShape:
    shape = act_shape(Told(number=line.number, at=line.at, entry=line.entry), at)
    return TrailLineShape(**shape.model_dump(), area=line.entry.area, hash=line.hash)


def _message(kept: KeptMessage) -> MessageShape:
    message, notice = kept.message, kept.message.notice
    return MessageShape.model_construct(
        id=message.id,
        state=kept.state,
        channel=message.channel,
        address=message.address,
        occasion=notice.occasion.value,
        audience=notice.audience.value,
        to=notice.to,
        rank=RANK_WORD[notice.rank],
        title=notice.title,
        text=notice.text,
        case=notice.case,
        order=notice.order,
        exercise=notice.exercise,
        attempts=kept.attempts,
        put_at=kept.put_at,
        next_at=kept.next_at,
        done_at=kept.done_at,
        reason=kept.reason,
        receipt=kept.receipt,
    )


def _timing(step: Step, rank: Rank | None, timing: Timing) -> TimingShape:
    return TimingShape(
        step=step.value,
        rank=None if rank is None else RANK_WORD[rank],
        done=timing.done,
        median_ms=timing.median_ms,
        p90_ms=timing.p90_ms,
        target_ms=timing.target_ms,
        judged=timing.judged,
        in_time=timing.in_time,
        share=timing.share,
        waiting=timing.waiting,
    )
