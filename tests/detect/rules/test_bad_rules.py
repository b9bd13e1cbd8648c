"""Each sin with what its author is told. Places are exact: line and column of the word."""

from collections.abc import Callable

import pytest

from sentinel.detect.program import Program

Compiled = tuple[tuple[Program, ...], list[str]]

NOT_YET = "is not available in this version"
AREA = f"`max(...)` over the devices of an area {NOT_YET}"

BAD_CONDITIONS: dict[str, tuple[str, int, str]] = {
    "a misspelt watch": ("leveln > 3", 1, "no watch 'leveln'; did you mean 'level'?"),
    "a misspelt function": (
        "men(level, over=3m) > 3",
        1,
        "no function 'men'; did you mean 'mean'?",
    ),
    "a misspelt option": (
        "mean(level, ovr=3m) > 3",
        13,
        "`mean` has no option 'ovr'; did you mean 'over'?",
    ),
    "a misspelt column": (
        "level > device.bank_heigt",
        16,
        "the registry has no device column 'bank_heigt'; did you mean 'bank_height'?",
    ),
    "a misspelt owner": (
        "level > devize.bank_height",
        9,
        "a column belongs to `device` or `area`; got 'devize'; did you mean 'device'?",
    ),
    "a misspelt state": (
        "pump == FAUL",
        9,
        "metric 'pump' has no state 'FAUL'; did you mean 'FAULT'?",
    ),
    "a misspelt model": (
        'anomaly(level, model="rivr") > 0.9',
        22,
        "no trained model 'rivr'; did you mean 'river'?",
    ),
    "a model of another metric": (
        'anomaly(temp, model="river") > 0.9',
        21,
        "model 'river' was trained on metric 'water_level'; got one on 'temperature'",
    ),
    "a column of words": (
        "level > device.role",
        16,
        "`device.role` must hold numbers such as 4.20 or 4.20[m]; got 'main'",
    ),
    "a chain of comparisons": (
        "1 < level < 3",
        11,
        "a comparison has two sides; write `1 < level and level < 3`",
    ),
    "metres against metres per second": (
        "level > slope(level, over=30m)",
        7,
        (
            "only values of one dimension are compared; "
            "got `level` in m, `slope(level, over=30m)` in m/s"
        ),
    ),
    "metres written as minutes": (
        "level > 30m",
        7,
        (
            "only values of one dimension are compared; got `level` in m, `30m` in s; "
            "`30m` is a duration; another unit stands in brackets: `30[m]`"
        ),
    ),
    "metres plus degrees": (
        "level + temp > 3",
        7,
        "only values of one dimension are added; got `level` in m, `temp` in Cel",
    ),
    "gas in parts per million of a metric in percent of the limit": (
        "gas > 20[ppm]",
        5,
        "only values of one dimension are compared; got `gas` in %LEL, `20[ppm]` in ppm",
    ),
    "no such unit": ("level > 3[watr]", 9, "there is no unit 'watr'; such as [m], [mm/h], [%LEL]"),
    "a unit without brackets": (
        "level > 3 m",
        11,
        (
            "expected an operator such as `>=` or `and`; got 'm'; "
            "a duration is written without a space: `3m`"
        ),
    ),
    "another unit without brackets": (
        "level > 3 mm",
        11,
        "expected an operator such as `>=` or `and`; got 'mm'; a unit stands in brackets: `3[mm]`",
    ),
    "a percentage without brackets": (
        "gas > 30%LEL",
        10,
        (
            "expected an operator such as `>=` or `and`; got 'LEL'; "
            "a unit stands in brackets: `30[%LEL]`"
        ),
    ),
    "a percentage as an operator": (
        "gas > 20 %",
        10,
        (
            "a condition has no place for '%'; "
            "there is no `%` operator; a share is `0.2`, a unit stands in brackets: `20[%]`"
        ),
    ),
    "a percentage as a value": (
        "gas > 20%",
        7,
        "a percentage stands in `need=` only; got `20%`; write `20[%]`, or a share such as `0.2`",
    ),
    "a temperature against a rise": (
        "temp > delta(temp, over=10m)",
        6,
        (
            "a temperature is not compared with a difference of temperatures; "
            "got `temp` and `delta(temp, over=10m)`"
        ),
    ),
    "a temperature or a difference": (
        "temp - 5 > 5[K]",
        10,
        (
            "`temp - 5` may be a temperature or a difference of temperatures; "
            "give its number a unit: [Cel] takes a temperature away, [K] a difference"
        ),
    ),
    "temperatures multiplied": (
        "temp * temp > 3",
        6,
        (
            "a temperature has no zero to multiply or divide from; got `temp`; "
            "compare it, or calculate with a difference of two"
        ),
    ),
    "temperatures summed": (
        "sum(temp, over=1h) > 3",
        1,
        "temperatures do not add up to anything; got `sum(temp, over=1h)`; use `mean`",
    ),
    "directions subtracted": (
        "wind - 90 > 3",
        6,
        (
            "a direction goes round and is not calculated with; got `wind`; "
            "compare it, or use `delta(x, over=...)`, which takes the shorter way round"
        ),
    ),
    "the largest direction": (
        "max(wind, over=1h) > 3",
        1,
        (
            "`max` means nothing for a direction such as 'wind_direction'; "
            "for it there are age, changed, count, delta, mean, missing, quality"
        ),
    ),
    "the slope of a counter": (
        "slope(passed, over=1h) > 3",
        1,
        (
            "`slope` means nothing for a counter such as 'passed'; "
            "for it there are age, changed, count, flat, missing, quality"
        ),
    ),
    "an order of states": (
        "pump > FAULT",
        6,
        "states have no order; got `>`; compare with `==` or `!=`",
    ),
    "a state by number": (
        "pump == 2",
        9,
        "a state of 'pump' is compared by name; got `2`; it has RUN, STOP, FAULT",
    ),
    "a state alone": (
        "pump",
        1,
        "'pump' is a state and can only be compared with `==` or `!=`; it has RUN, STOP, FAULT",
    ),
    "a number as a condition": (
        "level",
        1,
        "a condition must be true or false; got the number `level`; compare it, as in `x >= 3`",
    ),
    "a truth in a sum": (
        "level + missing(level) > 3",
        9,
        (
            "what is true or false is not calculated with or compared; got `missing(level)`; "
            "join conditions with `and`, `or`, `not`"
        ),
    ),
    "a truth compared": (
        "changed(level) == 1",
        1,
        (
            "what is true or false is not calculated with or compared; got `changed(level)`; "
            "join conditions with `and`, `or`, `not`"
        ),
    ),
    "comparisons added": (
        "(level > 3) + 1 > 1",
        2,
        (
            "what is true or false is not calculated with or compared; got `level > 3`; "
            "join conditions with `and`, `or`, `not`"
        ),
    ),
    "a constant": (
        "3 > 2",
        1,
        "a condition and its parts must be able to change; here it is always true",
    ),
    "a constant part": (
        "level > 3 or 1 > 2",
        1,
        "a condition and its parts must be able to change; here it is always false",
    ),
    "no reading": (
        "device.factor > 3",
        1,
        "a condition and its parts must be able to change; here it looks at no reading",
    ),
    "a value against itself": (
        "level >= level",
        1,
        "a condition and its parts must be able to change; here it compares a value with itself",
    ),
    "a window without its length": (
        "slope(level) > 3",
        1,
        "`slope` looks over a window and needs `over=`; write `slope(x, over=10m)`",
    ),
    "a window of a bare number": (
        "mean(level, over=1800) > 3",
        18,
        "`over` must be a duration of a second or more, such as 30m; got `1800`",
    ),
    "a window of nothing": (
        "mean(level, over=0s) > 3",
        18,
        "`over` must be a duration of a second or more, such as 30m; got `0s`",
    ),
    "a window of an instant": (
        "mean(level, over=127ms) > 3",
        18,
        "`over` must be a duration of a second or more, such as 30m; got `127ms`",
    ),
    "more readings than there are milliseconds": (
        "mean(level, over=10m, need=3000000000) > 3",
        28,
        "a window of 10m holds 600000 readings at most; got `3000000000`",
    ),
    "more readings than can be counted": (
        "mean(level, over=52w, need=1e300) > 3",
        28,
        "a window of 52w holds 2147483647 readings at most; got `1e+300`",
    ),
    "a window where there is none": (
        "age(level, over=3m) > 3",
        12,
        "`age` takes no `over=`; write `age(x)`",
    ),
    "an option twice": (
        "mean(level, over=1h, over=2h) > 3",
        22,
        "`over=` may stand once",
    ),
    "a mean of an expression": (
        "mean(level + 1, over=3m) > 3",
        6,
        "`mean` works on the readings of one watch; got `level + 1`; write `mean(x, over=10m)`",
    ),
    "no argument": (
        "mean() > 3",
        1,
        "`mean` takes one watch; got 0 arguments; write `mean(x, over=10m)`",
    ),
    "a quantile without its share": (
        "quantile(level, over=1h) > 3",
        1,
        (
            "`quantile` takes a watch and a share; got 1 arguments; "
            "write `quantile(x, 0.95, over=10m)`"
        ),
    ),
    "a quantile of 95": (
        "quantile(level, 95, over=1h) > 3",
        17,
        (
            "the second argument of `quantile` must be a number from 0 to 1; got `95`; "
            "the median is 0.5"
        ),
    ),
    "a deviation of one reading": (
        "stddev(level, over=1h, need=1) > 3",
        29,
        "`need` must be a number of readings from 2, or a part such as 75%; got `1`",
    ),
    "more than all readings": (
        "mean(level, over=1h, need=101%) > 3",
        27,
        "`need` must be a number of readings from 1, or a part such as 75%; got `101%`",
    ),
    "a model without quotes": (
        "anomaly(level, model=river) > 0.9",
        22,
        "`model` must be the name of a trained model in quotes; got `river`",
    ),
    "a text as a value": (
        'level > "3"',
        9,
        "a text stands in `model=` only; got '3'",
    ),
    "a function without its input": (
        "mean > 3",
        1,
        "'mean' is a function: it needs an input; write `mean(...)`",
    ),
    "a unit as a name": (
        "mm > 3",
        1,
        "no watch 'mm'; a unit stands in brackets behind its number: `3[mm]`",
    ),
    "a duration in disorder": (
        "age(level) > 30m1h",
        14,
        "the parts of a duration fall and come to whole milliseconds; got '30m1h'; such as `1h30m`",
    ),
    "one equals sign": (
        "level = 3",
        7,
        "a condition has no place for '='; two values are compared with `==`",
    ),
    "an arrow": (
        "level => 3",
        7,
        "a condition has no place for '=>'; write `>=` or `<=`",
    ),
    "two angles": (
        "level <> 3",
        8,
        "a condition has no place for '>'; write `!=`",
    ),
    "the and of other languages": (
        "level > 3 && rain > 3",
        11,
        "a condition has no place for '&&'; write `and`",
    ),
    "the not of other languages": (
        "!missing(level)",
        1,
        "a condition has no place for '!'; write `not`",
    ),
    "a power": (
        "level ** 2 > 3",
        8,
        "a condition has no place for '*'; there are no powers: multiply",
    ),
    "full-width characters": (
        "level > 3\uff08",
        10,
        "a condition has no place for '\uff08'; use the half-width character",
    ),
    "an open parenthesis": (
        "(level > 3",
        11,
        "the condition ends too early; expected `)` or an operator",
    ),
    "half a comparison": (
        "level >",
        8,
        "the condition ends too early; expected a watch, a function or a number",
    ),
    "a number without a digit in front": (
        "level > .5",
        9,
        "a condition has no place for '.5'; a number begins with a digit: `0.5`",
    ),
    "a number beyond all bounds": (
        "level > 1e999",
        9,
        "a number must be within what a computer holds",
    ),
    "a forecast": ("forecast(level, 30m, over=1h) > 3", 1, f"`forecast(...)` {NOT_YET}"),
    "time until": ("until_above(level, 4, over=3h) < 1h", 1, f"`until_above(...)` {NOT_YET}"),
    "time until below": ("until_below(level, 4, over=3h) < 1h", 1, f"`until_below(...)` {NOT_YET}"),
    "became": ("became(level > 3, over=10m)", 1, f"`became(...)` {NOT_YET}"),
    "repeats": ("repeats(level > 3, over=10m) > 3", 1, f"`repeats(...)` {NOT_YET}"),
    "events": ("events(level, over=10m) > 3", 1, f"`events(...)` {NOT_YET}"),
    "increase": ("increase(passed, over=10m) > 3", 1, f"`increase(...)` {NOT_YET}"),
    "a calendar": ("during(night)", 1, f"`during(...)` {NOT_YET}"),
    "a table": ("level > limits.o3", 9, f"`limits.o3` {NOT_YET}"),
    "a share of devices": ("share(level > 3) > 0.2", 1, f"`share(...)` {NOT_YET}"),
    "any device": ("any(level > 3)", 1, f"`any(...)` {NOT_YET}"),
    "the largest of devices": (
        "max(level) > 3",
        1,
        AREA + "; over the readings of one sensor: `max(x, over=10m)`",
    ),
    "a quorum": ("mean(level, over=1h, quorum=50%) > 3", 22, f"`quorum=` {NOT_YET}"),
}


@pytest.mark.parametrize("sin", BAD_CONDITIONS)
def test_a_bad_condition_is_told(compile_condition: Callable[[str], Compiled], sin: str) -> None:
    condition, column, message = BAD_CONDITIONS[sin]
    programs, told = compile_condition(condition)

    assert told == [f"rules.yaml:14:{12 + column}: rule 'one': {message}"]
    assert programs == ()


@pytest.mark.parametrize(
    ("condition", "of"),
    [
        ("temp * 2 > 10", "temp * 2"),
        ("temp * 2 > 10[Cel]", "temp * 2"),
        ("temp * 2 > 10[K]", "temp * 2"),
        ("temp / 2 > 10", "temp / 2"),
        ("temp + temp > 10", "temp + temp"),
        ("temp + usual(temp) > 10[degF]", "temp + usual(temp)"),
        ("10 < temp + temp", "temp + temp"),
        ("-temp > 10", "-temp"),
        ("temp * 2 > temp", "temp * 2"),
        ("temp + temp > mean(temp, over=1h) + temp", "temp + temp"),
        ("temp + temp - 5 > 10", "temp + temp - 5"),
        ("5 - (temp + temp) > 10", "5 - (temp + temp)"),
        ("(temp + temp + temp) / 2 > 10", "(temp + temp + temp) / 2"),
    ],
)
def test_sums_and_multiples_of_temperatures_are_refused(
    compile_condition: Callable[[str], Compiled], condition: str, of: str
) -> None:
    programs, told = compile_condition(condition)

    assert programs == ()
    assert [line.split("rule 'one': ")[1] for line in told] == [
        (
            f"a sum or a multiple of temperatures is no temperature; got `{of}`; "
            "compare one temperature, or a mean such as `(a + b) / 2`"
        )
    ]


ODD_CONDITIONS = {
    "a level that the sensor cannot show": (
        "level > 25",
        "`level` is between -1 and 20 m, so this is always false",
    ),
    "a level that is always exceeded": (
        "min(level, over=1h) > -3",
        "`min(level, over=1h)` is between -1 and 20 m, so this is always true",
    ),
    "a score above one": (
        "anomaly(level) > 1",
        "`anomaly(level)` is between 0 and 1, so this is always false",
    ),
    "a negative age": ("age(level) < 0", "`age(level)` is from 0 on s, so this is always false"),
    "a window shorter than the interval": (
        "mean(level, over=10s) > 3",
        "10s is shorter than the interval of 'water_level', 1m: mostly unknown",
    ),
    "more readings than come": (
        "mean(level, over=10m, need=12) > 3",
        (
            "`mean` asks for 12 readings in 10m, and 'water_level' has one every 1m: "
            "mostly unknown; look over a longer time"
        ),
    ),
    "devices without the column": (
        "level > device.bank_height",
        (
            "`device.bank_height` is no number in m for 1 of 3 devices, 'lv-03' among them: "
            "unknown there"
        ),
    ),
}


@pytest.mark.parametrize("oddity", ODD_CONDITIONS)
def test_an_odd_condition_is_used_and_warned_of(
    compile_condition: Callable[[str], Compiled], oddity: str
) -> None:
    condition, message = ODD_CONDITIONS[oddity]
    programs, told = compile_condition(condition)

    assert [line.split("rule 'one': ", 1)[1] for line in told] == [message]
    assert " warning: " in told[0]
    assert len(programs) == 1
