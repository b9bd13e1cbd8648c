"""`sentinel up`: everything on this machine, with a picture of how it goes."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event
from typing import Any

from rich.console import Console, RenderableType
from rich.live import Live

from sentinel.app.clock import WallClock
from sentinel.app.figures import ask_desk, ask_newest, rank_words, rows_behind, run_figures
from sentinel.app.invented import invent_users
from sentinel.app.paths import Paths
from sentinel.app.people import read_key
from sentinel.app.picture import NEWEST, picture
from sentinel.app.ports import free_port
from sentinel.app.prepare import desk_port, format_topics, make_bundle, names_no_broker
from sentinel.app.runfile import read_run_file
from sentinel.app.status import DOWN, MUTE, Status, look
from sentinel.app.supervise import Supervisor
from sentinel.app.warm import is_warm
from sentinel.bundle import Bundle
from sentinel.config import Config
from sentinel.domain.errors import ServiceError
from sentinel.ingest.reload import request_reload
from sentinel.journal import JournalReader
from sentinel.observe.log import configure_logging

START_SECONDS = 120.0
COMPILE_SECONDS = 1800.0
"""A minute on an idle machine; a machine that is busy with other things takes its time."""
EARLIER_SECONDS = 20.0
"""Services whose `sentinel up` was killed need some seconds to notice, and to end."""
BROKER_SECONDS = 10.0
DRAIN_SECONDS = 10.0
LOOK_SECONDS = 0.5
TELL_SECONDS = 10.0
TRIES = 3
"""A service that ends so often before all are up will not come up by itself."""


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
    """Run until stopped or `options.seconds` have passed; return the figures of the run.

    Raises:
        ServiceError: Something is in the way, or a service does not come up; nothing is left.
    """
    run = _Run(config, options, stop, Console(stderr=options.as_json, highlight=False))
    try:
        with suppress(_StoppedError):
            run.start()
            run.watch()
        return run.finish()
    finally:
        run.supervisor.stop()


class _StoppedError(Exception):
    """Somebody asked to stop while we were starting."""


class _Run:
    def __init__(self, config: Config, options: Options, stop: Event, console: Console) -> None:
        self.config = config
        self.options = options
        self.stop = stop
        self.console = console
        self.paths = Paths(config.data)
        self.supervisor = Supervisor(self.paths.data / "logs", say=self.say)
        self.broker = (config.ingest.host, config.ingest.port)
        self.since = WallClock().now()
        self._began = time.monotonic()
        self.sign_in = ""

    def start(self) -> None:
        """Start the broker if it is ours, the services, and the simulator once they listen."""
        self._log_aside()
        self.say(f"checking {self.config.file}")
        self._let_earlier_end()
        port = desk_port(self.config)
        bundle = make_bundle(self.config)
        self._compile()
        self._put_in_force(bundle)
        self.say("starting the services")
        self._start_services(port)
        usual = self.config.desk.port
        moved = "" if port == usual or not usual else f" ({usual} is taken by another program)"
        self.say(f"the page is at {self._look().page()}{moved}")
        for line in invent_users(self.config):
            self.say(line)
            self.sign_in = line
        if self.options.simulate:
            self._simulate()

    def watch(self) -> None:
        """Show how it goes until it is time to end."""
        end = time.monotonic() + (self.options.seconds or float("inf"))
        shows = self.console.is_terminal and not self.options.as_json
        told = time.monotonic()
        with Live(console=self.console, auto_refresh=False, transient=True) as live:
            while time.monotonic() < end and not self.stop.wait(LOOK_SECONDS):
                self.supervisor.tend()
                if shows:
                    live.update(self._picture(), refresh=True)
                elif time.monotonic() - told >= TELL_SECONDS:
                    told = time.monotonic()
                    self.say(self._line())

    def finish(self) -> dict[str, Any]:
        """Stop what publishes, let the rest go through, and return the figures."""
        self.say("stopping")
        self.supervisor.stop_one("simulate")
        drained = time.monotonic() + DRAIN_SECONDS
        while time.monotonic() < drained and rows_behind(self._look()):
            if self.stop.wait(0.2):
                break
        return run_figures(self._look(), self.since, read_key(self.paths.run))

    def say(self, line: str) -> None:
        """Tell a person one thing, with the seconds that have passed."""
        self.console.print(
            f"[{time.monotonic() - self._began:5.0f} s] {line}", markup=False, soft_wrap=True
        )

    def _log_aside(self) -> None:
        """Keep our own log lines out of the picture."""
        self.supervisor.logs.mkdir(parents=True, exist_ok=True)
        log = (self.supervisor.logs / "up.log").open("a", encoding="utf-8")
        configure_logging(service="up", json=True, level=self.config.observe.level, stream=log)

    def _let_earlier_end(self) -> None:
        """Wait for services whose own `sentinel up` is gone; refuse to disturb others."""
        end = time.monotonic() + EARLIER_SECONDS
        told = False
        while running := self._look().running():
            names = ", ".join(f"{name} (process {pid})" for name, pid in running.items())
            if time.monotonic() > end:
                message = (
                    f"{self.paths.data}: one `sentinel up` at a time works in a data folder; "
                    f"these services run there: {names}; end them first"
                )
                raise ServiceError(message)
            if not told:
                self.say(f"services run in this data folder: {names}; waiting for them to end")
                told = True
            self._pause(0.2)

    def _put_in_force(self, bundle: Bundle) -> None:
        """Ask the listener for it; an empty journal begins with it anyway."""
        if not JournalReader(self.paths.journal).size_bytes():
            return
        topics = format_topics(self.config, bundle)
        try:
            request_reload(self.paths.journal, bundle.hash, topics)
        except OSError as error:
            self.say(f"what was in force stays so, `sentinel reload` when that is mended: {error}")

    def _compile(self) -> None:
        if is_warm():
            return
        self.say("compiling the detection kernels; the first time takes a minute or more")
        self.supervisor.start("warm", ["warm"], once=True)
        self._wait("the compiler", lambda: self.supervisor.is_done("warm"), COMPILE_SECONDS)

    def _start_services(self, port: int) -> None:
        file = ["-c", str(self.config.file)]
        listen = ["listen", *file]
        if names_no_broker(self.config):
            self.broker = ("127.0.0.1", free_port())
            place = ["--port", str(self.broker[1]), "--data", str(self.config.data)]
            self.supervisor.start("broker", ["broker", *place])
            self._wait("the broker", lambda: read_run_file(self.paths.run, "broker") is not None)
            listen += ["--broker", f"{self.broker[0]}:{self.broker[1]}"]
        self.supervisor.start("listen", listen)
        self.supervisor.start("detect", ["detect", *file])
        self.supervisor.start("record", ["record", *file])
        self.supervisor.start("desk", ["desk", *file, "--port", str(port)])
        self._wait("the services", lambda: not self._unready())
        with suppress(ServiceError):  # the picture says what the broker lacks, and it is tried on
            self._wait("the broker", self._is_connected, BROKER_SECONDS)

    def _unready(self) -> list[str]:
        services = self._look().services
        return [name for name, health in services.items() if health["state"] in {DOWN, MUTE}]

    def _is_connected(self) -> bool:
        return bool(self._look().services["listen"].get("connected"))

    def _simulate(self) -> None:
        host, port = self.broker
        where = ["--host", host, "--port", str(port)]
        truth = ["--truth", str(self.paths.data / "truth.jsonl")]
        self.say(f"publishing {self.options.simulate} to {host}:{port}")
        self.supervisor.start(
            "simulate", ["simulate", self.options.simulate, *where, *truth], once=True
        )

    def _wait(self, what: str, is_so: Callable[[], bool], seconds: float = START_SECONDS) -> None:
        began = told = time.monotonic()
        while not is_so():
            self.supervisor.tend()
            self._pause(0.1)
            now = time.monotonic()
            if now - began > seconds or self._is_hopeless():
                message = f"{what} did not come up; {self.supervisor.logs} has what each said"
                raise ServiceError(message)
            if now - told >= TELL_SECONDS:
                told = now
                self.say(f"still waiting for {what}")

    def _is_hopeless(self) -> bool:
        return any(child.restarts >= TRIES for child in self.supervisor.children)

    def _pause(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise _StoppedError

    def _look(self) -> Status:
        return look(self.paths, count_waiting=False)

    def _picture(self) -> RenderableType:
        status, key = look(self.paths), read_key(self.paths.run)
        listed = ask_desk(status, "/api/v1/warnings?limit=50", key)
        return picture(
            status,
            ask_desk(status, "/api/v1/areas?depth=1", key).get("below"),
            listed,
            ask_newest(status, listed, 2 * NEWEST, key),
            zone=self.config.zone,
            height=self.console.height,
            sign_in=self.sign_in,
        )

    def _line(self) -> str:
        """How it goes, where no picture can be drawn."""
        status = self._look()
        city = ask_desk(status, "/api/v1/areas?depth=0", read_key(self.paths.run)).get("area")
        counts = city and city["standing"]["ranks"]
        figures = (
            f"{status.messages_per_second():,.0f} messages/s; open warnings: {rank_words(counts)}"
        )
        return "; ".join([figures, *status.problems])
