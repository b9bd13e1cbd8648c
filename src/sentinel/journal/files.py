"""The files of a journal: how they are named, found, made and opened."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sentinel.disk import room
from sentinel.domain.errors import DiskFull, JournalError

HOUR_MS = 3_600_000
_SUFFIX = ".journal"
_UNFINISHED = ".unfinished"
_DIGITS = 16
_PAGE_BYTES = 16_384
"""Batches are some 100 kB: with pages of 4 kB a commit takes half as much CPU again."""
_CHECKPOINT_PAGES = 4 * 1024 * 1024 // _PAGE_BYTES
"""Each checkpoint moves 4 MB: some milliseconds now and then, not a tenth of a second."""
_WAIT_SECONDS = 5.0
"""A reader that closes a file last tidies it up, and others wait for that."""
_NO_ROOM = frozenset(
    {
        "SQLITE_FULL",
        "SQLITE_IOERR_DIR_FSYNC",
        "SQLITE_IOERR_FSYNC",
        "SQLITE_IOERR_SHMMAP",
        "SQLITE_IOERR_SHMOPEN",
        "SQLITE_IOERR_SHMSIZE",
        "SQLITE_IOERR_TRUNCATE",
        "SQLITE_IOERR_WRITE",
    }
)
"""How SQLite says that there is no room, by which step met it first. Opening writes too: a file of
a few kB beside the database, which a clean stop has removed."""
_SPOILT = frozenset({"SQLITE_CORRUPT", "SQLITE_NOTADB"})
"""Only of these moving the file away is the cure; of anything else it would lose rows."""

SCHEMA = """
CREATE TABLE rows (
    id INTEGER PRIMARY KEY,
    received_at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body BLOB NOT NULL
)
"""


@dataclass(frozen=True, slots=True, order=True)
class JournalFile:
    """One file: the rows from `first_id` to the next file's, begun in that hour.

    hour: Hours since 1970 UTC.
    """

    first_id: int
    hour: int
    path: Path

    def size_bytes(self) -> int:
        """Return the room it takes, its write-ahead log included; 0 if it is gone."""
        return sum(_size(Path(f"{self.path}{tail}")) for tail in ("", "-wal"))

    def unlink(self) -> None:
        """Remove it; whoever still reads it may finish."""
        for tail in ("", "-wal", "-shm"):
            Path(f"{self.path}{tail}").unlink(missing_ok=True)


def list_files(directory: Path) -> list[JournalFile]:
    """Return the files of a journal, oldest first; none if there is no such directory.

    Ordered by first id and never by the hour, so that a clock set back confuses nothing.
    """
    try:
        names = os.listdir(directory)  # noqa: PTH208 -- polled; names are all that is needed
    except FileNotFoundError:
        return []
    return sorted(_parse(directory, name) for name in names if name.endswith(_SUFFIX))


def create_file(directory: Path, first_id: int, at_ms: int) -> JournalFile:
    """Make an empty file that appears whole or not at all.

    Raises:
        sqlite3.Error, OSError: As there is no room, or no right to write here.
    """
    hour = at_ms // HOUR_MS
    began = datetime.fromtimestamp(hour * 3600, UTC)
    path = directory / f"{first_id:0{_DIGITS}}-{began:%Y%m%dT%H}{_SUFFIX}"
    unfinished = path.with_suffix(_UNFINISHED)
    sweep_unfinished(directory)  # a full disk may have left one
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(SCHEMA)
    unfinished.rename(path)
    sync_directory(directory)
    return JournalFile(first_id=first_id, hour=hour, path=path)


def sweep_unfinished(directory: Path) -> None:
    """Remove what a crash left of a file that was being made."""
    for path in directory.glob(f"*{_UNFINISHED}*"):
        path.unlink(missing_ok=True)


def open_for_writing(file: JournalFile) -> sqlite3.Connection:
    """Open a file; a commit is on disk when it returns."""
    connection = _connect(file, "rw")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
    return connection


def open_for_reading(file: JournalFile) -> sqlite3.Connection:
    """Open a file for reading only.

    Raises:
        FileNotFoundError: It has been unlinked.
    """
    try:
        connection = _connect(file, "rw")  # a reader of a write-ahead log notes that it reads
    except sqlite3.OperationalError:
        if not file.path.exists():
            raise FileNotFoundError(file.path) from None
        connection = _connect(file, "ro")
    connection.execute("PRAGMA query_only = 1")
    return connection


def sync_directory(directory: Path) -> None:
    """Make a rename or a new name in `directory` last through a loss of power."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unreadable(path: Path, error: sqlite3.Error) -> JournalError:
    """Return the error for a file that cannot be opened or read; `DiskFull` for want of room."""
    if is_no_room(error, path.parent):
        return DiskFull(
            f"journal: {path}: there must be room to open it; got {str(error)!r}; nothing is lost: "
            "make room"
        )
    name = getattr(error, "sqlite_errorname", "SQLITE_NOTADB")
    cure = (
        "move the file away to go on without its rows"
        if any(name.startswith(spoilt) for spoilt in _SPOILT)
        else "look after the disk and who may read and write here; nothing is lost meanwhile"
    )
    return JournalError(
        f"journal: {path}: a journal file must be readable; SQLite says {str(error)!r}; {cure}"
    )


def is_no_room(error: sqlite3.Error | OSError, directory: Path) -> bool:
    """Say whether it failed for want of room in `directory`: then it may succeed later."""
    if isinstance(error, OSError):
        return room.is_no_room(error)
    name = getattr(error, "sqlite_errorname", "")
    return name in _NO_ROOM or (name.startswith("SQLITE_CANTOPEN") and room.is_low(directory))


def _connect(file: JournalFile, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{file.path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=_WAIT_SECONDS,
        check_same_thread=False,  # made on one thread, used on another, never on two at once
    )
    try:
        connection.execute("SELECT id FROM rows LIMIT 1").fetchall()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _parse(directory: Path, name: str) -> JournalFile:
    first_id, _, hour = name.removesuffix(_SUFFIX).partition("-")
    try:
        began = datetime.strptime(hour, "%Y%m%dT%H").replace(tzinfo=UTC)
        hours = int(began.timestamp()) // 3600
        return JournalFile(first_id=int(first_id), hour=hours, path=directory / name)
    except ValueError:
        message = (
            f"journal: {directory / name}: a journal file is named by its first row and its hour; "
            "move this one away"
        )
        raise JournalError(message) from None


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
