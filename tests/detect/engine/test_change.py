"""A change of the bundle: point 8."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.engine import Engine
from sentinel.detect.program import Func, MissingThen, Program
from sentinel.domain.finding import Change, Ending, Finding
from sentinel.domain.metric import Span
from sentinel.domain.rank import Rank
from sentinel.domain.registry import Registry
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


def bundle(
    *programs: Program, devices: int = 1, name: str = "b", registry: Registry | None = None,
    builtin: bool = False,
) -> SmallBundle:  # fmt: skip
    registry = registry or build_registry(devices)
    return SmallBundle(registry=registry, programs=programs, hash=name, builtin=builtin)


def started(*programs: Program, rows: Rows) -> Engine:
    engine = Engine(bundle(*programs), 0, 1, started_at=START)
    engine.judge(rows.build())
    return engine


def high(at: int = 0) -> Rows:
    return Rows().add(0, at, 3.5)


def change(engine: Engine, to: SmallBundle, at: int = MINUTE) -> list[Finding]:
    return engine.change(to, START + at, 77)


def test_a_rule_whose_meaning_changed_ends_its_warnings_as_changed() -> None:
    engine = started(build_program(), rows=high())
    found = change(engine, bundle(build_program(meaning="other"), name="new"))

    assert [(f.change, f.ending, f.row, f.bundle, f.number) for f in found] == [
        (Change.ENDED, Ending.RULE_CHANGED, 77, "new", 2)
    ]
    assert found[0].decided_at == START + MINUTE


def test_a_new_title_changes_nothing_but_the_words() -> None:
    engine = started(build_program(), rows=high())
    found = change(engine, bundle(build_program(title={"en": "new"}), name="new"))
    later = engine.judge(Rows().add(0, MINUTE, 1.0).add(0, 6 * MINUTE, 1.0).build())

    assert found == []
    assert [(f.change, f.title["en"], f.number) for f in later] == [(Change.ENDED, "new", 2)]


def test_a_rule_that_is_gone_ends_and_others_stay() -> None:
    engine = started(build_program(), build_program(rule="other"), rows=high())
    found = change(engine, bundle(build_program(rule="other")))

    assert [f.rule for f in found] == ["river-level"]
    assert engine._state.cold["open"].tolist() == [1]


def test_a_retired_device_ends_what_is_open_on_it() -> None:
    engine = started(build_program(), rows=high())
    registry = build_registry(1, retired=["d0"])
    found = change(engine, bundle(build_program(), registry=registry))

    assert [f.ending for f in found] == [Ending.DEVICE_RETIRED]


def test_new_sensors_are_registered_at_the_change() -> None:
    engine = started(build_program(missing_then=MissingThen.BLIND), rows=Rows().add(0, 0, 1.0))
    change(engine, bundle(build_program(), devices=2))
    rows = Rows()
    for minute in range(1, 5):
        rows.add(0, minute * MINUTE, 1.0)
        for second in range(60):
            rows.tick(minute * MINUTE + second * 1000)
    found = engine.judge(rows.build())

    assert [(f.subject, f.blind_since) for f in found] == [("d1", START + MINUTE)]


def test_windows_survive_a_change_of_the_rules() -> None:
    rows = Rows()
    for minute in range(6):
        rows.add(0, minute * MINUTE, 1.0)
    short = build_program({Rank.BLUE: at_least(99.0)}, leaves=[build_leaf(Func.COUNT, 5 * MINUTE)])
    long = replace(
        short,
        rule="long",
        meaning="long",
        leaves=(build_leaf(Func.COUNT, 60 * MINUTE),),
        raise_code={Rank.BLUE: at_least(2.0)},
    )
    engine = started(short, rows=rows)
    change(engine, bundle(short, long), at=6 * MINUTE)
    found = engine.judge(Rows().add(0, 6 * MINUTE, 1.0).build())

    assert [f.evidence[0].value for f in found] == [7]


@pytest.mark.parametrize("other", [1, 60])
def test_panes_survive_for_the_windows_that_stay(other: int) -> None:
    """A window that is new begins with what the ring still holds."""
    stays, new = build_leaf(Func.COUNT, 5 * MINUTE), build_leaf(Func.COUNT, other * MINUTE)
    rows = Rows()
    for second in range(200):
        rows.add(0, second * 1000, 1.0)
    engine = started(build_program({Rank.BLUE: at_least(999.0)}, leaves=[stays]), rows=rows)
    both = build_program({Rank.BLUE: at_least(1.0)}, leaves=[stays, new], rule="both")
    change(engine, bundle(both), at=200_000)
    found = engine.judge(Rows().add(0, 200_000, 1.0).build())

    assert found[0].evidence[0].value == 201
    assert 1 < (found[0].evidence[1].value or 0) <= 201


def test_shrinking_windows_lose_nothing_that_they_still_need() -> None:
    rows = Rows()
    for k in range(40):
        rows.add(0, k * 10_000, 1.0)
    wide = build_program({Rank.BLUE: at_least(99.0)}, leaves=[build_leaf(Func.COUNT, 60 * MINUTE)])
    narrow = build_program(
        {Rank.BLUE: at_least(2.0)}, leaves=[build_leaf(Func.COUNT, 5 * MINUTE)], rule="narrow"
    )
    engine = started(wide, rows=rows)
    change(engine, bundle(narrow), at=400_000)
    found = engine.judge(Rows().add(0, 400_000, 1.0).build())

    assert found[0].evidence[0].value == pytest.approx(30, abs=1)


def test_switching_the_checks_off_ends_their_warnings() -> None:
    registry = build_registry(1, [build_metric(sensor_span=Span(low=0.0, high=1.0))])
    engine = Engine(bundle(registry=registry, builtin=True), 0, 1, started_at=START)
    engine.judge(high().build())
    found = change(engine, bundle(registry=registry, builtin=False))

    assert [(f.rule, f.ending) for f in found] == [("device-out-of-span", Ending.RULE_CHANGED)]


def test_a_snapshot_of_another_bundle_is_refused() -> None:
    engine = started(build_program(), rows=high())

    with pytest.raises(ValueError, match="of schema 2 and bundle other"):
        Engine.restore(bundle(build_program(), name="other"), 0, 1, engine.snapshot())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 20)), min_size=1, max_size=60), st.data()
)
def test_a_change_that_changes_nothing_changes_nothing(
    moves: list[tuple[int, int]], data: st.DataObject
) -> None:
    programs = (
        build_program({Rank.BLUE: at_least(3.0), Rank.RED: at_least(4.0)}, hold=MINUTE),
        build_program(
            {Rank.YELLOW: at_least(2.5, leaf=0)}, rule="mean",
            leaves=[build_leaf(Func.MEAN, 5 * MINUTE)], clear_hold_ms=MINUTE,
        ),
    )  # fmt: skip
    rows = Rows()
    for k, (device, value) in enumerate(moves):
        rows.add(device, k * 20_000, value / 4).tick(k * 20_000 + 1000)
    readings = rows.build()
    cut = data.draw(st.integers(0, len(readings)))
    city = bundle(*programs, devices=4)
    plain, changed = (Engine(city, 0, 1, started_at=START) for _ in range(2))
    found = changed.judge(readings.take(slice(0, cut)))
    found += changed.change(bundle(*programs, devices=4), START, 0)
    found += changed.judge(readings.take(slice(cut, None)))

    assert found == plain.judge(readings)
    assert np.array_equal(changed._state.cold, plain._state.cold)


def silence(begin: int, end: int) -> Rows:
    """Nothing but the listener's time, from one minute to another."""
    rows = Rows()
    for at in range(begin * MINUTE, end * MINUTE + 1, MINUTE // 12):
        rows.tick(at)
    return rows


def test_a_rule_that_comes_back_opens_another_warning_on_a_device_still_blind() -> None:
    rule = build_program()
    engine = Engine(bundle(rule), 0, 1, started_at=START)
    engine.judge(Rows().add(0, 0, 1.0).build())
    first = engine.judge(silence(0, 5).build())
    engine.judge(silence(5, 6).build())
    change(engine, bundle(name="without"), 6 * MINUTE)
    engine.judge(silence(6, 8).build())
    change(engine, bundle(rule, name="back"), 8 * MINUTE)
    again = engine.judge(silence(8, 12).build())

    assert [(f.change, f.blind_since, f.onset) for f in first] == [(Change.OPENED, START, START)]
    assert [(f.change, f.blind_since, f.onset) for f in again] == [
        (Change.OPENED, START, START + 8 * MINUTE)
    ]
    assert first[0].warning != again[0].warning
