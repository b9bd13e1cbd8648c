"""The frame around every service: signals, log, health, run file, clean stop."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.runfile import RunFile
from sentinel.observe.health import Health, HealthServer
from sentinel.observe.log import configure_logging


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
    with _told(service, paths, health, host, port):
        body(stop)


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
