"""Into the time-series store, with patience: the last step of `record`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from threading import Event

from bytewax.outputs import FixedPartitionedSink, StatefulSinkPartition
from typing_extensions import override

from sentinel.domain.errors import ServiceError, StoreDown
from sentinel.domain.finding import Finding
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Rejection
from sentinel.flow.ports import Store
from sentinel.observe.events import record as events
from sentinel.observe.rate import Rate


@dataclass(slots=True)
class Counted:
    """The highest row that is counted, by what is: a flow begun anew reads from an earlier one."""

    columns: int = 0
    readings: int = 0
    rejections: int = 0
    findings: int = 0
    """Of the findings journal."""


@dataclass(slots=True)
class RecordCounts:
    """What record has done since it started; read by health from another thread."""

    row: int = 0
    at: int = 0
    readings: int = 0
    rate: Rate = field(default_factory=Rate)
    """Of readings."""
    rejected: dict[str, int] = field(default_factory=dict)
    given_up: int = 0
    """Rows of findings that were given up before they were mirrored, or cannot be read."""
    missed: int = 0
    """Rows of the journal that were gone before they were kept."""
    counted: Counted = field(default_factory=Counted)
    store_down: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the store is to keep of one slice."""

    row: int
    at: int
    registry: Registry | None = None
    readings: Readings | None = None
    rejections: tuple[Rejection, ...] = ()
    findings: tuple[Finding, ...] = ()


class StoreSink(FixedPartitionedSink[list[Kept], int]):
    """The store. While it is down, this waits, and so the flow; the journal keeps what comes."""

    def __init__(self, store: Store, counts: RecordCounts, stop: Event) -> None:
        self._parts = (store, counts, stop)

    @override
    def list_parts(self) -> list[str]:
        return ["store"]

    @override
    def part_fn(self, item_key: str) -> int:
        return 0

    @override
    def build_part(
        self, step_id: str, for_part: str, resume_state: int | None
    ) -> "_StorePartition":
        return _StorePartition(*self._parts)


class _StorePartition(StatefulSinkPartition[list[Kept], int]):
    def __init__(self, store: Store, counts: RecordCounts, stop: Event) -> None:
        self._store = store
        self._counts = counts
        self._stop = stop

    @override
    def write_batch(self, values: list[list[Kept]]) -> None:
        kept = [one for some in values for one in some]
        known = [one for one in kept if one.registry]
        for _, group in groupby(known, key=lambda one: id(one.registry)):
            same = list(group)
            readings = Readings.join([one.readings for one in same if one.readings is not None])
            self._patiently(self._store.write, readings, same[0].registry)
            self._count(readings, same[-1].row)
        self._rest(kept)

    @override
    def snapshot(self) -> int:
        return 0

    def _count(self, readings: Readings, row: int) -> None:
        """Count what is kept through that row; rows come in order."""
        counted = self._counts.counted
        is_reading = readings.sensor >= 0
        self._counts.rate.count(int(is_reading.sum()))
        self._counts.readings += int((is_reading & (readings.row > counted.readings)).sum())
        counted.readings = max(counted.readings, row)

    def _rest(self, kept: list[Kept]) -> None:
        rejections = [rejection for one in kept for rejection in one.rejections]
        if rejections:
            self._patiently(self._store.write_rejections, rejections)
        counted, seen = self._counts.counted, self._counts.rejected
        for reason in (one.reason for one in rejections if one.row > counted.rejections):
            seen[reason] = seen.get(reason, 0) + 1
        counted.rejections = max([counted.rejections, *(one.row for one in kept)])
        findings = [finding for one in kept for finding in one.findings]
        if findings:
            self._patiently(self._store.write_findings, findings)
        rows = [one for one in kept if one.row]
        if rows:
            self._counts.row = rows[-1].row
            self._counts.at = rows[-1].at
            events.reached_row.set(rows[-1].row)
            events.reached_at.set(rows[-1].at / 1000)

    def _patiently(self, write: Callable[..., None], *what: object) -> None:
        """Write, again and again while the store is down, until it is up or we are to stop."""
        pause = 0.1
        while True:
            try:
                write(*what)
            except StoreDown as error:
                self._counts.store_down = str(error)
                events.store_down.set(1)
                if self._stop.wait(pause):
                    message = f"stopped while the store was down: {error}"
                    raise ServiceError(message) from error
                pause = min(pause * 2, 5.0)
            else:
                self._counts.store_down = ""
                events.store_down.set(0)
                return
