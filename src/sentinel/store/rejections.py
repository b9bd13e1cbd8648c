"""Rejections kept with their payload, always in SQLite on this machine."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from sqlite3 import Connection
from threading import Lock
from typing import Any

from sentinel.domain.rejection import Reason, Rejection
from sentinel.observe.events.store import RejectionsGivenUp, RejectionsKept
from sentinel.store.connect import in_our_words, open_to_write, reading, transaction

_SCHEMA = """
CREATE TABLE IF NOT EXISTS rejection (
    row INTEGER NOT NULL, position INTEGER NOT NULL, part INTEGER NOT NULL,
    received_at INTEGER NOT NULL, reason TEXT NOT NULL, topic TEXT NOT NULL, payload BLOB NOT NULL,
    format TEXT NOT NULL, device TEXT NOT NULL, metric TEXT NOT NULL, found TEXT NOT NULL,
    flags INTEGER NOT NULL, state TEXT NOT NULL, UNIQUE (row, position, part));
CREATE TABLE IF NOT EXISTS payload (hash BLOB NOT NULL UNIQUE, whole BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS rejection_by_payload ON rejection (payload) WHERE length(payload) = 16;
CREATE INDEX IF NOT EXISTS rejection_by_state ON rejection (state, reason);
CREATE INDEX IF NOT EXISTS rejection_by_time ON rejection (received_at);
"""
"""A message may be rejected in a hundred parts: its payload is kept once, by its hash. In the rows
of files that are older than that, the payload itself stands where the hash, of 16 bytes, is now."""
_WRITTEN_BYTES = 16_000_000
"""Of one transaction, so that the log beside the file stays as small."""
_ROW_BYTES = 300
"""Of what else stands in a row and in the indexes, about."""
_COLUMNS = (
    "row, position, part, received_at, reason, topic, payload, format, device, metric, found, flags"
)


class KeptState(StrEnum):
    """What became of a kept rejection."""

    KEPT = "kept"
    RETRIED = "retried"
    """Its message was put into the journal once more."""
    RESOLVED = "resolved"
    """A person said that nothing more is to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A rejection as the store has it."""

    rejection: Rejection
    state: KeptState


class RejectionLog:
    """One file; opened to write at the first write. Processes may share it.

    Args:
        path: Of the file.
        keep_ms: Older ones are deleted by `retain`.
        most: More than so many: the oldest are deleted by `retain`.
        most_bytes: A larger file than that: the oldest are deleted at once.
    """

    def __init__(self, path: Path, *, keep_ms: int, most: int, most_bytes: int) -> None:
        self._path = path
        self._keep_ms = keep_ms
        self._most = most
        self._most_bytes = most_bytes
        self._connection: Connection | None = None
        self._writing = Lock()

    def write(self, rejections: Sequence[Rejection]) -> None:
        """Keep them, each (row, index, part) once: the first stands."""
        for portion in _portions(rejections, min(_WRITTEN_BYTES, self._most_bytes // 8)):
            new: Counter[Reason] = Counter()
            with self._writing, in_our_words(self._path), transaction(self._writable()):
                for one in portion:
                    new[one.reason] += self._insert(one)
            for reason, count in new.items():
                if count:
                    RejectionsKept(reason=reason, count=count).emit()
            self._make_room()

    def find(
        self,
        *,
        reason: Reason | None = None,
        since: int | None = None,
        state: KeptState | None = None,
        limit: int | None = None,
    ) -> list[Kept]:
        """Return those that fit, newest first."""
        wanted = {"reason = ?": reason, "received_at >= ?": since, "state = ?": state}
        where = [text for text, value in wanted.items() if value is not None]
        values = [value for value in wanted.values() if value is not None]
        question = _FIND if self._has_payloads() else _FIND_BEFORE
        question += f" WHERE {' AND '.join(where)}" if where else ""
        question += " ORDER BY received_at DESC, row DESC, position DESC, part DESC LIMIT ?"
        return [
            _kept(row) for row in self._ask(question, (*values, -1 if limit is None else limit))
        ]

    def counts(self, state: KeptState = KeptState.KEPT) -> dict[Reason, int]:
        """Return how many are in that state, by reason, most first."""
        question = "SELECT reason, count(*) AS n FROM rejection WHERE state = ? GROUP BY reason"
        rows = self._ask(question + " ORDER BY n DESC, reason", (state,))
        return {Reason(reason): count for reason, count in rows}

    def mark(self, rejections: Iterable[Rejection], state: KeptState) -> None:
        """Say what became of them; those not kept here any more are passed over."""
        rows = [(state, one.row, one.index, one.part) for one in rejections]
        question = "UPDATE rejection SET state = ? WHERE row = ? AND position = ? AND part = ?"
        with self._writing, in_our_words(self._path), transaction(self._writable()):
            self._writable().executemany(question, rows)

    def retain(self, now_ms: int) -> None:
        """Delete those too old, and the oldest of too many; counted by which."""
        old = "DELETE FROM rejection WHERE received_at < ?"
        many = (
            "DELETE FROM rejection WHERE rowid IN (SELECT rowid FROM rejection "
            "ORDER BY received_at DESC, rowid DESC LIMIT -1 OFFSET ?)"
        )
        self._give_up("age", old, now_ms - self._keep_ms)
        self._give_up("size", many, self._most)

    def _has_payloads(self) -> bool:
        return bool(self._ask("SELECT 1 FROM sqlite_master WHERE name = 'payload'", ()))

    def _make_room(self) -> None:
        """Delete the oldest sixteenth until the file is no larger than it may be."""
        oldest = (
            "DELETE FROM rejection WHERE rowid IN (SELECT rowid FROM rejection "
            "ORDER BY received_at, rowid LIMIT ?)"
        )
        while self._used_bytes() > self._most_bytes:
            ((count,),) = self._ask("SELECT count(*) FROM rejection", ())
            if not self._give_up("size", oldest, count // 16 + 1):
                return

    def _used_bytes(self) -> int:
        """How large the file is, but for what it has free for later writes."""
        with self._writing, in_our_words(self._path):
            pages, free, size = (
                self._writable().execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
        return int((pages - free) * size)

    def _give_up(self, why: str, question: str, value: int) -> int:
        with self._writing, in_our_words(self._path), transaction(self._writable()):
            gone = self._writable().execute(question, (value,)).rowcount
            if gone:
                self._writable().execute(_FORGET)
        if gone:
            RejectionsGivenUp(why=why, count=gone).emit()
        return gone

    def _insert(self, one: Rejection) -> int:
        """Return 1, or 0 if it is there already."""
        digest = blake2b(one.payload, digest_size=16).digest()
        values = (*_row(one, digest), KeptState.KEPT)
        if not (inserted := self._writable().execute(_INSERT, values).rowcount):
            return 0
        self._writable().execute(_KEEP_PAYLOAD, (digest, one.payload))
        return inserted

    def close(self) -> None:
        """Close the file."""
        with self._writing:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _writable(self) -> Connection:
        if self._connection is None:
            self._connection = open_to_write(self._path, _SCHEMA)
            self._connection.executescript(_SCHEMA)  # for what a file of before has not
        return self._connection

    def _ask(self, question: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        with in_our_words(self._path), reading(self._path) as connection:
            return connection.execute(question, values).fetchall() if connection else []


_INSERT = f"INSERT OR IGNORE INTO rejection ({_COLUMNS}, state) VALUES ({', '.join('?' * 13)})"  # noqa: S608
_FIND_BEFORE = f"SELECT {_COLUMNS}, state FROM rejection"  # noqa: S608 -- no value is in it
"""For a file in which nobody has written since payloads are kept apart."""
_FIND = (
    _FIND_BEFORE.replace("payload", "coalesce(whole, rejection.payload)")
    + " LEFT JOIN payload ON payload.hash = rejection.payload"
)
_KEEP_PAYLOAD = "INSERT OR IGNORE INTO payload (hash, whole) VALUES (?, ?)"
_FORGET = (
    "DELETE FROM payload WHERE NOT EXISTS "
    "(SELECT 1 FROM rejection WHERE rejection.payload = payload.hash "
    "AND length(rejection.payload) = 16)"
)


def _portions(rejections: Iterable[Rejection], most: int) -> Iterator[list[Rejection]]:
    """Yield them in order, as many at once as fit one transaction of so many bytes."""
    portion: list[Rejection] = []
    size = 0
    payload = None
    for one in rejections:
        texts = (one.topic, one.device, one.metric, one.found)
        added = _ROW_BYTES + sum(map(len, texts))
        if one.payload is not payload:  # the parts of one message share it
            payload = one.payload
            added += len(payload)
        if portion and size + added > most:
            yield portion
            portion, size = [], 0
        portion.append(one)
        size += added
    if portion:
        yield portion


def _row(one: Rejection, digest: bytes) -> tuple[object, ...]:
    return (
        one.row, one.index, one.part, one.received_at, str(one.reason), one.topic, digest,
        one.format, one.device, one.metric, one.found, int(one.flags),
    )  # fmt: skip


def _kept(row: tuple[Any, ...]) -> Kept:
    *values, state = row
    values[4] = Reason(values[4])
    rejection = Rejection(**dict(zip(_FIELDS, values, strict=True)))
    return Kept(rejection=rejection, state=KeptState(state))


_FIELDS = tuple(_COLUMNS.replace("position", "index").split(", "))
