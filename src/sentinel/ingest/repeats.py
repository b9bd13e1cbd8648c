"""Telling a message that is in the journal already from one that only looks like it."""

from typing import TYPE_CHECKING

import numpy as np

from sentinel.domain.messages import MessageFlag, decode_messages
from sentinel.domain.rows import Row, RowKind
from sentinel.ingest.frames import Batch
from sentinel.ingest.ports import History

if TYPE_CHECKING:
    from collections.abc import Iterable

_IDS = 65_535
"""A session has no more packet ids; what was journalled before so many messages is settled."""


class Repeats:
    """What was journalled last under each packet id of this broker session.

    The broker sets DUP when it may have sent a message before. It is a repeat only if packet id,
    topic and payload are those of a journalled one: the first delivery may never have arrived.
    """

    def __init__(self) -> None:
        self._journalled: dict[int, int] = {}

    def recall(self, history: History, after: int, last: int) -> None:
        """Learn from the journal what this session delivered in the rows after `after`."""
        self._journalled.clear()
        to, step, seen = last, 1, 0
        after = max(after, history.first_id() - 1)
        while to > after and seen < _IDS:
            since = max(after, to - step)
            older: dict[int, int] = {}
            for row in _rows(history, since, to):
                older.update(_keys(row))
                seen += row.count
            self._journalled = older | self._journalled
            to, step = since, _next_step(step, last - since, seen)

    def forget(self) -> None:
        """Begin anew: the broker knows nothing of an earlier session."""
        self._journalled.clear()

    def mark(self, batch: Batch) -> int:
        """Flag the repeats of a batch in place, remember the batch, and return how many."""
        count = 0
        for at in np.flatnonzero(batch.flags & np.uint8(MessageFlag.DUP)).tolist():
            found = self._journalled.get(int(batch.packet_ids[at]))
            if found == hash((batch.topics[at], batch.payloads[at])):
                batch.flags[at] |= np.uint8(MessageFlag.REPEAT)
                count += 1
        contents = zip(batch.topics, batch.payloads, strict=True)
        self._journalled.update(zip(batch.packet_ids.tolist(), map(hash, contents), strict=True))
        return count


def _next_step(step: int, rows: int, seen: int) -> int:
    """Return how many rows to go further back: as many as may hold what is still to be seen."""
    missing = rows * (_IDS - seen) // seen if seen else 2 * step
    return max(1, min(2 * step, missing))


def _rows(history: History, after: int, to: int) -> "Iterable[Row]":
    while after < to:
        rows = history.read(after, max_rows=to - after, max_count=_IDS)
        if not rows:
            return
        yield from rows
        after = rows[-1].id


def _keys(row: Row) -> "Iterable[tuple[int, int]]":
    if row.kind is not RowKind.MESSAGES:
        return ()
    messages = decode_messages(row.id, row.received_at, row.body)
    contents = zip(messages.topics, messages.payloads, strict=True)
    return zip(messages.packet_ids.tolist(), map(hash, contents), strict=True)
