"""JSON payloads: where things stand, how they are written, what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from sentinel.domain.messages import MessageFlag

Make = Callable[..., Any]

NESTED = """
vendor:
  topic: "v/{gateway}/up"
  each: [list, data]
  device: list.sn
  metric: {path: data.k, map: {LVL: water_level, FLW: flow}, others: ignore}
  value: {path: data.v, text: true, empty: ["--", -9999]}
  unit: {path: data.u, map: {cm: cm, "m3/h": m3/h}, default: cm}
  time: {path: data.t, as: epoch_ms}
"""

PLAIN = """
plain:
  topic: "city/{device}/{metric}"
  value: v
  time: {path: t, as: epoch_ms}
"""


def test_nested_lists_give_a_reading_for_each_innermost_element(make_city: Make, now: int) -> None:
    payload = b"""{"list": [
      {"sn": "lv-01", "data": [{"k": "LVL", "v": "321", "t": %d}, {"k": "FLW", "v": 36, "u": "m3/h",
       "t": %d}, {"k": "RSSI", "v": -70}]},
      {"sn": "lv-02", "data": [{"k": "LVL", "v": 57, "t": "%d"}]}]}""" % (now, now - 1000, now)

    assert make_city(NESTED).ask("v/gw/up", payload) == [
        "lv-01/flow 0.01 1s ago",
        "lv-01/water_level 3.21 0s ago",
        "lv-02/water_level 0.57 0s ago",
    ]


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ('{"k": "LVL", "v": "--"}', []),
        ('{"k": "LVL", "v": -9999}', []),
        ('{"k": "LVL", "v": "-9999.0"}', []),
        ('{"k": "LVL", "v": ""}', ["not_a_number: the value is empty"]),
        ('{"k": "LVL", "v": "12 cm"}', ["not_a_number: '12 cm' is not a number"]),
        ('{"k": "LVL", "v": null}', ["not_a_number: null is not a number"]),
        ('{"k": "LVL"}', ["missing_field: there is no field 'data.v'"]),
        ('{"v": 1}', ["missing_field: there is no field 'data.k'"]),
        ('{"k": "LVL", "v": 1, "u": "in"}', ["bad_unit: the format's `map` has no 'in'"]),
        (
            '{"k": "LVL", "v": true}',
            ["not_a_number: true is not a number; `boolean: true` would take it as 1 or 0"],
        ),
    ],
)
def test_a_bad_part_is_told_and_stops_nothing(
    make_city: Make, element: str, told: list[str]
) -> None:
    payload = b'{"list": [{"sn": "lv-01", "data": [%s, {"k": "LVL", "v": 100}]}]}'

    lines = make_city(NESTED).ask("v/gw/up", payload % element.encode())

    assert lines == ["lv-01/water_level 1 0s ago UNTIMED", *told]


@pytest.mark.parametrize(
    ("element", "told"),
    [
        ('{"k": "LVL", "v": NaN}', ["not_a_number: nan is not a number"]),
        ('{"k": "LVL", "v": nan}', ["not_a_number: nan is not a number"]),
        ('{"k": "LVL", "v": -nan}', ["not_a_number: nan is not a number"]),
        ('{"k": "LVL", "v": Infinity}', ["not_a_number: inf is not a number"]),
        ('{"k": "LVL", "v":-Infinity}', ["not_a_number: -inf is not a number"]),
        ('{"k": "LVL", "v": inf, "t": null}', ["not_a_number: inf is not a number"]),
        ('{"k": "LVL", "v": 1e999}', ["not_a_number: inf is not a number"]),
        ('{"k": "LVL", "v": -1e999}', ["not_a_number: -inf is not a number"]),
        (f'{{"k": "LVL", "v": -{"9" * 5000}}}', ["not_a_number: -inf is not a number"]),
        ('{"k": "RSSI", "v": NaN}', []),
        ('{"k": NaN, "v": 1}', ["unknown_metric: 'data.k' is nan, and no word"]),
    ],
    ids=range(11),
)
def test_a_number_that_is_none_is_told_and_stops_nothing(
    make_city: Make, element: str, told: list[str]
) -> None:
    payload = b'{"list": [{"sn": "lv-01", "data": [%s, {"k": "LVL", "v": 100}]}]}'

    lines = make_city(NESTED).ask("v/gw/up", payload % element.encode())

    assert lines[0] == "lv-01/water_level 1 0s ago UNTIMED"
    assert lines[1:] == told


@pytest.mark.parametrize("time", ["NaN", "1e999", "-Infinity"])
def test_a_time_that_is_no_number_is_told(make_city: Make, time: str) -> None:
    told = make_city(PLAIN).ask("city/lv-01/water_level", b'{"v": 1, "t": %s}' % time.encode())

    assert told[1].startswith("wrong_time: ")
    assert told[1].endswith("is beyond every calendar")


@pytest.mark.parametrize(
    "payload", [b'{"v": 1NaN}', b'{"v": NaN1}', b'{"v": N}', b'{"v": +inf}', b'{"v": nan']
)
def test_what_only_looks_like_no_number_is_no_json(make_city: Make, payload: bytes) -> None:
    (line,) = make_city(PLAIN).ask("city/lv-01/water_level", payload)

    assert line.startswith("unreadable: this is not JSON that can be read")


def test_words_in_texts_stay_texts_beside_a_number_that_is_none(make_city: Make) -> None:
    city = make_city("f: {topic: t, device: id, metric: water_level, value: v, time: {path: t}}")
    payload = rb'{"id": "NaN \" Infinity, 1e999", "v": NaN}'

    assert city.ask("t", payload) == [
        "unknown_device: no device has the address 'NaN \" Infinity, 1e999' in format 'f'"
    ]


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b'{"list": []}', []),
        (b"{}", ["missing_field: `list` must be a list; it is missing"]),
        (b'{"list": 3}', ["missing_field: `list` must be a list; it is 3"]),
        (b'{"list": [{"sn": "lv-01"}]}', ["missing_field: `data` must be a list; it is missing"]),
        (
            b'{"list": [{"sn": "lv-99", "data": [{"k": "LVL", "v": 1}]}]}',
            ["unknown_device: no device has the address 'lv-99' in format 'vendor'"],
        ),
        (b"[1, 2]", ["missing_field: `list` must be a list; it is missing"]),
        (b"", ["unreadable: the payload is empty"]),
    ],
)
def test_a_list_that_is_none_is_told(make_city: Make, payload: bytes, told: list[str]) -> None:
    assert make_city(NESTED).ask("v/gw/up", payload) == told


def test_an_object_is_walked_through_like_a_list_of_its_values(make_city: Make) -> None:
    city = make_city(
        """
        f: {topic: t, each: ports, device: ports.id, metric: water_level, value: ports.now}
        """
    )
    payload = b'{"ports": {"a": {"id": "lv-01", "now": 1}, "b": {"id": "lv-02", "now": 2}}}'

    assert city.ask("t", payload) == [
        "lv-01/water_level 1 0s ago UNTIMED",
        "lv-02/water_level 2 0s ago UNTIMED",
    ]


def test_the_payload_itself_can_be_the_list(make_city: Make) -> None:
    city = make_city('f: {topic: "{device}", each: ".", metric: m, value: v}')
    payload = b'[{"m": "water_level", "v": 1.5}, {"m": "flow", "v": 2}]'

    assert city.ask("lv-01", payload) == [
        "lv-01/water_level 1.5 0s ago UNTIMED TOGETHER",
        "lv-01/flow 2 0s ago UNTIMED",
    ]


def test_readings_of_one_device_and_time_stay_together(make_city: Make, now: int) -> None:
    city = make_city(
        """
        f:
          topic: t
          each: "."
          device: d
          metric: m
          value: v
          time: {path: t, as: epoch_s}
        """
    )
    rows = [
        ("lv-01", "flow", 0),
        ("lv-02", "flow", 0),
        ("lv-01", "pressure", 0),
        ("lv-01", "co2", 5),
    ]
    items = [
        f'{{"d": "{device}", "m": "{metric}", "v": 1, "t": {now // 1000 - ago}}}'
        for device, metric, ago in rows
    ]

    assert city.ask("t", f"[{','.join(items)}]".encode()) == [
        "lv-01/co2 1 5s ago",
        "lv-01/flow 1 0s ago TOGETHER",
        "lv-01/pressure 1 0s ago",
        "lv-02/flow 1 0s ago",
    ]


def test_fields_may_be_missing_but_not_all_of_them(make_city: Make) -> None:
    city = make_city(
        """
        f:
          topic: "{device}"
          fields: {air.t: {metric: temperature, unit: degF}, air.h: humidity, lux: illuminance}
        """
    )

    assert city.ask("lv-01", b'{"air": {"t": 212, "h": 40}, "lux": null}') == [
        "lv-01/temperature 100 0s ago UNTIMED TOGETHER",
        "lv-01/humidity 40 0s ago UNTIMED",
    ]
    assert city.ask("lv-01", b'{"rssi": 1}') == [
        "missing_field: there is none of the fields air.t, air.h, lux"
    ]


def test_a_star_takes_any_key_that_no_other_field_names(make_city: Make) -> None:
    city = make_city(
        """
        f:
          topic: "{site}"
          device: "{site}"
          fields:
            "*.t": {metric: temperature, device: "lv-{*}"}
            "cpu.t": ignore
        """
    )

    assert city.ask("yard", b'{"01": {"t": 1}, "cpu": {"t": 70}, "02": {"t": 2}}') == [
        "lv-01/temperature 1 0s ago UNTIMED",
        "lv-02/temperature 2 0s ago UNTIMED",
    ]


def test_topic_and_payload_must_name_the_same_device(make_city: Make) -> None:
    city = make_city('f: {topic: "{device}", device: sn, metric: flow, value: v}')

    assert city.ask("lv-01", b'{"sn": "lv-01", "v": 1}') == ["lv-01/flow 1 0s ago UNTIMED"]
    assert city.ask("lv-01", b'{"v": 1}') == ["lv-01/flow 1 0s ago UNTIMED"]
    assert city.ask("lv-01", b'{"sn": "lv-02", "v": 1}') == [
        "device_disagrees: the topic names device 'lv-01', the payload 'lv-02'"
    ]


@pytest.mark.parametrize(
    ("topic", "told"),
    [
        ("city/lv-01/watr", "unknown_metric: the registry has no metric 'watr'"),
        ("city/wl-01/flow", "unknown_metric: device 'wl-01' has no metric 'flow'"),
        ("city/lv-77/flow", "unknown_device: no device has the address 'lv-77' in format 'plain'"),
        ("city/lv-01", "unknown_topic: no format has the topic 'city/lv-01'"),
    ],
)
def test_strangers_are_told(make_city: Make, topic: str, told: str) -> None:
    assert make_city(PLAIN).ask(topic, b'{"v": 1}') == [told]


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("1781740860001", "wrong_time: the time lies 1 minute after the receipt"),
        ("1781135999999", "wrong_time: the time lies 7 days before the receipt"),
        (
            "1781740800",
            (
                "wrong_time: the time lies 56 years before the receipt: "
                "seconds taken for milliseconds?"
            ),
        ),
        ('"soon"', "wrong_time: 'soon' is no number of milliseconds"),
        ("true", "wrong_time: true is no number of milliseconds"),
        ("1e300", "wrong_time: 1e+300 is beyond every calendar"),
    ],
)
def test_a_wrong_time_is_rejected_and_shown_to_the_clock_check(
    make_city: Make, time: str, told: str
) -> None:
    city = make_city(PLAIN)

    done = city.take(("city/lv-01/flow", b'{"v": 5, "t": %s}' % time.encode()))

    assert city.told(done) == ["lv-01/flow 5 0s ago CLOCK_OFF", told]
    assert done.readings.quality.tolist() == [4]


def test_the_edges_of_the_allowed_time_belong_to_it(make_city: Make, now: int) -> None:
    city = make_city(PLAIN)
    for time in (now + 60_000, now - 604_800_000):
        lines = city.ask("city/lv-01/flow", b'{"v": 5, "t": %d}' % time)

        assert lines == [f"lv-01/flow 5 {(now - time) / 1000:g}s ago"]


def test_what_is_marked_historical_may_be_old(make_city: Make, now: int) -> None:
    city = make_city(
        """
        f:
          topic: "{device}"
          metric: flow
          value: v
          time: {path: t, as: epoch_ms}
          historical: old
        """
    )
    payload = b'{"v": 1, "t": %d, "old": %s}'
    year = 366 * 86_400_000

    assert city.ask("lv-01", payload % (now - year, b"true")) == [
        f"lv-01/flow 1 {year / 1000:g}s ago HISTORICAL"
    ]
    assert city.ask("lv-01", payload % (now - year, b"false")) == [
        "lv-01/flow 1 0s ago CLOCK_OFF",
        "wrong_time: the time lies 1 year before the receipt",
    ]


def test_old_news_that_the_broker_kept_is_counted_and_left(make_city: Make, now: int) -> None:
    city = make_city(PLAIN)
    flag = int(MessageFlag.RETAINED)

    done = city.take(("city/lv-01/flow", b'{"v": 1}'), flags=flag)
    assert (len(done.readings), done.ignored, done.rejections) == (0, 1, [])

    timed = city.ask("city/lv-01/flow", b'{"v": 1, "t": %d}' % (now - 5000), flags=flag)
    assert timed == ["lv-01/flow 1 5s ago"]


def test_a_repeat_is_only_counted(make_city: Make) -> None:
    flag = int(MessageFlag.REPEAT | MessageFlag.DUP)

    done = make_city(PLAIN).take(("city/lv-01/flow", b'{"v": 1}'), flags=flag)

    assert (len(done.readings), done.repeats, done.ignored, done.rejections) == (0, 1, 0, [])


def test_what_a_message_says_twice_without_a_time_is_said_once(make_city: Make) -> None:
    """Two values that only a time could tell apart; those of two messages are two readings."""
    city = make_city('many: {topic: "{device}", each: ".", metric: flow, value: v}')
    twice = ("lv-01", b'[{"v": 1}, {"v": 2}]')

    assert city.told(city.take(twice, twice)) == 2 * [
        "lv-01/flow 1 0s ago UNTIMED TOGETHER",
        "lv-01/flow 2 0s ago UNTIMED REPEAT",
    ]


def test_a_drill_is_marked(make_city: Make, now: int) -> None:
    city, flag = make_city(PLAIN), int(MessageFlag.EXERCISE)

    quick = city.ask("city/lv-01/flow", b'{"v": 1, "t": %d}' % now, flags=flag)
    slow = city.ask("city/lv-01/flow", b'{"v": 1}', flags=flag)

    assert quick == ["lv-01/flow 1 0s ago EXERCISE"]
    assert slow == ["lv-01/flow 1 0s ago UNTIMED EXERCISE"]


def test_a_payload_that_is_too_large_is_not_read(make_city: Make) -> None:
    city = make_city(PLAIN, max_payload_bytes=20)

    lines = city.ask("city/lv-01/flow", b'{"v": 1, "note": "long"}')

    assert lines == ["too_large: the payload has 24 bytes, more than 20"]


def test_states_come_by_name_by_number_and_in_the_devices_own_words(make_city: Make) -> None:
    own = make_city('f: {topic: "{device}", metric: gate, value: v}')
    mapped = make_city(
        """
        f:
          topic: "{device}"
          metric: gate
          value: {path: v, states: {on: OPEN, "1": OPEN, "true": OPEN, off: CLOSED}}
        """
    )
    unknown = "unknown_state: {} is none of the states {}"

    def ask(take: Callable[..., list[str]], word: bytes) -> list[str]:
        return [line.removeprefix("lv-01/gate ") for line in take("lv-01", b'{"v": %s}' % word)]

    assert (
        ask(own.ask, b'"OPEN"')
        == ask(own.ask, b"1")
        == ask(own.ask, b"1.0")
        == ["1 0s ago UNTIMED"]
    )
    assert ask(own.ask, b'"AJAR"') == [unknown.format("'AJAR'", "OPEN, CLOSED")]
    assert ask(own.ask, b"7") == [unknown.format("7", "OPEN, CLOSED")]
    assert (
        ask(mapped.ask, b'"on"')
        == ask(mapped.ask, b"1")
        == ask(mapped.ask, b"true")
        == ["1 0s ago UNTIMED"]
    )
    assert ask(mapped.ask, b'"OPEN"') == [unknown.format("'OPEN'", "on, 1, true, off")]


def test_an_offset_of_the_sensor_is_added_after_the_unit(
    make_city: Make, make_registry: Make
) -> None:
    registry = make_registry({"lv-01": ["water_level"]}, offsets={("lv-01", "water_level"): -0.25})
    city = make_city(
        'f: {topic: "{device}", metric: water_level, value: {path: v, scale: 10}, unit: mm}',
        registry,
    )

    assert city.ask("lv-01", b'{"v": 125}') == ["lv-01/water_level 1 0s ago UNTIMED"]


def test_conversions_are_exact_where_floating_point_allows(make_city: Make) -> None:
    city = make_city('f: {topic: "{device}", metric: water_level, value: v, unit: cm}')

    for cm in range(1000):
        value = city.take(("lv-01", b'{"v": %d}' % cm)).readings.value[0]
        assert value == float(f"{cm // 100}.{cm % 100:02}")
