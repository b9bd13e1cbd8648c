"""Taking messages in hand, so that nobody else does at the same time."""

from collections.abc import Collection
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Engine, and_, or_, select, update
from sqlalchemy.engine import Connection

from sentinel.desk.outbox.tables import MessageState, outbox
from sentinel.desk.transactions import reading, writing
from sentinel.warn.notice import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Leased:
    """A message in the hands of one sender.

    chain: Id of its chain's first message. who: The sender. attempt: From 1, over all senders.
    """

    message: Message
    chain: str
    who: str
    attempt: int


def due(engine: Engine, now: int) -> set[str]:
    """Return the channels that have messages to send now; cheap, for looking often."""
    with reading(engine) as connection:
        asked = select(outbox.c.channel).where(_is_due(now)).distinct()
        return set(connection.scalars(asked))


def lease(
    engine: Engine, now: int, who: str, most: int, *, channel: str, until: int
) -> list[Leased]:
    """Take up to `most` messages of a channel in hand, the highest rank first, then the oldest.

    Nobody else gets them before `until`, milliseconds since 1970 UTC: the clocks of several desks
    should agree to less than a lease.

    who: Different for each sender and each of its lives.
    """
    with writing(engine) as connection:
        _expire(connection, now, channel)
        asked = (
            select(outbox.c.id, outbox.c.chain, outbox.c.attempts, outbox.c.body)
            .where(_is_due(now), outbox.c.channel == channel)
            .order_by(outbox.c.rank.desc(), outbox.c.next_at, outbox.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        found = [
            Leased(
                message=msgspec.json.decode(row.body, type=Message),
                chain=row.chain,
                who=who,
                attempt=row.attempts + 1,
            )
            for row in connection.execute(asked)
        ]
        taken = outbox.c.id.in_([one.message.id for one in found])
        values = {"leased_by": who, "leased_until": until, "attempts": outbox.c.attempts + 1}
        if found:
            connection.execute(update(outbox).where(taken).values(values))
    return found


def renew(engine: Engine, held: Collection[Leased], until: int) -> None:
    """Keep what is in hand until then; what was lost meanwhile stays lost."""
    with writing(engine) as connection:
        for one in sorted(held, key=lambda one: one.message.id):
            connection.execute(
                update(outbox)
                .where(outbox.c.id == one.message.id, is_held(one))
                .values(leased_until=until)
            )


def is_held(leased: Leased) -> ColumnElement[bool]:
    """Say of a row that it is still in the hands of the one who leased it so."""
    return and_(
        outbox.c.state == MessageState.WAITING,
        outbox.c.leased_by == leased.who,
        outbox.c.attempts == leased.attempt,
    )


def _is_due(now: int) -> ColumnElement[bool]:
    return and_(
        outbox.c.state == MessageState.WAITING,
        outbox.c.next_at <= now,
        outbox.c.leased_until <= now,
    )


def _expire(connection: Connection, now: int, channel: str) -> None:
    """Those that are worth nothing any more go, unless somebody is at them."""
    over = and_(outbox.c.not_after <= now, or_(_is_due(now), outbox.c.next_at > now))
    connection.execute(
        update(outbox)
        .where(outbox.c.channel == channel, outbox.c.state == MessageState.WAITING, over)
        .values(state=MessageState.EXPIRED, done_at=now)
    )
