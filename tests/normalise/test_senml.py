"""SenML in JSON: the rules of RFC 8428, one by one."""

from collections.abc import Callable
from typing import Any

import pytest

from sentinel.domain.messages import MessageFlag

Make = Callable[..., Any]

FORMAT = """
senml: {name: "urn:dev:mac:{device}:{metric}", metric: {map: {temp: temperature, hum: humidity,
  level: water_level, gate: gate, flow: flow}, others: ignore}}
"""
BASE = b'{"bn": "urn:dev:mac:lv-01:"}, '


@pytest.fixture
def ask(make_city: Make) -> Callable[..., list[str]]:
    """Send records to the city; `records` have the names `lv-01/...` unless they say otherwise."""
    city = make_city(FORMAT)

    def send(records: bytes, base: bytes = BASE, flags: int = 0) -> list[str]:
        lines: list[str] = city.ask("any/topic", b"[" + base + records + b"]", flags=flags)
        return lines

    return send


def test_base_fields_hold_until_they_are_replaced(ask: Callable[..., list[str]]) -> None:
    pack = b"""
      {"bn": "urn:dev:mac:lv-01:", "bt": 1781740790, "bu": "Cel", "n": "temp", "v": 20},
      {"n": "temp", "v": 21, "t": 5},
      {"bt": 1781740795, "bu": "%RH", "bv": 10, "n": "hum", "v": 40},
      {"bn": "urn:dev:mac:lv-02:", "bt": 1781740800, "n": "hum", "v": 41}
    """

    assert ask(pack, base=b"") == [
        "lv-01/temperature 20 10s ago",
        "lv-01/temperature 21 5s ago TOGETHER",
        "lv-01/humidity 50 5s ago",
        "lv-02/humidity 51 0s ago",
    ]


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("", "0s ago UNTIMED"),
        (', "t": 0', "0s ago UNTIMED"),
        (', "t": -5', "5s ago"),
        (', "t": 5', "-5s ago"),
        (', "t": -0.25', "0.25s ago"),
        (', "t": 1781740799.5', "0.5s ago"),
        (', "t": 1781740800', "0s ago"),
    ],
)
def test_small_times_count_from_now_and_large_ones_from_1970(
    ask: Callable[..., list[str]], time: str, told: str
) -> None:
    record = f'{{"n": "temp", "v": 20{time}}}'

    assert ask(record.encode()) == [f"lv-01/temperature 20 {told}"]


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("1781740800000", "1781740800000 s is beyond the year 5000: milliseconds sent as seconds?"),
        ("268435456", "the time lies 47 years before the receipt"),
        ("268435455", "the time lies 8 years after the receipt"),
        ('"now"', "`t` is 'now', and no number of seconds"),
        ("1e400", "`t` is inf, and no number of seconds"),
        ("NaN", "`t` is nan, and no number of seconds"),
    ],
)
def test_a_wrong_time_is_no_reading(ask: Callable[..., list[str]], time: str, told: str) -> None:
    lines = ask(b'{"n": "temp", "v": 20, "t": %s}' % time.encode())

    assert lines == ["lv-01/temperature 20 0s ago CLOCK_OFF", f"wrong_time: {told}"]


@pytest.mark.parametrize(
    ("record", "told"),
    [
        ('{"n": "temp"}', "missing_field: a SenML record has one value; this one has none"),
        (
            '{"n": "temp", "v": 1, "vb": true}',
            "missing_field: a SenML record has one value; this one has `v` and `vb`",
        ),
        ('{"n": "temp", "v": "20"}', "not_a_number: `v` is '20'"),
        ('{"n": "temp", "v": null}', "not_a_number: `v` is null"),
        ('{"n": "temp", "vs": "AB"}', "not_a_number: 'AB' is not a number"),
        ('{"n": "temp", "vd": "AAE"}', "not_a_number: `vd` is data, not a number"),
        ('{"n": "temp", "v": 1, "u": "lx"}', ("bad_unit: 'lx' does not convert to the unit of "
         "temperature, 'Cel'")),
        ('{"n": "temp", "v": 1, "u": "quux"}', "bad_unit: there is no unit 'quux'"),
        ('{"n": "temp", "v": 1, "u": 5}', "bad_unit: the unit is 5, and no text"),
        ('{"n": "töp", "v": 1}', ("unreadable: the name 'urn:dev:mac:lv-01:töp' is none that SenML "
         "allows")),
        ('{"n": 5, "v": 1}', "unreadable: the name `n` is 5, and no text"),
        ('{"bn": "x:", "n": "temp", "v": 1}', ("unknown_device: the name 'x:temp' is not like "
         "'urn:dev:mac:{device}:{metric}'")),
        (f'{{"bn": "{"x" * 1021}", "n": "temp", "v": 1}}', ("unknown_device: the name "
         f"'{'x' * 59}... has more than 1024 characters")),
        ('{"bn": 5, "n": "temp", "v": 1}', "unreadable: a base field is wrong: `bn` is 5"),
        ("7", "unreadable: a SenML record is an object, not 7"),
    ],
)  # fmt: skip
def test_a_bad_record_is_told_and_stops_nothing(
    ask: Callable[..., list[str]], record: str, told: str
) -> None:
    good = '{"bn": "urn:dev:mac:lv-01:", "n": "temp", "v": 3, "u": "Cel"}'

    assert ask(f"{record}, {good}".encode()) == ["lv-01/temperature 3 0s ago UNTIMED", told]


@pytest.mark.parametrize(
    ("pack", "told"),
    [
        (b'{"n": "temp", "v": 1, "must_": 2}', "'must_' must be understood, and is not"),
        (
            b'{"bver": 11, "n": "temp", "v": 1}',
            "SenML version 11 is not understood, only 10 and 26",
        ),
        (b'{"bver": 10}, {"bver": 26}', "SenML version 10, 26 is not understood, only 10 and 26"),
    ],
)
def test_what_must_be_understood_and_is_not_refuses_the_pack(
    ask: Callable[..., list[str]], pack: bytes, told: str
) -> None:
    assert ask(pack + b', {"n": "temp", "v": 1}') == [f"unreadable: {told}"]


def test_other_labels_are_passed_over(ask: Callable[..., list[str]]) -> None:
    assert ask(b'{"bver": 26, "n": "level", "v": 57, "u": "cm", "colour": "red"}') == [
        "lv-01/water_level 0.57 0s ago UNTIMED"
    ]


def test_secondary_units_are_taken_at_any_version(ask: Callable[..., list[str]]) -> None:
    assert ask(b'{"n": "level", "v": 1250, "u": "mm"}') == ["lv-01/water_level 1.25 0s ago UNTIMED"]


def test_words_and_truths_are_states(ask: Callable[..., list[str]]) -> None:
    records = b'{"n": "gate", "vs": "OPEN", "t": -2}, {"n": "gate", "vb": false, "t": -1}'

    assert ask(records) == ["lv-01/gate 1 2s ago", "lv-01/gate 0 1s ago"]


def test_the_next_reading_is_promised_beside_this_one(ask: Callable[..., list[str]]) -> None:
    assert ask(b'{"n": "level", "v": 1, "t": -5, "ut": 600}') == [
        "lv-01/water_level 1 5s ago TOGETHER",
        "lv-01/water_level 600 5s ago DEADLINE",
    ]


def test_a_promise_for_ever_is_one_for_a_year(ask: Callable[..., list[str]]) -> None:
    assert ask(b'{"n": "level", "v": 1, "ut": 1e300}')[1] == (
        "lv-01/water_level 31622400 0s ago UNTIMED DEADLINE"
    )


def test_a_sum_alone_is_counted_and_left(make_city: Make) -> None:
    done = make_city(FORMAT).take(("x", b'[{"n": "urn:dev:mac:lv-01:flow", "s": 12}]'))

    assert (len(done.readings), done.ignored, done.rejections) == (0, 1, [])


def test_what_the_broker_kept_needs_an_absolute_time(ask: Callable[..., list[str]]) -> None:
    flag = int(MessageFlag.RETAINED)

    assert ask(b'{"n": "flow", "v": 1, "t": -5}', flags=flag) == []
    assert ask(b'{"n": "flow", "v": 1, "t": 1781740799}', flags=flag) == ["lv-01/flow 1 1s ago"]


def test_topic_and_name_must_name_the_same_device(make_city: Make) -> None:
    city = make_city('s: {topic: "s/{device}", name: "{device}:{metric}"}')

    assert city.ask("s/lv-01", b'[{"n": "lv-01:flow", "v": 1}]') == ["lv-01/flow 1 0s ago UNTIMED"]
    assert city.ask("s/lv-01", b'[{"n": "lv-02:flow", "v": 1}]') == [
        "device_disagrees: the topic names device 'lv-01', the record 'lv-02'"
    ]


def test_with_the_device_in_the_topic_the_name_is_the_metric(make_city: Make) -> None:
    city = make_city('s: {topic: "s/{device}", payload: senml, unit: cm}')

    assert city.ask("s/lv-01", b'[{"n": "water_level", "v": 1}]') == [
        "lv-01/water_level 0.01 0s ago UNTIMED"
    ]
    assert city.ask("s/lv-01", b'{"n": "water_level", "v": 1}') == [
        "unreadable: SenML is a list of records, not an object"
    ]


@pytest.mark.parametrize("value", [b"NaN", b"-Infinity", b"1e999"])
def test_a_value_that_is_no_number_stops_no_other_record(
    ask: Callable[..., list[str]], value: bytes
) -> None:
    records = b'{"n": "temp", "u": "Cel", "v": %s}, {"n": "level", "v": 2}' % value

    found = ask(records)

    assert found[0] == "lv-01/water_level 2 0s ago UNTIMED"
    assert found[1].startswith("not_a_number: `v` is ")


def test_a_base_value_that_is_no_number_is_told_until_it_is_replaced(
    ask: Callable[..., list[str]],
) -> None:
    records = b'{"bv": NaN, "n": "level", "v": 2}, {"bv": 1, "n": "level", "v": 2}'

    assert ask(records) == [
        "lv-01/water_level 3 0s ago UNTIMED",
        "unreadable: a base field is wrong: `bv` is nan",
    ]
