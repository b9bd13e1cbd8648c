"""What the desk remembers: read only, for auditors, supervisors and everybody's figures."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.engine import Connection

from sentinel.desk import outbox, trail
from sentinel.desk.files import AT_ONCE, read_files
from sentinel.desk.outbox import MessageState
from sentinel.desk.people.accounts import list_users
from sentinel.desk.sql import within
from sentinel.desk.tables import cases, warnings
from sentinel.desk.transactions import reading
from sentinel.domain.person import EVERYWHERE, Person, is_inside
from sentinel.warn.case import Case, CaseFile, CaseState
from sentinel.warn.records import AskedLines, AskedMessages, KeptMessage, TrailLine
from sentinel.warn.warning import EarlyWarning, WarningState

MOST_FILES = 20_000
"""Cases that one figure is made of; of more, the newest."""
_MOST_MESSAGES = 5_000
"""Messages looked through for those that somebody may read of."""
_case = msgspec.json.Decoder(Case)
_warning = msgspec.json.Decoder(EarlyWarning)


class Records:
    """Answers from what is written. Any thread may call.

    Every method raises ServiceError while the database does not do its work.

    Args:
        engine: From `open_database`.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def lines(self, asked: AskedLines) -> list[TrailLine]:
        """Return lines of the trail, newest first."""
        chosen = trail.Asked(
            case=asked.case,
            by=asked.by,
            act=asked.act,
            area=asked.area,
            areas=asked.seen,
            since=asked.since,
            until=asked.until,
            before=asked.before,
            limit=asked.limit,
        )
        with reading(self._engine) as connection:
            return [
                TrailLine(number=one.number, at=one.at, entry=one.entry, hash=one.hash)
                for one in trail.lines(connection, chosen)
            ]

    def messages(self, asked: AskedMessages) -> list[KeptMessage]:
        """Return messages, newest first; those of no area are for who sees everything."""
        chosen = outbox.Asked(
            state=MessageState(asked.state) if asked.state else None,
            channel=asked.channel,
            case=asked.case,
            limit=asked.limit if EVERYWHERE in asked.seen else _MOST_MESSAGES,
        )
        with reading(self._engine) as connection:
            found = outbox.listed(connection, chosen)
        seen = [one for one in found if _is_of(one, asked.seen)]
        return [_kept(one) for one in seen[: asked.limit]]

    def verified(self, seen: Sequence[str]) -> list[Case]:
        """Return the closed cases in these areas, newest first, without what belongs to them."""
        asked = select(cases.c.body).where(
            cases.c.state == CaseState.CLOSED.value, within(cases.c.area, seen)
        )
        newest = asked.order_by(cases.c.opened_at.desc(), cases.c.id).limit(MOST_FILES)
        with reading(self._engine) as connection:
            return list(map(_case.decode, connection.scalars(newest)))

    def opened(self, since: int, until: int, seen: Sequence[str]) -> Iterator[CaseFile]:
        """Yield the cases opened in since <= time < until in these areas, without warnings."""
        asked = (
            select(cases.c.id)
            .where(cases.c.opened_at >= since, cases.c.opened_at < until)
            .where(within(cases.c.area, seen))
            .order_by(cases.c.opened_at.desc(), cases.c.id)
            .limit(MOST_FILES)
        )
        with reading(self._engine) as connection:
            ids = list(connection.scalars(asked))
            for at in range(0, len(ids), AT_ONCE):
                yield from read_files(connection, ids[at : at + AT_ONCE]).values()

    def open_warnings(self, seen: Sequence[str]) -> list[EarlyWarning]:
        """Return all open warnings in these areas."""
        with reading(self._engine) as connection:
            return list(_open_warnings(connection, seen))

    def people(self) -> list[Person]:
        """Return all users who may sign in, by id."""
        with reading(self._engine) as connection:
            return [
                Person(id=user.id, name=user.name, grants=user.grants)
                for user in list_users(connection)
                if user.disabled_at is None
            ]


def _open_warnings(connection: Connection, seen: Sequence[str]) -> Iterator[EarlyWarning]:
    asked = select(warnings.c.body).where(
        warnings.c.state == WarningState.OPEN.value, within(warnings.c.area, seen)
    )
    yield from map(_warning.decode, connection.scalars(asked))


def _is_of(kept: outbox.Kept, seen: Sequence[str]) -> bool:
    area = kept.message.notice.facts.get("area", EVERYWHERE)
    return any(is_inside(area, around) for around in seen)


def _kept(kept: outbox.Kept) -> KeptMessage:
    return KeptMessage(
        message=kept.message,
        state=kept.state.value,
        attempts=kept.attempts,
        put_at=kept.put_at,
        next_at=kept.next_at,
        done_at=kept.done_at,
        reason=kept.reason,
        receipt=kept.receipt,
    )
