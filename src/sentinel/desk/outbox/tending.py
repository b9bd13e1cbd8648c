"""Dead letters brought back or laid to rest by a person, and old rows cleared away."""

from collections.abc import Sequence

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.engine import Connection

from sentinel.desk import trail
from sentinel.desk.outbox.tables import MessageState, outbox
from sentinel.warn.notice import Occasion
from sentinel.warn.trail import Entry

_SETTLED = (
    MessageState.SENT,
    MessageState.FAILED,
    MessageState.CANCELLED,
    MessageState.NEEDLESS,
    MessageState.EXPIRED,
    MessageState.DISMISSED,
)
_DAY = 86_400_000


def retry(connection: Connection, ids: Sequence[str] | None, at: int, by: str) -> int:
    """Try dead letters anew, over every channel of their chains; return how many.

    ids: None: all of them. at: Now, milliseconds since 1970 UTC.
    """
    chains = _dead(connection, ids)
    values = {
        "state": MessageState.WAITING,
        "attempts": 0,
        "since": at,
        "next_at": at,
        "done_at": None,
    }
    failed = outbox.c.state.in_((MessageState.DEAD, MessageState.FAILED))
    for chain in sorted(chains):
        connection.execute(update(outbox).where(outbox.c.chain == chain, failed).values(values))
    _tell(connection, "retried", chains, at, by)
    return len(chains)


def dismiss(
    connection: Connection, ids: Sequence[str] | None, at: int, by: str, reason: str
) -> int:
    """Note that nothing more is to be done about dead letters; return how many.

    ids: None: all of them. at: Now, milliseconds since 1970 UTC.
    """
    chains = _dead(connection, ids)
    values = {"state": MessageState.DISMISSED, "done_at": at}
    dead = outbox.c.state == MessageState.DEAD
    for chain in sorted(chains):
        connection.execute(update(outbox).where(outbox.c.chain == chain, dead).values(values))
    _tell(connection, "dismissed", chains, at, by, reason=reason)
    return len(chains)


def prune(connection: Connection, now: int, keep: int) -> int:
    """Delete what was settled more than `keep` milliseconds ago; return how many. Never the dead.

    Signs of life go after a day: there is one a minute.
    """
    old = outbox.c.done_at < now - keep
    sign = and_(outbox.c.occasion == Occasion.WELL, outbox.c.done_at < now - min(keep, _DAY))
    settled = outbox.c.state.in_(_SETTLED)
    return connection.execute(delete(outbox).where(settled, or_(old, sign))).rowcount


def _dead(connection: Connection, ids: Sequence[str] | None) -> dict[str, tuple[str, str, int]]:
    """Return chain: (dead message, case, order), each row locked."""
    asked = select(outbox.c.chain, outbox.c.id, outbox.c.case, outbox.c.order)
    asked = asked.where(outbox.c.state == MessageState.DEAD).order_by(outbox.c.id)
    if ids is not None:
        asked = asked.where(outbox.c.id.in_(ids))
    return {
        row.chain: (row.id, row.case, row.order)
        for row in connection.execute(asked.with_for_update())
    }


def _tell(
    connection: Connection,
    act: str,
    chains: dict[str, tuple[str, str, int]],
    at: int,
    by: str,
    **more: str,
) -> None:
    entries = [
        Entry(act=act, by=by, case=case, order=order, detail={"message": message} | more)
        for message, case, order in chains.values()
    ]
    trail.append(connection, entries, at)
