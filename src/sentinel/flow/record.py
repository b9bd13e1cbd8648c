"""From the journal and the findings to the time-series store, on one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Event
from typing import Any

import msgspec
from bytewax import operators as op
from bytewax.dataflow import Dataflow
from typing_extensions import override

from sentinel.bundle import Bundle
from sentinel.detect.engine.grade import Grader
from sentinel.domain.finding import Finding, decode_findings
from sentinel.domain.readings import Readings
from sentinel.domain.rejection import Rejection
from sentinel.domain.rows import RowKind
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.counted import count_columns
from sentinel.flow.ports import LoadBundle, Store
from sentinel.flow.progress import Progress, Reference
from sentinel.flow.shard import Shard, Turns
from sentinel.flow.slices import Columns, Normalisers, Work, cut, rows_gone
from sentinel.flow.source import JournalSource, Slice
from sentinel.flow.storing import Kept, RecordCounts, StoreSink
from sentinel.observe.events import record as events

_KEY = "000"
"""Grading keeps some bytes a sensor, so that one shard is enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWork(Work):
    """Work with what else the slice held."""

    at: int
    rejections: tuple[Rejection, ...] = ()
    findings: tuple[Finding, ...] = ()


def record_flow(
    source: JournalSource,
    store: Store,
    load_bundle: LoadBundle,
    *,
    checkpoints: Checkpoints,
    progress: Progress,
    turns: Turns,
    counts: RecordCounts,
    stop: Event,
) -> Dataflow:
    """Return the flow: rows, columns, graded readings, the store."""
    normalisers = Normalisers(load_bundle)

    def normalise(slices: list[Slice]) -> Iterator[tuple[str, Work]]:
        for part in slices:
            if part.of_findings:
                yield _KEY, _findings_work(part, counts)
                continue
            for one in cut([part], counts.counted.columns):
                columns = normalisers.columns(one, counts.counted.columns)
                _count(columns, counts)
                yield _KEY, _readings_work(columns, one)

    def grade(reference: Reference | None) -> ShardGrader:
        return ShardGrader(
            reference,
            load_bundle=load_bundle,
            checkpoints=checkpoints,
            progress=progress,
            turns=turns,
        )

    flow = Dataflow("record")
    rows = op.input("journal", flow, source)
    work = op.flat_map_batch("normalise", rows, normalise)
    graded = op.stateful_batch("grade", work, grade)
    op.output("store", graded, StoreSink(store, counts, stop))
    return flow


def _count(columns: Columns, counts: RecordCounts) -> None:
    if columns.row <= counts.counted.columns:
        return
    counts.counted.columns = columns.row
    count_columns(columns)
    counts.missed += columns.given_up
    events.given_up_rows.inc(columns.given_up)


def _findings_work(part: Slice, counts: RecordCounts) -> RecordWork:
    found: list[Finding] = []
    lost, counted = 0, counts.counted.findings
    for row in part.rows:
        try:
            if row.kind is RowKind.FINDINGS:
                found += decode_findings(row.body)
            elif row.kind is RowKind.GAP:
                lost += rows_gone(row, counted)
        except (msgspec.DecodeError, UnicodeDecodeError):  # the desk tells; the next may be read
            lost += row.id > counted
    counts.given_up += lost
    events.given_up_rows.inc(lost)
    counts.counted.findings = max(counted, part.rows[-1].id)
    return RecordWork(
        shard=0,
        row=0,
        bundle="",
        readings=Readings.empty(),
        at=0,
        findings=tuple(found),
    )


def _readings_work(columns: Columns, part: Slice) -> RecordWork:
    return RecordWork(
        shard=0,
        row=columns.row,
        bundle=columns.bundle,
        changed_at=columns.changed_at,
        readings=columns.readings,
        at=part.rows[-1].received_at,
        rejections=tuple(columns.rejections),
    )


class Grades:
    """A grader as a state that can be kept."""

    def __init__(self, bundle: Bundle) -> None:
        self.grader = Grader(bundle.registry, builtin=bundle.builtin)

    def snapshot(self) -> dict[str, Any]:
        """Return the grader's table."""
        return {"grades": self.grader.snapshot()}


class ShardGrader(Shard[Grades, Kept]):
    """Grades the quality of every reading, as detect does, before it is kept."""

    def __init__(
        self,
        reference: Reference | None,
        *,
        load_bundle: LoadBundle,
        checkpoints: Checkpoints,
        progress: Progress,
        turns: Turns,
    ) -> None:
        self._load_bundle = load_bundle
        super().__init__(reference, checkpoints=checkpoints, progress=progress, turns=turns)

    @override
    def on_batch(self, values: list[Work]) -> tuple[list[list[Kept]], bool]:
        mirrored = [
            Kept(row=0, at=0, findings=work.findings)
            for work in values
            if isinstance(work, RecordWork) and not work.row
        ]
        done, retain = super().on_batch(values)
        return ([mirrored, *done] if mirrored else done), retain

    @override
    def begin(self, bundle: str, at: int) -> Grades:
        return Grades(self._load_bundle(bundle))

    @override
    def restore(self, bundle: str, snapshot: dict[str, Any]) -> Grades:
        grades = Grades(self._load_bundle(bundle))
        grades.grader.restore(snapshot["grades"])
        return grades

    @override
    def change(self, state: Grades, work: Work) -> list[Kept]:
        bundle = self._load_bundle(work.bundle)
        state.grader.change(bundle.registry, builtin=bundle.builtin, shard=0, shards=1)
        return []

    @override
    def do(self, state: Grades, work: Work) -> list[Kept]:
        if not isinstance(work, RecordWork):
            message = "record hands its shard RecordWork only"
            raise TypeError(message)
        graded = state.grader.grade(work.readings)
        registry = self._load_bundle(work.bundle).registry
        return [
            Kept(
                row=work.row,
                at=work.at,
                registry=registry,
                readings=graded,
                rejections=work.rejections,
            )
        ]
