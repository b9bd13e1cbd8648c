"""The log in the middle: append, read from a cursor, retain.

One SQLite file an hour; a row is durable when `append` returns. Readers poll, each with a cursor
of its own, and neither wait for the writer nor hold it up.
"""

from sentinel.domain.rows import Entry
from sentinel.journal.cursors import read_cursors, sweep_cursor, write_cursor
from sentinel.journal.reader import JournalReader
from sentinel.journal.settings import JournalSettings
from sentinel.journal.trim import Gap, Gaps, Trimmed, read_gaps
from sentinel.journal.writer import JournalWriter

__all__ = [
    "Entry",
    "Gap",
    "Gaps",
    "JournalReader",
    "JournalSettings",
    "JournalWriter",
    "Trimmed",
    "read_cursors",
    "read_gaps",
    "sweep_cursor",
    "write_cursor",
]
