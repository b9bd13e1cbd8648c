"""SQLite as every file of a store is opened, and its errors in our words."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from sentinel.domain.errors import StoreDown, StoreError

_WAIT_SECONDS = 10.0
"""For another process's transaction; ours take milliseconds, the largest merge some seconds."""

_VERSION = 1
"""Of all schemas together; a file with a later one is left alone."""


def open_to_write(path: Path, schema: str) -> sqlite3.Connection:
    """Return a connection in autocommit mode, the schema in place; a commit is on the disk.

    Made for one thread at a time, any thread: a flow may build its sink in one and run in another.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        _prepare(connection, path, schema)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, schema: str) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {16 << 20}")
    if _version(connection, path) == 0:
        version = f"PRAGMA user_version = {_VERSION}"
        connection.executescript(f"BEGIN IMMEDIATE; {schema} {version}; COMMIT;")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of a file's schema, 0 while it has none."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > _VERSION:
        message = f"store: {path}: it was written by a later sentinel; update this one"
        raise StoreError(message)
    return version


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection | None]:
    """Give a read-only connection for one question; None if there is no such file yet."""
    if not path.exists():
        yield None
        return
    uri = f"file:{quote(str(path))}?mode=ro"
    connection = sqlite3.connect(uri, uri=True, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        yield connection if _version(connection, path) else None
    finally:
        connection.close()


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit all that is done inside, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def in_our_words(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours: busy, full and unreadable disks may get better."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        message = f"store: {path}: {error}; it is tried again"
        raise StoreDown(message) from error
    except sqlite3.DatabaseError as error:
        message = f"store: {path}: {error}; move the file away to go on without it"
        raise StoreError(message) from error
