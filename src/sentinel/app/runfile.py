"""A small file for each running service, so that others find it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
import psutil

_Pid = Annotated[int, msgspec.Meta(gt=0, lt=2**31)]
_Port = Annotated[int, msgspec.Meta(ge=0, lt=2**16)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFile:
    """Who runs where.

    health_host, health_port: Where `/health` and `/metrics` answer.
    host, port: Where the service itself does; port 0: nowhere.
    started_at: Milliseconds since 1970 UTC.
    """

    service: str
    pid: _Pid
    health_host: str
    health_port: _Port
    host: str
    port: _Port
    started_at: int

    def write(self, directory: Path) -> None:
        """Put the file in place at once, whole."""
        directory.mkdir(parents=True, exist_ok=True)
        for unfinished in directory.glob(f".{self.service}.*"):  # of a process that was killed
            unfinished.unlink(missing_ok=True)
        aside = directory / f".{self.service}.{self.pid}"
        aside.write_bytes(msgspec.json.encode(self))
        aside.replace(directory / f"{self.service}.json")

    def remove(self, directory: Path) -> None:
        """Take the file away, unless a successor has put its own there."""
        if read_run_file(directory, self.service) == self:
            (directory / f"{self.service}.json").unlink(missing_ok=True)


def read_run_file(directory: Path, service: str) -> RunFile | None:
    """Return the service's run file if it has one and its process lives."""
    try:
        content = (directory / f"{service}.json").read_bytes()
        found = msgspec.json.decode(content, type=RunFile)
    except (OSError, ValueError):
        return None
    return found if _is_alive(found.pid) else None


def _is_alive(pid: int) -> bool:
    try:
        process = psutil.Process(pid)
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
