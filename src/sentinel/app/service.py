"""The frame around every service: signals, log, health, run file, clean stop."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.runfile import RunFile
from sentinel.observe.health import Health, HealthServer
from sentinel.observe.log import configure_logging

UNDER_SUPERVISOR = "SENTINEL_UNDER_SUPERVISOR"
"""Set by `sentinel up`: its services stop when it is gone, even if it was killed."""


def stop_on_signals() -> Event:
    """Return an event that SIGTERM and SIGINT set. Main thread only."""
    stop = Event()

    def ask_to_stop(_signal: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    return stop


def run_service(
    service: str,
    paths: Paths,
    body: Callable[[Event], None],
    health: Health,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
) -> None:
    """Run `body` until it ends or a signal stops it, answering `/health` meanwhile.

    port: Where the service itself answers, told in the run file; 0 if nowhere.
    """
    configure_logging(service=service)
    stop = stop_on_signals()
    if os.environ.get(UNDER_SUPERVISOR):
        Thread(target=_stop_with_parent, args=(stop,), name="parent", daemon=True).start()
    with _told(service, paths, health, host, port):
        body(stop)


def _stop_with_parent(stop: Event) -> None:
    """Set `stop` when the pipe from the supervisor closes, as it does however that one ends."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    stop.set()


@contextmanager
def _told(service: str, paths: Paths, health: Health, host: str, port: int) -> Iterator[None]:
    server = HealthServer(health)
    told = RunFile(
        service=service,
        pid=os.getpid(),
        host=host,
        health_port=server.port,
        port=port,
        started_at=WallClock().now(),
    )
    told.write(paths.run)
    try:
        yield
    finally:
        told.remove(paths.run)
        server.close()
