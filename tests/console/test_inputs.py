from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs

from sentinel.console.inputs import inputs_behind
from sentinel.console.reasons import reasons
from sentinel.detect.program import Code, Op, Program
from sentinel.domain.finding import Evidence
from sentinel.domain.rank import Rank
from sentinel.domain.registry import Registry
from tests.console.night import NightCity, night_findings

X, LIMIT, BANK = (Op.LEAF, 0), (Op.CONST, 0), (Op.LEAF, 1)


def river(lancheng: NightCity, *ops: tuple[Op, int], consts: tuple[float, ...] = ()) -> NightCity:
    """The city with one rule: the river's red as given."""
    (program,) = (one for one in lancheng.programs if one.rule == "river-level")
    changed = replace(program, raise_code={Rank.RED: Code(ops, consts, 4)})
    return NightCity(lancheng.registry, [changed])


def limits(city: NightCity) -> list[tuple[str, float, bool]]:
    """Rounded to what a chart can show."""
    (shown,) = inputs_behind("river-level", "lj-01", city)
    return [(one.rank, round(one.value, 6), one.above) for one in shown.thresholds]


def test_a_rules_own_inputs_are_drawn_with_the_values_at_which_its_ranks_begin(
    lancheng: NightCity,
) -> None:
    assert limits(lancheng) == [
        ("blue", 3.2, True),
        ("yellow", 3.5, True),
        ("orange", 3.8, True),
        ("red", 4.2, True),
    ]


def test_a_limit_may_be_reckoned_from_the_devices_own_columns(lancheng: NightCity) -> None:
    city = river(lancheng, X, BANK, LIMIT, (Op.SUB, 0), (Op.GE, 0), consts=(0.3,))

    assert limits(city) == [("red", 3.9, True)]


def test_a_limit_below_which_a_rank_begins_is_told_as_such(lancheng: NightCity) -> None:
    assert limits(river(lancheng, X, LIMIT, (Op.LT, 0), consts=(1.0,))) == [("red", 1.0, False)]
    assert limits(river(lancheng, LIMIT, X, (Op.GT, 0), consts=(1.0,))) == [("red", 1.0, False)]


def test_each_part_of_a_compound_has_its_limit(lancheng: NightCity) -> None:
    city = river(
        lancheng, X, LIMIT, (Op.GT, 0), X, (Op.CONST, 1), (Op.LE, 0), (Op.OR, 0), consts=(4.0, 1.0)
    )

    assert limits(city) == [("red", 4.0, True), ("red", 1.0, False)]


def test_what_is_no_limit_of_the_reading_itself_is_not_drawn(lancheng: NightCity) -> None:
    doubled = river(lancheng, X, LIMIT, (Op.MUL, 0), LIMIT, (Op.GT, 0), consts=(2.0,))
    denied = river(lancheng, X, LIMIT, (Op.GT, 0), (Op.NOT, 0), consts=(2.0,))

    assert limits(doubled) == limits(denied) == []


def test_what_else_must_hold_tells_two_marks_of_one_rank_apart(lancheng: NightCity) -> None:
    depth, pump = inputs_behind("underpass-flooded", "up-01", lancheng)

    assert [(one.value, one.words["en"]) for one in depth.thresholds if one.rank == "orange"] == [
        (0.3, ""),
        (0.2, "with pump FAULT"),
    ]
    assert depth.thresholds[-2].words["zh"] == "且泵状态 FAULT"
    assert (pump.states["FAULT"], pump.thresholds) == (2.0, [])


@pytest.mark.parametrize(
    ("depth", "pump", "told"),
    [
        (0.35, 2.0, [("water depth", 0.35, ">=", 0.3, "")]),
        (0.22, 2.0, [("water depth", 0.22, ">=", 0.2, ""), ("pump", 2.0, "==", 2.0, "FAULT")]),
        (0.22, 1.0, []),
        (0.22, None, []),
    ],
)
def test_the_comparison_that_holds_is_the_reason(
    lancheng: NightCity, depth: float, pump: float | None, told: list[object]
) -> None:
    """Where none does, the rank is held until it clears, and no mark is given for it."""
    (program,) = (one for one in lancheng.programs if one.rule == "underpass-flooded")
    evidence = (
        Evidence(text="x", value=depth, unit="m"),
        Evidence(text="pump", value=pump, unit=""),
    )
    finding = structs.replace(
        night_findings(1)[0], subject="up-01", rank=Rank.ORANGE, evidence=evidence
    )

    found = reasons(finding, program, lancheng.registry)

    assert [(r.words["en"], r.value, r.op, r.limit, r.limit_state) for r in found] == told


def test_a_column_in_another_unit_is_converted_and_an_empty_one_draws_nothing(
    lancheng: NightCity,
) -> None:
    def with_bank(text: str) -> NightCity:
        count = len(lancheng.registry.device_ids)
        attributes = {"bank_height": [text] * count}
        registry = replace_registry(lancheng, attributes)
        return NightCity(registry, river(lancheng, X, BANK, (Op.GE, 0)).programs)

    assert limits(with_bank("450[cm]")) == [("red", 4.5, True)]
    assert limits(with_bank("")) == limits(with_bank("high")) == limits(with_bank("4[kg]")) == []
    assert limits(with_bank("1.2.3")) == []


def replace_registry(city: NightCity, attributes: dict[str, list[str]]) -> Registry:
    registry = city.registry
    names = [name for name in registry.__dataclass_fields__ if not name.startswith("sensor_k")]
    values = {name: getattr(registry, name) for name in names if name != "sensor_order"}
    return type(registry)(**(values | {"attributes": attributes}))


def test_a_builtin_check_is_drawn_with_its_one_metric(lancheng: NightCity) -> None:
    (shown,) = inputs_behind("out-of-span", "lj-01/water_level", lancheng)

    assert (shown.metric, shown.device, shown.thresholds) == ("water_level", "lj-01", [])


def test_a_rule_that_is_gone_still_shows_what_the_device_measures(lancheng: NightCity) -> None:
    (shown,) = inputs_behind("long-gone", "lj-01", lancheng)

    assert shown.metric == "water_level"


def test_what_is_no_device_has_nothing_to_draw(lancheng: NightCity) -> None:
    assert inputs_behind("link", "listener-1", lancheng) == []


def test_a_condition_in_the_program_is_what_the_engine_would_run(lancheng: NightCity) -> None:
    """A guard on the made-up rules: every code leaves one value on the stack."""
    takes = {Op.CONST: 0, Op.LEAF: 0, Op.NEG: 1, Op.NOT: 1}
    for program in lancheng.programs:
        assert isinstance(program, Program)
        for code in program.raise_code.values():
            depth = int(np.sum([1 - takes.get(op, 2) for op, _ in code.ops]))
            assert depth == 1
