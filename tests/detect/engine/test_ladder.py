# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Ranks, holds and clear holds: points 1 and 3 of what a condition means."""

from collections.abc import Callable

import pytest

from sentinel.detect.engine import Engine
from sentinel.detect.program import Func, MissingThen, Op, Program
from sentinel.domain.finding import Change, Ending, Finding
from sentinel.domain.rank import Rank, Sight
from sentinel.testing.builders import (
    MINUTE,
    START,
    Rows,
    SmallBundle,
    at_least,
    below,
    build_code,
    build_leaf,
    build_program,
    build_registry,
)  # fmt: skip

FOUR = {
    Rank.BLUE: at_least(3.2),
    Rank.YELLOW: at_least(3.5),
    Rank.ORANGE: at_least(3.8),
    Rank.RED: at_least(4.2),
}


def judge(program: Program, rows: Rows) -> list[Finding]:
    engine = Engine(
        SmallBundle(registry=build_registry(), programs=(program,)), 0, 1, started_at=START
    )
    return engine.judge(rows.build())


def minutes(*values: float | None) -> Rows:
    """One reading a minute, and a tick each second between; None: no reading."""
    rows = Rows()
    for minute, value in enumerate(values):
        if value is not None:
            rows.add(0, minute * MINUTE, value)
        for second in range(0 if value is None else 1, 60):
            rows.tick(minute * MINUTE + second * 1000)
    return rows


def story(findings: list[Finding]) -> list[tuple[float, str, str]]:
    return [((f.decided_at - START) / MINUTE, f.change.value, f.rank.word) for f in findings]


def test_the_highest_rank_that_holds_wins() -> None:
    found = judge(build_program(FOUR), minutes(3.0, 4.0))

    assert story(found) == [(1, "opened", "orange")]


def test_a_hold_is_served_by_time_alone() -> None:
    found = judge(build_program(FOUR, hold=30_000), minutes(3.3))

    assert story(found) == [(0.5, "opened", "blue")]
    assert found[0].onset == START


def test_a_hold_begins_again_after_false() -> None:
    found = judge(build_program(FOUR, hold=2 * MINUTE), minutes(3.3, 3.3, 3.0, 3.3, 3.3, 3.3))

    assert story(found) == [(5, "opened", "blue")]
    assert found[0].onset == START + 3 * MINUTE


def test_the_hold_of_a_rank_runs_while_a_higher_one_is_true() -> None:
    program = build_program(
        {Rank.BLUE: build_code(("leaf", 0), 3.0, Op.EQ), Rank.RED: at_least(4.0)},
        hold={Rank.BLUE: 2 * MINUTE, Rank.RED: 10 * MINUTE},
    )
    found = judge(program, minutes(3.0, 4.0, 4.0))

    assert story(found) == [(2, "opened", "blue")]


def test_a_hold_stands_still_while_unknown() -> None:
    mean = build_leaf(Func.MEAN, 30_000, need=1)
    program = build_program(
        {Rank.BLUE: build_code(("leaf", 0), 3.0, Op.GE, ("leaf", 1), 0.0, Op.GE, Op.AND)},
        leaves=[build_leaf(), mean],
        hold=90_000,
        needs_ticks=True,
        missing_after_ms=10 * MINUTE,
    )
    found = judge(program, minutes(3.5, 3.5, 3.5, 3.5))

    # it runs while the window holds the reading: half of each minute, and is served when true
    assert story(found) == [(3, "opened", "blue")]
    assert found[0].onset == START


def test_up_as_soon_as_the_hold_is_served() -> None:
    program = build_program(FOUR, hold={Rank.BLUE: 0, Rank.RED: MINUTE})
    found = judge(program, minutes(4.5, 4.5))

    assert story(found) == [(0, "opened", "orange"), (1, "rank", "red")]


def test_down_only_after_the_clear_hold() -> None:
    program = build_program(FOUR, clear_hold_ms=2 * MINUTE)
    found = judge(program, minutes(4.5, 3.0, 3.0, 3.0))

    assert story(found) == [(0, "opened", "red"), (3, "ended", "none")]
    assert found[1].ending is Ending.CLEARED
    assert found[1].previous_rank is Rank.RED


def test_down_to_a_rank_when_every_higher_one_was_false_for_the_clear_hold() -> None:
    program = build_program(FOUR, clear_hold_ms=2 * MINUTE)
    found = judge(program, minutes(4.5, 3.6, 3.3, 3.6, 3.6, 3.6))

    assert story(found) == [(0, "opened", "red"), (3, "rank", "yellow")]


def test_the_clear_hold_begins_again_after_a_true_condition() -> None:
    program = build_program(FOUR, clear_hold_ms=2 * MINUTE)
    found = judge(program, minutes(3.3, 3.0, 3.3, 3.0, 3.0, 3.0))

    assert story(found) == [(0, "opened", "blue"), (5, "ended", "none")]


def test_one_low_reading_before_a_sensor_dies_clears_nothing() -> None:
    program = build_program(FOUR, clear_hold_ms=MINUTE)
    found = judge(program, minutes(4.5, 1.0, None, None, None))

    assert story(found) == [(0, "opened", "red"), (4, "sight", "red")]
    assert found[1].sight is Sight.BLIND


def test_without_a_missing_time_silence_serves_the_clear_hold() -> None:
    program = build_program(FOUR, clear_hold_ms=MINUTE, missing_after_ms=-1)
    found = judge(program, minutes(4.5, 1.0, None, None))

    assert story(found) == [(0, "opened", "red"), (2, "ended", "none")]


def test_between_clear_and_the_lowest_condition_the_lowest_rank_stays() -> None:
    program = build_program(FOUR, clear_code=below(3.0), clear_hold_ms=MINUTE)
    found = judge(program, minutes(4.5, 3.1, 3.1, 3.1, 2.9, 2.9))

    assert story(found) == [(0, "opened", "red"), (2, "rank", "blue"), (5, "ended", "none")]


@pytest.fixture
def unknown_rank() -> Callable[[bool], Program]:
    """A rule whose orange asks for a slope that stays unknown."""

    def build(written: bool) -> Program:
        return build_program(
            {Rank.BLUE: at_least(3.0), Rank.ORANGE: build_code(("leaf", 1), 9.0, Op.GT)},
            leaves=[build_leaf(), build_leaf(Func.SLOPE, 30_000)],
            clear_code=below(2.5) if written else None,
            clear_hold_ms=MINUTE,
        )

    return build


def test_an_unknown_rank_is_not_raised_and_says_so(
    unknown_rank: Callable[[bool], Program],
) -> None:
    found = judge(unknown_rank(False), minutes(3.1))

    assert story(found) == [(0, "opened", "blue")]
    assert found[0].unjudged == ("orange",)
    assert [e.note for e in found[0].evidence] == ["", "too few readings"]


def test_an_unknown_rank_keeps_a_warning_open(unknown_rank: Callable[[bool], Program]) -> None:
    assert len(judge(unknown_rank(False), minutes(3.1, 1.0, 1.0, 1.0))) == 1


def test_a_written_clear_outvotes_an_unknown_rank(
    unknown_rank: Callable[[bool], Program],
) -> None:
    found = judge(unknown_rank(True), minutes(3.1, 1.0, 1.0))

    assert story(found) == [(0, "opened", "blue"), (2, "ended", "none")]


def test_a_written_clear_never_outvotes_a_true_rank() -> None:
    program = build_program(FOUR, clear_code=below(9.0), clear_hold_ms=0)

    assert story(judge(program, minutes(3.3, 3.3))) == [(0, "opened", "blue")]


def test_a_new_warning_has_an_identity_of_its_own() -> None:
    found = judge(build_program(FOUR, clear_hold_ms=0), minutes(3.3, 3.0, 3.3))

    assert [f.change for f in found] == [Change.OPENED, Change.ENDED, Change.OPENED]
    assert [f.number for f in found] == [1, 2, 1]
    assert found[0].warning == found[1].warning != found[2].warning
    assert len({f.id for f in found}) == 3


def test_the_title_is_filled_in_from_the_evidence() -> None:
    assert judge(build_program(FOUR), minutes(3.25))[0].title == {"en": "d0: river at 3.25 m"}


def test_a_title_shows_no_value_that_is_not_known() -> None:
    """A river at ? m is no river at any height."""
    registry = build_registry(attributes={"name_en": ["Lan 1"], "name": ["Lan"]})
    titles = {"zh": "水位 {level.value:.2f} 米", "en": "{device.name}: {level.value:.2f} m"}
    program = build_program(FOUR, title=titles)
    bundle = SmallBundle(registry=registry, programs=(program,))
    rows = minutes(None, None, None, None, None, 3.25)
    first, *_, last = Engine(bundle, 0, 1, started_at=START).judge(rows.build())

    assert (first.sight, last.title["en"]) == (Sight.BLIND, "Lan 1: 3.25 m")
    assert first.title == {"zh": "Lan：没有level读数", "en": "Lan 1: no reading of level"}


def test_then_ok_clears_what_is_missing() -> None:
    program = build_program(FOUR, missing_then=MissingThen.OK)
    found = judge(program, minutes(4.5, None, None, None))

    assert story(found) == [(0, "opened", "red"), (3, "ended", "none")]


def test_then_a_rank_raises_what_is_missing_until_it_is_back_for_the_clear_hold() -> None:
    program = build_program(
        {Rank.BLUE: at_least(3.0)}, missing_then=MissingThen.RAISE, missing_rank=Rank.ORANGE,
        clear_hold_ms=2 * MINUTE,
    )  # fmt: skip
    found = judge(program, minutes(1.0, None, None, None, 1.0, 1.0, 1.0))

    assert story(found) == [
        (3, "opened", "orange"), (4, "sight", "orange"), (6, "ended", "none"),
    ]  # fmt: skip
    assert (found[0].onset, found[0].blind_since) == (START + 3 * MINUTE, START)
