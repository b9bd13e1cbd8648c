"""Functions over windows, and what a sensor that reports too fast does to them."""

import math
import statistics
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Engine
from sentinel.detect.program import Func, Leaf
from sentinel.domain.metric import MetricKind
from sentinel.domain.rank import Rank
from sentinel.testing.builders import (
    MINUTE,
    START,
    Rows,
    SmallBundle,
    at_least,
    build_leaf,
    build_metric,
    build_program,
    build_registry,
)  # fmt: skip


def values_of(leaf: Leaf, rows: Rows, **metric: Any) -> list[tuple[float | None, str]]:  # noqa: ANN401 -- any field of a metric
    """Return the leaf's value and note at each finding: a suspect reading opens a warning."""
    registry = build_registry(1, [build_metric(**metric)])
    program = build_program(
        {Rank.BLUE: at_least(2.0, leaf=1)}, leaves=[leaf, build_leaf(Func.QUALITY)]
    )
    engine = Engine(SmallBundle(registry=registry, programs=(program,)), 0, 1, started_at=START)
    found = engine.judge(rows.build())
    return [(f.evidence[0].value, f.evidence[0].note) for f in found]


def last_value(leaf: Leaf, rows: Rows, **metric: Any) -> float | None:  # noqa: ANN401 -- any field of a metric
    """Return the leaf's value at the last reading."""
    last = Rows([*rows.rows[:-1], (*rows.rows[-1][:4], 3, 0)])
    return values_of(leaf, last, **metric)[-1][0]


def series(*values: float, step: int = MINUTE) -> Rows:
    rows = Rows()
    for k, value in enumerate(values):
        rows.add(0, k * step, value)
    return rows


@pytest.mark.parametrize(
    ("func", "expected"),
    [
        (Func.MEAN, 4.0),
        (Func.MIN, 2.0),
        (Func.MAX, 7.0),
        (Func.SUM, 12.0),
        (Func.COUNT, 3.0),
        (Func.DELTA, 4.0),
        (Func.STDDEV, math.sqrt(7.0)),
        (Func.SLOPE, 2.0 / 60),
        (Func.FLAT, 0.0),
    ],
)
def test_a_window_holds_what_came_after_its_beginning(func: Func, expected: float) -> None:
    rows = series(100.0, 3.0, 2.0, 7.0)

    assert last_value(build_leaf(func, 3 * MINUTE), rows) == pytest.approx(expected)


def test_a_quantile_lies_between_its_neighbours() -> None:
    leaf = build_leaf(Func.QUANTILE, 10 * MINUTE, arg=0.25)

    assert last_value(leaf, series(4.0, 1.0, 3.0, 2.0)) == 1.75


@pytest.mark.parametrize("func", [Func.STDDEV, Func.SLOPE, Func.MEAN])
def test_too_few_readings_are_unknown(func: Func) -> None:
    leaf = build_leaf(func, 10 * MINUTE, need=3)

    assert last_value(leaf, series(1.0, 2.0)) is None


def test_flat_is_known_once_the_window_is_spanned() -> None:
    leaf = build_leaf(Func.FLAT, 3 * MINUTE)

    assert last_value(leaf, series(1.0, 1.0)) is None
    assert last_value(leaf, series(1.0, 1.0, 1.0)) == 1.0


def test_a_mean_of_directions_goes_round_the_circle() -> None:
    leaf = build_leaf(Func.MEAN, 10 * MINUTE, circular=True)

    assert last_value(leaf, series(350.0, 20.0), kind=MetricKind.DIRECTION) == pytest.approx(5.0)
    assert last_value(leaf, series(0.0, 180.0), kind=MetricKind.DIRECTION) is None


def test_a_change_of_direction_is_the_shorter_way() -> None:
    leaf = build_leaf(Func.DELTA, 10 * MINUTE, circular=True)

    assert last_value(leaf, series(350.0, 20.0), kind=MetricKind.DIRECTION) == 30.0


def test_a_suspect_reading_is_used_and_marked() -> None:
    rows = Rows().add(0, 0, 2.0, quality=3)

    assert values_of(build_leaf(Func.MEAN, MINUTE), rows) == [
        (2.0, "the latest reading is suspect")
    ]


FAST = [Func.MEAN, Func.MIN, Func.MAX, Func.SUM, Func.COUNT, Func.STDDEV, Func.DELTA, Func.SLOPE]


@given(st.lists(st.integers(-40, 40), min_size=80, max_size=300), st.sampled_from(FAST))
def test_panes_come_close_where_a_ring_is_too_small(values: list[int], func: Func) -> None:
    """A window of 640 s at one reading a second; each pane holds ten."""
    over, step = 640_000, 1000
    rows = series(*[float(v) for v in values], step=step)
    found = last_value(build_leaf(func, over), rows)
    slow = last_value(build_leaf(func, over), rows, interval_ms=step)

    assert found == pytest.approx(slow, rel=1e-9, abs=1e-9)


def test_panes_say_so_and_are_given_back_when_the_sensor_slows_down() -> None:
    registry = build_registry(1, [build_metric()])
    program = build_program({Rank.BLUE: at_least(0.0)}, leaves=[build_leaf(Func.MEAN, 5 * MINUTE)])
    engine = Engine(SmallBundle(registry=registry, programs=(program,)), 0, 1, started_at=START)
    engine.judge(series(*[-1.0] * 200, step=1000).build())
    during = engine.judge(Rows().add(0, 200_000, 1000.0).build())
    after = Rows()
    for minute in range(5, 14):
        after.add(0, minute * MINUTE, 1.0)
    engine.judge(after.build())

    assert during[0].evidence[0].note == "more readings than expected: from 64 panes"
    assert engine._state.shard[0]["free_blocks"] == len(engine._state.blocks) > 0


def test_the_quantile_of_panes_is_that_of_a_pane() -> None:
    leaf = build_leaf(Func.QUANTILE, 640_000, arg=0.5)
    found = last_value(leaf, series(*[float(k) for k in range(300)], step=1000))

    assert found == pytest.approx(149.5, abs=5)


@given(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=10))
def test_stddev_is_that_of_the_sample(values: list[float]) -> None:
    found = last_value(build_leaf(Func.STDDEV, 60 * MINUTE), series(*values))

    assert found == pytest.approx(statistics.stdev(values), rel=1e-6, abs=1e-6)


def test_an_unusual_hour_is_told_from_a_usual_one() -> None:
    registry = build_registry(1, [build_metric(interval_ms=10 * MINUTE)])
    program = build_program(
        {Rank.BLUE: at_least(6.0)}, leaves=[build_leaf(Func.UNUSUAL), build_leaf(Func.USUAL)]
    )
    engine = Engine(SmallBundle(registry=registry, programs=(program,)), 0, 1, started_at=START)
    rng = np.random.default_rng(7)
    rows = Rows()
    for k in range(144 * 14):
        hour = (8 + k // 6) % 24
        rows.add(0, k * 10 * MINUTE, 10.0 + hour + rng.normal(0, 0.3))
    calm = engine.judge(rows.build())
    found = engine.judge(Rows().add(0, 144 * 14 * 10 * MINUTE, 26.0).build())

    assert calm == []
    assert found[0].evidence[1].value == pytest.approx(18.0, abs=0.5)


def test_what_is_still_learning_is_unknown_and_never_blind() -> None:
    registry = build_registry(1, [build_metric()])
    program = build_program(
        {Rank.BLUE: at_least(0.5), Rank.RED: at_least(1.0, leaf=1)},
        leaves=[build_leaf(Func.ANOMALY), build_leaf()],
    )
    engine = Engine(SmallBundle(registry=registry, programs=(program,)), 0, 1, started_at=START)
    found = engine.judge(Rows().add(0, 0, 1.0).build())

    assert found[0].unjudged == ("blue",)
    assert found[0].evidence[0].note == "still learning"
