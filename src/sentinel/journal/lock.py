"""One writer a journal, held by the operating system: it ends with the process that has it."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from sentinel.domain.errors import LockedError


class Lock:
    """Held until closed.

    Raises:
        LockedError: Another process has it.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._handle, 32).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            message = (
                f"journal: {path.parent}: a journal has one writer at a time; process {holder} is "
                "writing this one; stop it first, or give this listener a `data` folder of its own"
            )
            raise LockedError(message) from None
        with suppress(OSError):  # on a full disk it only cannot say who has it
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, f"{os.getpid()}\n".encode(), 0)

    def close(self) -> None:
        """Let go; again does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
