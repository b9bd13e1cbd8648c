"""Files put in place at once and whole, below a folder that may belong to somebody else.

`sudo sentinel reload` writes where the service's own user may put links, and rename what is there.
So root goes by open folders and never by a path, follows no link, makes every file anew under a
name that nobody can guess, and gives away only what it has open.
"""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from sentinel.domain.errors import ServiceError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
_UNFINISHED = re.compile(r"~.+\.[0-9a-f]{16}")  # as `_aside` names it


def put_whole(home: Path, name: str, data: bytes) -> None:
    """Put a file in place; the disk has it when this returns.

    It belongs to whoever `home` belongs to, as do the folders on the way: what `sudo` puts there,
    the services must be able to take away.

    Args:
        home: Made if it is not there. A link here is followed, as to another disk.
        name: Below `home`, with `/` between folders; those that are missing are made.
        data: All of it.

    Raises:
        ServiceError: A folder on the way is none, or a link.
    """
    make_folder(home)
    *folders, last = name.split("/")
    with _opened(home, folders) as (folder, owner):
        aside = _aside(last)
        try:
            _write(folder, aside, data, owner)
            os.replace(aside, last, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(aside, dir_fd=folder)
            raise
        os.fsync(folder)


def sweep(home: Path, folders: Sequence[str], idle_seconds: int = 0) -> None:
    """Remove what a killed `put_whole` left half written, directly in these folders.

    What cannot be removed stays: it is in nobody's way.

    Args:
        home: Whose folders they are. A link here is followed, but not by root.
        folders: Names in `home`, `.` for itself. One that is missing, or a link, is passed over.
        idle_seconds: How long before the folder's last change it was written last; for folders
            where others may be writing now. 0 takes all, and is for who is alone there.
    """
    with suppress(OSError), _held(home, 0 if os.geteuid() else os.O_NOFOLLOW) as at:
        for name in folders:
            with suppress(OSError), _held(name, os.O_NOFOLLOW, at) as folder:
                _sweep_one(folder, idle_seconds)


def make_folder(folder: Path) -> None:
    """Make a folder that belongs to whoever its parent belongs to; root gives one away, too."""
    if folder.is_dir() and (folder.is_symlink() or os.geteuid() != 0):
        return
    if not folder.parent.exists():
        make_folder(folder.parent)
    with _opened(folder.parent, [folder.name]):
        pass


def is_renewed(path: Path, data: bytes) -> bool:
    """Say whether the file is this already; then its time is now, and on the disk.

    False as well where it may not be read, or its time not set: it is another user's.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return False
    with os.fdopen(handle, "rb") as file:
        if file.read() != data:
            return False
        try:
            os.utime(handle)
        except PermissionError:
            return False
        os.fsync(handle)
    return True


@contextmanager
def _opened(home: Path, folders: Sequence[str]) -> Iterator[tuple[int, os.stat_result]]:
    """Give the last folder, open, and who `home` belongs to."""
    at = os.open(home, _FOLDER)
    try:
        owner = os.fstat(at)
        for folder in folders:
            below = _below(at, folder, owner, home)
            os.close(at)
            at = below
        yield at, owner
    finally:
        os.close(at)


def _below(at: int, folder: str, owner: os.stat_result, home: Path) -> int:
    with suppress(FileExistsError):
        os.mkdir(folder, dir_fd=at)
    try:
        below = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=at)
    except OSError as error:
        message = f"{home}: {folder!r} must be a folder of its own, and no link: {error.strerror}"
        raise ServiceError(message) from error
    _give(below, owner)
    return below


@contextmanager
def _held(folder: Path | str, flags: int, at: int | None = None) -> Iterator[int]:
    handle = os.open(folder, _FOLDER | flags, dir_fd=at)
    try:
        yield handle
    finally:
        os.close(handle)


def _sweep_one(folder: int, idle_seconds: int) -> None:
    # The folder's own time stands for now: the same clock gave the files theirs.
    latest_ns = os.fstat(folder).st_mtime_ns - idle_seconds * 1_000_000_000
    with os.scandir(folder) as entries:
        unfinished = [entry for entry in entries if _is_unfinished(entry)]
    for entry in unfinished:
        with suppress(OSError):
            written_ns = entry.stat(follow_symlinks=False).st_mtime_ns
            if idle_seconds == 0 or written_ns < latest_ns:
                os.unlink(entry.name, dir_fd=folder)


def _is_unfinished(entry: "os.DirEntry[str]") -> bool:
    return bool(_UNFINISHED.fullmatch(entry.name)) and entry.is_file(follow_symlinks=False)


def _aside(name: str) -> str:
    return f"~{name}.{token_hex(8)}"


def _write(folder: int, name: str, data: bytes, owner: os.stat_result) -> None:
    with os.fdopen(os.open(name, _ANEW, 0o666, dir_fd=folder), "wb") as file:
        file.write(data)
        file.flush()
        _give(file.fileno(), owner)
        os.fsync(file.fileno())


def _give(handle: int, owner: os.stat_result) -> None:
    """Give away what is ours to whom the place belongs to; who may not need not."""
    if os.fstat(handle).st_uid == os.geteuid() != owner.st_uid:
        with suppress(PermissionError):
            os.fchown(handle, owner.st_uid, owner.st_gid)
