"""Fake services: programs of a line or two in place of `sentinel`."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
import structlog

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


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A service says where its log goes for the whole process, and other tests read theirs."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)
    structlog.contextvars.clear_contextvars()
