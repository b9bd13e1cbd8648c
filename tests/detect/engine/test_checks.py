# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Grading, and the built-in device checks that come of it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sentinel.detect.engine import Engine, Grader, shard_of_device
from sentinel.domain.finding import Change, Finding
from sentinel.domain.metric import MetricKind, Span
from sentinel.domain.quality import Quality
from sentinel.domain.rank import Rank
from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.testing.builders import (
    MINUTE,
    START,
    Rows,
    SmallBundle,
    build_metric,
    build_program,
    build_registry,
)  # fmt: skip

CHECKED = build_metric(
    sensor_span=Span(low=0.0, high=10.0), plausible_span=Span(low=0.0, high=6.0), jump=2.0,
    flat_after_ms=10 * MINUTE, babble=5,
)  # fmt: skip


def grade(rows: Rows, **more: Any) -> Readings:  # noqa: ANN401 -- any field of a metric
    metric = build_metric(**more) if more else CHECKED
    return Grader(build_registry(1, [metric])).grade(rows.build())


def judge(rows: Rows, *, builtin: bool = True) -> list[Finding]:
    bundle = SmallBundle(registry=build_registry(1, [CHECKED]), programs=(), builtin=builtin)
    return Engine(bundle, 0, 1, started_at=START).judge(rows.build())


def series(*values: float) -> Rows:
    rows = Rows()
    for k, value in enumerate(values):
        rows.add(0, k * MINUTE, value)
    return rows


@pytest.mark.parametrize(
    ("values", "quality"),
    [
        ((1.0,), Quality.PASS),
        ((11.0,), Quality.FAIL),
        ((7.0,), Quality.SUSPECT),
        ((1.0, 3.5), Quality.SUSPECT),
        ((1.0, 3.0), Quality.PASS),
        ((1.0,) * 10, Quality.PASS),
        ((1.0,) * 11, Quality.SUSPECT),
    ],
)
def test_quality_is_the_worst_of_what_the_checks_find(
    values: tuple[float, ...], quality: Quality
) -> None:
    assert grade(series(*values)).quality[-1] == quality


def test_what_a_device_says_of_its_own_quality_counts_if_it_is_worse() -> None:
    assert grade(Rows().add(0, 0, 1.0, quality=3)).quality[0] == Quality.SUSPECT


def test_a_value_that_failed_is_no_neighbour_of_the_next() -> None:
    assert grade(series(1.0, 11.0, 1.0)).quality.tolist() == [1, 4, 1]


def test_a_babbling_sensor_fails_until_it_was_quiet_for_an_interval() -> None:
    rows = Rows()
    for k in range(8):
        rows.add(0, k * 1000, 1.0 + k / 100)
    rows.add(0, MINUTE, 1.0).add(0, 3 * MINUTE, 1.0)

    assert grade(rows).quality.tolist() == [1] * 5 + [4] * 3 + [4, 1]


def test_without_the_checks_quality_stays_as_it_came() -> None:
    grader = Grader(build_registry(1, [CHECKED]), builtin=False)
    rows = Rows().add(0, 0, 99.0, quality=2).add(0, 0, 99.0, quality=2)
    graded = grader.grade(rows.build())

    assert graded.quality.tolist() == [2, 2]
    assert graded.flags.tolist() == [0, ReadingFlag.REPEAT]


def test_late_by_one_interval_is_in_time_and_by_more_is_late() -> None:
    rows = Rows().add(0, 5 * MINUTE, 1.0)
    rows.add(0, 4 * MINUTE, 1.0, received=5 * MINUTE).add(
        0, 4 * MINUTE - 1, 1.0, received=5 * MINUTE
    )

    assert grade(rows).flags.tolist() == [0, 0, ReadingFlag.LATE]


def test_a_repeat_is_known_among_the_last_six_times() -> None:
    rows = Rows()
    for k in range(8):
        rows.add(0, k * 1000, 1.0)
    for k in range(8):
        rows.add(0, k * 1000, 1.0, received=8000)
    flags = grade(rows, babble=100).flags.tolist()

    # the two oldest cannot be told from repeats, so they are not judged either
    assert flags == [0] * 8 + [ReadingFlag.LATE] * 2 + [ReadingFlag.REPEAT] * 6


def test_a_repeat_is_not_mistaken_after_a_long_silence() -> None:
    days = 50 * 24 * 60 * MINUTE
    rows = Rows().add(0, 0, 1.0).add(0, days, 1.0).add(0, days, 1.0)

    assert grade(rows).flags.tolist() == [0, 0, ReadingFlag.REPEAT]


@pytest.mark.parametrize("builtin", [False, True])
def test_readings_without_a_time_are_told_apart_in_order_of_arrival(builtin: bool) -> None:
    """One time of receipt: that of a journal row, or of a listener whose clock is held."""
    rows = Rows()
    for received in (0, 0, 0, 1, 1, 0, 5000):
        rows.add(0, received, 1.0, flags=ReadingFlag.UNTIMED)
    graded = Grader(build_registry(1, [build_metric()]), builtin=builtin).grade(rows.build())

    assert (graded.time - START).tolist() == [0, 1, 2, 3, 4, 5, 5000]
    assert graded.flags.tolist() == [ReadingFlag.UNTIMED] * 7


def test_a_reading_without_a_time_is_not_newer_than_one_that_says_so() -> None:
    rows = Rows().add(0, 30_000, 1.0, received=30_001).add(0, 10, 1.0, flags=ReadingFlag.UNTIMED)
    rows.add(0, 30_000, 1.0, flags=ReadingFlag.UNTIMED)
    graded = grade(rows)

    assert (graded.time - START).tolist() == [30_000, 10, 30_001]
    assert graded.flags.tolist() == [0, ReadingFlag.UNTIMED, ReadingFlag.UNTIMED]


def test_one_reading_stamped_ahead_makes_no_later_one_late_or_a_repeat() -> None:
    """Once a minute the clock is 59 s ahead: each reading is of its receipt, and none is lost."""
    rows = Rows()
    for second in range(600):
        ahead = 59_000 if second % 60 == 0 else 0
        rows.add(0, second * 1000 + ahead, 1.0, received=second * 1000)
    graded = grade(rows, interval_ms=1000)

    assert graded.flags.tolist() == [0] * 600
    assert ((graded.time - START) // 1000).tolist() == list(range(600))


def test_a_clock_put_right_says_a_time_again_and_that_is_no_repeat() -> None:
    rows = Rows().add(0, 30_000, 1.0, received=0).add(0, 30_000, 2.0)

    assert grade(rows).flags.tolist() == [0, 0]


def test_samples_from_ahead_are_told_apart_and_known_when_they_come_again() -> None:
    rows = Rows()
    for received in (0, 5000):
        for time in (30_000, 31_000, 32_000):
            rows.add(0, time, 1.0, received=received)
    graded = grade(rows)

    assert (graded.time - START).tolist() == [0, 1, 2, 5000, 5000, 5000]
    assert graded.flags.tolist() == [0] * 3 + [ReadingFlag.REPEAT] * 3


@pytest.mark.parametrize("ahead", [-100, 0, 50, 2_000, 10_000])
def test_what_a_device_sends_again_is_a_repeat_however_far_its_clock_is_ahead(ahead: int) -> None:
    """It was not acknowledged; when it comes again, its time may have come, too."""
    rows = Rows()
    for at in range(0, 360_000, 60_000):
        rows.add(0, at + ahead, 5.0, received=at).add(0, at + ahead, 5.0, received=at + 3_000)
    graded = grade(rows)

    assert graded.flags.tolist() == [0, ReadingFlag.REPEAT] * 6


def test_a_reading_at_a_time_that_one_from_ahead_was_given_is_kept_beside_it() -> None:
    """The store knows a reading by sensor and time."""
    rows = Rows().add(0, 9000, 1.0, received=0).add(0, 0, 2.0, received=1)
    rows.add(0, 5000, 3.0).add(0, 0, 4.0, received=6000)
    graded = grade(rows)

    assert (graded.time - START).tolist() == [0, 1, 5000, 0]
    assert graded.flags.tolist() == [0, 0, 0, ReadingFlag.REPEAT]


def test_a_grader_takes_over_a_table_from_before_own_times_were_kept() -> None:
    first, second = (Grader(build_registry(1, [CHECKED])) for _ in range(2))
    first.grade(Rows().add(0, 0, 1.0).add(0, 1000, 1.0).build())
    newer = ("own", "given", "measured")
    names = [name for name in first.table.dtype.names or () if name not in newer]
    second.restore(first.table[names])

    for name in [*names, "own", "given"]:
        assert second.table[name].tobytes() == first.table[name].tobytes()


def test_what_a_message_says_twice_is_a_repeat_whoever_found_it() -> None:
    twice = ReadingFlag.UNTIMED | ReadingFlag.REPEAT
    grader = Grader(build_registry(1, [CHECKED]))
    rows = Rows().add(0, 0, 1.0, flags=ReadingFlag.UNTIMED).add(0, 0, 99.0, flags=twice)
    graded = grader.grade(rows.build())

    assert graded.flags.tolist() == [ReadingFlag.UNTIMED, twice]
    assert grader.counts == {"late": 0, "repeats": 1, "failed": 0, "suspect": 0}


def test_several_events_at_one_instant_are_several() -> None:
    rows = Rows().add(0, 0, 1.0).add(0, 0, 1.0)

    assert grade(rows, kind=MetricKind.EVENT).flags.tolist() == [0, 0]


def test_a_jump_of_direction_goes_the_shorter_way() -> None:
    rows = series(350.0, 10.0, 100.0)

    assert grade(rows, kind=MetricKind.DIRECTION, jump=45.0).quality.tolist() == [1, 1, 3]


def test_a_grader_goes_on_where_its_snapshot_was_taken() -> None:
    rows = series(1.0, 1.0, 5.0, 5.0).add(0, 3 * MINUTE, 5.0).build()
    registry = build_registry(1, [CHECKED])
    whole = Grader(registry)
    first, second = Grader(registry), Grader(registry)
    first.grade(rows.take(slice(0, 2)))
    second.restore(first.snapshot().copy(), first.counts)
    rest = second.grade(rows.take(slice(2, None)))

    assert rest.flags.tolist() == whole.grade(rows).flags.tolist()[2:]
    assert second.counts == whole.counts


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (series(11.0), "device-out-of-span"),
        (Rows().add(0, 0, 0.0, quality=4, flags=ReadingFlag.CLOCK_OFF), "device-clock-off"),
        (series(1.0, 4.0), "device-jump"),
        (series(*[1.0] * 11), "device-flat"),
    ],
)
def test_a_check_raises_a_maintenance_warning(rows: Rows, rule: str) -> None:
    found = judge(rows)

    assert [(f.rule, f.subject, f.rank, f.change) for f in found] == [
        (rule, "d0/level", Rank.BLUE, Change.OPENED)
    ]
    assert found[0].evidence[0].note
    assert "level" in found[0].title["en"] or "clock" in found[0].title["en"]


def test_a_check_names_the_metric_in_each_language() -> None:
    """People at the desk know 水位, and no identifiers."""
    metric = replace(CHECKED, title={"zh": "水位", "en": "water level"})
    bundle = SmallBundle(registry=build_registry(1, [metric]), programs=(), builtin=True)
    (found,) = Engine(bundle, 0, 1, started_at=START).judge(series(1.0, 4.0).build())

    assert found.title == {"zh": "d0：水位 跳变", "en": "d0: water level jumps"}


def test_it_goes_to_who_keeps_the_device_in_order() -> None:
    registry = build_registry(2, [CHECKED], attributes={"owner": ["water-affairs", ""]})
    bundle = SmallBundle(registry=registry, programs=(), builtin=True)
    rows = Rows().add(0, 0, 11.0).add(1, 0, 11.0).build()
    found = Engine(bundle, 0, 1, started_at=START).judge(rows)

    assert [(f.subject, f.dispatch_to) for f in found] == [
        ("d0/level", "water-affairs"), ("d1/level", ""),
    ]  # fmt: skip


def test_a_device_of_a_registry_without_owners_belongs_to_nobody() -> None:
    assert [f.dispatch_to for f in judge(series(11.0))] == [""]


def test_a_babbling_device_is_told_of_once() -> None:
    rows = Rows()
    for k in range(20):
        rows.add(0, k * 1000, 1.0 + k / 100)

    assert [f.rule for f in judge(rows)] == ["device-babbling"]


def test_it_ends_after_five_quiet_minutes_at_a_good_reading() -> None:
    found = judge(series(11.0, 11.0, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5))

    assert [(f.change, (f.decided_at - START) / MINUTE) for f in found] == [
        (Change.OPENED, 0), (Change.ENDED, 6),
    ]  # fmt: skip
    assert found[0].warning == found[1].warning


def test_checks_are_silent_when_they_are_off() -> None:
    assert judge(series(11.0, 1.0, 9.0), builtin=False) == []


def test_a_failed_reading_is_kept_out_of_the_rules_and_a_suspect_one_is_not() -> None:
    bundle = SmallBundle(
        registry=build_registry(1, [CHECKED]), programs=(build_program(),), builtin=True
    )
    engine = Engine(bundle, 0, 1, started_at=START)
    found = [f for f in engine.judge(series(11.0, 7.0).build()) if f.rule == "river-level"]

    assert [f.evidence[0].value for f in found] == [7.0]
    assert found[0].evidence[0].note == "the latest reading is suspect"
    assert engine.counts["failed"] == engine.counts["suspect"] == 1


def test_more_open_checks_than_there_is_room_for_make_room() -> None:
    registry = build_registry(100, [CHECKED])
    bundle = SmallBundle(registry=registry, programs=(), builtin=True)
    rows = Rows()
    for sensor in range(100):
        rows.add(sensor, 0, 11.0)
    for minute in range(1, 8):
        for sensor in range(100):
            rows.add(sensor, minute * MINUTE, 1.0 + minute / 10)
    found = Engine(bundle, 0, 1, started_at=START).judge(rows.build())

    assert [f.change for f in found] == [Change.OPENED] * 100 + [Change.ENDED] * 100


def test_a_device_keeps_its_shard_as_the_city_grows() -> None:
    small, large = build_registry(10), build_registry(25)

    assert np.array_equal(shard_of_device(small, 4), shard_of_device(large, 4)[:10])


def test_readings_of_unknown_sensors_are_counted_and_passed_by() -> None:
    bundle = SmallBundle(registry=build_registry(1), programs=(build_program(),))
    engine = Engine(bundle, 0, 1, started_at=START)

    assert engine.judge(Rows().add(7, 0, 9.0).build()) == []
    assert engine.counts["unlisted"] == 1


def test_read_only_columns_with_gaps_are_judged_too() -> None:
    bundle = SmallBundle(registry=build_registry(1), programs=(build_program(),))
    rows = series(1.0, 9.0, 9.0, 9.0).build().take(slice(0, None, 2))
    rows.value.flags.writeable = False

    assert len(Engine(bundle, 0, 1, started_at=START).judge(rows)) == 1
