"""The trail read: of a case, of a person, of a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.engine import Connection

from sentinel.desk.sql import within
from sentinel.desk.trail.tables import trail
from sentinel.domain.person import EVERYWHERE
from sentinel.warn.trail import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which lines. Empty and None: whichever.

    area: In it or below it. areas: In any of these or below them.
    since, until: Milliseconds since 1970 UTC, until not included.
    after: Only rows above this number, oldest first; None: the newest, newest first.
    before: Only rows below this number.
    """

    case: str = ""
    by: str = ""
    act: str = ""
    area: str = EVERYWHERE
    areas: tuple[str, ...] = (EVERYWHERE,)
    since: int | None = None
    until: int | None = None
    after: int | None = None
    before: int | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the trail."""

    number: int
    at: int
    entry: Entry
    hash: str


def lines(connection: Connection, asked: Asked) -> Iterator[Line]:
    """Yield the chosen rows; read to its end within the transaction."""
    for row in connection.execute(_chosen(asked).limit(asked.limit)):
        entry = msgspec.json.decode(row.entry, type=Entry)
        yield Line(number=row.number, at=row.at, entry=entry, hash=row.hash)


def _chosen(asked: Asked) -> Select[tuple[int, int, str, str]]:
    chosen = select(trail.c.number, trail.c.at, trail.c.entry, trail.c.hash)
    for condition in _conditions(asked):
        chosen = chosen.where(condition)
    if asked.after is None:
        return chosen.order_by(trail.c.number.desc())
    return chosen.where(trail.c.number > asked.after).order_by(trail.c.number)


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    for name in ("case", "by", "act"):
        if value := getattr(asked, name):
            yield trail.c[name] == value
    yield within(trail.c.area, (asked.area,))
    yield within(trail.c.area, asked.areas)
    if asked.before is not None:
        yield trail.c.number < asked.before
    if asked.since is not None:
        yield trail.c.at >= asked.since
    if asked.until is not None:
        yield trail.c.at < asked.until
