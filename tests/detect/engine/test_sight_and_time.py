"""Sight, clocks, order of arrival and outages: points 2, 4, 5 and 6."""

from itertools import pairwise

import pytest

from sentinel.detect.engine import Engine
from sentinel.detect.program import Func, Op, Program, Watch
from sentinel.domain.finding import Change, Ending, Finding
from sentinel.domain.rank import Rank, Sight
from sentinel.domain.readings import Mark, ReadingFlag
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

SECOND = 1000
TWO = [Watch(name="level", metric=0), Watch(name="rain", metric=1)]
TWO_METRICS = [build_metric("level"), build_metric("rain")]


def start(*programs: Program, metrics: int = 1) -> Engine:
    registry = build_registry(1, TWO_METRICS[:metrics])
    bundle = SmallBundle(registry=registry, programs=programs)
    return Engine(bundle, 0, 1, started_at=START)


def ticks(rows: Rows, begin: int, end: int) -> Rows:
    for second in range(begin, end, SECOND):
        rows.tick(second)
    return rows


def story(findings: list[Finding]) -> list[tuple[float, str, str, str]]:
    return [
        ((f.received_at - START) / MINUTE, f.change.value, f.rank.word, f.sight.name.lower())
        for f in findings
    ]


def test_a_silent_subject_is_blind_since_its_last_arrival_and_keeps_its_rank() -> None:
    rows = ticks(Rows().add(0, 0, 3.5, received=400), SECOND, 4 * MINUTE)
    found = start(build_program()).judge(rows.build())

    assert [(f.change, f.rank, f.sight) for f in found] == [
        (Change.OPENED, Rank.BLUE, Sight.SEEN),
        (Change.SIGHT, Rank.BLUE, Sight.BLIND),
    ]
    assert found[1].blind_since == START + 400


def test_a_rule_that_is_added_over_a_silent_sensor_warns_from_its_own_start() -> None:
    """The reload is what made it a warning; the silence before is its `blind_since`."""
    engine = start()
    engine.judge(ticks(Rows().add(0, 0, 1.0), SECOND, 10 * MINUTE).build())
    registry = build_registry(1, TWO_METRICS[:1])
    more = SmallBundle(registry=registry, programs=(build_program(),), hash="bundle-2")
    engine.change(more, START + 10 * MINUTE, 1)
    (found,) = engine.judge(ticks(Rows(), 10 * MINUTE + SECOND, 11 * MINUTE).build())

    assert (found.change, found.rank, found.sight) == (Change.OPENED, Rank.NONE, Sight.BLIND)
    assert (found.onset, found.blind_since) == (START + 10 * MINUTE, START)


def test_blind_at_rank_none_is_a_warning_of_rank_none_that_ends_when_seen_again() -> None:
    rows = ticks(Rows().add(0, 0, 1.0), SECOND, 4 * MINUTE).add(0, 4 * MINUTE, 1.0)
    found = start(build_program()).judge(rows.build())

    assert story(found) == [(3, "opened", "none", "blind"), (4, "ended", "none", "seen")]
    assert found[0].onset == found[0].blind_since == START
    assert found[1].ending is Ending.SEEN_AGAIN


def test_a_sensor_that_never_reports_is_blind_since_its_registration() -> None:
    found = start(build_program()).judge(ticks(Rows(), 0, 4 * MINUTE).build())

    assert story(found) == [(3, "opened", "none", "blind")]
    assert found[0].blind_since == START


def test_a_subject_is_blind_while_any_of_its_inputs_is() -> None:
    rows = Rows().add(0, 0, 1.0).add(1, 0, 1.0)
    for minute in range(5):
        ticks(
            rows.add(0, minute * MINUTE + 1, 1.0), minute * MINUTE + SECOND, (minute + 1) * MINUTE
        )
    found = start(build_program(watches=TWO), metrics=2).judge(rows.build())

    assert story(found) == [(3 + 1 / MINUTE, "opened", "none", "blind")]
    assert found[0].blind_since == START


def test_ranks_that_are_still_known_may_rise_while_blind_but_nothing_goes_down() -> None:
    rows = Rows().add(0, 0, 1.0).add(1, 0, 1.0)
    ticks(rows, SECOND, 4 * MINUTE).add(0, 4 * MINUTE, 4.0)
    rows.add(0, 5 * MINUTE, 1.0).add(0, 6 * MINUTE, 1.0)
    program = build_program(watches=TWO, clear_hold_ms=0, missing_after_ms=3 * MINUTE)
    found = start(program, metrics=2).judge(rows.build())

    assert story(found) == [(3, "opened", "none", "blind"), (4, "rank", "blue", "blind")]


def test_never_missing_is_never_blind() -> None:
    rows = ticks(Rows().add(0, 0, 1.0), SECOND, 10 * MINUTE)

    assert start(build_program(missing_after_ms=-1)).judge(rows.build()) == []


def test_a_gone_device_is_blind_at_once_and_back_when_it_says_so() -> None:
    rows = Rows().add(0, 0, 1.0).add(0, 10_000, 0.0, flags=ReadingFlag.ALIVE)
    rows.add(0, 20_000, 1.0, flags=ReadingFlag.ALIVE)
    found = start(build_program()).judge(rows.build())

    assert story(found) == [(1 / 6, "opened", "none", "blind"), (1 / 3, "ended", "none", "seen")]


def test_a_sensor_keeps_to_the_deadline_that_it_sets_itself() -> None:
    rows = Rows().add(0, 0, 1.0).add(0, 0, 30.0, flags=ReadingFlag.DEADLINE)
    found = start(build_program()).judge(ticks(rows, SECOND, MINUTE).build())

    assert story(found) == [(0.5, "opened", "none", "blind")]


def test_a_promise_beyond_all_time_is_none() -> None:
    rows = Rows().add(0, 0, 1.0)
    for seconds in (1e300, 9.3e15, float("nan"), -1.0):
        rows.add(0, 0, seconds, flags=ReadingFlag.DEADLINE)
    found = start(build_program()).judge(ticks(rows, SECOND, 4 * MINUTE).build())

    assert story(found) == [(3, "opened", "none", "blind")]


def test_a_reading_sets_the_clock_even_back_and_a_later_hold_begins_there() -> None:
    program = build_program(
        {Rank.BLUE: build_code(("leaf", 0), 20.0, Op.GE)}, leaves=[build_leaf(Func.AGE)],
        hold=30 * SECOND, needs_ticks=True,
    )  # fmt: skip
    # age passes 20 s at second 20; a slow reading of second 10 arrives at second 25
    rows = ticks(Rows().add(0, 0, 1.0), SECOND, 25 * SECOND).add(0, 10_000, 1.0, received=25_000)
    found = start(program).judge(ticks(rows, 26 * SECOND, 90 * SECOND).build())

    assert found[0].decided_at - found[0].onset == 30 * SECOND
    assert found[0].onset == START + 30 * SECOND


def test_a_reading_from_the_future_is_judged_at_its_receipt() -> None:
    found = start(build_program()).judge(Rows().add(0, 50_000, 3.5, received=0).build())

    assert found[0].decided_at == START


def test_samples_of_a_clock_that_is_ahead_are_told_apart_and_judged_in_order() -> None:
    """All are in the windows; the subject's clock ends at the receipt."""
    program = build_program(
        {Rank.BLUE: build_code(("leaf", 0), 7.0, Op.GT)},
        leaves=[build_leaf(Func.DELTA, 5 * MINUTE), build_leaf(Func.COUNT, 5 * MINUTE)],
    )
    rows = Rows()
    for k, value in enumerate((1.0, 2.0, 3.0, 9.0)):
        rows.add(0, 30_000 + k * SECOND, value, received=0)
    engine = start(program)
    found = engine.judge(rows.build())

    assert engine.counts["repeats"] == 0
    assert [e.value for e in found[0].evidence] == [8.0, 4.0]
    assert found[0].onset == found[0].decided_at == START


def test_a_window_is_as_long_for_a_sensor_whose_clock_is_ahead() -> None:
    program = build_program({Rank.BLUE: at_least(0.0)}, leaves=[build_leaf(Func.COUNT, 5 * MINUTE)])
    rows = Rows()
    for minute in range(8):
        rows.add(0, minute * MINUTE + 30_000, 1.0, received=minute * MINUTE)
    engine = start(program)
    engine.judge(rows.build())
    found = engine.judge(Rows().add(0, 8 * MINUTE, 1.0, quality=4).build())

    assert found == []
    assert engine._state.work[0] == 5


def test_of_two_inputs_the_one_whose_clock_is_ahead_is_not_the_newer_for_it() -> None:
    rows = Rows().add(1, 50_000, 1.0, received=0).add(0, 20_000, 9.0)
    found = start(build_program(watches=TWO), metrics=2).judge(rows.build())

    assert found[0].decided_at == START + 20_000


def test_a_slightly_late_reading_joins_the_window_but_is_not_judged() -> None:
    program = build_program(
        {Rank.BLUE: at_least(3.0)}, leaves=[build_leaf(Func.COUNT, 5 * MINUTE)], hold=0
    )
    engine = start(program)
    found = engine.judge(
        Rows().add(0, 0, 1.0).add(0, MINUTE, 1.0).add(0, 30_000, 1.0, received=MINUTE).build()
    )
    later = engine.judge(Rows().add(0, 2 * MINUTE, 1.0).build())

    assert found == []
    assert later[0].evidence[0].value == 4


def test_an_older_reading_is_late_and_changes_nothing() -> None:
    engine = start(build_program())
    rows = Rows().add(0, 5 * MINUTE, 1.0).add(0, MINUTE, 9.0, received=5 * MINUTE)

    assert engine.judge(rows.build()) == []
    assert engine.counts["late"] == 1


def test_of_two_readings_of_one_time_the_first_stands() -> None:
    engine = start(build_program())

    assert engine.judge(Rows().add(0, 0, 1.0).add(0, 0, 9.0).build()) == []
    assert engine.counts["repeats"] == 1


def test_of_two_states_sent_on_change_and_received_at_once_the_later_stands() -> None:
    rows = (
        Rows().add(0, 0, 9.0, flags=ReadingFlag.UNTIMED).add(0, 0, 1.0, flags=ReadingFlag.UNTIMED)
    )
    rows.add(0, 0, 9.0, flags=ReadingFlag.UNTIMED)
    engine = start(build_program(clear_hold_ms=0))
    found = engine.judge(rows.build())

    assert [f.change for f in found] == [Change.OPENED, Change.ENDED, Change.OPENED]
    assert {f.decided_at for f in found} == {START}
    assert [f.onset - START for f in found] == [0, 0, 1]


@pytest.mark.parametrize("flag", [ReadingFlag.HISTORICAL, ReadingFlag.EXERCISE])
def test_history_and_drills_are_not_judged(flag: ReadingFlag) -> None:
    assert start(build_program()).judge(Rows().add(0, 0, 9.0, flags=flag).build()) == []


@pytest.mark.parametrize("flag", [ReadingFlag.HISTORICAL, ReadingFlag.EXERCISE])
@pytest.mark.parametrize("word", [ReadingFlag.ALIVE, ReadingFlag.DEADLINE])
def test_what_a_drill_or_history_says_of_a_device_does_not_count(
    flag: ReadingFlag, word: ReadingFlag
) -> None:
    value = 0.0 if word is ReadingFlag.ALIVE else 1.0
    rows = ticks(Rows().add(0, 0, 1.0).add(0, 1, value, flags=word | flag), SECOND, MINUTE)
    engine = start(build_program())

    assert engine.judge(rows.build()) == []
    assert engine.counts["exercise"] == (1 if flag is ReadingFlag.EXERCISE else 0)


def test_readings_of_one_message_are_judged_together() -> None:
    program = build_program(
        {Rank.BLUE: build_code(("leaf", 0), ("leaf", 1), Op.GT)},
        leaves=[build_leaf(), build_leaf(watch=1)], watches=TWO,
    )  # fmt: skip
    rows = Rows().add(0, 0, 1.0, flags=ReadingFlag.TOGETHER).add(1, 0, 2.0)
    rows.add(0, MINUTE, 5.0, flags=ReadingFlag.TOGETHER).add(1, MINUTE, 6.0)

    assert start(program, metrics=2).judge(rows.build()) == []


def test_missing_timers_stand_still_until_caught_up_and_one_interval_more() -> None:
    rows = ticks(Rows().add(0, 0, 1.0), SECOND, MINUTE).tick(MINUTE, Mark.LINK_DOWN)
    ticks(rows, MINUTE, 10 * MINUTE).tick(10 * MINUTE, Mark.LINK_UP)
    ticks(rows, 10 * MINUTE, 11 * MINUTE).tick(11 * MINUTE, Mark.CAUGHT_UP)
    found = start(build_program()).judge(ticks(rows, 11 * MINUTE, 20 * MINUTE).build())

    # one minute of silence before, then 11:00 and an interval; two more are left of the three
    told = [f for f in found if f.rule != "listener-link"]
    assert story(told) == [(14, "opened", "none", "blind")]
    assert told[0].blind_since == START


def test_one_finding_says_that_the_listener_is_cut_off() -> None:
    rows = Rows().tick(0, Mark.LINK_DOWN).tick(SECOND, Mark.LINK_UP).tick(2000, Mark.CAUGHT_UP)
    found = start(build_program()).judge(rows.build())

    assert [(f.rule, f.subject, f.change) for f in found] == [
        ("listener-link", "listener", Change.OPENED),
        ("listener-link", "listener", Change.ENDED),
    ]


def test_who_is_cut_off_is_named_in_each_language() -> None:
    found = start(build_program()).judge(Rows().tick(0, Mark.LINK_DOWN).build())

    assert found[0].title["en"].startswith("the city: the listener has lost its broker")
    assert found[0].title["zh"].endswith("全市不可见")


def test_a_gap_in_the_ticks_is_an_outage_too() -> None:
    rows = ticks(Rows().add(0, 0, 1.0), SECOND, 2 * MINUTE)
    found = start(build_program()).judge(ticks(rows, 9 * MINUTE, 12 * MINUTE).build())

    assert [f.rule for f in found][:2] == ["listener-link", "listener-link"]
    # 1:59 before the gap, which counts until 9:00 and an interval
    assert story(found[2:]) == [(11 + 1 / 60, "opened", "none", "blind")]


def delayed_start() -> tuple[Engine, Rows]:
    return start(build_program()), Rows().add(0, 0, 3.5, received=10 * MINUTE)


def test_a_finding_by_an_old_reading_is_delayed_and_confirmed_by_a_fresh_one() -> None:
    engine, rows = delayed_start()
    found = engine.judge(rows.add(0, 10 * MINUTE, 3.5, received=10 * MINUTE).build())

    assert [(f.change, f.delayed) for f in found] == [
        (Change.OPENED, True), (Change.CONFIRMED, False),
    ]  # fmt: skip


def test_a_delayed_finding_is_confirmed_after_the_missing_time() -> None:
    engine, rows = delayed_start()
    found = engine.judge(ticks(rows, 10 * MINUTE + SECOND, 14 * MINUTE).build())

    confirmed = next(f for f in found if f.change is Change.CONFIRMED)
    assert confirmed.received_at == START + 13 * MINUTE


def test_what_no_longer_holds_is_never_confirmed() -> None:
    engine = start(build_program(clear_hold_ms=0))
    rows = Rows().add(0, 0, 3.5, received=10 * MINUTE).add(0, 10 * MINUTE, 1.0)
    found = engine.judge(ticks(rows, 10 * MINUTE + SECOND, 12 * MINUTE).build())

    assert [f.change for f in found] == [Change.OPENED, Change.ENDED]


def test_a_tick_before_the_next_timer_looks_at_nobody() -> None:
    engine = start(build_program())
    engine.judge(Rows().add(0, 0, 1.0).tick(SECOND).build())
    due = int(engine._state.shard[0]["next_due"])

    assert due == START + 3 * MINUTE


def test_findings_come_in_the_order_of_rows() -> None:
    rows = ticks(Rows().add(0, 0, 3.5), SECOND, 4 * MINUTE).add(0, 4 * MINUTE, 5.0)
    found = start(build_program(), build_program(rule="other")).judge(rows.build())

    assert all(a.row <= b.row for a, b in pairwise(found))
