"""Each sin of a rule file, outside its conditions, with all that its author is told."""

from collections.abc import Callable

import pytest

from sentinel.detect.program import Program

Compile = Callable[..., tuple[tuple[Program, ...], list[str]]]

GOOD = """\
scenario: flood
rules:
  - id: one
    title: a title
    watch:
      level: {metric: water_level}
    raise:
      blue: level > 3
      red: level > 4
    hold: 2m
"""

NOT_YET = "is not available in this version"
BAD: dict[str, tuple[str, str, list[str]]] = {
    "an unknown key": (
        "    hold: 2m",
        "    hodl: 2m",
        ["10:5: rule 'one': there is no such key: 'hodl'; did you mean 'hold'?"],
    ),
    "an unknown key of the file": (
        "scenario: flood",
        "scenaro: flood",
        ["1:1: there is no such key: 'scenaro'; did you mean 'scenario'?"],
    ),
    "no title": (
        "    title: a title\n",
        "",
        ["3:5: rule 'one': the key `title` is required"],
    ),
    "no id": (
        "id: one",
        "name: one",
        [
            "3:5: rule number 1: the key `id` is required",
            "3:5: rule number 1: there is no such key: 'name'",
        ],
    ),
    "a bad id": (
        "id: one",
        "id: one two",
        [
            (
                "3:9: rule 'one two': `id`: must be letters, digits, `-`, `_` and `.`, at most 80; "
                "got 'one two'"
            )
        ],
    ),
    "an unknown metric": (
        "water_level",
        "watr_level",
        ["6:23: rule 'one': no metric 'watr_level'; did you mean 'water_level'?"],
    ),
    "an event metric": (
        "water_level",
        "door",
        [f"6:23: rule 'one': watching a metric of kind event, such as 'door', {NOT_YET}"],
    ),
    "an unknown kind": (
        "water_level}",
        "water_level, kind: rivr}",
        ["6:42: rule 'one': no kind of device 'rivr'; did you mean 'river'?"],
    ),
    "an unknown area": (
        "water_level}",
        "water_level, in: pudon}",
        ["6:40: rule 'one': no area 'pudon'; did you mean 'pudong'?"],
    ),
    "an unknown column": (
        "water_level}",
        "water_level, where: {rol: main}}",
        ["6:44: rule 'one': the registry has no device column 'rol'; did you mean 'role'?"],
    ),
    "a value that no device has": (
        "water_level}",
        "water_level, where: {role: mainn}}",
        [
            "5:5: warning: rule 'one': no device of the registry has all that this rule watches",
            (
                "6:50: warning: rule 'one': no device has 'mainn' in column 'role'; "
                "did you mean 'main'?"
            ),
        ],
    ),
    "more watches than there are bits": (
        "{metric: water_level}",
        "{metric: water_level}"
        + "".join(f"\n      w{k}: {{metric: water_level}}" for k in range(32)),
        [
            "6:7: rule 'one': a rule watches 32 inputs at most; got 33",
        ],
    ),
    "a default of a later version": (
        "scenario: flood\n",
        "scenario: flood\ndefaults: {dispatch: {to: x, accept_within: 5m}}\n",
        [f"2:30: defaults: the key `accept_within` {NOT_YET}"],
    ),
    "a watch that is a word of the language": (
        "level: {",
        "mean: {metric: rainfall}\n      level: {",
        ["6:7: rule 'one': a watch cannot be called 'mean': the word is taken"],
    ),
    "a watch with a hyphen": (
        "level: {",
        "sea-level: {metric: rainfall}\n      level: {",
        [
            (
                "6:7: rule 'one': a watch's name must be letters, digits and `_`, "
                "without a digit at the front; got 'sea-level'"
            )
        ],
    ),
    "a watch that nothing looks at": (
        "level: {",
        "rain: {metric: rainfall}\n      level: {",
        [
            (
                "6:7: warning: rule 'one': no condition looks at 'rain', "
                "and without it a device is not watched"
            )
        ],
    ),
    "nothing watched": (
        "\n      level: {metric: water_level}",
        " {}",
        [
            "5:12: rule 'one': a rule must watch something",
            "7:13: rule 'one': no watch 'level'; this rule watches nothing",
            "8:12: rule 'one': no watch 'level'; this rule watches nothing",
        ],
    ),
    "a watch that is a text": (
        "{metric: water_level}",
        "water_level",
        [
            (
                "6:14: rule 'one': `watch.level`: must be keys with values, such as "
                "{metric: water_level, kind: river}; got 'water_level'"
            )
        ],
    ),
    "no rank": (
        "\n      blue: level > 3\n      red: level > 4",
        " {}",
        ["7:12: rule 'one': `raise` must have a condition for one rank at least"],
    ),
    "an unknown rank": (
        "blue:",
        "bleu:",
        ["8:7: rule 'one': there is no rank 'bleu'; there are blue, yellow, orange, red"],
    ),
    "a rank that is none": (
        "blue:",
        "none:",
        ["8:7: rule 'one': there is no rank 'none'; there are blue, yellow, orange, red"],
    ),
    "a condition that is a number": (
        "blue: level > 3",
        "blue: 3",
        ["8:13: rule 'one': `raise.blue`: must be a condition such as `level >= 3.20`; got 3"],
    ),
    "a hold that is a number": (
        "hold: 2m",
        "hold: 120",
        [
            (
                "10:11: rule 'one': `hold` must be a duration such as 2m; got 120; "
                "or by rank: {orange: 60s, red: 0s}"
            )
        ],
    ),
    "a hold of a rank that is not raised": (
        "hold: 2m",
        "hold: {orange: 2m, bleu: 3m, red: x}",
        [
            "10:12: rule 'one': this rule does not raise orange, so it has no hold",
            (
                "10:24: rule 'one': `hold` is by rank; there is no rank 'bleu'; "
                "there are blue, yellow, orange, red"
            ),
            "10:39: rule 'one': `hold.red` must be a duration such as 2m; got 'x'",
        ],
    ),
    "a clear_hold that is no duration": (
        "hold: 2m",
        "clear_hold: soon",
        [
            (
                '10:17: rule \'one\': `clear_hold`: must be a duration such as "5m" or "1h30m"; '
                "got 'soon'"
            )
        ],
    ),
    "a missing after that is no duration": (
        "hold: 2m",
        "missing: {after: soon}",
        [
            (
                "10:22: rule 'one': `missing.after` must be a duration such as 15m, or `never`; "
                "got 'soon'"
            )
        ],
    ),
    "a missing then that is unknown": (
        "hold: 2m",
        "missing: {then: blnd}",
        [
            (
                "10:21: rule 'one': `missing.then`: must be 'blind', 'ok', 'blue', 'yellow', "
                "'orange' or 'red'; got 'blnd'; did you mean 'blind'?"
            )
        ],
    ),
    "a hold of a rank whose condition is wrong": (
        "      red: level > 4\n    hold: 2m",
        "      red: levul > 4\n    hold: {red: 2m}",
        ["9:12: rule 'one': no watch 'levul'; did you mean 'level'?"],
    ),
    "a name that is like that of a watch that is wrong": (
        "water_level}\n    raise:\n      blue: level > 3\n",
        "water_levul}\n    raise:\n      blue: levul > 3\n",
        [
            "6:23: rule 'one': no metric 'water_levul'; did you mean 'water_level'?",
            "8:13: rule 'one': no watch 'levul'; did you mean 'level'?",
        ],
    ),
    "a title with the value of a watch that is wrong": (
        "title: a title\n    watch:\n      level: {metric: water_level}",
        (
            'title: "{level.value}"\n    instruction: "{level.value}"\n'
            "    watch:\n      level: {metric: water_levul}"
        ),
        ["7:23: rule 'one': no metric 'water_levul'; did you mean 'water_level'?"],
    ),
    "a title with an unknown place": (
        "title: a title",
        'title: {zh: "{leveln.value}", en: "at {level.value:.2q}"}',
        [
            "4:18: rule 'one': there is no {leveln.value} to fill in; did you mean 'level.value'?",
            "4:43: rule 'one': {level.value:.2q} has no form that a value can take; such as :.2f",
        ],
    ),
    "a title of ten gigabytes": (
        "title: a title",
        'title: {en: "at {level.value:9999999999.0f}"}',
        [
            (
                "4:21: rule 'one': {level.value:9999999999.0f} has no form that a value can take; "
                "such as :.2f"
            )
        ],
    ),
    "a title with a brace alone": (
        "title: a title",
        "title: 'at {level'",
        [
            (
                "4:16: rule 'one': a text's braces must be in pairs; "
                "expected '}' before end of string; write {{ for {"
            )
        ],
    ),
    "a ladder upside down": (
        "red: level > 4",
        "red: level > 2",
        ["8:13: warning: rule 'one': blue is never seen: red holds whenever it does"],
    ),
    "an id twice": (
        "rules:\n",
        "rules:\n  - {id: one, title: x, watch: {a: {metric: rainfall}}, raise: {red: a > 3}}\n",
        ["4:9: rule 'one': a rule's id is unique over all files; first: rules.yaml:3:10"],
    ),
    "flap": (
        "hold: 2m",
        "flap: {changes: 6, within: 1h}",
        [f"10:5: rule 'one': the key `flap` {NOT_YET}"],
    ),
    "active": (
        "hold: 2m",
        "active: night",
        [f"10:5: rule 'one': the key `active` {NOT_YET}"],
    ),
    "a fold that says no number": (
        "hold: 2m",
        "fold: {into: district, at: many}",
        [
            (
                "10:32: rule 'one': `fold.at` must be a number, a share or both, such as "
                "\"20 or 10%\"; got 'many'"
            )
        ],
    ),
    "a fold into nowhere": (
        "hold: 2m",
        "fold: {into: distrikt, at: 20}",
        [
            (
                "10:18: rule 'one': `fold.into`: must be 'building', 'grid', 'street', 'district' "
                "or 'city'; got 'distrikt'; did you mean 'district'?"
            )
        ],
    ),
    "what explains nothing": (
        "hold: 2m",
        "explains: [onne]",
        ["10:16: rule 'one': `explains`: no rule 'onne'; did you mean 'one'?"],
    ),
    "calendars and limits": (
        "scenario: flood",
        "calendars: {}\nlimits: {}",
        [f"1:1: the key `calendars` {NOT_YET}", f"2:1: the key `limits` {NOT_YET}"],
    ),
    "a rule of an area": (
        "hold: 2m",
        "per: street",
        [f"10:10: rule 'one': `per: street` {NOT_YET}; write `per: device`"],
    ),
    "a watch from elsewhere": (
        "water_level}",
        "water_level, from: district, device: device.upstream}",
        [
            f"6:36: rule 'one': the key `from` {NOT_YET}",
            f"6:52: rule 'one': the key `device` {NOT_YET}",
        ],
    ),
    "an area out of a column": (
        "water_level}",
        "water_level, in: device.catchment}",
        [f"6:40: rule 'one': `in: device.catchment` {NOT_YET}; name the area's code"],
    ),
    "times to accept": (
        "hold: 2m",
        "dispatch: {to: x, accept_within: {orange: 5, pink: 3m}}",
        [
            (
                "10:47: rule 'one': `dispatch.accept_within.orange` must be a duration such as "
                '"10m"; got 5'
            ),
            (
                "10:50: rule 'one': `accept_within` is by rank; there is no rank 'pink'; there are "
                "blue, yellow, orange, red"
            ),
        ],
    ),
    "a rule that is a text": (
        "scenario: flood\nrules:\n",
        "rules:\n  - x\n",
        [
            (
                "2:5: rule number 1: must be keys with values, such as "
                "{id: ..., title: ..., watch: ..., raise: ...}; got 'x'"
            )
        ],
    ),
}


@pytest.mark.parametrize("sin", BAD)
def test_a_bad_file_is_told(compile_text: Compile, sin: str) -> None:
    old, new, expected = BAD[sin]
    text = GOOD.replace(old, new, 1)
    assert text != GOOD

    _, told = compile_text(text)

    assert told == [f"rules.yaml:{line}" for line in expected]


def test_the_good_file_is_good(compile_text: Compile) -> None:
    programs, told = compile_text(GOOD)
    assert told == []
    assert len(programs) == 1


def test_a_bad_rule_does_not_take_a_good_one_with_it(compile_text: Compile) -> None:
    programs, told = compile_text(
        GOOD.replace("level > 3", "leveln > 3"), GOOD.replace("one", "two")
    )
    assert [program.rule for program in programs] == ["two"]
    assert len(told) == 1


def test_an_id_is_unique_over_all_files(compile_text: Compile) -> None:
    programs, told = compile_text(GOOD, GOOD)
    assert len(programs) == 1
    assert told == [
        "more-1.yaml:3:9: rule 'one': a rule's id is unique over all files; first: rules.yaml:3:9"
    ]


def test_all_problems_are_told_at_once(compile_text: Compile) -> None:
    text = GOOD.replace("level > 3", "leveln > 3").replace("level > 4", "level > 4[s]")
    told = compile_text(text.replace("2m", "x"))[1]
    assert [line.split(":")[1] for line in told] == ["8", "9", "10"]


FOLDED = """\
rules:
  - id: one
    title: a title
    watch: {level: {metric: water_level}}
    raise:
      red: >-
        level > 3
        or level > device.bank

        or leveln > 3
"""


def test_a_problem_in_a_folded_condition_is_shown_in_its_own_line(compile_text: Compile) -> None:
    told = compile_text(FOLDED)[1]
    assert [line.split(" rule")[0] for line in told] == ["rules.yaml:8:27:", "rules.yaml:10:12:"]
