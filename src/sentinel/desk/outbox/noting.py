"""What came of a try: noted, handed to the next channel, or told to nobody."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.engine import Connection

from sentinel.desk import trail
from sentinel.desk.outbox.leasing import Leased, is_held
from sentinel.desk.outbox.putting import put_link
from sentinel.desk.outbox.tables import MessageState, outbox
from sentinel.desk.transactions import writing
from sentinel.domain.person import SENTINEL
from sentinel.warn.notice import Notice, Occasion, following
from sentinel.warn.trail import Entry

_UNTOLD = frozenset({Occasion.WELL})
"""Not worth a line of the trail: once a minute, for ever."""
_LONGEST = 32
"""Doublings after which a pause is as long as it gets, whatever it began with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setback:
    """A try that failed.

    permanent: No later try over this channel will do better. after: The channel asked for this
        pause, milliseconds.
    """

    reason: str
    permanent: bool
    after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to try, milliseconds.

    first, most: The pause after a first failure, doubled up to `most`. give_up: From the first
        moment it could be sent; a message is given up no sooner.
    jitter: Returns 0..1; shortens a pause by up to half, so that not all come back at once.
    """

    first: int
    most: int
    give_up: int
    jitter: Callable[[], float]

    def pause(self, attempt: int) -> int:
        """Return the pause after this attempt, from 1."""
        whole = min(self.most, self.first << min(attempt - 1, _LONGEST))
        return round(whole * (1 - 0.5 * self.jitter()))


class Upshot(StrEnum):
    """What a failure led to."""

    AGAIN = "again"
    """It is tried again over the same channel; the next of the chain has it as well."""
    HANDED_ON = "handed on"
    """It is over with this channel; another one of the chain has it."""
    DEAD = "dead"
    """The chain is at its end."""
    OVER = "over"
    """It is in our hands no more: cancelled, or somebody else has it."""


def done(engine: Engine, leased: Leased, receipt: str, now: int) -> None:
    """Note that a message is out; what waits for the same end over other channels is needless.

    Noted even if the lease was lost meanwhile: that may spare a second sending.
    """
    with writing(engine) as connection:
        own = outbox.c.id == leased.message.id
        state = connection.scalars(
            select(outbox.c.state).where(own).with_for_update()
        ).one_or_none()
        if state not in {MessageState.WAITING, MessageState.CANCELLED, MessageState.NEEDLESS}:
            return
        sent = {"state": MessageState.SENT, "done_at": now, "receipt": receipt, "reason": ""}
        connection.execute(update(outbox).where(own).values(sent))
        others = (outbox.c.chain == leased.chain, outbox.c.state == MessageState.WAITING)
        needless = {"state": MessageState.NEEDLESS, "done_at": now}
        connection.execute(update(outbox).where(*others).values(needless))
        _tell(connection, leased, "told", now, attempts=leased.attempt, receipt=receipt)


def failed(
    engine: Engine, leased: Leased, setback: Setback, now: int, patience: Patience
) -> Upshot:
    """Note a failure: the next channel of the chain has the message at once.

    If the failure is not permanent this channel goes on trying, too, until one of them has got
    through. The last of a chain to fail is a dead letter.
    """
    with writing(engine) as connection:
        since = _held_since(connection, leased)
        if since is None:
            return Upshot.OVER
        _hand_on(connection, leased, now)
        if not setback.permanent and now - since < patience.give_up:
            pause = max(patience.pause(leased.attempt), setback.after)
            _keep(connection, leased, next_at=now + pause, reason=setback.reason)
            return Upshot.AGAIN
        dead = not _others(connection, leased)
        state = MessageState.DEAD if dead else MessageState.FAILED
        _keep(connection, leased, state=state, done_at=now, reason=setback.reason)
        if dead:
            _tell(connection, leased, "not_told", now, reason=setback.reason)
        return Upshot.DEAD if dead else Upshot.HANDED_ON


def deferred(engine: Engine, leased: Leased, reason: str, now: int, until: int) -> None:
    """Put a message back untried until then, since its channel is down; the next one has it."""
    with writing(engine) as connection:
        if _held_since(connection, leased) is not None:
            _hand_on(connection, leased, now)
            tried = leased.attempt - 1
            _keep(connection, leased, next_at=until, reason=reason, attempts=tried)


def _held_since(connection: Connection, leased: Leased) -> int | None:
    """Lock the row; return from when on its patience counts, None if it is not ours any more."""
    held = (outbox.c.id == leased.message.id, is_held(leased))
    return connection.scalars(select(outbox.c.since).where(*held).with_for_update()).one_or_none()


def _hand_on(connection: Connection, leased: Leased, now: int) -> None:
    message = following(leased.message)
    if message is not None:
        put_link(connection, message, leased.chain, now)


def _keep(connection: Connection, leased: Leased, **values: Any) -> None:  # noqa: ANN401 -- columns
    free = {"leased_by": "", "leased_until": 0}
    own = outbox.c.id == leased.message.id
    connection.execute(update(outbox).where(own).values(free | values))


def _others(connection: Connection, leased: Leased) -> int:
    """Return how many others of the chain are out, or may still get there."""
    alive = (MessageState.WAITING, MessageState.SENT)
    count = select(func.count()).where(
        outbox.c.chain == leased.chain,
        outbox.c.id != leased.message.id,
        outbox.c.state.in_(alive),
    )
    return connection.scalar(count) or 0


def _tell(connection: Connection, leased: Leased, act: str, now: int, **more: object) -> None:
    """Leave a line in the trail, last in the transaction."""
    notice = leased.message.notice
    if notice.occasion not in _UNTOLD:
        detail = _detail(leased, notice) | more
        entry = Entry(
            act=act,
            by=SENTINEL.id,
            case=notice.case,
            order=notice.order,
            area=notice.facts.get("area", ""),
            detail=detail,
        )
        trail.append(connection, [entry], now)


def _detail(leased: Leased, notice: Notice) -> dict[str, Any]:
    facts = notice.facts if notice.occasion is Occasion.HEAD else {}
    return facts | {
        "message": leased.message.id,
        "channel": leased.message.channel,
        "to": notice.to,
        "occasion": notice.occasion.value,
    }
