"""A real VictoriaMetrics for a test, on a port of its own."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event

_PATIENCE_SECONDS = 30.0
_PAUSE_SECONDS = 0.02


def find_victoria() -> str | None:
    """Return the path of the program; None if this machine has none."""
    return shutil.which("victoria-metrics") or shutil.which("victoria-metrics-prod")


@dataclass(slots=True)
class Victoria:
    """One server over its files; may be stopped and started again.

    url: Where it listens, the same after a restart.
    """

    directory: Path
    port: int = 0
    _process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.port = self.port or _free_port()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        program = find_victoria()
        if program is None:
            message = "there is no victoria-metrics on this machine"
            raise FileNotFoundError(message)
        self.directory.mkdir(parents=True, exist_ok=True)
        with (self.directory / "server.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- found on the path, our arguments
                [
                    program,
                    f"-storageDataPath={self.directory / 'data'}",
                    f"-httpListenAddr=127.0.0.1:{self.port}",
                    "-retentionPeriod=100y",
                    "-dedup.minScrapeInterval=1ms",
                ],
                stdout=log,
                stderr=log,
            )
        self._await_health(self._process)

    def stop(self) -> None:
        """Stop it cleanly; its files stay."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def settle(self) -> None:
        """Make readable what was written; by itself that takes the server a second."""
        self._get("/internal/force_flush")

    def _get(self, path: str) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            connection.getresponse().read()
        finally:
            connection.close()

    def _await_health(self, process: "subprocess.Popen[bytes]") -> None:
        for _ in range(int(_PATIENCE_SECONDS / _PAUSE_SECONDS)):
            if process.poll() is not None:
                break
            try:
                self._get("/health")
            except OSError:
                Event().wait(_PAUSE_SECONDS)
            else:
                return
        self.stop()
        log = (self.directory / "server.log").read_text(errors="replace")
        message = f"victoria-metrics did not start: {log[-2000:]}"
        raise RuntimeError(message)


@contextmanager
def running_victoria(directory: Path) -> Iterator[Victoria]:
    """Give a running server that keeps its files in `directory`; it is stopped at the end."""
    server = Victoria(directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
