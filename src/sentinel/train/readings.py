"""Readings to learn from, out of CSV files as people export them."""

import csv
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Protocol

import numpy as np

from sentinel.document import Place, Problems, nearest
from sentinel.document.text import decode_text
from sentinel.train.forest import Series

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "device": ("device", "device_id", "sensor"),
    "metric": ("metric",),
    "time": ("time", "timestamp", "event_time"),
    "value": ("value",),
}
"""What each column may be called. Without `device` and `metric` a file is one series."""

_MILLISECONDS = re.compile(r"-?[0-9]{1,15}\Z")
"""As far as year 33658 either way."""
MOST_PROBLEMS = 20
"""Lines told of one file; who has more has the wrong file."""


class Rows(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


def read_series(
    paths: Iterable[Path],
    metric: str,
    problems: Problems,
    *,
    devices: Collection[str] | None = None,
    zone: tzinfo = UTC,
) -> list[Series]:
    """Return one series a device, sorted by device and time; of a repeated time the first counts.

    Args:
        paths: CSV files with a header; columns time and value, device and metric if they have
            several. Without a device column a file is one device, called by its file's name.
        metric: Rows of other metrics are passed over, as are those without a value.
        problems: Takes what cannot be read.
        devices: Only these; None: all.
        zone: Of times that name none.
    """
    found: dict[str, dict[int, float]] = {}
    for path in paths:
        for device, time, value in _rows(path, metric, problems, zone):
            if devices is None or device in devices:
                found.setdefault(device, {}).setdefault(time, value)
    return [_series(device, found[device]) for device in sorted(found)]


def _series(device: str, readings: dict[int, float]) -> Series:
    times = sorted(readings)
    return Series(
        sensor=device,
        times=np.array(times, np.int64),
        values=np.array([readings[time] for time in times], np.float64),
    )


def _rows(
    path: Path, metric: str, problems: Problems, zone: tzinfo
) -> Iterator[tuple[str, int, float]]:
    text = _text(path, problems)
    if text is None:
        return
    rows = csv.reader(text.splitlines())
    at = _columns(next(_until_garbled(rows, path, problems), []), path, problems)
    told = 0
    for row in _until_garbled(rows, path, problems) if at is not None else ():
        if at is None or not _cell(row, at["value"]) or _other(row, at, metric):
            continue  # an empty value is a gap
        read = _reading(row, at, zone)
        if isinstance(read, str):
            told += 1
            if told <= MOST_PROBLEMS:
                problems.add(Place(str(path), rows.line_num, 1), "", read)
            continue
        device = _cell(row, at.get("device")) or path.stem
        yield device, *read


def _until_garbled(rows: "Rows", path: Path, problems: Problems) -> Iterator[list[str]]:
    """Yield rows up to what is no CSV, and tell that."""
    try:
        yield from rows
    except csv.Error as error:
        place = Place(str(path), max(rows.line_num, 1), 1)
        problems.add(place, "", f"this is not CSV: {error}")


def _text(path: Path, problems: Problems) -> str | None:
    try:
        data = path.read_bytes()
    except OSError as error:
        problems.add(Place(str(path)), "", f"cannot be read: {error.strerror or error}")
        return None
    return decode_text(data, str(path), problems)


def _columns(header: list[str], path: Path, problems: Problems) -> dict[str, int] | None:
    names = [name.strip().lower() for name in header]
    at = {
        column: names.index(spelling)
        for column, spellings in _COLUMNS.items()
        for spelling in spellings
        if spelling in names
    }
    for column in ("time", "value"):
        if column not in at:
            message = f"a file of readings needs a column {column!r}; got {', '.join(names)}"
            problems.add(Place(str(path), 1, 1), "", message, nearest(column, names))
    return at if "time" in at and "value" in at else None


def _other(row: list[str], at: Mapping[str, int], metric: str) -> bool:
    named = _cell(row, at.get("metric"))
    return bool(named) and named != metric


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _reading(row: list[str], at: Mapping[str, int], zone: tzinfo) -> tuple[int, float] | str:
    """Return (time, value), or what is wrong."""
    time, value = _cell(row, at["time"]), _cell(row, at["value"])
    try:
        number = float(value)
    except ValueError:
        return f"a value must be a number; got {value!r}"
    if not np.isfinite(number):
        return f"a value must be finite; got {value!r}"
    instant = _instant(time, zone)
    if instant is None:
        return f"a time must be 2026-06-18T08:00:00Z or milliseconds since 1970; got {time!r}"
    return instant, number


def _instant(text: str, zone: tzinfo) -> int | None:
    if _MILLISECONDS.match(text):
        return int(text)
    try:
        read = datetime.fromisoformat(text)
        aware = read if read.tzinfo is not None else read.replace(tzinfo=zone)
        return round(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
