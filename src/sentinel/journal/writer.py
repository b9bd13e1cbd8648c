"""Appending to a journal: durable when `append` returns, or not there at all."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from sentinel.domain.clock import Clock
from sentinel.domain.errors import DiskFull, JournalError
from sentinel.domain.rows import Entry, RowKind
from sentinel.journal.files import (
    HOUR_MS,
    JournalFile,
    create_file,
    is_no_room,
    list_files,
    open_for_reading,
    open_for_writing,
    sweep_unfinished,
    unreadable,
)
from sentinel.journal.lock import Lock
from sentinel.journal.trim import HELD_BY, Trimmed, trim
from sentinel.observe.events.journal import FilesGivenUp, FilesHeld, RowsSkipped

_INSERT = "INSERT INTO rows (id, received_at, kind, count, body) VALUES (?, ?, ?, ?, ?)"
_BUNDLE = "SELECT body FROM rows WHERE kind = ? ORDER BY id DESC LIMIT 1"


class JournalWriter:
    """The one writer of a journal. For one thread at a time.

    A new file begins with a row that repeats the bundle in force, so that a reader who lost the
    files before it knows how to read this one.

    On a full disk not even the newest file can be opened. Then only `trim` works at first, which
    goes by the files' names, and the file is opened when it is needed.

    Args:
        directory: Made if it is not there.
        clock: Dates rows that bring no time, and says when the hour is over.

    Raises:
        LockedError: Another process writes this journal.
        DiskFull: There is no room even for the folder or the lock.
        JournalError: The newest file cannot be read.
    """

    def __init__(self, directory: Path, *, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock
        self._lock = _locked(directory)
        self._file: JournalFile | None = None
        self._connection: sqlite3.Connection | None = None
        self._bundle = b""
        self._newest: int | None = None
        try:
            sweep_unfinished(directory)
            with suppress(DiskFull):
                self._newest = self._open_newest()
        except BaseException:
            self.close()
            raise

    @property
    def last_id(self) -> int:
        """Id of the newest row, 0 in an empty journal.

        Raises:
            DiskFull: There is no room to open the newest file; it may be asked again.
        """
        if self._newest is None:
            self._newest = self._open_newest()
        return self._newest

    def append(self, entries: Sequence[Entry]) -> int:
        """Add rows in one transaction and return the id of the last.

        Raises:
            DiskFull: No room: none of the rows is there, and the same call may succeed later.
            JournalError: The file cannot be written for another reason; none is there either.
        """
        last_id = self.last_id
        if not entries:
            return last_id
        now = self._clock.now()
        if self._bundle and self._begins_file(now):
            entries = [Entry(RowKind.BUNDLE, 0, self._bundle, entries[0].received_at), *entries]
        rows = [
            (row, now if at is None else at, int(kind), count, body)
            for row, (kind, count, body, at) in enumerate(entries, last_id + 1)
        ]
        try:
            self._commit(self._connection_at(now), rows)
        except (sqlite3.Error, OSError) as error:
            raise self._failure(error) from error
        self._newest = rows[-1][0]
        self._bundle = _last_bundle(entries) or self._bundle
        return self._newest

    def trim(
        self,
        *,
        keep_ms: int,
        max_bytes: int,
        readers: Mapping[str, int],
        held_by: frozenset[str] = HELD_BY,
    ) -> Trimmed:
        """Unlink whole files that are too old or too many, and return what went.

        A file is too old when its newest row is older than `keep_ms`, counted from the end of the
        last file but one: a clock that is wrong for an hour gives up nothing. While the journal is
        larger than `max_bytes` the oldest goes too. The newest file stays, and so does all that a
        reader of `held_by` has not read (one without a cursor has read nothing). Another reader
        that was not through finds a GAP row in its place, and the gap is kept for `read_gaps`.
        """
        trimmed = trim(
            self._directory,
            now=self._clock.now(),
            keep_ms=keep_ms,
            max_bytes=max_bytes,
            readers=readers,
            held_by=held_by,
        )
        _tell(trimmed)
        return trimmed

    def close(self) -> None:
        """Close the file and let the next writer in; again does nothing."""
        self._close_file()
        self._lock.close()

    def _open_newest(self) -> int:
        files = list_files(self._directory)
        if not files:
            return 0
        self._file = files[-1]
        try:
            self._connection = open_for_writing(self._file)
            (newest,) = self._connection.execute("SELECT max(id) FROM rows").fetchone()
            if newest is None and len(files) > 1:  # a crash came between making it and its row
                self._bundle = _bundle_in(files[-2])
            else:
                self._bundle = _bundle_in(files[-1])
        except sqlite3.Error as error:
            self._close_file()
            raise unreadable(self._file.path, error) from error
        return int(newest) if newest is not None else self._file.first_id - 1

    def _begins_file(self, now: int) -> bool:
        """Say whether the next row is the first of its file."""
        is_empty = self._file is not None and self.last_id < self._file.first_id
        return is_empty or self._is_over(now)

    def _is_over(self, now: int) -> bool:
        """Say whether the next row begins a new file."""
        file = self._file
        return file is not None and now // HOUR_MS > file.hour and self.last_id >= file.first_id

    def _connection_at(self, now: int) -> sqlite3.Connection:
        """Return the file of this hour; an empty one is used whatever its hour."""
        file, connection = self._file, self._connection
        if file is None or self._is_over(now):
            file = create_file(self._directory, self.last_id + 1, now)
            self._close_file()
            self._file, connection = file, None
        if connection is None:
            connection = self._connection = open_for_writing(file)
        return connection

    def _commit(
        self, connection: sqlite3.Connection, rows: Sequence[tuple[int, int, int, int, bytes]]
    ) -> None:
        """Commit all or nothing.

        After a failure the connection stays open: SQLite then writes over what the failed commit
        left in the log, where a fresh connection might take it for committed.
        """
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_INSERT, rows)
            connection.execute("COMMIT")
        except sqlite3.Error:
            with suppress(sqlite3.Error):  # SQLite may have rolled back by itself
                connection.execute("ROLLBACK")
            raise

    def _failure(self, error: sqlite3.Error | OSError) -> JournalError:
        if is_no_room(error, self._directory):
            return DiskFull(
                f"journal: {self._directory}: there must be room to append; got {str(error)!r}; "
                "nothing is acknowledged until there is"
            )
        return JournalError(
            f"journal: {self._directory}: rows must be appended; got {str(error)!r}; nothing of "
            "them is there"
        )

    def _close_file(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):  # on a full disk its last tidying up has to wait
                connection.close()


def _locked(directory: Path) -> Lock:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return Lock(directory / "lock")
    except OSError as error:
        message = f"journal: {directory}: a journal must have a folder to write in; got {error}"
        full = is_no_room(error, directory)
        raise (DiskFull if full else JournalError)(message) from error


def _bundle_in(file: JournalFile) -> bytes:
    """Return the hash in the file's last BUNDLE row, empty if it has none."""
    connection = open_for_reading(file)
    try:
        found = connection.execute(_BUNDLE, (int(RowKind.BUNDLE),)).fetchone()
    finally:
        connection.close()
    return bytes(found[0]) if found else b""


def _last_bundle(entries: Sequence[Entry]) -> bytes:
    """Return the hash of the bundle that the entries end under, if they name one."""
    return next((e.body for e in reversed(entries) if e.kind is RowKind.BUNDLE), b"")


def _tell(trimmed: Trimmed) -> None:
    if trimmed.files:
        FilesGivenUp(files=trimmed.files, freed_bytes=trimmed.freed, size_bytes=trimmed.size).emit()
    if trimmed.held:
        FilesHeld(size_bytes=trimmed.size).emit()
    for gap in trimmed.gaps:
        RowsSkipped(reader=gap.reader, why=gap.why, first=gap.first, last=gap.last).emit()
