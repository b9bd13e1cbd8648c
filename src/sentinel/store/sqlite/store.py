"""The store in SQLite files: a catalogue, and a file a day of when things were measured."""

import fcntl
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override

from sentinel.domain.errors import LockedError
from sentinel.domain.finding import Finding
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.observe.events.store import DaysGivenUp, ReadingsStored
from sentinel.store.connect import in_our_words
from sentinel.store.contract import RankPoint, ReadingStore, StoredReadings
from sentinel.store.rejections import RejectionLog
from sentinel.store.sqlite.catalogue import Catalogue, find_ranks, find_series
from sentinel.store.sqlite.day import Day, read_day
from sentinel.store.sqlite.page import Columns
from sentinel.store.storable import storable
from sentinel.store.withrejections import WithRejections

_DAY_MS = 86_400_000
_OPEN_DAYS = 8
"""Late readings go back some days; a file opened anew costs a millisecond."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class SqliteStore(WithRejections, ReadingStore):
    """Readings kept in `directory`; quick to write, quick to ask for one sensor, kept by the day.

    Idempotent by sensor and time: of two readings with the same, the one written first stands,
    in one call or in different ones. So a flow that starts again from an older cursor may hand in
    the same rows, cut into batches as it likes: the copies are passed over when read, and gone
    once their runs are merged. A call that ends, ends with everything on the disk; a call that is
    killed has kept whole days of it or nothing of them.

    One process writes; a second one is refused when it first writes. Any may read.
    """

    def __init__(self, directory: Path, rejections: RejectionLog) -> None:
        super().__init__(rejections)
        self._directory = directory
        self._days: OrderedDict[int, Day] = OrderedDict()
        self._catalogue: Catalogue | None = None
        self._lock: IO[str] | None = None

    @override
    def write(self, readings: Readings, registry: Registry) -> None:
        kept = storable(readings)
        if not len(kept):
            return
        with in_our_words(self._directory):
            columns = _columns(kept, self._writable().series(kept.sensor, registry))
            days = kept.time // _DAY_MS
            for day in np.unique(days):
                self._day(int(day)).add(columns.take(days == day))
        ReadingsStored(count=len(kept)).emit()

    @override
    def write_findings(self, findings: Sequence[Finding]) -> None:
        with in_our_words(self._directory):
            self._writable().mirror(findings)

    @override
    def readings(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> StoredReadings:
        with in_our_words(self._directory):
            series = find_series(self._catalogue_path, device, metric)
            if series is None or start_ms >= end_ms:
                return StoredReadings.empty()
            parts, count = [], 0
            for day in self._days_of(start_ms, end_ms):
                if limit is not None and count >= limit:
                    break
                parts.append(self._read(day, series, start_ms, end_ms))
                count += len(parts[-1])
        found = StoredReadings.join(parts[::-1])
        return found if limit is None else found.take(slice(max(0, len(found) - limit), None))

    @override
    def ranks(self, rule: str, subject: str, start_ms: int, end_ms: int) -> list[RankPoint]:
        with in_our_words(self._directory):
            return find_ranks(self._catalogue_path, rule, subject, start_ms, end_ms)

    @override
    def retain(self, now_ms: int, keep_ms: int) -> None:
        """Give up days, and what else is kept here, by age.

        It counts from the end of the last day but one, should the clock be ahead of that: what is
        unlinked is gone, and a clock that is wrong for a day must not do it.
        """
        with in_our_words(self._directory):
            writable = self._writable()
            days = sorted(self._kept_days())
            now_ms = _settled(days, now_ms)
            oldest = (now_ms - keep_ms) // _DAY_MS
            gone = [day for day in days if day < oldest]
            for day in gone:
                self._unlink(day)
            if gone:
                DaysGivenUp(count=len(gone), oldest=_name(min(gone))).emit()
            writable.forget(oldest * _DAY_MS)  # last: on a full disk only unlinking works
        super().retain(now_ms, keep_ms)

    @override
    def close(self) -> None:
        while self._days:
            self._days.popitem()[1].close()
        if self._catalogue is not None:
            self._catalogue.close()
        if self._lock is not None:
            self._lock.close()
        super().close()

    @property
    def _catalogue_path(self) -> Path:
        return self._directory / "catalogue.db"

    def _writable(self) -> Catalogue:
        if self._catalogue is None:
            self._lock = self._lock or _lock(self._directory)  # a full disk let us come no further
            self._catalogue = Catalogue(self._catalogue_path)
        return self._catalogue

    def _day(self, day: int) -> Day:
        """Return the day's file, open; the one unused for longest is closed for it."""
        if day not in self._days:
            self._days[day] = Day(self._path(day))
            if len(self._days) > _OPEN_DAYS:
                self._days.popitem(last=False)[1].close()
        self._days.move_to_end(day)
        return self._days[day]

    def _read(self, day: int, series: int, start_ms: int, end_ms: int) -> StoredReadings:
        start = day * _DAY_MS
        first, last = max(0, start_ms - start), min(_DAY_MS, end_ms - start) - 1
        found = read_day(self._path(day), series, first, last)
        return StoredReadings.empty() if found is None else _stored(found, start)

    def _days_of(self, start_ms: int, end_ms: int) -> list[int]:
        """Return the days there are that have a part in start <= time < end, newest first."""
        first, last = start_ms // _DAY_MS, (end_ms - 1) // _DAY_MS
        return sorted((day for day in self._kept_days() if first <= day <= last), reverse=True)

    def _kept_days(self) -> Iterator[int]:
        for path in (self._directory / "days").glob("*.db"):
            with suppress(ValueError):  # a copy that a person has put there
                yield _number(path.stem)

    def _path(self, day: int) -> Path:
        return self._directory / "days" / f"{_name(day)}.db"

    def _unlink(self, day: int) -> None:
        if day in self._days:
            self._days.pop(day).close()
        path = self._path(day)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _settled(days: Sequence[int], now_ms: int) -> int:
    return min(now_ms, (days[-2:][0] + 1) * _DAY_MS) if days else now_ms


def _lock(directory: Path) -> IO[str]:
    directory.mkdir(parents=True, exist_ok=True)
    lock = (directory / "writer.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        message = f"store: {directory}: one process writes at a time; another one does already"
        raise LockedError(message) from None
    return lock


def _columns(readings: Readings, series: NDArray[np.uint32]) -> Columns:
    return Columns(
        series=series,
        offset=(readings.time % _DAY_MS).astype(np.uint32),
        lag=readings.received - readings.time,
        value=readings.value,
        quality=readings.quality,
        flags=readings.flags,
    )


def _stored(columns: Columns, start_ms: int) -> StoredReadings:
    time = start_ms + columns.offset.astype(np.int64)
    return StoredReadings(
        time=time,
        received=time + columns.lag,
        value=columns.value,
        quality=columns.quality,
        flags=columns.flags,
    )


def _name(day: int) -> str:
    """Return the date of a day counted from 1970."""
    return (_EPOCH + timedelta(days=day)).strftime("%Y-%m-%d")


def _number(name: str) -> int:
    return (datetime.strptime(name, "%Y-%m-%d").replace(tzinfo=UTC) - _EPOCH).days
