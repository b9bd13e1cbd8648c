"""The frame around every service: signals, log, health, run file, clean stop."""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.runfile import RunFile
from sentinel.config.settings import ObserveSettings
from sentinel.domain.errors import ServiceError
from sentinel.observe.events.app import UpkeepFailed
from sentinel.observe.health import Health, HealthServer
from sentinel.observe.log import configure_logging

UNDER_SUPERVISOR = "SENTINEL_UNDER_SUPERVISOR"
"""Set by `sentinel up`: its services stop when it is gone, even if it was killed."""


_TELL_AGAIN_SECONDS = 5.0


STAGES: Mapping[str, frozenset[str]] = {
    "listen": frozenset({"app", "ingest", "journal"}),
    "detect": frozenset({"app", "detect", "flow", "journal", "normalise"}),
    "record": frozenset({"app", "flow", "journal", "normalise", "record", "store"}),
    "desk": frozenset({"app", "desk", "notices", "people", "publish"}),
    "broker": frozenset({"app"}),
}
"""Whose events happen in which service; a stage is a module of `observe.events`."""


def stop_on_signals() -> Event:
    """Return an event that SIGTERM, SIGINT and the end of our supervisor set. Main thread only."""
    stop = Event()

    def ask_to_stop(_signal: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    if os.environ.get(UNDER_SUPERVISOR):
        Thread(target=_stop_with_parent, args=(stop,), name="parent", daemon=True).start()
    return stop


def run_service(
    service: str,
    paths: Paths,
    body: Callable[[Event], None],
    health: Health,
    *,
    observe: ObserveSettings | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
) -> None:
    """Run `body` until it ends or a signal stops it, answering `/health` meanwhile.

    observe: Where `/health` answers and which log lines are written; None: the usual.
    host, port: Where the service itself answers, told in the run file; port 0 if nowhere.
    """
    observe = observe or ObserveSettings()
    configure_logging(service=service, level=observe.level)
    stop = stop_on_signals()
    with _told(service, paths, health, observe.host, (host, port)):
        body(stop)


def _stop_with_parent(stop: Event) -> None:
    """Set `stop` when the pipe from the supervisor closes, as it does however that one ends."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()


@contextmanager
def _told(
    service: str, paths: Paths, health: Health, health_host: str, answers_at: tuple[str, int]
) -> Iterator[None]:
    server = _health_server(service, health, health_host)
    told = RunFile(
        service=service,
        pid=os.getpid(),
        health_host=health_host,
        health_port=server.port,
        host=answers_at[0],
        port=answers_at[1],
        started_at=WallClock().now(),
    )
    ended = Event()
    telling = Thread(target=_tell_on, args=(told, paths, ended), name="told", daemon=True)
    if not _is_told(told, paths):
        telling.start()
    try:
        yield
    finally:
        ended.set()
        if telling.ident is not None:
            telling.join()
        told.remove(paths.run)
        server.close()


def _health_server(service: str, health: Health, host: str) -> HealthServer:
    try:
        return HealthServer(health, host=host, stages=STAGES[service])
    except (OSError, UnicodeError) as error:
        message = (
            "observe: `host` must be an address of this machine, where `/health` can answer; got "
            f"{host!r}: {error}"
        )
        raise ServiceError(message) from error


def _tell_on(told: RunFile, paths: Paths, ended: Event) -> None:
    while not ended.wait(_TELL_AGAIN_SECONDS) and not _is_told(told, paths):
        pass


def _is_told(told: RunFile, paths: Paths) -> bool:
    """Write the run file; False: a full disk, which must not keep a service from running."""
    try:
        told.write(paths.run)
    except OSError as error:
        UpkeepFailed(service=told.service, reason=str(error)).emit()
        return False
    return True
