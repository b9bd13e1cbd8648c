"""Requests that other processes leave for the listener: a file each, gone when it is granted."""

import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sentinel.disk.whole import put_whole, sweep

_ABANDONED_SECONDS = 3600  # a request is written in an instant; who took longer was killed


class Left(NamedTuple):
    """One request. folder, name: Where it lies. at_ns: When it was left; again is another one."""

    folder: str
    name: str
    at_ns: int


def leave(directory: Path, folder: str, name: str, body: bytes) -> None:
    """Leave a request, whole and durable.

    It belongs to whoever the journal belongs to: what `sudo` leaves, the listener must be able to
    take away. What others were killed over long ago is swept.
    """
    put_whole(directory, f"{folder}/{name}", body)
    sweep(directory, [folder], _ABANDONED_SECONDS)


def list_left(directory: Path, folder: str, name: "re.Pattern[str]") -> list[Left]:
    """Return the requests of such names, the first left first.

    Raises:
        OSError: The folder cannot be read.
    """
    found: list[Left] = []
    try:
        paths = [path for path in (directory / folder).iterdir() if name.match(path.name)]
    except FileNotFoundError:
        return []
    for path in paths:
        with suppress(FileNotFoundError):  # granted meanwhile
            found.append(Left(folder, path.name, path.stat().st_mtime_ns))
    return sorted(found, key=lambda left: left.at_ns)


def take_away(directory: Path, left: Left) -> None:
    """Remove a request: its row is in the journal."""
    (directory / left.folder / left.name).unlink(missing_ok=True)
