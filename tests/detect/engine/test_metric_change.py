"""A metric whose unit, kind or states change, and a device that loses a metric: point 8."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sentinel.detect.engine import Engine, Grader
from sentinel.detect.program import Func, Op, Program, Watch
from sentinel.domain.finding import Change, Ending
from sentinel.domain.metric import Metric, MetricKind, Span
from sentinel.domain.rank import Rank
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.registry import Registry
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

LEVEL, RAIN = build_metric("level", sensor_span=Span(low=0.0, high=9.0)), build_metric("rain")
PUMP = build_metric(kind=MetricKind.STATE, unit="", states={"RUN": 0.0, "FAULT": 1.0})


def bundle(
    registry: Registry, *programs: Program, name: str = "b", builtin: bool = False
) -> SmallBundle:
    return SmallBundle(registry=registry, programs=programs, hash=name, builtin=builtin)


def with_metrics(*metrics: Metric) -> Registry:
    return build_registry(1, metrics)


def without_level() -> Registry:
    return replace(with_metrics(LEVEL, RAIN), sensor_metric=np.array([-1, 1], np.int32))


def minutes(value: float, *, begin: int = 0, count: int = 6) -> Rows:
    rows = Rows()
    for minute in range(begin, begin + count):
        rows.add(0, minute * MINUTE, value)
    return rows


OTHER = [
    (LEVEL, {"unit": "cm", "sensor_span": None}),
    (LEVEL, {"kind": MetricKind.COUNTER}),
    (PUMP, {"states": {"RUN": 1.0, "FAULT": 0.0}}),
]
SAME = [
    (LEVEL, {"unit": "metre"}),
    (LEVEL, {"title": {"en": "another"}, "interval_ms": 2 * MINUTE}),
    (PUMP, {"states": {"RUN": 0.0, "FAULT": 1.0, "STOP": 2.0}}),
]


@pytest.mark.parametrize(("metric", "change"), OTHER)
def test_old_values_are_never_compared_with_new_ones(
    metric: Metric, change: dict[str, Any]
) -> None:
    functions = (Func.DELTA, Func.CHANGED, Func.COUNT, Func.VALUE)
    leaves = [
        build_leaf(func, 0 if func in (Func.CHANGED, Func.VALUE) else 10 * MINUTE)
        for func in functions
    ]
    program = build_program({Rank.RED: at_least(1.0, leaf=2)}, leaves=leaves)
    engine = Engine(bundle(with_metrics(metric)), 0, 1, started_at=START)
    engine.judge(minutes(1.0).build())
    engine.change(bundle(with_metrics(metric), program, name="c"), START + 5 * MINUTE, 98)
    engine.judge(minutes(1.0, begin=6).build())
    engine.change(
        bundle(with_metrics(replace(metric, **change)), program, name="d"), START + 12 * MINUTE, 99
    )
    engine.judge(Rows().tick(12 * MINUTE).build())
    assert np.isnan(engine._state.sensors["value"]).all()
    engine.judge(minutes(320.0, begin=12, count=1).build())

    delta, changed, count, value = engine._state.work[: len(leaves)].tolist()
    assert (delta, count, value) == (0.0, 1.0, 320.0)
    assert np.isnan(changed)


@pytest.mark.parametrize(("metric", "change"), SAME)
def test_what_still_means_the_same_is_kept(metric: Metric, change: dict[str, Any]) -> None:
    program = build_program(
        {Rank.RED: at_least(99.0)}, leaves=[build_leaf(Func.COUNT, 10 * MINUTE)]
    )
    engine = Engine(bundle(with_metrics(metric), program), 0, 1, started_at=START)
    engine.judge(minutes(1.0).build())
    engine.change(
        bundle(with_metrics(replace(metric, **change)), program, name="d"), START + 6 * MINUTE, 99
    )
    engine.judge(minutes(1.0, begin=6, count=1).build())

    assert engine._state.work[0] == 7.0


def test_a_silent_sensor_stays_silent_when_its_unit_changes() -> None:
    program = build_program({Rank.RED: build_code(("leaf", 0), 1e9, Op.GE)}, needs_ticks=True,
                            leaves=[build_leaf(Func.AGE)])  # fmt: skip
    engine = Engine(bundle(with_metrics(LEVEL), program), 0, 1, started_at=START)
    rows = Rows().add(0, 0, 1.0)
    for second in range(0, 241, 4):
        rows.tick(second * 1000)
    blind = engine.judge(rows.build())
    to = bundle(
        with_metrics(replace(LEVEL, unit="cm")), replace(program, meaning="other"), name="d"
    )
    ended = engine.change(to, START + 4 * MINUTE, 99)
    again = engine.judge(Rows().tick(4 * MINUTE + 1000).build())

    assert [f.change for f in blind + ended + again] == [
        Change.OPENED, Change.ENDED, Change.OPENED,
    ]  # fmt: skip
    assert again[0].blind_since == START


def test_panes_of_old_values_are_given_back() -> None:
    program = build_program({Rank.RED: at_least(1e9)}, leaves=[build_leaf(Func.MAX, 5 * MINUTE)])
    engine = Engine(bundle(with_metrics(LEVEL), program), 0, 1, started_at=START)
    rows = Rows()
    for second in range(200):
        rows.add(0, second * 1000, 5.0)
    engine.judge(rows.build())
    engine.change(
        bundle(with_metrics(replace(LEVEL, unit="cm")), program, name="d"), START + 200_000, 99
    )
    engine.judge(Rows().add(0, 200_000, 1.0).build())
    shard = engine._state.shard[0]

    assert engine._state.work[0] == 1.0
    assert shard["free_blocks"] == len(engine._state.blocks) > 0


def test_a_profile_of_old_values_is_learned_anew() -> None:
    program = build_program({Rank.RED: at_least(1e9)}, leaves=[build_leaf(Func.UNUSUAL)])
    engine = Engine(bundle(with_metrics(LEVEL), program), 0, 1, started_at=START)
    engine.judge(minutes(1.0, count=200).build())
    assert engine._state.cells["seen"].any()
    engine.change(
        bundle(with_metrics(replace(LEVEL, unit="cm")), program, name="d"),
        START + 200 * MINUTE, 99,
    )  # fmt: skip

    assert not engine._state.cells["seen"].any()
    assert np.isnan(engine._state.unusual).all()


@pytest.mark.parametrize(("unit", "quality"), [("m", 3), ("cm", 1)])
def test_a_step_from_an_old_value_to_a_new_one_is_no_jump(unit: str, quality: int) -> None:
    metric = build_metric(jump=2.0, flat_after_ms=10 * MINUTE)
    grader = Grader(with_metrics(metric))
    grader.grade(Rows().add(0, 0, 3.0).build())
    grader.change(with_metrics(replace(metric, unit=unit)), builtin=True, shard=0, shards=1)
    graded = grader.grade(Rows().add(0, 0, 3.0).add(0, MINUTE, 300.0).build())

    assert graded.flags.tolist() == [ReadingFlag.REPEAT, 0]
    assert graded.quality[1] == quality


@pytest.mark.parametrize("later", ["checks stay", "checks go"])
def test_a_built_in_warning_ends_with_the_metric_that_it_is_on(later: str) -> None:
    engine = Engine(bundle(with_metrics(LEVEL, RAIN), builtin=True), 0, 1, started_at=START)
    found = engine.judge(Rows().add(0, 0, 99.0).build())
    found += engine.change(bundle(without_level(), name="two", builtin=True), START + 1000, 9)
    rows = Rows()
    for minute in range(1, 20):
        rows.add(1, minute * MINUTE, 1.0)
    found += engine.judge(rows.build())
    if later == "checks go":
        found += engine.change(bundle(without_level(), name="three"), START + 20 * MINUTE, 99)

    assert [(f.change, f.subject, f.row, f.ending) for f in found] == [
        (Change.OPENED, "d0/level", 1, None),
        (Change.ENDED, "d0/level", 9, Ending.RULE_CHANGED),
    ]


def test_a_metric_that_a_device_has_again_is_registered_anew() -> None:
    both = build_program(watches=[Watch(name="level", metric=0)])
    engine = Engine(bundle(with_metrics(LEVEL, RAIN), both), 0, 1, started_at=START)
    found = engine.judge(Rows().add(0, 0, 1.0).build())
    found += engine.change(bundle(without_level(), both, name="two"), START + 1000, 9)
    back = 60 * MINUTE
    found += engine.change(bundle(with_metrics(LEVEL, RAIN), both, name="3"), START + back, 10)
    rows = Rows()
    for second in range(0, 181, 4):
        rows.tick(back + second * 1000)
    found += engine.judge(rows.build())

    assert [(f.change, f.blind_since) for f in found] == [(Change.OPENED, START + back)]
