"""The quick way and the long way must say the same, to the bit, whatever comes."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sentinel.domain.messages import MessageFlag, Messages
from sentinel.domain.registry import Address
from sentinel.normalise.batch import Batch
from sentinel.normalise.normaliser import Normalised, Normaliser

NOW = 1_781_740_800_000

FORMATS = """
by_topic: {topic: "a/{device}/{metric}", value: v, time: {path: t, as: epoch_ms}}
nested:
  topic: "b/{device}"
  metric: temperature
  value: {path: data.v, scale: 0.1, offset: -40, empty: [-9999, 0]}
  unit: degF
  time: {path: data.t, as: epoch_s}
by_content:
  topic: "c/+"
  device: id
  metric: {path: m, map: {LVL: water_level, FLW: flow, G: gate}, others: ignore}
  value: {path: v, text: true, boolean: true}
  time: {path: t, as: epoch_ms}
both: {topic: "d/{device}", metric: m, value: "x.v", unit: cm}
number: {topic: "e/{device}", payload: number, metric: water_level, unit: mm}
gateway: {topic: "f/{gw}", device: "{gw}-01", metric: water_level, value: v}
several: {topic: "g/{device}", fields: {v: water_level, "*.v": flow}, others: ignore}
"""

TOPICS = [
    "a/lv-01/water_level", "a/lv-01/gate", "a/lv-09/flow", "a/wl-01/flow", "a/old/water_level",
    "a/new/flow", "a/gone/flow", "b/lv-01", "b/wl-01", "c/gw", "d/lv-01", "e/lv-01", "e/wl-01",
    "f/lv", "g/lv-02", "h", "b/gone", "b/nobody", "b/", "b", "b/lv-01/x", "e/gone", "/e/lv-01",
]  # fmt: skip

numbers = st.one_of(
    st.integers(),
    st.integers(-10_000, 10_000),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from([0, -0.0, -9999, 1e308, -1e308, 5e-324, 2**53 + 1, 10**30]),
)
times = st.one_of(
    st.integers(NOW - 10_000, NOW + 100_000),
    st.integers(NOW // 1000 - 100, NOW // 1000 + 100),
    st.floats(NOW / 1000 - 100, NOW / 1000 + 100),
    st.sampled_from([NOW + 60_000, NOW + 60_001, NOW - 604_800_000, NOW - 604_800_001]),
    st.sampled_from(["0", "1781740800000", "2026-06-18T08:00:00Z", None, True, 1e300, -1]),
)
odd = st.one_of(
    st.none(), st.booleans(), st.text(max_size=5), st.just([]), st.just({}), st.just("3.5")
)
words = st.sampled_from(["lv-01", "wl-01", "old", "new", "LVL", "FLW", "G", "flow", "zzz", 7, True])
leaves = st.one_of(numbers, numbers, times, odd, words)


@st.composite
def payloads(draw: st.DrawFn) -> bytes:
    """Something like what the formats want, most of the time."""
    value, time = draw(st.one_of(numbers, leaves)), draw(times)
    entries: dict[str, Any] = {"v": value, "t": time, "id": draw(words), "m": draw(words)}
    entries["data"] = {"v": draw(st.one_of(numbers, leaves)), "t": draw(times)}
    entries["x"] = draw(st.one_of(st.just({"v": value}), leaves))
    kept = draw(st.lists(st.sampled_from([*entries, *entries]), max_size=8))
    body = ", ".join(f'"{key}": {_json(entries[key])}' for key in kept)
    text = draw(st.one_of(st.just(f"{{{body}}}"), st.just(_json(value))))
    junk = draw(
        st.sampled_from(["", "", "", "", ', "z": "\xff"', ', "z": 1e999', ', "z": [1, {}]'])
    )
    raw = (text[:-1] + junk + text[-1:]).encode("latin-1", "replace") if body else text.encode()
    return draw(st.one_of(st.just(raw), st.just(raw), st.just(raw), _garbled(raw)))


def _garbled(raw: bytes) -> st.SearchStrategy[bytes]:
    places = st.integers(0, max(len(raw) - 1, 0))
    return st.builds(
        lambda at, junk, length: raw[:at] + junk + raw[at + length :],
        places,
        st.binary(max_size=3),
        st.integers(0, 3),
    )


def _json(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {_json(inner)}' for key, inner in value.items()) + "}"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, str):
        return '"' + "".join(f"\\u{min(ord(char), 0xFFFF):04x}" for char in value) + '"'
    return repr(value)


flag_sets = st.sampled_from(
    [0, 0, 0, 0, *(int(flag) for flag in MessageFlag), int(MessageFlag.EXERCISE | MessageFlag.QOS0)]
)
batches = st.lists(st.tuples(st.sampled_from(TOPICS), payloads(), flag_sets), max_size=8)


@pytest.fixture(scope="module")
def ways(
    make_city: Callable[..., Any], make_registry: Callable[..., Any]
) -> tuple[Normaliser, Normaliser]:
    """A normaliser that takes the quick way where it can, and one that never does."""
    registry = make_registry(
        {
            "lv-01": ["water_level", "flow", "temperature", "gate"],
            "lv-02": ["water_level", "flow"],
            "wl-01": ["water_level"],
            "moved": ["water_level", "flow"],
            "gone": ["flow"],
        },
        addresses={
            name: {
                "old": [Address(device=3, valid_to=NOW - 1000)],
                "new": [Address(device=3, valid_from=NOW - 5000)],
            }
            for name in ("by_topic", "by_content")
        },
        offsets={("lv-01", "water_level"): 0.1, ("lv-02", "flow"): -0.0},
        retired=["gone"],
    )
    city = make_city(FORMATS, registry)
    return Normaliser(city), Normaliser(city, quick=False)


def _batch(messages: list[tuple[str, bytes, int]]) -> Messages:
    return Messages(
        row=3,
        received_at=NOW,
        topics=[topic for topic, _, _ in messages],
        payloads=[payload for _, payload, _ in messages],
        flags=np.array([flags for _, _, flags in messages], np.uint8),
        packet_ids=np.zeros(len(messages), np.uint16),
    )


def _bits(done: Normalised) -> tuple[object, ...]:
    columns = [getattr(done.readings, field.name) for field in fields(done.readings)]
    arrays = [(column.dtype, column.tobytes()) for column in columns]
    return arrays, done.rejections, done.repeats, done.ignored


@given(messages=batches)
@example(messages=[("a/lv-01/water_level", b'{"v": 123456789012345678901234567890, "t": 0}', 0)])
@example(messages=[("e/lv-01", b"-0", 0), ("e/lv-01", b" 1e5 ", 0), ("e/lv-01", b"1_0", 0)])
def test_the_quick_way_and_the_long_way_agree_to_the_bit(
    ways: tuple[Normaliser, Normaliser], messages: list[tuple[str, bytes, int]]
) -> None:
    quick, long = ways

    assert _bits(quick.normalise(_batch(messages))) == _bits(long.normalise(_batch(messages)))


@given(messages=batches)
def test_a_message_comes_to_the_same_alone_and_in_company(
    ways: tuple[Normaliser, Normaliser], messages: list[tuple[str, bytes, int]]
) -> None:
    quick, _ = ways
    together = quick.normalise(_batch(messages))
    alone = [quick.normalise(_batch([message])) for message in messages]

    values = [value for done in alone for value in done.readings.value.tolist()]
    assert together.readings.value.tolist() == values
    found = [one.found for done in alone for one in done.rejections]
    assert [one.found for one in together.rejections] == found


@given(messages=batches)
def test_every_message_is_accounted_for(
    ways: tuple[Normaliser, Normaliser], messages: list[tuple[str, bytes, int]]
) -> None:
    quick, _ = ways
    for message in messages:
        done = quick.normalise(_batch([message]))

        assert len(done.readings) + len(done.rejections) + done.ignored + done.repeats >= 1


def test_most_of_what_is_plain_goes_the_quick_way(
    ways: tuple[Normaliser, Normaliser],
) -> None:
    """Otherwise the test above compares the long way with itself."""
    quick, _ = ways
    plain = [
        ("a/lv-01/water_level", b'{"v": 1, "t": 1781740800000}', 0),
        ("a/new/flow", b'{"v": 1.5, "t": 1781740800000, "z": "\xff"}', 0),
        ("b/lv-01", b'{"data": {"t": 1781740800.5, "v": 3}}', 16),
        ("c/gw", b'{"id": "lv-01", "m": "LVL", "v": 3, "t": 1781740800000}', 0),
        ("d/lv-01", b'{"m": "water_level", "x": {"v": 3}}', 0),
        ("e/lv-01", b"3", 0),
        ("f/lv", b'{"v": 3}', 0),
    ]

    parts = quick._quick.read(Batch.of(_batch(plain)))

    assert sorted(at for found, _ in parts for at in found.tolist()) == list(range(len(plain)))
