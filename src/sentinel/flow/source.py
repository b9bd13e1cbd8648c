"""A journal as a Bytewax source: items are slices of rows under one bundle; the cursor is a row."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TypedDict

from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
from typing_extensions import override

from sentinel.domain.rows import Row, RowKind
from sentinel.flow.ports import RowReader
from sentinel.flow.progress import Progress

SLICE_ROWS = 8_000
SLICE_MESSAGES = 32_768
"""When there is a backlog: large slices let a shard judge many readings while its state is in the
processor's cache. Live, a slice is what came since the last look. The reader bounds its bytes."""
IDLE = timedelta(milliseconds=2)
FINDINGS_IDLE = timedelta(milliseconds=20)
"""More would hold up the other partition at the end of every epoch."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Consecutive rows under one bundle.

    bundle: Hash in force; with `changed`, its BUNDLE row is the first of `rows` (and the only).
    of_findings: Whether the rows are of the findings journal, which knows no bundles.
    """

    rows: list[Row]
    bundle: str
    changed: bool = False
    of_findings: bool = False


class Cursor(TypedDict):
    """What Bytewax keeps for the source."""

    row: int
    bundle: str


class JournalSource(FixedPartitionedSource[Slice, Cursor]):
    """The journal, and for record the findings journal, as partitions of one input step.

    One step, because Bytewax advances the epochs of all its input steps together.

    Args:
        reader: The journal.
        progress: Tells which row a restart may begin after.
        stop: Set by a signal: the source then ends cleanly, with a last snapshot.
        until: End after this row; None: never.
        on_commit: Called with the safe row each time an epoch is on disk.
        findings: The findings journal, if it is read too.
    """

    def __init__(
        self,
        reader: RowReader,
        progress: Progress,
        stop: Event,
        *,
        until: int | None = None,
        on_commit: Callable[[int], None] = lambda _row: None,
        findings: RowReader | None = None,
    ) -> None:
        self._parts = (reader, progress, stop, until, on_commit)
        self._findings = findings
        self._stop = stop

    @override
    def list_parts(self) -> list[str]:
        return ["journal", "findings"] if self._findings else ["journal"]

    @override
    def build_part(
        self, step_id: str, for_part: str, resume_state: Cursor | None
    ) -> "StatefulSourcePartition[Slice, Cursor]":
        cursor = resume_state or Cursor(row=0, bundle="")
        if for_part == "findings" and self._findings:
            return _FindingsPartition(self._findings, self._stop, cursor["row"])
        return _JournalPartition(*self._parts, cursor)


class _JournalPartition(StatefulSourcePartition[Slice, Cursor]):
    def __init__(
        self,
        reader: RowReader,
        progress: Progress,
        stop: Event,
        until: int | None,
        on_commit: Callable[[int], None],
        cursor: Cursor,
    ) -> None:
        self._reader = reader
        self._progress = progress
        self._stop = stop
        self._until = until
        self._on_commit = on_commit
        self._row = cursor["row"]
        self._bundles = [(cursor["row"], cursor["bundle"])]
        self._snapped = False
        self._idle = False
        progress.resume(cursor["row"])

    @override
    def next_batch(self) -> list[Slice]:
        self._note_commit()
        if self._stop.is_set() or (self._until is not None and self._row >= self._until):
            raise StopIteration
        rows = self._reader.read(self._row, max_rows=SLICE_ROWS, max_count=SLICE_MESSAGES)
        if self._until is not None:
            rows = [row for row in rows if row.id <= self._until]
        self._idle = not rows
        return self._slices(rows)

    @override
    def next_awake(self) -> datetime | None:
        return datetime.now(UTC) + IDLE if self._idle else None  # noqa: TID251 -- Bytewax's own timer

    @override
    def snapshot(self) -> Cursor:
        self._snapped = True
        safe = self._progress.safe_row()
        while len(self._bundles) > 1 and self._bundles[1][0] <= safe:
            self._bundles.pop(0)
        return Cursor(row=safe, bundle=self._bundles[0][1])

    def _note_commit(self) -> None:
        """After a snapshot Bytewax comes here only when that epoch is on disk."""
        if self._snapped:
            self._snapped = False
            self._progress.epoch_committed()
            self._on_commit(self._progress.safe_row())

    def _slices(self, rows: list[Row]) -> list[Slice]:
        slices: list[Slice] = []
        pending: list[Row] = []
        for row in rows:
            if row.kind is RowKind.BUNDLE and row.body.decode() == self._bundles[-1][1]:
                continue  # each file of a journal begins with the bundle in force
            if row.kind is RowKind.BUNDLE:
                if pending:
                    slices.append(Slice(pending, self._bundles[-1][1]))
                    pending = []
                self._bundles.append((row.id, row.body.decode()))
                slices.append(Slice([row], self._bundles[-1][1], changed=True))
            else:
                pending.append(row)
        if pending:
            slices.append(Slice(pending, self._bundles[-1][1]))
        if rows:
            self._row = rows[-1].id
        return slices


class _FindingsPartition(StatefulSourcePartition[Slice, Cursor]):
    """Findings rows carry no state on: the cursor is the last row handed on."""

    def __init__(self, reader: RowReader, stop: Event, row: int) -> None:
        self._reader = reader
        self._stop = stop
        self._row = row

    @override
    def next_batch(self) -> list[Slice]:
        if self._stop.is_set():
            raise StopIteration
        rows = self._reader.read(self._row, max_rows=SLICE_ROWS, max_count=SLICE_MESSAGES)
        if not rows:
            return []
        self._row = rows[-1].id
        return [Slice(rows, "", of_findings=True)]

    @override
    def next_awake(self) -> datetime | None:
        return datetime.now(UTC) + FINDINGS_IDLE  # noqa: TID251 -- Bytewax's own timer

    @override
    def snapshot(self) -> Cursor:
        return Cursor(row=self._row, bundle="")
