"""Cases of a time, for the bulletin: as many as there are, a few hundred in memory at once."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.engine import Connection

from sentinel.desk.files import AT_ONCE, read_files
from sentinel.desk.tables import cases
from sentinel.domain.person import EVERYWHERE
from sentinel.warn.case import CaseFile


def cases_opened(
    connection: Connection, start: int, end: int, area: str = EVERYWHERE
) -> Iterator[CaseFile]:
    """Yield the cases opened in start <= time < end, in the area or below it, oldest first.

    Read it to its end within the transaction. start, end: Milliseconds since 1970 UTC.
    """
    place = (start, "")
    while True:
        asked = (
            select(cases.c.opened_at, cases.c.id)
            .where(_beyond(*place), cases.c.opened_at < end, _is_in(area))
            .order_by(cases.c.opened_at, cases.c.id)
            .limit(AT_ONCE)
        )
        found = [(int(at), str(number)) for at, number in connection.execute(asked)]
        files = read_files(connection, [number for _at, number in found])
        yield from (files[number] for _at, number in found)
        if len(found) < AT_ONCE:
            return
        place = found[-1]


def read_case(connection: Connection, case: str) -> CaseFile | None:
    """Return a case with all that belongs to it; None: there is none."""
    return read_files(connection, [case]).get(case)


def _beyond(opened_at: int, number: str) -> ColumnElement[bool]:
    same = and_(cases.c.opened_at == opened_at, cases.c.id > number)
    return or_(cases.c.opened_at > opened_at, same)


def _is_in(area: str) -> ColumnElement[bool]:
    """Not by LIKE: SQLite's takes capitals for small letters."""
    if area == EVERYWHERE:
        return true()
    below = f"{area}/"
    return or_(cases.c.area == area, func.substr(cases.c.area, 1, len(below)) == below)
