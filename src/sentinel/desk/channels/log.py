"""Messages as lines of a file: for trying things out, and for keeping heads of the trail."""

import os
from pathlib import Path
from threading import Lock

import msgspec

from sentinel.desk.channels.channel import Receipt, payload
from sentinel.desk.channels.settings import LogSettings
from sentinel.domain.errors import TryAgain
from sentinel.warn.notice import Message


class Log:
    """Appends one line of JSON a message, and returns when it is on the disk.

    Args:
        settings: Of the channel.
        folder: The desk's; the file's path starts there.
        site: Where people reach the desk, for links.
    """

    def __init__(self, settings: LogSettings, folder: Path, site: str = "") -> None:
        self._path = folder / settings.file
        self._site = site
        self._turn = Lock()

    def send(self, message: Message) -> Receipt:
        """Append; a line that a crash left unfinished is ended first."""
        line = msgspec.json.encode(payload(message, self._site)) + b"\n"
        try:
            with self._turn:
                self._append(line)
        except OSError as error:
            reason = f"{self._path}: {(error.strerror or str(error)).lower()}"
            raise TryAgain(reason) from error
        return Receipt(str(self._path))

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
