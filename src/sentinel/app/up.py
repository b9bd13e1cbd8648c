"""`sentinel up`: everything on this machine, with a picture of how it goes."""

import http.client
import json
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any

from rich.console import Console
from rich.live import Live

from sentinel.app.broker import free_port
from sentinel.app.paths import Paths
from sentinel.app.picture import picture
from sentinel.app.prepare import make_bundle, names_no_broker
from sentinel.app.status import Status, ask, look
from sentinel.app.supervise import Supervisor
from sentinel.bundle import Bundle
from sentinel.config import Config
from sentinel.domain.errors import ServiceError
from sentinel.domain.rank import RANK_WORDS
from sentinel.ingest.reload import request_reload
from sentinel.journal import JournalReader

SERVICES = ("listen", "detect", "record", "desk")
START_SECONDS = 180.0
"""The first start on a machine compiles the kernels."""
DRAIN_SECONDS = 10.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to run.

    simulate: Name of a simulator to publish to the broker; empty: none.
    seconds: End by itself after so long (counted from the start of the simulator); None: never.
    as_json: No picture; one JSON object on the last line at the end.
    """

    simulate: str = ""
    seconds: float | None = None
    as_json: bool = False


def up(config: Config, options: Options, stop: Event) -> dict[str, Any]:
    """Run until stopped or `options.seconds` have passed; return the figures of the run."""
    run = _Run(config, options, stop, Console(stderr=options.as_json))
    try:
        run.start()
        run.watch()
        return run.finish()
    finally:
        run.supervisor.stop()


class _Run:
    def __init__(self, config: Config, options: Options, stop: Event, console: Console) -> None:
        self.config = config
        self.options = options
        self.stop = stop
        self.console = console
        self.paths = Paths(config.data)
        self.supervisor = Supervisor(self.paths.data / "logs")
        self.broker = (config.ingest.host, config.ingest.port)
        self.bundle: Bundle | None = None
        self._rate = _Rate()

    def start(self) -> None:
        """Start the broker if it is ours, the services, and the simulator once they listen."""
        self.bundle = make_bundle(self.config)
        if JournalReader(self.paths.journal).last_id():
            request_reload(self.paths.journal, self.bundle.hash)
        file = ["-c", str(self.config.file)]
        listen = ["listen", *file]
        if names_no_broker(self.config):
            self.broker = ("127.0.0.1", free_port())
            self.supervisor.start(
                "broker", ["broker", "--port", str(self.broker[1]), "--data", str(self.config.data)]
            )
            self._wait("the broker", lambda: _answers(*self.broker))
            listen += ["--broker", f"{self.broker[0]}:{self.broker[1]}"]
        self.supervisor.start("listen", listen)
        for service in SERVICES[1:]:
            self.supervisor.start(service, [service, *file])
        self._wait("the services", lambda: not self._look().problems)
        self.say(f"the page is at {self.url()}")
        if self.options.simulate:
            self._simulate()

    def watch(self) -> None:
        """Show how it goes until it is time to end."""
        end = time.monotonic() + (self.options.seconds or float("inf"))
        with Live(console=self.console, auto_refresh=False, transient=True) as live:
            while time.monotonic() < end and not self.stop.wait(LOOK_SECONDS):
                self.supervisor.tend()
                if not self.options.as_json:
                    live.update(self._picture(), refresh=True)

    def finish(self) -> dict[str, Any]:
        """Stop what publishes, let the rest go through, and return the figures."""
        self.supervisor.stop_one("simulate")
        drained = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < drained and not _is_through(self._look()):
            self.stop.wait(0.2)
            if self.stop.is_set():
                break
        return self._figures(self._look())

    def url(self) -> str:
        """Return the address of the page."""
        desk = self._look().services["desk"]
        return f"http://{desk.get('host', '127.0.0.1')}:{desk.get('port', 0)}/"

    def say(self, line: str) -> None:
        """Tell a person one thing."""
        self.console.print(line)

    def _simulate(self) -> None:
        host, port = self.broker
        where = ["--host", host, "--port", str(port)]
        truth = ["--truth", str(self.paths.data / "truth.jsonl")]
        self.supervisor.start(
            "simulate", ["simulate", self.options.simulate, *where, *truth], once=True
        )

    def _wait(self, what: str, is_so: Callable[[], bool]) -> None:
        began = told = time.monotonic()
        while not is_so():
            self.supervisor.tend()
            now = time.monotonic()
            if self.stop.wait(0.1) or now - began > START_SECONDS:
                message = f"{what} did not come up; see {self.supervisor.logs}"
                raise ServiceError(message)
            if now - told > 5:  # noqa: PLR2004 -- a person wonders after five seconds
                told = now
                self.say(f"waiting for {what}; the first start on a machine takes longest")

    def _look(self) -> Status:
        return look(self.paths)

    def _picture(self) -> Any:  # noqa: ANN401 -- whatever rich can draw
        status = self._look()
        listen = status.services["listen"]
        rate = self._rate.of(int(listen.get("messages", 0)), time.monotonic())
        areas = self._ask(status, "/api/v1/areas?depth=1").get("below", [])
        warnings = self._ask(status, "/api/v1/warnings?limit=10").get("warnings", [])
        return picture(status, rate, areas, warnings, self.url())

    def _ask(self, status: Status, path: str) -> dict[str, Any]:
        desk = status.services["desk"]
        try:
            return ask(str(desk.get("host", "127.0.0.1")), int(desk.get("port", 0)), path)
        except (OSError, ValueError, http.client.HTTPException):
            return {}

    def _figures(self, status: Status) -> dict[str, Any]:
        detect, listen = status.services["detect"], status.services["listen"]
        engine = detect.get("engine", {})
        return {
            "readings": detect.get("readings", 0),
            "warnings": self._warnings_by_rank(status),
            "rejected": detect.get("rejected", {}),
            "duplicates": detect.get("repeats", 0) + engine.get("repeats", 0),
            "late": engine.get("late", 0),
            "lost": listen.get("lost", 0) + listen.get("broker_dropped", 0),
        }

    def _warnings_by_rank(self, status: Status) -> dict[str, int]:
        counts = dict.fromkeys(RANK_WORDS, 0)
        after = ""
        while True:
            page = self._ask(status, f"/api/v1/warnings?state=all&limit=500{after}")
            for warning in page.get("warnings", []):
                counts[warning["worst"]] += 1
            if not page.get("next"):
                return counts
            after = f"&after={page['next']}"


class _Rate:
    """Messages a second over the last looks."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, int]] = []

    def of(self, messages: int, now: float) -> float:
        self._seen = [*self._seen[-10:], (now, messages)]
        (first_at, first), (last_at, last) = self._seen[0], self._seen[-1]
        return max(0.0, (last - first) / (last_at - first_at)) if last_at > first_at else 0.0


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def _is_through(status: Status) -> bool:
    return all(lag.rows <= 2 for lag in status.lag.values())  # noqa: PLR2004 -- a tick or two


def final_line(figures: dict[str, Any]) -> str:
    """Return the figures as the one JSON line that ends a run."""
    return json.dumps(figures, ensure_ascii=False)


def final_words(figures: dict[str, Any]) -> Sequence[str]:
    """Return the figures for a person."""
    ranks = ", ".join(f"{count} {rank}" for rank, count in figures["warnings"].items() if count)
    return [
        f"readings: {figures['readings']:,}",
        f"warnings: {ranks or 'none'}",
        f"rejected: {sum(figures['rejected'].values()):,}",
        f"lost: {figures['lost']:,}",
    ]
