"""Messages into the outbox, and reminders out of it, in the transaction of the caller."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import update
from sqlalchemy.engine import Connection

from sentinel.desk.outbox.tables import MessageState, outbox
from sentinel.desk.sql import inserting
from sentinel.warn.notice import REMINDERS, Message

_REMINDERS = sorted(REMINDERS)


def put(connection: Connection, messages: Sequence[Message], at: int) -> int:
    """Put messages that are not there yet; return how many were new.

    A message is known by its id: one that is there already, whatever became of it, stays as it is.
    Let the trail come after this in a transaction, not before.

    at: Now, milliseconds since 1970 UTC.
    """
    return sum(put_link(connection, message, message.id, at) for message in messages)


def put_link(connection: Connection, message: Message, chain: str, at: int) -> bool:
    """Put one message of the chain that began with message `chain`; return whether it is new."""
    notice = message.notice
    row = {
        "id": message.id,
        "chain": chain,
        "state": MessageState.WAITING,
        "channel": message.channel,
        "rank": int(notice.rank),
        "occasion": notice.occasion,
        "case": notice.case,
        "order": notice.order,
        "put_at": at,
        "since": max(at, notice.not_before),
        "next_at": max(at, notice.not_before),
        "not_after": notice.not_after,
        "attempts": 0,
        "leased_by": "",
        "leased_until": 0,
        "reason": "",
        "receipt": "",
        "body": msgspec.json.encode(msgspec.structs.replace(message, put_at=at)).decode(),
    }
    added = inserting(connection, outbox).values(row).on_conflict_do_nothing()
    return connection.scalars(added.returning(outbox.c.id)).one_or_none() is not None


def cancel(connection: Connection, orders: Iterable[tuple[str, int]], at: int) -> int:
    """Cancel what waits to remind of these orders, as (case, number); return how many messages.

    What a sender has in hand at this moment may still go out.

    at: Now, milliseconds since 1970 UTC.
    """
    return sum(_cancel(connection, case, order, at) for case, order in sorted(set(orders)))


def _cancel(connection: Connection, case: str, order: int, at: int) -> int:
    """Look again until nothing is left: a hand-over may have been under way the first time."""
    total = 0
    while count := connection.execute(
        update(outbox)
        .where(outbox.c.case == case, outbox.c.order == order)
        .where(outbox.c.state == MessageState.WAITING, outbox.c.occasion.in_(_REMINDERS))
        .values(state=MessageState.CANCELLED, done_at=at)
    ).rowcount:
        total += count
    return total
