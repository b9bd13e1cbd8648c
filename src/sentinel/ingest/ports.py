"""What the listener needs from others, handed in by `sentinel.app`."""

from collections.abc import Sequence
from typing import Protocol

from sentinel.domain.rows import Entry, Row


class Journal(Protocol):
    """Where everything goes before it is acknowledged."""

    @property
    def last_id(self) -> int:
        """Id of the newest row, 0 in an empty journal."""
        ...

    def append(self, entries: Sequence[Entry]) -> int:
        """Add rows in one transaction, durable on return; returns the id of the last.

        Raises:
            DiskFull: None of them is there; the same call may succeed later.
        """
        ...


class History(Protocol):
    """The same journal, read back at the start."""

    def read(self, after: int, *, max_rows: int, max_count: int) -> list[Row]:
        """Return the next rows, at least one if there is one."""
        ...

    def first_id(self) -> int:
        """Return the id of the oldest row still there."""
        ...
