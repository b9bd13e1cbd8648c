"""The supervisor over fake services."""

import os
import signal
from collections.abc import Callable

from sentinel.app.supervise import FIRST_PAUSE, STEADY_SECONDS, Supervisor

Fakes = Callable[..., Supervisor]
Until = Callable[[Callable[[], object]], None]

WAITS = "import sys; sys.stdin.read()"
"""Like a service: it ends when its supervisor is gone."""


def process_of(supervisor: Supervisor) -> int:
    process = supervisor.children[0].process
    assert process is not None
    return process.pid


def has_ended(supervisor: Supervisor) -> bool:
    process = supervisor.children[0].process
    return process is not None and process.poll() is not None


def test_what_dies_is_started_again(fakes: Fakes, until: Until) -> None:
    now = [0.0]
    supervisor = fakes(lambda: now[0])
    supervisor.start("listen", [WAITS])
    first = process_of(supervisor)
    os.kill(first, signal.SIGKILL)
    until(lambda: has_ended(supervisor))
    supervisor.tend()
    now[0] = FIRST_PAUSE
    supervisor.tend()

    assert process_of(supervisor) != first
    assert supervisor.restarts("listen") == 1


def test_it_is_not_started_again_before_its_pause_is_over(fakes: Fakes, until: Until) -> None:
    now = [0.0]
    supervisor = fakes(lambda: now[0])
    supervisor.start("listen", ["raise SystemExit(2)"])
    until(lambda: has_ended(supervisor))
    supervisor.tend()
    now[0] = FIRST_PAUSE - 0.01
    supervisor.tend()

    assert supervisor.children[0].process is None


def test_what_dies_again_and_again_waits_longer_each_time(fakes: Fakes, until: Until) -> None:
    now = [0.0]
    supervisor = fakes(lambda: now[0])
    supervisor.start("listen", ["raise SystemExit(2)"])
    pauses = []
    for _ in range(3):
        until(lambda: has_ended(supervisor))
        supervisor.tend()
        pauses.append(supervisor.children[0].again_at - now[0])
        now[0] = supervisor.children[0].again_at
        supervisor.tend()

    assert [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE] == pauses


def test_what_ran_for_long_is_started_again_at_once(fakes: Fakes, until: Until) -> None:
    now = [0.0]
    supervisor = fakes(lambda: now[0])
    supervisor.start("listen", ["raise SystemExit(2)"])
    supervisor.children[0].pause = 8.0
    now[0] = STEADY_SECONDS + 1
    until(lambda: has_ended(supervisor))
    supervisor.tend()

    assert now[0] + FIRST_PAUSE == supervisor.children[0].again_at


def test_a_death_is_told_with_the_last_words(fakes: Fakes, until: Until) -> None:
    told: list[str] = []
    supervisor = fakes(say=told.append)
    supervisor.start("desk", ["raise SystemExit('desk: port 8080 is taken')"])
    until(lambda: has_ended(supervisor))
    supervisor.tend()

    assert told == ["desk ended with status 1 and is started again: desk: port 8080 is taken"]


def test_last_words_are_not_those_of_an_earlier_life(fakes: Fakes, until: Until) -> None:
    supervisor = fakes()
    supervisor.logs.mkdir()
    (supervisor.logs / "desk.log").write_text("words of old\n")
    supervisor.start("desk", ["raise SystemExit(3)"])
    until(lambda: has_ended(supervisor))

    assert supervisor.last_words("desk") == ""


def test_what_runs_once_is_done_when_it_ends_well(fakes: Fakes, until: Until) -> None:
    supervisor = fakes()
    supervisor.start("simulate", [""], once=True)
    until(lambda: has_ended(supervisor))
    supervisor.tend()
    supervisor.tend()

    assert supervisor.is_done("simulate")
    assert supervisor.restarts("simulate") == 0


def test_what_runs_once_and_fails_is_tried_again(fakes: Fakes, until: Until) -> None:
    supervisor = fakes()
    supervisor.start("simulate", ["raise SystemExit(2)"], once=True)
    until(lambda: has_ended(supervisor))
    supervisor.tend()

    assert not supervisor.is_done("simulate")
    assert supervisor.children[0].again_at == FIRST_PAUSE


def test_a_stop_ends_all_and_starts_none_again(fakes: Fakes) -> None:
    supervisor = fakes()
    supervisor.start("listen", [WAITS])
    supervisor.start("desk", [WAITS])
    supervisor.stop()
    statuses = [child.process and child.process.poll() for child in supervisor.children]

    assert statuses == [-signal.SIGTERM, -signal.SIGTERM]


def test_services_end_with_a_supervisor_that_is_gone(fakes: Fakes, until: Until) -> None:
    """Its end of the pipe closes, however it ended."""
    supervisor = fakes()
    supervisor.start("listen", [WAITS])
    process = supervisor.children[0].process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()

    until(lambda: process.poll() == 0)


def test_a_large_log_is_put_aside(fakes: Fakes) -> None:
    supervisor = fakes()
    supervisor.logs.mkdir()
    with (supervisor.logs / "desk.log").open("wb") as log:
        log.truncate(20_000_000)
    supervisor.start("desk", [WAITS])

    assert (supervisor.logs / "desk.log").stat().st_size == 0
    assert (supervisor.logs / "desk.log.1").stat().st_size == 20_000_000


def test_the_frame_around_words_is_not_the_last_of_them(fakes: Fakes, until: Until) -> None:
    supervisor = fakes()
    supervisor.start("desk", ["raise SystemExit('no such storm\\n╰──────╯')"])
    until(lambda: has_ended(supervisor))

    assert supervisor.last_words("desk") == "no such storm"
