"""Several services as processes of this machine, started again when they die."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sentinel.app.service import UNDER_SUPERVISOR
from sentinel.observe.events.app import ServiceDied, ServiceStarted

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
STEADY_SECONDS = 30.0
"""A service that ran this long before it died is started again at once."""
GRACE_SECONDS = 15.0
LARGEST_LOG = 10_000_000
"""Bytes; at a start a larger log is put aside, and the one put aside before is gone."""
_TAIL = 4_000


@dataclass(slots=True)
class Child:
    """One service and the process that is it now."""

    service: str
    arguments: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    again_at: float = 0.0
    pause: float = FIRST_PAUSE
    restarts: int = 0
    log_begins: int = 0
    done: bool = False
    once: bool = False
    """Not started again after it ended with status 0 (a simulator of a given length)."""


@dataclass(slots=True)
class Supervisor:
    """Starts services, watches them, stops them in reverse order.

    logs: Folder in which each service's output is kept, one file a service.
    command: What is started, before each service's own arguments.
    say: Is told in plain words when a service has died; the usual one tells nobody.
    """

    logs: Path
    monotonic: Callable[[], float] = time.monotonic
    command: Sequence[str] = (sys.executable, "-m", "sentinel")
    say: Callable[[str], object] = str
    children: list[Child] = field(default_factory=list)

    def start(self, service: str, arguments: Sequence[str], *, once: bool = False) -> None:
        """Start `sentinel ARGUMENTS...` as a service to be kept alive."""
        child = Child(service, arguments, once=once)
        self.children.append(child)
        self._launch(child)

    def tend(self) -> None:
        """Look after every service once."""
        for child in self.children:
            if child.process is not None and child.process.poll() is not None and not child.done:
                self._note_death(child, child.process.returncode)
            if child.process is None and not child.done and self.monotonic() >= child.again_at:
                child.restarts += 1
                self._launch(child)

    def is_done(self, service: str) -> bool:
        """Return whether a service that runs once has ended well."""
        return any(child.done for child in self.children if child.service == service)

    def restarts(self, service: str) -> int:
        """Return how often a service was started again."""
        return sum(child.restarts for child in self.children if child.service == service)

    def stop(self) -> None:
        """Ask every service to stop, last started first; kill what does not in time."""
        for child in reversed(self.children):
            _end(child)

    def stop_one(self, service: str) -> None:
        """Stop one service for good, if it runs."""
        for child in self.children:
            if child.service == service:
                child.done = True
                _end(child)

    def last_words(self, service: str) -> str:
        """Return the last line that a service wrote since it was started last; empty: none."""
        begin = max(child.log_begins for child in self.children if child.service == service)
        with self._log(service).open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(begin, size - _TAIL))
            lines = log.read().decode(errors="replace").splitlines()
        said = (line.strip() for line in reversed(lines))
        return next((line for line in said if any(char.isalnum() for char in line)), "")

    def _launch(self, child: Child) -> None:
        path = self._log(child.service)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            child.log_begins = log.tell()
            child.process = subprocess.Popen(  # noqa: S603 -- our own commands
                [*self.command, *child.arguments],
                stdin=subprocess.PIPE,  # closes when we die, and then they stop
                env={**os.environ, UNDER_SUPERVISOR: "1"},
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is ours to pass on, in order
            )
        child.started = self.monotonic()
        ServiceStarted(service=child.service, pid=child.process.pid).emit()

    def _note_death(self, child: Child, status: int) -> None:
        _end(child)
        child.process = None
        if child.once and status == 0:
            child.done = True
            return
        if self.monotonic() - child.started > STEADY_SECONDS:
            child.pause = FIRST_PAUSE
        ServiceDied(service=child.service, status=status, again_in_seconds=child.pause).emit()
        words = self.last_words(child.service)
        self.say(f"{child.service} {_manner(status)} and is started again{words and f': {words}'}")
        child.again_at = self.monotonic() + child.pause
        child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _log(self, service: str) -> Path:
        return self.logs / f"{service}.log"


def _manner(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"


def _end(child: Child) -> None:
    process = child.process
    if process is None:
        return
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin is not None:
        process.stdin.close()
