"""Format files: what they say when they are right, and what is said when they are not."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from sentinel.document import Problems, parse_yaml
from sentinel.domain.registry import Address, Registry
from sentinel.normalise.formats import parse_formats

Make = Callable[..., Any]

GOOD = "f: {topic: '{device}/{metric}', value: v, time: {path: t, as: epoch_ms}}"


def _problems(text: str, registry: Registry) -> list[str]:
    problems = Problems()
    node = parse_yaml(text, "f.yaml", problems)
    assert node is not None
    parse_formats(node, registry, problems)
    return [str(problem) for problem in problems.in_order()]


WRONG = """
f: {topik: x, topic: '{device}', metric: flow, value: v}
    -> f.yaml:1:5: format 'f': there is no such key: 'topik'; did you mean 'topic'?
f: {metric: flow, device: d, value: v}
    -> f.yaml:1:4: format 'f': this key is required: `topic`
f: {topic: 'a/#/b', device: d, metric: flow, value: v}
    -> f.yaml:1:12: format 'f': `#` may stand only at the end; got 'a/#/b'
f: {topic: "a\\0/b", device: d, metric: flow, value: v}
    -> f.yaml:1:12: format 'f': a topic has no control characters; got 'a\\x00/b'
f: {topic: 'a+', device: d, metric: flow, value: v}
    -> `+` stands for a whole level
f: {topic: 'a/{Device}', device: d, metric: flow, value: v}
    -> a field is a word in small letters, such as {device}; got {Device}
f: {topic: t, metric: flow, value: v}
    -> nothing says the device: no `device`, no {device} in the topic
f: {T, metric: flow, value: {path: v, empty: [true]}}
    -> `value.empty` holds texts and numbers; got True
f: {T, metric: flow, value: {path: v, offset: 1e999}}
    -> `value.offset` must be a number of this world
f: {T, metric: {path: m, map: [a]}, value: v}
    -> `map` must be words with what they mean; got ['a']
f: {T, bytes: {path: d, port: x, fields: {flow: {at: a, type: u8}}}}
    -> `bytes.port` must be a whole number; got 'x'
f: {T, value: v}
    -> nothing says the metric
f: {T, metric: flow}
    -> of `value`, `fields`, `bytes`, payload `json` takes `value` or `fields` or `bytes` or
f: {T, metric: flow, value: v, fields: {a: flow}}
    -> got fields, value
f: {T, metric: flw, value: v}
    -> f.yaml:1:32: format 'f': the registry has no metric 'flw'; did you mean 'flow'? (a
f: {T, metric: {path: k, map: {F: flw}}, value: v}
    -> f.yaml:1:51: format 'f': the registry has no metric 'flw'; did you mean 'flow'?
f: {T, fields: {a: temprature}}
    -> f.yaml:1:36: format 'f': the registry has no metric 'temprature'; did you mean
f: {T, metric: flow, value: a..b}
    -> a path is keys with dots between; got 'a..b'
f: {T, metric: flow, value: '*.b'}
    -> `*` may stand only in the paths of `fields`; got '*.b'
f: {T, metric: water_level, value: v, unit: quux}
    -> there is no unit 'quux'
f: {T, metric: water_level, value: v, unit: kg}
    -> 'kg' does not convert to the unit of water_level, 'm'
f: {T, unit: kg, fields: {a: water_level}}
    -> 'kg' does not convert to the unit of water_level, 'm'
f: {T, metric: flow, value: v, time: {path: t, as: epoch}}
    -> `time.as` must be `iso`, `epoch_s`, `epoch_ms` or a pattern with %; got 'epoch'
f: {T, metric: flow, value: v, time: {path: t, as: "%Y-%m-%d %Y"}}
    -> '%Y-%m-%d %Y' is no pattern that times are read by
f: {T, metric: flow, value: v, time: {path: t, as: "%H:%Q"}}
    -> '%H:%Q' is no pattern that times are read by
f: {T, payload: bytes, bytes: {fields: {flow: {at: 0, type: u8, bit: -1}}}}
    -> `bit` counts from 0, the lowest, of a whole number; got -1 of u8
f: {T, payload: bytes, bytes: {fields: {flow: {at: 0, type: u8, bit: 8}}}}
    -> `bit` counts from 0, the lowest, of a whole number; got 8 of u8
f: {T, metric: flow, value: v, time: {path: t, zone: Asia/Shangai}}
    -> there is no zone 'Asia/Shangai'; it looks like `Asia/Shanghai`
f: {T, metric: flow, value: v, time: {as: iso}}
    -> `time.path` must say
f: {T, metric: flow, value: {path: v, scale: 0}}
    -> `scale` must not be 0
f: {T, metric: flow, value: {path: v, scale: ten}}
    -> `value.scale` must be a number; got 'ten'
f: {T, metric: flow, value: {path: v, text: yes}}
    -> `value.text` must be `true` or `false`; got 'yes'
f: {T, metric: gate, value: {path: v, states: {on: OPN}}}
    -> metric 'gate' has no state 'OPN'; did you mean 'OPEN'?
f: {T, metric: flow, value: {text: true}}
    -> `value.path` says where
f: {T, payload: number, metric: flow, value: v}
    -> there is no path in payload `number`
f: {T, payload: number, metric: flow, time: t}
    -> payload `number` has no `time`
f: {topic: t, payload: number, device: d, metric: flow}
    -> there are no paths in payload `number`: take a topic's field
f: {T, payload: xml, metric: flow}
    -> `payload` must be `json` or `number` or `senml` or `bytes`; got 'xml'
f: {T, bytes: {path: d, fields: {flow: {at: 0, type: u16}}}}
    -> a byte field needs a place, `at: 0`, and a type, such as `type: u16be`; got 'u16'; did
f: {T, bytes: {fields: {flow: {at: 0, type: u8}}}}
    -> `bytes.path` says where in JSON the data stands
f: {T, bytes: {path: d}}
    -> `bytes.fields` must be metrics with a place
f: {T, fields: {a: {unit: m}}}
    -> a field needs a `metric`
f: {T, fields: [a]}
    -> `fields` must be paths with a metric each
f: {topic: t, device: '{gw}', metric: flow, value: v}
    -> '{gw}' needs {gw}, and the topic has no fields
f: {T, metric: {map: {a: flow}}, value: v}
    -> a source has one of `path`, `topic`, `constant`; got []
f: {T, alive: {topic: x, online: y}, metric: flow, value: v}
    -> `alive.topic` must have {device} in it
f: {T, alive: {topic: '{device}/x'}, metric: flow, value: v}
    -> `alive.online` must say
f: {name: '{sensor}'}
    -> `name` holds {device} and {metric}, each at most once; got '{sensor}'
f: {T, payload: json, name: x, metric: flow, value: v}
    -> `name` is for payload `senml`
f: {preset: tasmotta}
    -> there is no preset 'tasmotta'; there are tasmota, zigbee2mqtt, chirpstack; did you mean
f: {T, metrics: {a: flow}, metric: flow, value: v}
    -> there is no `preset`
f: {preset: tasmota, metrics: {temperature: tmp}}
    -> the registry has no metric 'tmp'
f: [1]
    -> a format must be keys with values; got [1]
[1]
    -> f.yaml:1:1: formats must be names with a format each
'a b': {}
    -> f.yaml:1:1: a format's name is letters, digits, `_`, `-` and `.`; got 'a b'
GOOD;; g: {topic: '{d}/+', device: d, metric: flow, value: v}
    -> f.yaml:2:4: format 'g': format 'f' has the same topics: {d}/+
"""
"""A format, with T for `topic: '{device}'`, and what is said of it."""


def _cases() -> list[tuple[str, str]]:
    entries = re.findall(r"(.+)\n    -> (.+)", WRONG)
    return [
        (text.replace("T,", "topic: '{device}',", 1).replace("GOOD;; ", GOOD + "\n"), told)
        for text, told in entries
    ]


@pytest.mark.parametrize(("text", "told"), _cases(), ids=range(len(_cases())))
def test_what_is_wrong_is_told_with_its_place(registry: Registry, text: str, told: str) -> None:
    found = _problems(text, registry)

    assert [line for line in found if told in line], found


def test_every_problem_is_told_at_once(registry: Registry) -> None:
    text = "f: {topic: 'x+', metric: flw, value: a..b, time: {as: x, zone: y}, colour: red}"

    assert len(_problems(text, registry)) == 8


@pytest.mark.parametrize("key", ["formats", ""])
def test_formats_stand_in_a_section_or_alone(registry: Registry, key: str) -> None:
    text = f"{key}:\n  {GOOD}" if key else GOOD

    assert _problems(text, registry) == []


def test_a_name_may_stand_once_over_all_files(registry: Registry) -> None:
    problems = Problems()
    nodes = [parse_yaml(GOOD, name, problems) for name in ("a.yaml", "b.yaml")]

    parse_formats([node for node in nodes if node is not None], registry, problems)

    assert [str(problem) for problem in problems.in_order()] == [
        "b.yaml:1:4: format 'f': a format's name may stand once"
    ]


def test_subscriptions_bring_every_topic(make_city: Make) -> None:
    (found,) = make_city("t: {preset: tasmota}").formats
    (partly,) = make_city('p: {topic: ["a/x-{device}/#", "b/{device}"], fields: {v: flow}}').formats

    assert found.subscriptions == ("tele/+/SENSOR", "tele/+/LWT")
    assert partly.subscriptions == ("a/+/#", "b/+")


def test_the_most_exact_topic_wins(make_city: Make) -> None:
    city = make_city(
        """
        rest: {topic: "a/#", device: {constant: lv-01}, metric: water_level, value: rest}
        any: {topic: "a/{device}/+", metric: water_level, value: any}
        part: {topic: "a/lv-{n}/v", device: "lv-{n}", metric: water_level, value: part}
        exact: {topic: "a/lv-02/v", device: {constant: lv-02}, metric: water_level, value: exact}
        """
    )

    def takes(topic: str) -> str:
        (line,) = city.ask(topic, b"{}")
        return str(line).split("'")[1]

    topics = ["a", "a/x/y/z", "a/lv-01/w", "a/lv-01/v", "a/lv-02/v"]
    assert [takes(topic) for topic in topics] == ["rest", "rest", "any", "part", "exact"]
    assert city.ask("b", b"{}") == ["unknown_topic: no format has the topic 'b'"]


def test_system_topics_are_no_ones(make_city: Make) -> None:
    city = make_city('f: {topic: "#", device: d, metric: flow, value: v}')

    assert city.ask("$SYS/broker/uptime", b"{}")[0].startswith("unknown_topic")


def test_an_address_belongs_to_a_device_for_a_time(make_registry: Make, make_city: Make) -> None:
    day, now = 86_400_000, 1_781_740_800_000
    registry = make_registry(
        {"lv-01": ["flow"], "lv-02": ["flow"]},
        addresses={
            "f": {
                "dev-a": [
                    Address(device=0, valid_to=now - day),
                    Address(device=1, valid_from=now - day, valid_to=now - 1000),
                ]
            }
        },
    )
    city = make_city(
        """
        f: {topic: "f/{device}", metric: flow, value: v, time: {path: t, as: epoch_ms}}
        g: {topic: "g/{device}", metric: flow, value: v}
        """,
        registry,
    )

    def ask(ago: int) -> list[str]:
        return [str(line) for line in city.ask("f/dev-a", b'{"v": 1, "t": %d}' % (now - ago))]

    assert ask(day + 1) == ["lv-01/flow 1 86400s ago"]
    assert ask(day) == ["lv-02/flow 1 86400s ago"]
    assert ask(0) == ["unknown_device: the address 'dev-a' belonged to no device at that time"]
    assert city.ask("f/lv-01", b'{"v": 1}')[0].startswith("unknown_device")
    assert city.ask("g/lv-01", b'{"v": 1}') == ["lv-01/flow 1 0s ago UNTIMED"]


def test_a_retired_device_is_told(make_registry: Make, make_city: Make) -> None:
    registry = make_registry({"lv-01": ["flow"]}, retired=["lv-01"])
    city = make_city('f: {topic: "{device}", metric: flow, value: v}', registry)

    assert city.ask("lv-01", b'{"v": 1}') == ["unknown_device: device 'lv-01' is retired"]


def test_a_word_that_looks_like_a_number_stays_as_it_is_written(make_city: Make) -> None:
    def device(text: str) -> str:
        device = f"{{constant: {text}}}"
        city = make_city(f"t: {{topic: t, device: {device}, metric: flow, value: v}}")
        return str(city.formats[0].device.template)

    assert [device(text) for text in ("0012", "89860012345678901234", "1e3")] == [
        "0012",
        "89860012345678901234",
        "1e3",
    ]
