"""Reading a journal from a cursor, while it is written and trimmed."""

import os
import sqlite3
import time
from pathlib import Path
from typing import NamedTuple

import msgspec

from sentinel.domain.errors import JournalError
from sentinel.domain.rows import Row, RowKind
from sentinel.journal.files import HOUR_MS, JournalFile, list_files, open_for_reading, unreadable

_SELECT = "SELECT id, received_at, kind, count, body FROM rows WHERE id > ? ORDER BY id LIMIT ?"
MOST_BYTES = 32 << 20
"""Of bodies in one read: messages are counted by the ten thousand, and one may be 16 MB."""
_KINDS = {int(kind): kind for kind in RowKind}
_LOOK_AGAIN_SECONDS = 0.1
"""A directory's time of change may be as coarse as the kernel's tick: so list it now and then."""


class _Most(NamedTuple):
    """What one read may return."""

    rows: int
    messages: int
    size: int


class JournalReader:
    """Holds open files but no position: the cursor is the caller's. For one thread at a time.

    Args:
        directory: Of the journal; while there is none, the journal is empty.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._files: list[JournalFile] = []
        self._looked_at = float("-inf")
        self._changed_ns = -1
        self._open: JournalFile | None = None
        self._connection: sqlite3.Connection | None = None

    def read(
        self, after: int, *, max_rows: int, max_count: int, max_bytes: int = MOST_BYTES
    ) -> list[Row]:
        """Return the rows after that id, in order; at least one if there is one.

        Ends before the row with which the messages (or findings) would be more than `max_count`,
        or the bodies larger than `max_bytes`.
        If the rows next in line are no longer there, the first row returned is of kind GAP and
        has the id of the last one that is gone. Never waits; costs some ten microseconds when
        nothing is new.

        Raises:
            JournalError: A file cannot be read, or the cursor is not of this journal.
        """
        most = _Most(max_rows, max_count, max_bytes)
        while True:
            try:
                if self._open is not None and after >= self._open.first_id - 1:
                    rows = self._rows_in(self._open, after, most)
                    if rows or (self._is_last(self._open) and not self._has_changed()):
                        return rows
                self._look()
                return self._read_across(after, most)
            except FileNotFoundError:  # unlinked since it was listed
                self._looked_at = float("-inf")

    def last_id(self) -> int:
        """Return the id of the newest row, 0 in an empty journal."""
        files = list_files(self._directory)
        return self._newest_in(files[-1]) if files else 0

    def first_id(self) -> int:
        """Return the id of the oldest row still there; in an empty journal that of the next."""
        files = list_files(self._directory)
        return files[0].first_id if files else 1

    def size_bytes(self) -> int:
        """Return the room that all files take."""
        return sum(file.size_bytes() for file in list_files(self._directory))

    def close(self) -> None:
        """Close the file that was read last; reading on opens it again."""
        connection, self._connection, self._open = self._connection, None, None
        if connection is not None:
            connection.close()

    def _is_last(self, file: JournalFile) -> bool:
        """Say whether the listing has no file after this one."""
        return bool(self._files) and self._files[-1] == file

    def _has_changed(self) -> bool:
        """Say whether files may have come or gone since they were listed."""
        try:
            changed_ns = os.stat(self._directory).st_mtime_ns  # noqa: PTH116 -- polled
        except FileNotFoundError:
            return False
        is_due = time.monotonic() - self._looked_at > _LOOK_AGAIN_SECONDS
        return is_due or changed_ns != self._changed_ns

    def _look(self) -> None:
        if not self._has_changed():
            return
        self._looked_at = time.monotonic()
        if self._directory.exists():
            self._changed_ns = self._directory.stat().st_mtime_ns
        self._files = list_files(self._directory)

    def _read_across(self, after: int, most: _Most) -> list[Row]:
        """Read from the files as listed: what a file lacks that has a successor, it never gets."""
        earlier = [at for at, file in enumerate(self._files) if file.first_id <= after + 1]
        for file in self._files[earlier[-1] if earlier else 0 :]:
            gap = [self._gap(after, file)] if file.first_id > after + 1 else []
            start = gap[0].id if gap else after
            rows = self._rows_in(file, start, most._replace(rows=most.rows - len(gap)))
            if gap or rows:
                return gap + rows
        self._refuse_beyond(after)
        return []

    def _refuse_beyond(self, after: int) -> None:
        """A cursor past the end would wait for ever, while other rows came under its ids."""
        newest = self.last_id()
        if after > newest:
            message = (
                f"journal: {self._directory}: a cursor must be a row of its journal; got row "
                f"{after}, the newest is {newest}; was the journal moved away or replaced?"
            )
            raise JournalError(message)

    def _rows_in(self, file: JournalFile, after: int, most: _Most) -> list[Row]:
        if most.rows <= 0:
            return []
        connection = self._connected(file)
        rows: list[Row] = []
        count = size = 0
        cursor = connection.cursor()
        try:
            for id_, received_at, kind, n, body in cursor.execute(_SELECT, (after, most.rows)):
                count, size = count + n, size + len(body)
                if rows and (count > most.messages or size > most.size):
                    break
                known = _kind(kind, id_, file.path)
                rows.append(Row(id=id_, received_at=received_at, kind=known, count=n, body=body))
        except sqlite3.Error as error:
            raise unreadable(file.path, error) from error
        finally:
            cursor.close()  # ends the read: an open one keeps the writer's log from being reused
        return rows

    def _connected(self, file: JournalFile) -> sqlite3.Connection:
        if self._connection is not None and self._open == file:
            return self._connection
        self.close()
        try:
            self._connection = open_for_reading(file)
        except sqlite3.Error as error:
            raise unreadable(file.path, error) from error
        self._open = file
        return self._connection

    def _newest_in(self, file: JournalFile) -> int:
        try:
            connection = self._connected(file)
            (newest,) = connection.execute("SELECT max(id) FROM rows").fetchone()
        except sqlite3.Error as error:
            raise unreadable(file.path, error) from error
        return file.first_id - 1 if newest is None else int(newest)

    def _gap(self, after: int, file: JournalFile) -> Row:
        last_gone = file.first_id - 1
        gone = {"from": after + 1, "to": last_gone, "reason": "no longer kept"}
        return Row(
            id=last_gone,
            received_at=file.hour * HOUR_MS,
            kind=RowKind.GAP,
            count=0,
            body=msgspec.msgpack.encode(gone),
        )


def _kind(kind: int, row: int, path: Path) -> RowKind:
    found = _KINDS.get(kind)
    if found is None:
        message = (
            f"journal: {path}: row {row}: a row is of a known kind; got {kind}; a later sentinel "
            "wrote it, or the file is damaged: update this one, or move the file away"
        )
        raise JournalError(message)
    return found
