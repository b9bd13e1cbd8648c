"""Shifts handed over: who has signed for which list, kept in SQL."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from sentinel.desk.sql import inserting
from sentinel.desk.tables import handovers
from sentinel.warn.roster import AHEAD, Signed

_DAY = 86_400_000


def signed_since(connection: Connection, now: int) -> frozenset[Signed]:
    """Return the signatures that may still count: no watch is longer than the roster looks."""
    asked = select(handovers.c.unit, handovers.c.watch_at)
    recent = asked.where(handovers.c.watch_at > now - 2 * AHEAD * _DAY)
    return frozenset(
        Signed(unit=unit, watch_at=watch_at) for unit, watch_at in connection.execute(recent)
    )


def sign(connection: Connection, unit: str, watch_at: int, by: str, now: int) -> bool:
    """Keep a signature; return False if somebody has signed for that watch already."""
    row = {"unit": unit, "watch_at": watch_at, "signed_at": now, "by": by}
    added = inserting(connection, handovers).values(row).on_conflict_do_nothing()
    return connection.scalars(added.returning(handovers.c.unit)).one_or_none() is not None
