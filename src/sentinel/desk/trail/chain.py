"""Adding to the trail: each row carries the hash of itself and of the one before it."""

from collections.abc import Sequence
from hashlib import sha256

import msgspec
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from sentinel.desk.trail.tables import trail, trail_head
from sentinel.warn.trail import Entry

BEGINNING = "0" * 64
"""What the first row has for the hash of its predecessor."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The last row of the trail, which stands for all of it.

    number: 0 and the hash `BEGINNING` while the trail is empty.
    """

    number: int
    hash: str


def prepare(connection: Connection) -> None:
    """Give an empty trail its head; once for a database, while nobody else is at it."""
    if connection.scalar(select(trail_head.c.id)) is None:
        connection.execute(trail_head.insert().values(id=1, number=0, hash=BEGINNING))


def head(connection: Connection) -> Head:
    """Return the last row's number and hash."""
    row = connection.execute(select(trail_head.c.number, trail_head.c.hash)).one()
    return Head(number=row.number, hash=row.hash)


def append(connection: Connection, entries: Sequence[Entry], at: int) -> Head:
    """Add entries in the transaction of the caller; return the new head.

    Make it the last statement of the transaction: from here to its end everybody else who appends
    waits, and one who waits here while holding what another needs would never end.

    at: When it happened, milliseconds since 1970 UTC.
    """
    if not entries:
        return head(connection)
    locked = select(trail_head.c.number, trail_head.c.hash).with_for_update()
    last = connection.execute(locked).one()
    number, previous, rows = last.number, last.hash, []
    for entry in entries:
        number += 1
        row = _row(number, at, entry, previous)
        rows.append(row)
        previous = str(row["hash"])
    connection.execute(trail.insert(), rows)
    connection.execute(update(trail_head).values(number=number, hash=previous))
    return Head(number=number, hash=previous)


def link(number: int, at: int, entry: str, previous: str) -> str:
    """Return a row's hash: SHA-256 of the canonical JSON of these four, in hexadecimal.

    Canonical: UTF-8, keys sorted, no space. entry: Canonical JSON already.

    >>> link(1, 0, '{"act":"accept"}', "00")
    '8c70c7fb075766d868782acec33d7d8fcd3768f84eb7baa9f8c9d1a118fe691b'
    """
    return sha256(f'[{number},{at},{entry},"{previous}"]'.encode()).hexdigest()


def canonical(entry: Entry) -> str:
    """Return an entry's JSON as it is hashed."""
    return msgspec.json.encode(entry, order="sorted").decode()


def columns(entry: Entry) -> dict[str, str]:
    """Return what of an entry has a column of its own."""
    return {"act": entry.act, "by": entry.by, "case": entry.case, "area": entry.area}


def _row(number: int, at: int, entry: Entry, previous: str) -> dict[str, int | str]:
    written = canonical(entry)
    return {
        "number": number,
        "at": at,
        **columns(entry),
        "entry": written,
        "previous": previous,
        "hash": link(number, at, written, previous),
    }
