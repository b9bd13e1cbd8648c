"""What holds for any rules and any readings."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sentinel.detect.engine import Engine
from sentinel.detect.program import Program
from sentinel.domain.finding import Change, Finding
from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.testing.builders import (
    MINUTE,
    START,
    SmallBundle,
    build_metric,
    build_registry,
)  # fmt: skip
from tests.detect.engine import strategies
from tests.detect.engine.reference import Reference

City = tuple[tuple[Program, ...], Readings]
DEVICES, METRICS = 3, 2
REGISTRY = build_registry(
    DEVICES, [build_metric("level"), build_metric("rain", interval_ms=2 * MINUTE)]
)

cities = st.tuples(
    st.lists(st.integers(0, 3), min_size=1, max_size=3).flatmap(
        lambda rules: st.tuples(
            *[strategies.programs(f"rule-{k}", METRICS) for k in range(len(rules))]
        )
    ),
    strategies.weeks(DEVICES, METRICS),
)


def bundle_of(programs: tuple[Program, ...], *, builtin: bool = False) -> SmallBundle:
    return SmallBundle(registry=REGISTRY, programs=programs, builtin=builtin)


def judged(bundle: SmallBundle, *batches: Readings) -> list[Finding]:
    engine = Engine(bundle, 0, 1, started_at=START)
    return [finding for batch in batches for finding in engine.judge(batch)]


@given(cities)
def test_the_engine_agrees_with_the_reference(city: City) -> None:
    programs, readings = city
    bundle = bundle_of(programs)
    engine = Engine(bundle, 0, 1, started_at=START)
    findings = [f for f in engine.judge(readings) if f.rule != "listener-link"]
    assume(not len(engine._state.blocks))

    expected = Reference(bundle, START).judge(readings)

    assert [told(f) for f in findings] == [
        {k: v for k, v in e.items() if k != "values"} for e in expected
    ]
    for finding, reference in zip(findings, expected, strict=True):
        shown = [e.value for e in finding.evidence]
        assert shown == pytest.approx(reference["values"], nan_ok=True)


def told(finding: Finding) -> dict[str, Any]:
    names = (
        "rule", "subject", "change", "rank", "previous_rank", "blind_since", "onset", "number",
        "decided_at", "received_at", "ending", "delayed", "unjudged", "row", "warning",
    )  # fmt: skip
    return {name: getattr(finding, name) for name in names}


@given(cities, st.data())
def test_batch_boundaries_change_nothing(city: City, data: st.DataObject) -> None:
    programs, readings = city
    bundle = bundle_of(programs, builtin=True)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(readings)), max_size=8)))
    bounds = [0, *cuts, len(readings)]
    batches = [readings.take(slice(a, b)) for a, b in pairwise(bounds)]

    assert judged(bundle, *batches) == judged(bundle, readings)


@given(cities, st.data())
def test_a_restart_at_any_row_changes_nothing(city: City, data: st.DataObject) -> None:
    programs, readings = city
    bundle = bundle_of(programs, builtin=True)
    cut = data.draw(st.integers(0, len(readings)))
    first = Engine(bundle, 0, 1, started_at=START)
    found = first.judge(readings.take(slice(0, cut)))
    second = Engine.restore(bundle, 0, 1, first.snapshot())
    found += second.judge(readings.take(slice(cut, None)))

    assert found == judged(bundle, readings)
    assert second.counts["judged"] <= len(readings)


@given(cities, st.integers(2, 4))
def test_the_number_of_shards_changes_nothing(city: City, shards: int) -> None:
    programs, readings = city
    bundle = bundle_of(programs, builtin=True)
    device = np.where(readings.sensor < 0, -1, readings.sensor // METRICS)
    found = []
    for shard in range(shards):
        mine = (device < 0) | (device % shards == shard)
        found += Engine(bundle, shard, shards, started_at=START).judge(readings.take(mine))

    assert sorted(found, key=key_of) == sorted(judged(bundle, readings), key=key_of)


@given(cities, st.data())
def test_the_order_of_devices_between_two_marks_changes_nothing(
    city: City, data: st.DataObject
) -> None:
    programs, readings = city
    bundle = bundle_of(programs, builtin=True)
    device = np.where(readings.sensor < 0, -1, readings.sensor // METRICS)
    order: list[int] = []
    between = np.flatnonzero(device < 0).tolist()
    together = readings.flags & ReadingFlag.TOGETHER
    for a, b in zip([-1, *between], [*between, len(readings)], strict=True):
        queues = [[k for k in range(a + 1, b) if device[k] == d] for d in range(DEVICES)]
        while any(queues):
            queue = data.draw(st.sampled_from([q for q in queues if q]))
            order.append(queue.pop(0))
            while queue and together[order[-1]]:
                order.append(queue.pop(0))
        order += [b] if b < len(readings) else []

    assert sorted(judged(bundle, readings.take(np.array(order, np.intp))), key=key_of) == sorted(
        judged(bundle, readings), key=key_of
    )


@given(cities, st.data())
def test_a_duplicate_changes_nothing(city: City, data: st.DataObject) -> None:
    programs, readings = city
    bundle = bundle_of(programs, builtin=True)
    grouped = np.append(False, readings.flags[:-1] & ReadingFlag.TOGETHER != 0)[: len(readings)]
    real = np.flatnonzero((readings.sensor >= 0) & (readings.flags == 0) & ~grouped)
    assume(len(real))
    one = data.draw(st.sampled_from(real.tolist()))
    order = np.insert(np.arange(len(readings)), one + 1, one)

    assert judged(bundle, readings.take(order)) == judged(bundle, readings)


@given(cities, st.integers(1, 2 * MINUTE))
def test_a_clock_that_is_ahead_changes_nothing(city: City, ahead: int) -> None:
    """Of readings that are received when they are measured: the receipt is then their time."""
    programs, readings = city
    bundle = bundle_of(programs)
    flags = readings.flags & ~np.uint16(ReadingFlag.UNTIMED)
    on_time = replace(readings, time=readings.received, flags=flags)
    later = replace(on_time, time=readings.received + np.where(readings.sensor < 0, 0, ahead))
    engine = Engine(bundle, 0, 1, started_at=START)
    expected = engine.judge(on_time)
    assume(not len(engine._state.blocks))

    assert judged(bundle, later) == expected


@given(cities, st.integers(1, 2 * MINUTE), st.data())
def test_a_clock_that_is_ahead_by_turns_changes_nothing(
    city: City, ahead: int, data: st.DataObject
) -> None:
    readings = at_receipt(city[1])
    turns = st.lists(st.booleans(), min_size=len(readings), max_size=len(readings))
    is_ahead = np.array(data.draw(turns), np.bool_)

    assert_all_are_as_received(city[0], readings, np.where(is_ahead, ahead, 0))


@given(cities, st.integers(1, 2 * MINUTE), st.data())
def test_a_clock_put_right_changes_nothing(city: City, ahead: int, data: st.DataObject) -> None:
    readings = at_receipt(city[1])
    right_from = data.draw(st.integers(0, len(readings)))

    assert_all_are_as_received(
        city[0], readings, np.where(np.arange(len(readings)) < right_from, ahead, 0)
    )


@given(cities)
def test_readings_from_ahead_are_told_apart_like_those_without_a_time(city: City) -> None:
    programs, readings = city
    bundle = bundle_of(programs, builtin=True)
    untimed = np.where(readings.sensor < 0, 0, int(ReadingFlag.UNTIMED)).astype(np.uint16)
    without = replace(readings, time=readings.received, flags=readings.flags | untimed)
    each_its_own = readings.received + MINUTE + np.arange(len(readings))
    ahead = replace(readings, time=each_its_own, flags=readings.flags & ~untimed)

    assert judged(bundle, ahead) == judged(bundle, without)


def at_receipt(readings: Readings) -> Readings:
    """Return the readings measured when they were received, of a sensor one at an instant.

    No two have one value: the same value with the same time is a repeat.
    """
    keys = np.stack([readings.sensor.astype(np.int64), readings.received])
    first = np.unique(keys, axis=1, return_index=True)[1]
    kept = np.sort(np.union1d(first, np.flatnonzero(readings.sensor < 0)))
    some = readings.take(kept)
    flags = some.flags & ~np.uint16(ReadingFlag.UNTIMED)
    value = some.value + np.where(some.sensor < 0, 0, np.arange(len(some)) / 1024)
    return replace(some, time=some.received, value=value, flags=flags)


def assert_all_are_as_received(
    programs: tuple[Program, ...], readings: Readings, ahead: NDArray[np.int64]
) -> None:
    """What is said of the future is held against no later reading: none is lost."""
    bundle = bundle_of(programs, builtin=True)
    later = replace(readings, time=readings.received + np.where(readings.sensor < 0, 0, ahead))
    expected, engine = (Engine(bundle, 0, 1, started_at=START) for _ in range(2))

    assert engine.judge(later) == expected.judge(readings)
    assert engine.counts == expected.counts
    assert engine.counts["repeats"] == engine.counts["late"] == 0


@given(cities)
def test_no_two_findings_and_no_two_warnings_share_an_id(city: City) -> None:
    """The desk takes the second of two for a copy of the first: what it says would be lost."""
    programs, readings = city
    found = judged(bundle_of(programs, builtin=True), readings)
    opened = [f.warning for f in found if f.change is Change.OPENED]

    assert len({f.id for f in found}) == len(found)
    assert len(set(opened)) == len(opened)


def key_of(finding: Finding) -> tuple[int, int, str, str, int]:
    return finding.row, finding.index, finding.subject, finding.rule, finding.number
