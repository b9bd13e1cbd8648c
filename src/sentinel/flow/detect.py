"""From the journal to findings, on one page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from bytewax import operators as op
from bytewax.dataflow import Dataflow
from bytewax.outputs import FixedPartitionedSink, StatefulSinkPartition
from typing_extensions import override

from sentinel.detect.engine import SCHEMA, Engine
from sentinel.domain.finding import Finding
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.counted import count_columns
from sentinel.flow.ports import FindingsLog, LoadBundle
from sentinel.flow.progress import Progress, Reference
from sentinel.flow.shard import Shard, Turns
from sentinel.flow.slices import Columns, Normalisers, Splitter, Work, cut
from sentinel.flow.source import JournalSource, Slice
from sentinel.observe.events import detect as events
from sentinel.observe.rate import Rate


@dataclass(slots=True)
class DetectCounts:
    """What detect has done since it started; read by health from another thread."""

    row: int = 0
    at: int = 0
    counted: int = 0
    """The highest row that is counted: a flow begun anew reads from an earlier one."""
    messages: int = 0
    readings: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    repeats: int = 0
    ignored: int = 0
    missed: int = 0
    """Rows of the journal that were gone before they were judged: deleted by hand, most likely."""
    findings: int = 0
    rate: Rate = field(default_factory=Rate)
    """Of readings."""
    engines: dict[int, Engine] = field(default_factory=dict)
    _told: dict[str, int] = field(default_factory=dict)

    def add(self, columns: Columns, part: Slice) -> None:
        """Take in what a slice brought; one that is counted already moves the place alone."""
        self.row = columns.row
        self.at = part.rows[-1].received_at
        events.reached_row.set(self.row)
        events.reached_at.set(self.at / 1000)
        readings = int(np.count_nonzero(columns.readings.sensor >= 0))
        self.rate.count(readings)
        if columns.row > self.counted:
            self.counted = columns.row
            self._count(columns, readings)

    def engine_counts(self) -> dict[str, int]:
        """Return the shards' own counts, added up."""
        total: dict[str, int] = {}
        for engine in list(self.engines.values()):
            for name, count in engine.counts.items():
                total[name] = total.get(name, 0) + count
        return total

    def tell(self) -> None:
        """Count on, for Prometheus, what became of readings; to be called now and then."""
        for what, count in self.engine_counts().items():
            more = max(0, count - self._told.get(what, 0))  # below: begun anew from an earlier row
            events.readings.labels(what).inc(more)
            self._told[what] = self._told.get(what, 0) + more

    def _count(self, columns: Columns, readings: int) -> None:
        self.messages += columns.messages
        self.readings += readings
        self.repeats += columns.repeats
        self.ignored += columns.ignored
        self.missed += columns.given_up
        events.missed_rows.inc(columns.given_up)
        for rejection in columns.rejections:
            self.rejected[rejection.reason] = self.rejected.get(rejection.reason, 0) + 1
        count_columns(columns)


def detect_flow(
    source: JournalSource,
    findings: FindingsLog,
    load_bundle: LoadBundle,
    *,
    shards: int,
    checkpoints: Checkpoints,
    progress: Progress,
    turns: Turns,
    counts: DetectCounts,
) -> Dataflow:
    """Return the flow: rows, columns, each shard's judgement, the findings journal."""
    normalisers = Normalisers(load_bundle)
    splitter = Splitter(load_bundle, shards)

    def normalise(slices: list[Slice]) -> Iterator[tuple[str, Work]]:
        for part in cut(slices, counts.counted):
            columns = normalisers.columns(part, counts.counted)
            counts.add(columns, part)
            yield from splitter.split(columns)

    def judge(reference: Reference | None) -> ShardJudge:
        return ShardJudge(
            reference,
            load_bundle=load_bundle,
            shards=shards,
            counts=counts,
            checkpoints=checkpoints,
            progress=progress,
            turns=turns,
        )

    flow = Dataflow("detect")
    rows = op.input("journal", flow, source)
    work = op.flat_map_batch("normalise", rows, normalise)
    judged = op.stateful_batch("judge", work, judge)
    op.output("findings", judged, FindingsSink(findings, counts))
    return flow


class ShardJudge(Shard[Engine, Finding]):
    """The detection engine of one shard."""

    def __init__(
        self,
        reference: Reference | None,
        *,
        load_bundle: LoadBundle,
        shards: int,
        counts: DetectCounts,
        checkpoints: Checkpoints,
        progress: Progress,
        turns: Turns,
    ) -> None:
        self._load_bundle = load_bundle
        self._shards = shards
        self._counts = counts
        super().__init__(reference, checkpoints=checkpoints, progress=progress, turns=turns)

    @override
    def begin(self, bundle: str, at: int) -> Engine:
        return self._known(
            Engine(self._load_bundle(bundle), self.shard, self._shards, started_at=at)
        )

    @override
    def restore(self, bundle: str, snapshot: dict[str, Any]) -> Engine:
        if snapshot["schema"] != SCHEMA:
            file = self._reference["file"] if self._reference else ""
            why = f"must be of schema {SCHEMA}, as this version makes it; got {snapshot['schema']}"
            raise self._checkpoints.refused(file, why)
        return self._known(
            Engine.restore(self._load_bundle(bundle), self.shard, self._shards, snapshot)
        )

    @override
    def change(self, state: Engine, work: Work) -> list[Finding]:
        at = work.changed_at or 0
        return state.change(self._load_bundle(work.bundle), at, work.row)

    @override
    def do(self, state: Engine, work: Work) -> list[Finding]:
        return state.judge(work.readings) if len(work.readings) else []

    def _known(self, engine: Engine) -> Engine:
        self._counts.engines[self.shard] = engine
        return engine


class FindingsSink(FixedPartitionedSink[list[Finding], int]):
    """The findings journal. Durable at once, so that a finding waits for no epoch.

    Args:
        findings: Passes over findings that it has already.
        counts: Told of each finding written.
    """

    def __init__(self, findings: FindingsLog, counts: DetectCounts) -> None:
        self._findings = findings
        self._counts = counts

    @override
    def list_parts(self) -> list[str]:
        return ["findings"]

    @override
    def part_fn(self, item_key: str) -> int:
        return 0

    @override
    def build_part(
        self, step_id: str, for_part: str, resume_state: int | None
    ) -> "_FindingsPartition":
        return _FindingsPartition(self._findings, self._counts)


class _FindingsPartition(StatefulSinkPartition[list[Finding], int]):
    def __init__(self, findings: FindingsLog, counts: DetectCounts) -> None:
        self._findings = findings
        self._counts = counts

    @override
    def write_batch(self, values: list[list[Finding]]) -> None:
        found = [finding for one_shard in values for finding in one_shard]
        found.sort(key=lambda finding: (finding.row, finding.index))
        written = self._findings.append(found)
        self._counts.findings += written
        events.written_findings.inc(written)

    @override
    def snapshot(self) -> int:
        return 0
