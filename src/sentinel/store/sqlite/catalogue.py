"""What the days have in common: the numbers of series, and the findings mirrored for charts."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.registry import Registry
from sentinel.store.connect import open_to_write, reading, transaction
from sentinel.store.contract import RankPoint
from sentinel.store.names import SensorNames

_SCHEMA = """
CREATE TABLE IF NOT EXISTS series (
    number INTEGER PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL,
    UNIQUE (device, metric));
CREATE TABLE IF NOT EXISTS finding (
    id TEXT PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, decided_at INTEGER NOT NULL,
    number INTEGER NOT NULL, rank INTEGER NOT NULL, sight INTEGER NOT NULL, body BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS finding_by_subject ON finding (rule, subject, decided_at, number);
CREATE INDEX IF NOT EXISTS finding_by_time ON finding (decided_at);
"""
_UNKNOWN = -1


class Catalogue:
    """Open to write; one thread at a time.

    A series is a device and a metric. It has a number of its own, so that what is kept stays true
    when a registry is made anew and numbers its sensors differently.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = open_to_write(path, _SCHEMA)
        self._names: SensorNames | None = None
        self._series = np.empty(0, np.int64)

    def series(self, sensors: NDArray[np.int32], registry: Registry) -> NDArray[np.uint32]:
        """Return the series of each sensor, new ones numbered and on the disk."""
        if self._names is None or not self._names.is_of(registry):
            self._names = SensorNames(registry)
            self._series = np.full(len(self._names), _UNKNOWN, np.int64)
        found = self._series[sensors]
        if (found == _UNKNOWN).any():
            self._learn(np.unique(sensors[found == _UNKNOWN]), self._names)
            found = self._series[sensors]
        return found.astype(np.uint32)

    def mirror(self, findings: Sequence[Finding]) -> None:
        """Keep findings, each once."""
        rows = [
            (
                one.id, one.rule, one.subject, one.decided_at, one.number,
                int(one.rank), int(one.sight), msgspec.msgpack.encode(one),
            )
            for one in findings
        ]  # fmt: skip
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows
            )

    def forget(self, before_ms: int) -> None:
        """Delete the findings decided before."""
        self._connection.execute("DELETE FROM finding WHERE decided_at < ?", (before_ms,))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _learn(self, sensors: NDArray[np.int32], names: SensorNames) -> None:
        known = [(int(sensor), *names.of(sensor)[:2]) for sensor in sensors]
        pairs = [(device, metric) for _, device, metric in known]
        with transaction(self._connection):
            self._connection.executemany(
                "INSERT OR IGNORE INTO series (device, metric) VALUES (?, ?)", pairs
            )
            numbers = [self._connection.execute(_NUMBER, pair).fetchone()[0] for pair in pairs]
        self._series[sensors] = numbers


_NUMBER = "SELECT number FROM series WHERE device = ? AND metric = ?"


def find_series(path: Path, device: str, metric: str) -> int | None:
    """Return the number of a series; None if nothing of it was ever kept."""
    with reading(path) as connection:
        row = connection and connection.execute(_NUMBER, (device, metric)).fetchone()
        return int(row[0]) if row else None


def find_ranks(path: Path, rule: str, subject: str, start: int, end: int) -> list[RankPoint]:
    """Return the mirrored conditions of start <= decided_at < end, oldest first."""
    question = (
        "SELECT decided_at, rank, sight FROM finding WHERE rule = ? AND subject = ? "
        "AND decided_at >= ? AND decided_at < ? ORDER BY decided_at, number"
    )
    with reading(path) as connection:
        if connection is None:
            return []
        rows = connection.execute(question, (rule, subject, start, end)).fetchall()
    return [RankPoint(time=t, rank=Rank(r), blind=Sight(s) is Sight.BLIND) for t, r, s in rows]
