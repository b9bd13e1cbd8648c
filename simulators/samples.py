"""Files of readings, read as one stream in order of time."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fnmatch import fnmatch
from heapq import merge
from math import isfinite
from pathlib import Path
from zoneinfo import ZoneInfo

ONE_DEVICE = ("timestamp", "value")
MANY_DEVICES = ("device", "metric", "timestamp", "value")


class FileError(Exception):
    """A file is not one of readings; the text says why, for a person."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Sample:
    """One reading of a file. time_ms: since 1970 UTC. value: as the file has it, a number."""

    time_ms: int
    device: str
    metric: str
    value: str


@dataclass(slots=True)
class Samples:
    """The readings of some files; iterate once, then ask `skipped`.

    Two layouts are read: `timestamp,value`, one file a device that is named by the file's name,
    and `device,metric,timestamp,value`. Further columns are passed over. Times are ISO 8601; one
    without an offset is in `zone`. The files are merged by time; each must be in order by itself.

    Args:
        files: The files.
        zone: IANA name.
        metrics: Pattern of a device's name (`wl_*`) to metric, the first that fits, for the
            layout without a metric.
        skipped: Rows without a number or a time, by `file: reason`.
    """

    files: Sequence[Path]
    zone: str
    metrics: Mapping[str, str]
    skipped: dict[str, int] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Sample]:
        return merge(*[self._read(path) for path in self.files])

    def _read(self, path: Path) -> Iterator[Sample]:
        zone = ZoneInfo(self.zone)
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            own = self._own(path, rows.fieldnames or ())
            for row in rows:
                time_ms, value = _time(row["timestamp"], zone), (row["value"] or "").strip()
                if time_ms is None:
                    self._skip(path, "no time")
                elif not _is_number(value):
                    self._skip(path, "no number")
                else:
                    device, metric = own or (row["device"], row["metric"])
                    yield Sample(time_ms=time_ms, device=device, metric=metric, value=value)

    def _own(self, path: Path, header: Iterable[str]) -> tuple[str, str] | None:
        """Return the file's device and metric, None if its rows say them."""
        if set(MANY_DEVICES) <= set(header):
            return None
        if not set(ONE_DEVICE) <= set(header):
            wanted = f"`{','.join(ONE_DEVICE)}` or `{','.join(MANY_DEVICES)}`"
            message = f"{path}: the first line must name the columns {wanted}; got {list(header)}"
            raise FileError(message)
        for pattern, metric in self.metrics.items():
            if fnmatch(path.stem, pattern):
                return path.stem, metric
        known = ", ".join(self.metrics) or "none"
        message = f"{path}: no metric is given for {path.stem!r}; patterns: {known}"
        raise FileError(message)

    def _skip(self, path: Path, reason: str) -> None:
        key = f"{path.name}: {reason}"
        self.skipped[key] = self.skipped.get(key, 0) + 1


def _time(text: str | None, zone: ZoneInfo) -> int | None:
    try:
        moment = datetime.fromisoformat((text or "").strip())
    except ValueError:
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)
    return round((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def _is_number(text: str) -> bool:
    try:
        return isfinite(float(text))
    except ValueError:
        return False
