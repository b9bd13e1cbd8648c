"""Identity: point 7. No two warnings of a subject share an onset, as their ids would be one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Engine
from sentinel.detect.program import Func, MissingThen, Op, Program
from sentinel.domain.finding import Change, Finding
from sentinel.domain.metric import Metric, Span
from sentinel.domain.rank import Rank
from sentinel.domain.readings import Mark, ReadingFlag, Readings
from sentinel.testing.builders import (
    MINUTE,
    START,
    Rows,
    SmallBundle,
    at_least,
    build_code,
    build_leaf,
    build_metric,
    build_program,
    build_registry,
)  # fmt: skip
from tests.detect.engine import strategies

SECOND = 1000


def bundle(
    *programs: Program, metric: Metric | None = None, name: str = "b", builtin: bool = False
) -> SmallBundle:
    registry = build_registry(1, [metric or build_metric()])
    return SmallBundle(registry=registry, programs=programs, hash=name, builtin=builtin)


def start(*programs: Program) -> Engine:
    return Engine(bundle(*programs), 0, 1, started_at=START)


def ticks(rows: Rows, begin: int, end: int) -> Rows:
    for at in range(begin, end, SECOND):
        rows.tick(at)
    return rows


def onsets(found: list[Finding]) -> list[int]:
    """The onsets of the warnings opened, ms after the start; all must be told apart."""
    opened = [f for f in found if f.change is Change.OPENED]
    assert len({f.id for f in found}) == len(found)
    assert len({f.warning for f in opened}) == len(opened)
    return [f.onset - START for f in opened]


def test_a_hold_that_outlasts_a_silence_opens_another_warning() -> None:
    """The silence begins with the reading that the hold begins with, and is over before it."""
    rows = ticks(Rows().add(0, 0, 9.0), SECOND, 4 * MINUTE).add(0, 4 * MINUTE, 9.0)
    rows = ticks(rows, 4 * MINUTE + SECOND, 6 * MINUTE).add(0, 6 * MINUTE, 9.0)
    red = build_program({Rank.RED: at_least(3.0)}, hold=5 * MINUTE)
    found = start(red).judge(rows.build())

    assert onsets(found) == [0, 1]
    assert [(f.change, f.rank) for f in found] == [
        (Change.OPENED, Rank.NONE), (Change.ENDED, Rank.NONE), (Change.OPENED, Rank.RED),
    ]  # fmt: skip


def test_a_device_that_comes_and_goes_without_a_reading_opens_a_warning_each_time() -> None:
    rows = Rows().add(0, 0, 1.0)
    for second, value in ((10, 0.0), (20, 1.0), (30, 0.0), (40, 1.0), (50, 0.0)):
        rows.add(0, second * SECOND, value, flags=ReadingFlag.ALIVE)

    assert onsets(start(build_program()).judge(rows.build())) == [0, 1, 2]


def test_a_promise_that_changes_opens_a_warning_each_time_it_is_broken() -> None:
    rows = Rows().add(0, 0, 1.0).add(0, 0, 30.0, flags=ReadingFlag.DEADLINE)
    ticks(rows, SECOND, 40_000).add(0, 40_000, 600.0, flags=ReadingFlag.DEADLINE)
    ticks(rows, 41_000, 45_000).add(0, 45_000, 30.0, flags=ReadingFlag.DEADLINE)

    assert onsets(start(build_program()).judge(ticks(rows, 46_000, 50_000).build())) == [0, 1]


def test_what_clears_and_rises_while_the_clock_stands_still_opens_another_warning() -> None:
    rows = Rows().tick(0).add(0, 100, 9.0).add(0, 200, 0.0, flags=ReadingFlag.ALIVE)
    rows.add(0, 300, 1.0, flags=ReadingFlag.ALIVE)
    found = start(build_program(missing_then=MissingThen.OK)).judge(rows.build())

    assert onsets(found) == [100, 101]


def test_a_clock_that_a_reading_sets_back_opens_no_warning_twice() -> None:
    silent = build_program(
        {Rank.BLUE: build_code(("leaf", 0), 60.0, Op.GT)}, leaves=[build_leaf(Func.AGE)],
        clear_hold_ms=0, needs_ticks=True, missing_after_ms=-1,
    )  # fmt: skip
    rows = ticks(Rows().add(0, 0, 1.0, received=300), SECOND, 70_000)
    rows = ticks(rows.add(0, 500, 1.0, received=70_800), 71_000, 135_000)

    first, second = onsets(start(silent).judge(rows.build()))
    assert second == first + 1


def test_an_interval_that_changes_and_changes_back_opens_another_warning() -> None:
    engine = start(build_program())
    found = engine.judge(ticks(Rows().add(0, 0, 1.0), SECOND, 200_000).build())
    for at, interval in ((200_000, 10 * MINUTE), (210_000, MINUTE)):
        to = bundle(build_program(), metric=build_metric(interval_ms=interval), name=str(at))
        found += engine.change(to, START + at, at)
        found += engine.judge(ticks(Rows(), at + SECOND, at + 10_000).build())

    assert onsets(found) == [0, 1]


def test_a_listener_whose_clock_stands_still_loses_its_link_more_than_once() -> None:
    rows = Rows().tick(60 * MINUTE)
    for at in (0, 10_000, 20_000):
        rows.tick(at, Mark.LINK_DOWN).tick(at + 2000, Mark.LINK_UP).tick(at + 3000, Mark.CAUGHT_UP)

    found = start(build_program(missing_after_ms=-1)).judge(rows.build())
    assert onsets(found) == [3_600_000, 3_600_001, 3_600_002]


def test_a_restart_forgets_no_onset() -> None:
    program = build_program(missing_then=MissingThen.OK)
    first = start(program)
    found = first.judge(Rows().tick(0).add(0, 100, 9.0).build())
    second = Engine.restore(bundle(program), 0, 1, first.snapshot())
    rows = Rows().add(0, 200, 0.0, flags=ReadingFlag.ALIVE)
    found += second.judge(rows.add(0, 300, 1.0, flags=ReadingFlag.ALIVE).build())

    assert onsets(found) == [100, 101]


@pytest.mark.parametrize("between", [(), ("rule",)])
def test_a_rule_that_changes_and_changes_back_forgets_no_onset(between: tuple[str, ...]) -> None:
    """Nothing but a word of life comes after it, so that the subject's clock stands still."""
    rule = build_program({Rank.RED: at_least(3.0)})
    engine = start(rule)
    found = engine.judge(Rows().add(0, 100, 9.0).build())
    other = [replace(rule, meaning="other") for _ in between]
    found += engine.change(bundle(*other, name="other"), START + 200, 77)
    found += engine.change(bundle(rule, name="back"), START + 300, 78)
    found += engine.judge(Rows().add(0, 400, 1.0, flags=ReadingFlag.ALIVE).build())

    assert onsets(found) == [100, 101]


def test_checks_that_are_switched_off_and_on_open_other_warnings() -> None:
    metric = build_metric(sensor_span=Span(low=0.0, high=1.0))
    engine = Engine(bundle(metric=metric, builtin=True), 0, 1, started_at=START)
    off = {"value": 0.0, "quality": 4, "flags": ReadingFlag.CLOCK_OFF}
    found = engine.judge(Rows().add(0, 0, **off).build())  # type: ignore[arg-type]  # its columns
    found += engine.change(bundle(metric=metric, name="off"), START, 77)
    found += engine.change(bundle(metric=metric, builtin=True, name="on"), START, 78)
    found += engine.judge(Rows().add(0, 0, **off).build())  # type: ignore[arg-type]  # its columns

    assert onsets(found) == [0, 1]


CUTS = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 2)), max_size=4)


@given(strategies.programs("rule", 1), strategies.weeks(1, 1), CUTS)
def test_ids_are_unique_over_all_changes_of_the_bundle(
    program: Program, readings: Readings, cuts: list[tuple[int, int]]
) -> None:
    bundles = [
        bundle(program, builtin=True),
        bundle(replace(program, meaning="other"), name="other", builtin=True),
        bundle(name="without"),
    ]
    engine = Engine(bundles[0], 0, 1, started_at=START)
    found, done = [], 0
    for cut, number in sorted(cuts):
        found += engine.judge(readings.take(slice(done, cut)))
        done = min(cut, len(readings))
        at = int(readings.received[done - 1]) if done else START
        found += engine.change(bundles[number], at, done)
    found += engine.judge(readings.take(slice(done, None)))

    onsets(found)
