"""What the flows need from others, handed in by `sentinel.app`."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sentinel.bundle import Bundle
from sentinel.domain.finding import Finding
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Rejection
from sentinel.domain.rows import Row

LoadBundle = Callable[[str], Bundle]
"""Return the bundle of that hash; quick when asked again."""


class RowReader(Protocol):
    """A journal, read from a cursor."""

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        """Return the next rows, at least one if there is one, in order; never blocks.

        The reader bounds their bytes.
        """
        ...

    def last_id(self) -> int:
        """Return the id of the newest row, 0 in an empty journal."""
        ...

    def close(self) -> None:
        """Hold no file open any more; reading on opens it again."""
        ...


class FindingsLog(Protocol):
    """Where detect writes: durable when `append` returns."""

    def append(self, findings: Sequence[Finding]) -> int:
        """Add those that the journal has not, in one transaction, and return how many."""
        ...


class Store(Protocol):
    """Where record writes. All calls may be repeated with the same content."""

    def write(self, readings: Readings, registry: Registry) -> None:
        """Keep readings; raises StoreDown while there is no store to be had."""
        ...

    def write_findings(self, findings: Sequence[Finding]) -> None:
        """Mirror findings for charts."""
        ...

    def write_rejections(self, rejections: Sequence[Rejection]) -> None:
        """Keep what was rejected."""
        ...


class Keyed(Protocol):
    """State of one shard that can be kept: the engine in detect, the grader in record."""

    def snapshot(self) -> dict[str, Any]:
        """Return arrays and small values; arrays may be references, the caller copies them."""
        ...
