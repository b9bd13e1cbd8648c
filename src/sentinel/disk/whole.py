"""Files put in place at once and whole, below a folder that may belong to somebody else.

`sudo sentinel reload` writes where the service's own user may put links, and rename what is there.
So root goes by open folders and never by a path, follows no link, makes every file anew under a
name that nobody can guess, and gives away only what it has open.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex

from sentinel.domain.errors import ServiceError

_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_ANEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


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
        aside = f"~{last}.{token_hex(8)}"
        try:
            _write(folder, aside, data, owner)
            os.replace(aside, last, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(aside, dir_fd=folder)
            raise
        os.fsync(folder)


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
