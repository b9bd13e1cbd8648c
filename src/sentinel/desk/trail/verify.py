"""Is the trail whole? The first link that is not, by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, select
from sqlalchemy.engine import Connection

from sentinel.desk.trail.chain import BEGINNING, Head, columns, head, link
from sentinel.desk.trail.tables import trail
from sentinel.warn.trail import Entry

_AT_ONCE = 1_000
"""Rows in memory at a time, however long the trail is."""


class Fault(StrEnum):
    """What is wrong with a link."""

    MISSING = "missing"
    """Its number is not there: removed, or moved."""
    ALTERED = "altered"
    """Its hash is not that of its content."""
    UNLINKED = "unlinked"
    """It does not carry the hash of the row before it: one of the two is not the original."""
    MISLABELLED = "mislabelled"
    """What it is looked up by is not what its entry says."""
    CUT = "cut"
    """The desk's own note of the last row says otherwise: rows are gone, or were put in."""
    REWRITTEN = "rewritten"
    """A head that was kept outside says otherwise: the trail was made anew up to there, or cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """Every link holds. heads: How many heads kept outside were found in it."""

    head: Head
    heads: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The first link that does not hold.

    number: Of the row. at: When the row says it was written; None if it is not there.
    """

    number: int
    fault: Fault
    at: int | None
    detail: str


@dataclass(slots=True)
class _Walk:
    """How far we have come. kept: Heads from outside still to be met, by number."""

    number: int = 0
    hash: str = BEGINNING
    at: int | None = None
    met: int = 0
    kept: dict[int, set[str]] = field(default_factory=dict)


def verify(connection: Connection, kept: Iterable[Head] = ()) -> Whole | Broken:
    """Walk the trail from its first row to its last.

    Others may append meanwhile; what they append is walked too.

    Args:
        connection: In a transaction; nothing is written.
        kept: Heads that were kept outside this machine; without one, rows that are gone from the
            end and a trail made anew throughout cannot be seen.
    """
    walk = _Walk(number=0)
    for one in kept:
        walk.kept.setdefault(one.number, set()).add(one.hash)
    while True:
        before = walk.number
        for row in _rows(connection, walk.number):
            if (broken := _step(walk, row)) is not None:
                return broken
        last = head(connection)
        if (last.number, last.hash) == (walk.number, walk.hash):
            return _end(walk, last)
        if walk.number == before or last.number <= walk.number:
            return _cut(walk, last)


def _rows(connection: Connection, after: int) -> Iterator[Row[Any]]:
    """Yield rows by number; on the first walk also those that have no business being there."""
    beyond = trail.c.number > after if after else trail.c.number.is_not(None)
    while True:
        asked = select(trail).where(beyond).order_by(trail.c.number).limit(_AT_ONCE)
        rows = connection.execute(asked).all()
        yield from rows
        if len(rows) < _AT_ONCE:
            return
        beyond = trail.c.number > rows[-1].number


def _step(walk: _Walk, row: Row[Any]) -> Broken | None:
    expected = walk.number + 1
    if row.number != expected:
        detail = f"row {expected} is not there; the next one is row {row.number}"
        return Broken(number=expected, fault=Fault.MISSING, at=None, detail=detail)
    fault, detail = _fault(walk, row)
    if fault is not None:
        return Broken(number=row.number, fault=fault, at=row.at, detail=detail)
    walk.number, walk.hash, walk.at = row.number, row.hash, row.at
    return _held_against(walk)


def _fault(walk: _Walk, row: Row[Any]) -> tuple[Fault | None, str]:
    if row.hash != link(row.number, row.at, row.entry, row.previous):
        return Fault.ALTERED, f"row {row.number} is not what it was when its hash was made"
    if row.previous != walk.hash:
        detail = f"row {row.number} does not carry the hash of row {walk.number}"
        return Fault.UNLINKED, detail
    said = columns(msgspec.json.decode(row.entry, type=Entry))
    wrong = [name for name, value in said.items() if getattr(row, name) != value]
    if wrong:
        detail = f"row {row.number} is filed under another `{wrong[0]}` than its entry says"
        return Fault.MISLABELLED, detail
    return None, ""


def _held_against(walk: _Walk) -> Broken | None:
    """Hold the row that was walked last against the heads kept outside."""
    known = walk.kept.pop(walk.number, set())
    if known - {walk.hash}:
        detail = f"a head kept outside has another hash for row {walk.number}"
        return Broken(number=walk.number, fault=Fault.REWRITTEN, at=walk.at, detail=detail)
    walk.met += len(known)
    return None


def _end(walk: _Walk, last: Head) -> Whole | Broken:
    beyond = [number for number in walk.kept if number > walk.number]
    if beyond:
        detail = (
            f"a head kept outside is of row {min(beyond)}, and the trail ends with row "
            f"{walk.number}"
        )
        return Broken(number=walk.number + 1, fault=Fault.REWRITTEN, at=None, detail=detail)
    return Whole(head=last, heads=walk.met)


def _cut(walk: _Walk, last: Head) -> Broken:
    number = min(walk.number, last.number) + 1
    detail = f"the trail ends with row {walk.number}; by the desk's own note with row {last.number}"
    if walk.number == last.number:
        number, detail = walk.number, f"row {walk.number} has another hash in the desk's own note"
    return Broken(number=number, fault=Fault.CUT, at=None, detail=detail)
