"""The outbox looked at: by people, by health, by the page of a case."""

from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from sentinel.desk.outbox.tables import MessageState, outbox
from sentinel.warn.notice import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which messages, newest first. Empty and None: whichever."""

    state: MessageState | None = None
    channel: str = ""
    case: str = ""
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One message and what became of it.

    chain: Id of its chain's first message. next_at: When it is tried next, while it waits.
    reason: Of the last failure. receipt: What the channel said when it took it.
    """

    message: Message
    chain: str
    state: MessageState
    attempts: int
    put_at: int
    next_at: int
    done_at: int | None
    reason: str
    receipt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a channel. oldest: Since when the oldest could be sent."""

    channel: str
    count: int
    oldest: int


def listed(connection: Connection, asked: Asked) -> list[Kept]:
    """Return the chosen messages, newest first."""
    chosen = select(outbox).order_by(outbox.c.put_at.desc(), outbox.c.id.desc())
    if asked.state is not None:
        chosen = chosen.where(outbox.c.state == asked.state)
    if asked.channel:
        chosen = chosen.where(outbox.c.channel == asked.channel)
    if asked.case:
        chosen = chosen.where(outbox.c.case == asked.case)
    return [
        Kept(
            message=msgspec.json.decode(row.body, type=Message),
            chain=row.chain,
            state=MessageState(row.state),
            attempts=row.attempts,
            put_at=row.put_at,
            next_at=row.next_at,
            done_at=row.done_at,
            reason=row.reason,
            receipt=row.receipt,
        )
        for row in connection.execute(chosen.limit(asked.limit))
    ]


def counts(connection: Connection) -> dict[MessageState, int]:
    """Return how many there are of each state; those of which there are none are not in it."""
    asked = select(outbox.c.state, func.count()).group_by(outbox.c.state)
    return {MessageState(state): count for state, count in connection.execute(asked)}


def waiting(connection: Connection, now: int) -> list[Waiting]:
    """Return what could have been sent by now, by channel."""
    asked = (
        select(outbox.c.channel, func.count().label("count"), func.min(outbox.c.since).label("at"))
        .where(outbox.c.state == MessageState.WAITING, outbox.c.since <= now)
        .group_by(outbox.c.channel)
        .order_by(outbox.c.channel)
    )
    return [
        Waiting(channel=row.channel, count=row[1], oldest=row.at)
        for row in connection.execute(asked)
    ]
