"""Fake services: programs of a line or two in place of `sentinel`."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from sentinel.app.supervise import Supervisor

Fakes = Callable[..., Supervisor]
Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def fakes(tmp_path: Path) -> Iterator[Fakes]:
    """Return a maker of supervisors whose `start(name, [program])` runs Python programs."""
    made: list[Supervisor] = []

    def make(
        now: Callable[[], float] = lambda: 0.0, say: Callable[[str], object] = str
    ) -> Supervisor:
        supervisor = Supervisor(
            tmp_path / "logs", monotonic=now, command=(sys.executable, "-c"), say=say
        )
        made.append(supervisor)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.stop()


@pytest.fixture
def until() -> Until:
    """Return a wait for something that comes true soon, whatever soon is on this machine."""

    def wait(is_so: Callable[[], object]) -> None:
        pause = Event()
        for _ in range(3000):
            if is_so():
                return
            pause.wait(0.02)
        message = "it never came true"
        raise AssertionError(message)

    return wait
