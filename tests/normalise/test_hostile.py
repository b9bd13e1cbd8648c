"""Messages that mean harm, or come from a broken device: nothing raises, nothing is lost."""

from collections.abc import Callable
from typing import Any, Protocol

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.normalise.normaliser import Normalised, Normaliser
from sentinel.normalise.outcome import MOST_REJECTIONS
from sentinel.normalise.rows import MOST_PARTS

Make = Callable[..., Any]


class City(Protocol):
    """What `make_city` makes."""

    def take(self, *messages: tuple[str, bytes], flags: int = 0) -> Normalised:
        """Normalise messages."""
        ...

    def ask(self, topic: str, payload: bytes) -> list[str]:
        """Return what one message comes to."""
        ...


FORMATS = """
json: {topic: "j/{device}/{metric}", value: v, time: {path: t, as: iso, zone: local}}
deep: {topic: d, each: [a, b], device: b.d, metric: {path: b.m, map: {x: flow}}, value: b.v,
  unit: {path: b.u}, time: {path: a.t, as: epoch_s}, historical: b.h}
stars: {topic: "w/{device}", fields: {"*.v": flow, "*.*.t": {metric: temperature, unit: {path: u}}}}
number: {topic: "n/{device}", payload: number, metric: flow}
bytes: {topic: "b/{device}", payload: bytes, bytes: {fields: {flow: {at: 0, type: f64le}}}}
lora: {topic: "l/{device}", bytes: {path: data, port: 1, fields: {flow: {at: 0, type: u8}}}}
senml: {topic: "s/#", name: "{device}:{metric}"}
zigbee: {preset: zigbee2mqtt}
list: {topic: "k/{device}", each: ".", metric: flow, value: "."}
"""
TOPICS = [
    "j/lv-01/flow", "j/lv-01/gate", "d", "w/lv-01", "n/lv-01", "b/lv-01", "l/lv-01", "s", "s/x",
    "zigbee2mqtt/lv-01", "zigbee2mqtt/lv-01/availability", "k/lv-01", "other", "", "/", "$SYS/x",
]  # fmt: skip

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8),
    st.sampled_from(["lv-01", "lv-01:flow", "x", "m", "flow", "online", "2026-06-18T08:00:00"]),
)  # fmt: skip
keys = st.one_of(
    st.sampled_from(["a", "b", "d", "m", "v", "u", "t", "h", "bn", "bt", "bv", "bu", "n", "ut",
                     "vs", "vb", "s", "bver", "x_", "data", "fPort", "temperature", "last_seen",
                     "state", "__proto__", "0"]),
    st.text(max_size=3),
)  # fmt: skip
documents = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=12,
)


def _text(value: object) -> bytes:
    """JSON, with the literals that JSON has not."""
    import json  # noqa: PLC0415 -- only here, for its NaN and its lone surrogates

    return json.dumps(value).encode()


@pytest.fixture(scope="module")
def city(make_city: Make) -> City:
    """One format of each kind."""
    made: City = make_city(FORMATS)
    return made


@given(
    topic=st.sampled_from(TOPICS),
    payload=st.one_of(st.binary(max_size=60), documents.map(_text)),
    flags=st.integers(0, 31),
)
@example(topic="s/x", payload=_text([{"n": "lv-01:flow", "v": 10**308, "bv": 10**308}]), flags=0)
@example(topic="s/x", payload=_text([{"bt": 10**308, "t": 10**308, "n": "a:b", "v": 1}]), flags=0)
def test_whatever_comes_is_accounted_for(
    city: City, topic: str, payload: bytes, flags: int
) -> None:
    done = city.take((topic, payload), flags=flags)

    assert len(done.readings) + len(done.rejections) + done.ignored + done.repeats >= 1


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b'{"v": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested deeper than 500 levels"),
        (b'{"v": ' + b"[" * 990, "nested deeper than 500 levels"),
        (b'{"v": ' + b"[" * 450 + b"]" * 450 + b"}", "a list is not a number"),
        (b'{"v": "' + b"[" * 2000 + b'"}', "is not a number"),
        (b'{"v": 1e400}', "not_a_number: inf is not a number"),
        (b'{"v": NaN}', "not_a_number: nan is not a number"),
        (b'{"v": Infinity}', "not_a_number: inf is not a number"),
        (b'{"v": ' + b"9" * 4000 + b"}", "a number of 13288 bits is not a number"),
        (b'{"v": ' + b"9" * 9000 + b"}", "not_a_number: inf is not a number"),
        (b'{"v": "\\ud800"}', "this is not JSON that can be read"),
        (b'{"v": "\xff"}', "'\ufffd' is not a number"),
        (b'{"v": 1', "this is not JSON that can be read"),
        (b"null", "there is no field 'v'"),
        (b"\x00", "this is not JSON that can be read"),
    ],
    ids=range(14),
)
def test_what_cannot_be_read_is_told(city: City, payload: bytes, told: str) -> None:
    (line,) = city.ask("j/lv-01/flow", payload)

    assert told in line


@pytest.mark.parametrize(
    ("payload", "value"),
    [
        (b'{"v": 1, "v": 2}', 2),
        (b'{"v": "x", "v": 2}', 2),
        (b'{"__proto__": {"v": 1}, "constructor": 1, "v": 2}', 2),
        (b'{"name": "\xc9\xcf\xba\xa3\xcb\xae", "v": 2}', 2),
        (b'{"other": 1e999, "v": 2}', 2),
        (b'{"other": [NaN, -Infinity], "v": 2}', 2),
        (b'{"other": ' + b"9" * 9000 + b', "v": 2}', 2),
        (b'\xef\xbb\xbf{"v": 2}', 2),
        (b'{"\\u0076": 2}', 2),
        (b'{"v": -0.0}', 0),
    ],
    ids=range(10),
)
def test_what_is_not_needed_may_be_garbled(city: City, payload: bytes, value: float) -> None:
    assert city.ask("j/lv-01/flow", payload) == [f"lv-01/flow {value} 0s ago UNTIMED"]


def test_a_list_without_end_is_cut_off(city: City) -> None:
    done = city.take(("k/lv-01", b"[" + b"1," * 50_000 + b"1]"))

    assert len(done.readings) == MOST_PARTS
    assert [one.reason for one in done.rejections] == ["too_large"]


def test_a_message_has_only_so_many_rejections(city: City) -> None:
    done = city.take(("k/lv-01", b"[" + b"{}," * 5000 + b"{}]"))

    assert [one.part for one in done.rejections] == list(range(MOST_REJECTIONS))
    assert done.rejections[-1].found.endswith("is not listed")


def test_a_payload_cannot_forge_its_neighbours(make_city: Make) -> None:
    city = make_city('f: {topic: "{device}", metric: flow, value: v}')
    messages = [("lv-01", b'{"v": 1}, {"v": 9}'), ("lv-02", b'{"v": 2}'), ("lv-01", b'{"v": ')]

    done = city.take(*messages)

    assert done.readings.value.tolist() == [2]
    assert [one.index for one in done.rejections] == [0, 2]


def test_strangers_do_not_fill_the_memory(make_city: Make, make_batch: Make) -> None:
    city = make_city('f: {topic: "f/+/{device}", metric: flow, value: v}')
    normaliser = Normaliser(city)
    book = normaliser._quick._book
    for start in range(0, 40_000, 1000):
        topics = [(f"f/{number}/lv-01", b'{"v": 1}') for number in range(start, start + 1000)]
        normaliser.normalise(make_batch(*topics))

    assert len(book._by_topic) <= book._most + 1000
