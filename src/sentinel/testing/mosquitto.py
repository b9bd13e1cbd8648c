"""A mosquitto of one's own, on loopback and a free port."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

_PLACES = (None, "/usr/local/sbin:/usr/sbin:/sbin:/opt/homebrew/sbin")
_TRIES = 1500
_PAUSE_SECONDS = 0.02
LOSES_NOTHING = """\
max_queued_messages 0
max_inflight_messages 0
sys_interval 1
allow_anonymous true
user root
"""
"""What a test needs of configs/mosquitto/sentinel.conf. Started by root, mosquitto would otherwise
become a user who cannot write here; for others the last line means nothing."""


def find_mosquitto() -> str | None:
    """Return the path of the program, which many systems keep where only root looks; or None."""
    found = (shutil.which("mosquitto", path=place) for place in _PLACES)
    return next((path for path in found if path), None)


class Broker:
    """One server over its folder; may be stopped and started again on the same port.

    Args:
        folder: Its own; with `persistence true` it finds its sessions there again.
        base: The configuration that `extra_conf` adds to.
        extra_conf: Further lines of its configuration. `{port}` stands for the port and
            `{folder}` for the folder; a `listener` line replaces the plain one on loopback.
    """

    def __init__(self, folder: Path, extra_conf: str = "", *, base: str = LOSES_NOTHING) -> None:
        self.host = "127.0.0.1"
        self.port = _free_port()
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        extra = extra_conf.replace("{port}", str(self.port)).replace("{folder}", str(folder))
        has_listener = any(line.startswith("listener ") for line in extra.splitlines())
        listener = "" if has_listener else f"listener {self.port} {self.host}\n"
        place = f"persistence_location {folder}/\n"
        conf = f"{base}\n{place}{listener}{extra}\n"
        (folder / "mosquitto.conf").write_text(conf, encoding="utf-8")

    @property
    def pid(self) -> int:
        """Its process, 0 while it is stopped."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it and wait until it takes connections.

        Raises:
            FileNotFoundError: It is not installed.
            RuntimeError: It did not start; its log says why.
        """
        program = find_mosquitto()
        if program is None:
            message = "there is no mosquitto on this machine"
            raise FileNotFoundError(message)
        with (self.folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 -- found on the path, our arguments
                [program, "-c", str(self.folder / "mosquitto.conf")], stdout=log, stderr=log
            )
        self._await(self._process)

    def stop(self) -> None:
        """Stop it in order: with `persistence true` it writes its sessions down."""
        self._end(signal_name="terminate")

    def kill(self) -> None:
        """Stop it as a crash would."""
        self._end(signal_name="kill")

    def _end(self, *, signal_name: str) -> None:
        process, self._process = self._process, None
        if process is not None:
            getattr(process, signal_name)()
            process.wait()

    def _await(self, process: "subprocess.Popen[bytes]") -> None:
        never = Event()
        for _ in range(_TRIES):
            if process.poll() is None:
                try:
                    socket.create_connection((self.host, self.port), timeout=1).close()
                except OSError:
                    never.wait(_PAUSE_SECONDS)
                    continue
                return
            break
        self.kill()
        log = (self.folder / "mosquitto.log").read_text(errors="replace")
        message = f"mosquitto did not start:\n{log}"
        raise RuntimeError(message)


@contextmanager
def running_mosquitto(
    folder: Path, extra_conf: str = "", *, base: str = LOSES_NOTHING
) -> Iterator[Broker]:
    """Run a mosquitto in `folder` for as long as the block lasts."""
    broker = Broker(folder, extra_conf, base=base)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
