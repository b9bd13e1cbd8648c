"""One day's file: runs of pages, small new runs merged into larger ones.

A write is a run; a run is sorted by series and cut into pages by a few high bits of the series
number, so that a series is looked up by one key in each run. Runs are numbered as they came, and
neighbours are merged as they add up (a log-structured merge tree of three sizes), so that a day
has few runs however small the writes were.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from sentinel.store.connect import open_to_write, reading, transaction
from sentinel.store.sqlite.page import Codec, Columns, decode_page, encode_page

_SCHEMA = """
CREATE TABLE IF NOT EXISTS run (
    id INTEGER PRIMARY KEY, shift INTEGER NOT NULL, count INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS page (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
"""
_SHIFT_BITS = 32
"""A page's id has its run's id in the high and series >> shift in the low bits: one key."""

_PAGE = 2048
"""Readings in a page, about: some 16 kB compressed, which is what a look-up reads of a run."""

_YOUNG = 16_384
"""A smaller run is one plain page: it will soon be merged, and 0.4 MB are soon looked through."""

_SIZES = (4_096, 65_536, 1_048_576)
"""Runs below a size are merged when they add up to it; the largest merge takes about a second."""

_FAN = 16
"""The smallest are merged too when there are so many of them, so that few tiny runs lie about.
Larger ones add up to the next size within as many."""

_TAIL = 4 * _FAN


class Day:
    """The file of one day, open to write; one thread at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = open_to_write(path, _SCHEMA)

    def add(self, columns: Columns) -> None:
        """Keep the columns, at least one reading; on the disk on return, all or nothing of them."""
        run = columns.in_order()
        with transaction(self._connection):
            self._put(run)
            self._merge()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _merge(self) -> None:
        """Merge the newest runs that are small enough as far as they add up, smallest first."""
        for size in _SIZES:
            runs = self._newest_below(size)
            is_many = size == _SIZES[0] and len(runs) >= _FAN
            if is_many or (len(runs) > 1 and sum(count for _, count in runs) >= size):
                self._replace([run for run, _ in runs])

    def _newest_below(self, size: int) -> list[tuple[int, int]]:
        """Return (id, count) of the runs after the last one that has `size`, oldest first."""
        newest = self._connection.execute(
            "SELECT id, count FROM run ORDER BY id DESC LIMIT ?", (_TAIL,)
        ).fetchall()
        small = []
        for run, count in newest:
            if count >= size:
                break
            small.append((run, count))
        return small[::-1]

    def _replace(self, runs: list[int]) -> None:
        """Put one run in the place of neighbours; equal readings: the oldest run's stands."""
        span = (runs[0] << _SHIFT_BITS, (runs[-1] + 1) << _SHIFT_BITS)
        pages = self._connection.execute(
            "SELECT body FROM page WHERE id >= ? AND id < ? ORDER BY id", span
        )
        merged = Columns.join([decode_page(body) for (body,) in pages]).in_order()
        self._connection.execute("DELETE FROM page WHERE id >= ? AND id < ?", span)
        self._connection.execute("DELETE FROM run WHERE id BETWEEN ? AND ?", (runs[0], runs[-1]))
        self._put(merged)

    def _put(self, run: Columns) -> None:
        young = len(run) < _YOUNG
        codec, shift = (Codec.PLAIN, _SHIFT_BITS) if young else (Codec.ZLIB, _shift_of(run))
        row = (shift, len(run), int(run.offset.min()), int(run.offset.max()))
        cursor = self._connection.execute(
            "INSERT INTO run (shift, count, first, last) VALUES (?, ?, ?, ?)", row
        )
        base = (cursor.lastrowid or 0) << _SHIFT_BITS
        self._connection.executemany(
            "INSERT INTO page (id, body) VALUES (?, ?)",
            ((base | bucket, encode_page(page, codec)) for bucket, page in _cut(run, shift)),
        )


def read_day(path: Path, series: int, first: int, last: int) -> Columns | None:
    """Return one series' readings with first <= offset <= last, oldest first; None: no such day."""
    with reading(path) as connection:
        if connection is None:
            return None
        bodies = connection.execute(_FIND, {"series": series, "first": first, "last": last})
        parts = [decode_page(body).of(series) for (body,) in bodies]
    if not parts:
        return None
    found = Columns.join(parts).in_order()
    return found.take((found.offset >= first) & (found.offset <= last))


_FIND = f"""
SELECT page.body FROM run
JOIN page ON page.id = run.id << {_SHIFT_BITS} | (:series >> run.shift)
WHERE run.last >= :first AND run.first <= :last ORDER BY run.id
"""  # noqa: S608 -- the number is a constant of this file


def _shift_of(run: Columns) -> int:
    """Return how many low bits of the series number share a page, for pages of about `_PAGE`."""
    span = int(run.series[-1]) - int(run.series[0]) + 1
    return max(0, (span * _PAGE // len(run)).bit_length() - 1)


def _cut(run: Columns, shift: int) -> Iterator[tuple[int, Columns]]:
    buckets = run.series.astype(np.int64) >> shift
    starts = np.flatnonzero(np.diff(buckets, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(run)], strict=True):
        yield int(buckets[start]), run.take(slice(start, end))
