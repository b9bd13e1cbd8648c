"""What a journal holds: rows, each a batch of one kind, numbered without gaps."""

from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple


class RowKind(IntEnum):
    """What a row's body is. The numbers are on disk: never change or reuse one."""

    MESSAGES = 1
    """A batch of messages, `domain.messages.encode_messages`."""
    TICK = 2
    """The listener's time, once a second: the only clock detectors know. No body."""
    LINK_DOWN = 3
    """The listener lost its broker. No body."""
    LINK_UP = 4
    """The listener is connected again; a backlog may follow. No body."""
    CAUGHT_UP = 5
    """The backlog after a LINK_UP (or a start) has been taken in. No body."""
    BUNDLE = 6
    """From here on this bundle is in force. Body: its hash, ASCII."""
    FINDINGS = 7
    """A batch of findings, `domain.finding.encode_findings` (findings journal only)."""
    GAP = 8
    """Rows that were given up. Body: msgpack `{"from": id, "to": id, "reason": text}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row.

    id: Position in this journal; grows by one a row, over all its files. A cursor is the id of
        the last row read; 0 is before the first.
    received_at: The writer's wall clock, milliseconds since 1970 UTC.
    count: How many messages or findings the body holds; 0 without a body.
    """

    id: int
    received_at: int
    kind: RowKind
    count: int
    body: bytes


class Entry(NamedTuple):
    """One row to be: what a writer appends; the journal gives it its id.

    received_at: None takes the journal's clock at the append.
    """

    kind: RowKind
    count: int = 0  # type: ignore[assignment]  # hides `tuple.count`, which nobody misses here
    body: bytes = b""
    received_at: int | None = None
