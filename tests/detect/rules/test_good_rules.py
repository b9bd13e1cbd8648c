"""What conditions compile to, judged by the reference evaluator and by what the engine is told."""

import math
from collections.abc import Callable, Mapping

import pytest

from sentinel.detect.program import Func, MissingThen, Op, Param, Program
from sentinel.detect.rules import column_value, column_values
from sentinel.detect.rules.evaluate import evaluate
from sentinel.domain.rank import Rank
from sentinel.domain.registry import Registry

Compiled = tuple[tuple[Program, ...], list[str]]
Compile = Callable[[str], Compiled]

NAN = math.nan

JUDGED: list[tuple[str, Mapping[str, float], float]] = [
    ("level >= 3.20", {"level": 3.2}, 1),
    ("level >= 3.20", {"level": 3.19}, 0),
    ("level >= 3.20", {"level": NAN}, NAN),
    ("level >= 57[cm]", {"level": 0.57}, 1),
    ("level >= 57[cm]", {"level": 0.5699}, 0),
    ("level > 3 or rain > 10", {"level": NAN, "rain": 11}, 1),
    ("level > 3 or rain > 10", {"level": NAN, "rain": 9}, NAN),
    ("level > 3 and rain > 10", {"level": NAN, "rain": 9}, 0),
    ("not level > 3 and rain > 10", {"level": 2, "rain": 11}, 1),
    ("not (level > 3 and rain > 10)", {"level": 4, "rain": 11}, 0),
    ("level - 1 - 1 > 0", {"level": 2.5}, 1),
    ("level / rain > 1[m/mm]", {"level": 2, "rain": 0}, NAN),
    ("-level < -3", {"level": 4}, 1),
    ("level + 30[cm] >= 3.5", {"level": 3.2}, 1),
    ("slope(level, over=30m) > 0.36[m/h]", {"slope(level, over=30m)": 0.00011}, 1),
    ("slope(level, over=30m) > 0.36[m/h]", {"slope(level, over=30m)": 0.00009}, 0),
    ("age(level) > 30m", {"age(level)": 1801}, 1),
    ("age(level) > 300", {"age(level)": math.inf}, 1),
    ("missing(level) or level > 3", {"missing(level)": 1, "level": NAN}, 1),
    ("pump == FAULT", {"pump": 2}, 1),
    ("FAULT == pump", {"pump": 0}, 0),
    ("pump != RUN", {"pump": 1}, 1),
    ("temp > 300[K]", {"temp": 26.84}, 0),
    ("temp > 300[K]", {"temp": 26.86}, 1),
    ("temp > 86[degF]", {"temp": 30.01}, 1),
    ("delta(temp, over=10m) > 5[Cel]", {"delta(temp, over=10m)": 5.1}, 1),
    ("delta(temp, over=10m) > 9[degF]", {"delta(temp, over=10m)": 4.9}, 0),
    ("temp - usual(temp) > 5[K]", {"temp": 25.5, "usual(temp)": 20}, 1),
    ("temp - 20[Cel] > 5[K]", {"temp": 25.5}, 1),
    ("temp - 5[K] > 300[K]", {"temp": 31}, 0),
    ("temp - 5[K] > 300[K]", {"temp": 32}, 1),
    ("5[K] + temp > 300[K]", {"temp": 22}, 1),
    ("temp - 5 > 30", {"temp": 35.5}, 1),
    ("300[K] - temp > 5[K]", {"temp": 21}, 1),
    ("100 - temp > 70", {"temp": 21}, 1),
    ("(temp + mean(temp, over=1h)) / 2 > 300[K]", {"temp": 27, "mean(temp, over=1h)": 27}, 1),
    ("temp * 0.3 + usual(temp) * 0.7 > 20", {"temp": 27, "usual(temp)": 18}, 1),
    ("(temp + usual(temp) - 5) / 2 > 300[K]", {"temp": 32, "usual(temp)": 27}, 1),
    ("(temp - usual(temp)) * 2 > 9[degF]", {"temp": 22.6, "usual(temp)": 20}, 1),
    ("gas > 20[%LEL]", {"gas": 21}, 1),
    ("wind > 90 and wind < 180[deg]", {"wind": 100}, 1),
    ("flow * 60[s] > 5", {"flow": 0.1}, 1),
    ("quality(level) >= 3", {"quality(level)": 3}, 1),
    ("2 * 3 < level", {"level": 7}, 1),
]


def red(programs: tuple[Program, ...]) -> Program:
    assert len(programs) == 1
    return programs[0]


@pytest.mark.parametrize(("condition", "values", "expected"), JUDGED)
def test_a_condition_means_what_it_says(
    compile_condition: Compile, condition: str, values: Mapping[str, float], expected: float
) -> None:
    programs, told = compile_condition(condition)
    program = red(programs)
    leaves = [values[leaf.text] for leaf in program.leaves]

    result = evaluate(program.raise_code[Rank.RED], leaves)

    assert told == []
    assert (math.isnan(result) and math.isnan(expected)) or result == expected


def test_common_parts_of_all_conditions_are_one_leaf(
    compile_text: Callable[..., Compiled],
) -> None:
    programs, told = compile_text(
        """
        rules:
          - id: one
            title: x
            watch: {level: {metric: water_level}}
            raise:
              blue: mean(level, over=10m) > 3 or level > 4
              red: mean(level,   over=600s) > 5 and level > 4
            clear: level < 2
        """
    )
    assert told == []
    assert [leaf.text for leaf in red(programs).leaves] == ["mean(level, over=10m)", "level"]


def test_defaults_are_those_of_the_language(compile_condition: Compile) -> None:
    program = red(compile_condition("level > 3")[0])
    assert program.hold_ms == {Rank.RED: 0}
    assert program.clear_hold_ms == 300_000
    assert program.clear_code is None
    assert program.missing_after_ms == 0
    assert program.missing_then is MissingThen.BLIND
    assert not program.needs_ticks


WHOLE = """
scenario: flood-control
defaults: {dispatch: water-affairs, clear_hold: 7m, hold: {blue: 5m, yellow: 3m}}
rules:
  - id: river-level
    title: {zh: "{area.name}水位 {level.value:.2f} 米", en: "{device.id}: {rank}"}
    watch:
      level: {metric: water_level, kind: river, in: pudong, where: {role: main}}
    per: device
    raise:
      red: level >= device.bank_height
      blue: level >= 3.20
    hold: {red: 0s, blue: 2m}
    clear: level < 3.00
    missing: {after: 15m, then: orange}
    instruction: close the gates
  - id: second
    title: x
    watch: {level: {metric: water_level}}
    raise: {yellow: age(level) > 5m}
    missing: {after: never, then: ok}
    dispatch: {to: fire}
"""


def test_every_key_reaches_the_program(compile_text: Callable[..., Compiled]) -> None:
    (first, second), told = compile_text(WHOLE)
    watch = first.watches[0]

    assert told == []
    assert (first.rule, first.file, first.scenario) == (
        "river-level",
        "rules.yaml",
        "flood-control",
    )
    assert (watch.name, watch.kind, watch.area) == ("level", "river", "pudong")
    assert watch.where == (("role", "main"),)
    assert list(first.raise_code) == [Rank.BLUE, Rank.RED]
    assert first.hold_ms == {Rank.BLUE: 120_000, Rank.RED: 0}
    assert first.clear_hold_ms == 420_000
    assert (first.missing_after_ms, first.missing_then) == (900_000, MissingThen.RAISE)
    assert first.missing_rank is Rank.ORANGE
    assert first.dispatch_to == "water-affairs"
    assert first.instruction == {"zh": "close the gates", "en": "close the gates"}
    assert second.hold_ms == {Rank.YELLOW: 180_000}
    assert (second.missing_after_ms, second.missing_then) == (-1, MissingThen.OK)
    assert second.dispatch_to == "fire"
    assert second.needs_ticks


def test_a_value_asked_for_by_a_title_only_is_a_leaf_and_judges_nothing(
    compile_text: Callable[..., Compiled],
) -> None:
    text = """
        rules:
          - id: one
            title: "{level.value:.1f}"
            watch: {level: {metric: water_level}}
            raise: {red: "mean(level, over=10m) > 3"}
        """
    program = red(compile_text(text)[0])
    assert [leaf.func for leaf in program.leaves] == [Func.MEAN, Func.VALUE]
    assert program.raise_code[Rank.RED].ops == ((Op.LEAF, 0), (Op.CONST, 0), (Op.GT, 0))


def test_columns_are_numbers_in_the_unit_of_their_surroundings(registry: Registry) -> None:
    def values(source: str, column: str, unit: str, *, difference: bool = False) -> list[float]:
        param = Param(text="", source=source, column=column, unit=unit, difference=difference)
        return [float(value) for value in column_values(param, registry)]

    assert values("device", "bank_height", "m") == pytest.approx([4.2, 4.2, NAN], nan_ok=True)
    assert values("device", "tolerance", "Cel", difference=True) == pytest.approx([5, 5, 4])
    assert values("device", "comfort", "Cel") == pytest.approx([20, 20, 20])
    assert values("device", "factor", "") == [1.5, 2, 3]
    assert values("device", "bank_height", "s") == pytest.approx([NAN] * 3, nan_ok=True)


def test_an_area_without_a_column_has_that_of_the_area_around_it(registry: Registry) -> None:
    param = Param(text="area.air_class", source="area", column="air_class", unit="")
    assert column_values(param, registry).tolist() == [2, 2, 1]
    assert [column_value(param, registry, device) for device in range(3)] == [2, 2, 1]


def test_a_parameter_takes_the_unit_of_what_it_meets(compile_condition: Compile) -> None:
    def params(condition: str) -> list[tuple[str, bool]]:
        program = red(compile_condition(condition)[0])
        return [(param.unit, param.difference) for param in program.params]

    assert params("level >= device.bank_height") == [("m", False)]
    assert params("level >= device.factor * 2") == [("m", False)]
    assert params("level * device.factor >= 3") == [("", False)]
    assert params("temp > device.comfort") == [("Cel", False)]
    assert params("temp - usual(temp) > device.tolerance") == [("Cel", True)]


def test_need_as_a_part_counts_the_expected_readings(compile_condition: Compile) -> None:
    def need(condition: str) -> int:
        return red(compile_condition(condition)[0]).leaves[0].need

    assert need("mean(level, over=10m, need=75%) > 3") == 8
    assert need("mean(level, over=10m, need=4) > 3") == 4
    assert need("mean(level, over=10m) > 3") == 1
    assert need("stddev(level, over=10m) > 3") == 3
    assert need("slope(level, over=10m) > 3") == 3
    assert need("slope(level, over=10m, need=1%) > 3") == 2
    assert need("count(level, over=10m) > 3") == 0
    assert need("count(level, over=10m, need=5) > 3") == 5
    assert need("flat(level, over=10m, need=75%)") == 8


def test_a_direction_goes_round(compile_condition: Compile) -> None:
    program = red(compile_condition("mean(wind, over=10m) > 90 and delta(wind, over=5m) > 30")[0])
    assert all(leaf.circular for leaf in program.leaves)


def test_a_model_is_numbered(compile_condition: Compile) -> None:
    text = 'anomaly(level, model="river") > 0.9 and anomaly(temp, model="heat") > 0.9'
    program = red(compile_condition(text)[0])
    assert program.models == ("river", "heat")
    assert [leaf.model for leaf in program.leaves] == [0, 1]
    assert red(compile_condition("anomaly(level) > 0.9")[0]).leaves[0].model == -1


def test_a_key_with_nothing_behind_it_is_as_if_it_were_not_there(compile_text: Compile) -> None:
    (program,) = compile_text(
        """
defaults: {dispatch: water-affairs, clear_hold: 7m}
rules:
  - id: one
    title: one
    watch: {level: {metric: water_level}}
    raise: {red: level > 3}
    dispatch:
    instruction:
    clear_hold:
"""
    )[0]

    assert (program.dispatch_to, program.instruction) == ("water-affairs", {})
    assert program.clear_hold_ms == 7 * 60_000


def test_what_a_rule_says_of_handling_is_for_the_desk_and_of_no_meaning(
    compile_text: Compile,
) -> None:
    text = """
rules:
  - id: cause
    title: cause
    watch: {level: {metric: water_level}}
    raise: {red: level > 3}
    dispatch: {to: water, accept_within: {orange: 10m, red: 3m}, resolve_within: 2h}
    explains: [effect]
    fold: {into: district, at: "20 or 10%"}
  - id: effect
    title: effect
    watch: {level: {metric: water_level}}
    raise: {red: level > 3}
    fold: {into: street, at: 5}
"""
    (cause, effect), told = compile_text(text)

    assert told == []
    handling = cause.handling
    assert handling.accept_ms == {Rank.ORANGE: 600_000, Rank.RED: 180_000}
    assert handling.resolve_ms == dict.fromkeys(
        (Rank.BLUE, Rank.YELLOW, Rank.ORANGE, Rank.RED), 7_200_000
    )
    assert (handling.explains, handling.fold_into) == (("effect",), "district")
    assert (handling.fold_count, handling.fold_share) == (20, 0.1)
    assert (effect.handling.fold_count, effect.handling.fold_share) == (5, None)
    assert cause.meaning == effect.meaning
