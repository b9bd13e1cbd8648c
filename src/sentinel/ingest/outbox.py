"""What waits for the journal, and what is owed once it is there."""

from sentinel.domain.rows import Entry
from sentinel.ingest.connection import Connection
from sentinel.ingest.frames import Budget
from sentinel.ingest.ports import Journal


class Outbox:
    """Rows to append and the acknowledgements that follow them, both in order.

    Nothing leaves it but through the journal: after a full disk the same rows are tried again.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._owed: list[tuple[Connection, bytes]] = []
        self.messages = 0
        self._size = 0

    def __bool__(self) -> bool:
        return bool(self._entries or self._owed)

    def has_room(self, budget: Budget) -> bool:
        """Say whether what waits is within the budget."""
        return self.messages < budget.messages and self._size < budget.size

    def put(self, entry: Entry, connection: Connection | None = None, acks: bytes = b"") -> None:
        """Add a row; `acks` go out on `connection` when it is durable, if that still stands."""
        self._entries.append(entry)
        self.messages += entry.count
        self._size += len(entry.body)
        self.owe(connection, acks)

    def owe(self, connection: Connection | None, acks: bytes) -> None:
        """Add acknowledgements of what needs no row."""
        if connection is not None and acks:
            self._owed.append((connection, acks))

    def commit(self, journal: Journal) -> int:
        """Append all rows in one transaction, then acknowledge; returns the last row's id.

        Raises:
            DiskFull: Nothing was appended, nothing acknowledged; all is still here.
        """
        row = journal.append(self._entries)
        for connection, acks in self._owed:
            connection.acknowledge(acks)
        self._entries.clear()
        self._owed.clear()
        self.messages = self._size = 0
        return row
