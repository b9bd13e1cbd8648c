"""A slice of rows to columns, and columns to the shards that own their devices."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine import shard_of_device
from sentinel.domain.readings import READING_COLUMNS, Mark, Readings
from sentinel.domain.rejection import Rejection
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.ports import LoadBundle
from sentinel.flow.source import Slice
from sentinel.normalise.normaliser import Normaliser

_MARKS = {
    RowKind.TICK: Mark.TICK,
    RowKind.LINK_DOWN: Mark.LINK_DOWN,
    RowKind.LINK_UP: Mark.LINK_UP,
    RowKind.CAUGHT_UP: Mark.CAUGHT_UP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one shard is to do with one slice.

    row: The slice's last row; a shard that has judged it already passes over the work.
    bundle: Hash in force. changed_at: Set where this bundle begins: the row's received_at.
    readings: The shard's readings and every mark, in order.
    """

    shard: int
    row: int
    bundle: str
    readings: Readings
    changed_at: int | None = None


@dataclass(slots=True)
class Columns:
    """A slice, normalised. given_up: Rows that were gone before they were read."""

    row: int
    bundle: str
    readings: Readings
    changed_at: int | None = None
    rejections: list[Rejection] = field(default_factory=list)
    repeats: int = 0
    ignored: int = 0
    messages: int = 0
    given_up: int = 0


def rows_gone(row: Row, beyond: int = 0) -> int:
    """Return how many rows beyond that one a GAP row stands for; 0 for any other."""
    if row.kind is not RowKind.GAP:
        return 0
    gone = msgspec.msgpack.decode(row.body)
    return max(0, int(gone["to"]) - max(int(gone["from"]), beyond + 1) + 1)


def cut(slices: Iterable[Slice], row: int) -> Iterator[Slice]:
    """Yield the slices, none of them with rows on both sides of the end of that row.

    What is counted by the slice is then counted once, though a flow begun anew reads it again.
    """
    for part in slices:
        if part.rows[0].id <= row < part.rows[-1].id:
            at = bisect_right(part.rows, row, key=lambda one: one.id)
            yield replace(part, rows=part.rows[:at])
            yield replace(part, rows=part.rows[at:])
        else:
            yield part


class Normalisers:
    """One normaliser a bundle, kept as long as rows of the bundle come."""

    def __init__(self, load_bundle: LoadBundle) -> None:
        self._load_bundle = load_bundle
        self._kept: dict[str, Normaliser] = {}

    def columns(self, part: Slice, counted: int = 0) -> Columns:
        """Return the slice as columns; rows before any bundle cannot be read and count as none.

        counted: Rows up to this one are not given up once more.
        """
        columns = Columns(part.rows[-1].id, part.bundle, Readings.empty())
        columns.given_up = sum(rows_gone(row, counted) for row in part.rows)
        if part.changed:
            columns.changed_at = part.rows[0].received_at
        elif part.bundle:
            self._fill(columns, part)
        return columns

    def _fill(self, columns: Columns, part: Slice) -> None:
        said = [row for row in part.rows if row.kind is RowKind.MESSAGES]
        if said:
            done = self._of(part.bundle).normalise_rows(said)
            columns.readings = done.readings
            columns.rejections = done.rejections
            columns.repeats = done.repeats
            columns.ignored = done.ignored
            columns.messages = sum(row.count for row in said)
        marks = [row for row in part.rows if row.kind in _MARKS]
        if marks:
            columns.readings = with_marks(columns.readings, marks)

    def _of(self, bundle: str) -> Normaliser:
        if bundle not in self._kept:
            self._kept = {bundle: Normaliser(self._load_bundle(bundle))}
        return self._kept[bundle]


class Splitter:
    """Gives each shard its part of a slice: all metrics of a device are judged together."""

    def __init__(self, load_bundle: LoadBundle, shards: int) -> None:
        self._load_bundle = load_bundle
        self._shards = shards
        self._owner: tuple[str, NDArray[np.int16]] = ("", np.empty(0, np.int16))

    def split(self, columns: Columns) -> Iterator[tuple[str, Work]]:
        """Yield keyed work; a shard without readings, marks or a new bundle is left alone."""
        if columns.changed_at is not None:
            parts = [(shard, columns.readings) for shard in range(self._shards)]
        else:
            parts = by_shard(columns.readings, self._owners(columns.bundle), self._shards)
        for shard, part in parts:
            work = Work(
                shard=shard,
                row=columns.row,
                bundle=columns.bundle,
                readings=part,
                changed_at=columns.changed_at,
            )
            yield f"{shard:03d}", work

    def _owners(self, bundle: str) -> NDArray[np.int16]:
        if self._owner[0] != bundle:
            registry = self._load_bundle(bundle).registry
            owner = shard_of_device(registry, self._shards)[registry.sensor_device]
            self._owner = (bundle, owner.astype(np.int16))
        return self._owner[1]


def by_shard(
    readings: Readings, owner: NDArray[np.int16], shards: int
) -> list[tuple[int, Readings]]:
    """Return the part of each shard that has one, in order; marks go to every shard.

    owner: int16, the owning shard by sensor number.
    """
    if not len(readings):
        return []
    if shards == 1:
        return [(0, readings)]
    is_mark = readings.sensor < 0
    shard = np.zeros(len(readings), np.int16)
    if len(owner):
        owner.take(readings.sensor, out=shard, mode="clip")  # a mark's number is below all sensors
    if is_mark.any():
        copies = np.where(is_mark, shards, 1)
        positions = np.repeat(np.arange(len(readings)), copies)
        shard = shard[positions]
        shard[is_mark[positions]] = np.tile(
            np.arange(shards, dtype=np.int16), int(np.count_nonzero(is_mark))
        )
        order = np.argsort(shard, kind="stable")
        chosen = readings.take(positions[order])
    else:
        order = np.argsort(shard, kind="stable")
        chosen = readings.take(order)
    ends = np.cumsum(np.bincount(shard, minlength=shards)).tolist()
    return [
        (number, chosen.take(slice(start, end)))
        for number, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True))
        if start < end
    ]


def with_marks(readings: Readings, marks: Sequence[Row]) -> Readings:
    """Return readings and marks in the order of their rows."""
    row = np.array([mark.id for mark in marks], np.int64)
    time = np.array([mark.received_at for mark in marks], np.int64)
    kind = np.array([_MARKS[mark.kind] for mark in marks], np.int32)
    at = np.searchsorted(readings.row, row) + np.arange(len(marks))
    is_mark = np.zeros(len(readings) + len(marks), np.bool_)
    is_mark[at] = True
    others = ~is_mark
    columns: dict[str, NDArray[Any]] = {}
    own = {"sensor": kind, "time": time, "received": time, "row": row}
    for name, dtype in READING_COLUMNS.items():
        columns[name] = np.empty(len(is_mark), dtype)
        columns[name][others] = getattr(readings, name)
        columns[name][at] = own.get(name, 0)
    return Readings(**columns)
