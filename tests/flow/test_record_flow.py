"""Record over journals that were trimmed."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import msgspec
import pytest

from sentinel.bundle import Bundle
from sentinel.domain.finding import Change, Finding, encode_findings
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Rejection
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.ports import RowReader
from sentinel.flow.progress import Progress
from sentinel.flow.record import record_flow
from sentinel.flow.run import run_flow
from sentinel.flow.shard import Turns
from sentinel.flow.source import JournalSource
from sentinel.flow.storing import RecordCounts
from sentinel.journal import JournalReader

FINDING = Finding(
    id="f",
    warning="w",
    number=1,
    rule="r",
    subject="s",
    area="a",
    scenario="",
    change=Change.OPENED,
    rank=Rank.RED,
    previous_rank=Rank.NONE,
    sight=Sight.SEEN,
    blind_since=None,
    onset=1,
    decided_at=1,
    received_at=1,
    title={},
    evidence=(),
    bundle="b",
    row=1,
    index=0,
)


class HeldStore:
    """Holds what it is given."""

    def __init__(self) -> None:
        self.readings = 0
        self.findings: list[Finding] = []

    def write(self, readings: Readings, registry: Registry) -> None:
        assert registry.sensor_device is not None
        self.readings += int((readings.sensor >= 0).sum())

    def write_findings(self, findings: Sequence[Finding]) -> None:
        self.findings += findings

    def write_rejections(self, rejections: Sequence[Rejection]) -> None:
        assert not rejections


class Rows:
    """A journal in memory, the first rows of which are gone."""

    def __init__(self, *rows: Row) -> None:
        self.rows = rows

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        assert max_count
        return [row for row in self.rows if row.id > after][:max_rows]

    def last_id(self) -> int:
        return self.rows[-1].id if self.rows else 0

    def close(self) -> None:
        pass


class StopAtEnd:
    """A journal that ends the flow some looks after its last row was handed out."""

    def __init__(self, reader: RowReader, stop: Event) -> None:
        self._reader = reader
        self._stop = stop
        self._idle = 0

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        rows = self._reader.read(after, max_rows=max_rows, max_count=max_count)
        self._idle = 0 if rows else self._idle + 1
        if self._idle > 50:
            self._stop.set()
        return rows

    def last_id(self) -> int:
        return self._reader.last_id()

    def close(self) -> None:
        self._reader.close()


Record = Callable[..., tuple[HeldStore, RecordCounts]]


def findings_row(id_: int, body: bytes) -> Row:
    return Row(id=id_, received_at=1, kind=RowKind.FINDINGS, count=1, body=body)


def gap(first: int, last: int) -> Row:
    body = msgspec.msgpack.encode({"from": first, "to": last, "reason": "no longer kept"})
    return Row(id=last, received_at=1, kind=RowKind.GAP, count=0, body=body)


@pytest.fixture
def recorded(bundle: Bundle, journal: Path, tmp_path: Path) -> Record:
    """Return a function that records the journal, or other rows, beside these findings."""

    def record(
        *findings: Row, rows: Sequence[Row] = (), counts: RecordCounts | None = None
    ) -> tuple[HeldStore, RecordCounts]:
        stop, progress, store = Event(), Progress(1), HeldStore()
        counts = counts or RecordCounts()
        checkpoints = Checkpoints(tmp_path / "checkpoints")
        reader = StopAtEnd(Rows(*rows) if rows else JournalReader(journal), stop)
        flow = record_flow(
            JournalSource(reader, progress, stop, findings=Rows(*findings)),
            store,
            lambda _hash: bundle,
            checkpoints=checkpoints,
            progress=progress,
            turns=Turns(1, 0.0, lambda: 0.0),
            counts=counts,
            stop=stop,
        )
        run_flow(flow, tmp_path)
        checkpoints.close()
        return store, counts

    return record


def test_findings_that_are_gone_cost_no_readings_and_no_later_findings(recorded: Record) -> None:
    body = encode_findings([FINDING])

    store, counts = recorded(gap(1, 900), findings_row(901, body), findings_row(902, b"\xc1"))

    assert (store.readings, store.findings) == (2_000, [FINDING])
    assert counts.given_up == 901


def test_rows_that_are_gone_from_the_journal_are_counted(recorded: Record) -> None:
    begin = Row(id=1, received_at=1, kind=RowKind.BUNDLE, count=0, body=b"b")
    tick = Row(id=901, received_at=2, kind=RowKind.TICK, count=0, body=b"")

    _, counts = recorded(rows=[begin, gap(2, 900), tick])

    assert (counts.missed, counts.given_up) == (899, 0)


def test_what_a_flow_begun_anew_reads_again_is_counted_once(
    recorded: Record, journal: Path, tmp_path: Path
) -> None:
    """As after a full disk; the slices are others, the counts stay."""
    reader, counts = JournalReader(journal), RecordCounts()
    rows: list[Row] = []
    while more := reader.read(rows[-1].id if rows else 0, max_rows=1_000, max_count=10_000):
        rows += more
    rows.append(gap(rows[-1].id + 1, rows[-1].id + 9))
    findings = [gap(1, 900), findings_row(901, encode_findings([FINDING])), findings_row(902, b"")]
    for many, of_findings in ((len(rows) // 2, 2), (len(rows), 3), (len(rows), 3)):
        recorded(*findings[:of_findings], rows=rows[:many], counts=counts)
        for kept in ("recovery", "checkpoints"):
            shutil.rmtree(tmp_path / kept)

    assert (counts.readings, counts.missed, counts.given_up) == (2_000, 9, 901)
    assert counts.row == rows[-1].id
