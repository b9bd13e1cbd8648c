"""How a disk without room is told from other trouble."""

import errno
import os
from pathlib import Path

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})
_LOW_BYTES = 1 << 20
"""With less on the disk, a file that cannot be opened or kept is put down to it: SQLite, by itself
or below Bytewax, does not always say more. It fails for want of some kB, and more would put down to
the disk what is no fault of it."""


def is_no_room(error: BaseException) -> bool:
    """Say whether the system refused to write for want of room, or of what a user may use."""
    return isinstance(error, OSError) and error.errno in _NO_ROOM


def is_low(folder: Path) -> bool:
    """Say whether the disk of a folder, there or not yet, has next to no room."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    disk = os.statvfs(folder)
    return disk.f_blocks > 0 and disk.f_bavail * disk.f_frsize < _LOW_BYTES
