"""What SQLite and PostgreSQL say alike, and SQLAlchemy has no common word for."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Table, false, func, or_, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from sentinel.domain.person import EVERYWHERE


def inserting(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an insertion that can be told what to do if the row is there already."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def within(area: ColumnElement[str], areas: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a column's area is one of these or below it; of none: never.

    Not by LIKE: SQLite's takes capitals for small letters, and somebody would see a neighbour's.
    """
    if EVERYWHERE in areas:
        return true()
    return or_(false(), *(_is_inside(area, around) for around in areas))


def _is_inside(area: ColumnElement[str], around: str) -> ColumnElement[bool]:
    below = f"{around}/"
    return or_(area == around, func.substr(area, 1, len(below)) == below)
