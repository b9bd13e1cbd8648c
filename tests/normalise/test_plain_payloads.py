"""Payloads that are not JSON: one number, one word, bytes."""

import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.messages import MessageFlag
from sentinel.domain.rejection import Reason
from sentinel.normalise.binary import TYPES, byte_field, decode_text
from sentinel.normalise.failure import Failure

Make = Callable[..., Any]
CODES = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q", "i1": "b", "i2": "h", "i4": "i", "i8": "q",
         "f4": "f", "f8": "d"}  # fmt: skip


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"3.21", "lv-01/water_level 3.21 0s ago UNTIMED"),
        (b" -7\r\n", "lv-01/water_level -7 0s ago UNTIMED"),
        (b"+.5e1", "lv-01/water_level 5 0s ago UNTIMED"),
        (b"007", "lv-01/water_level 7 0s ago UNTIMED"),
        (b"nan", "not_a_number: 'nan' is not a number"),
        (b"inf", "not_a_number: 'inf' is not a number"),
        (b"1e400", "not_a_number: '1e400' is not a number"),
        (b"1_000", "not_a_number: '1_000' is not a number"),
        (b"3,21", "not_a_number: '3,21' is not a number"),
        (b"", "not_a_number: the value is empty"),
        (b"\xff\xfe", "unreadable: the payload is not text"),
        ("\u0663".encode(), "not_a_number: '\u0663' is not a number"),
    ],
)
def test_a_payload_that_is_a_number(make_city: Make, payload: bytes, told: str) -> None:
    city = make_city('n: {topic: "{device}/level", payload: number, metric: water_level}')

    assert city.ask("lv-01/level", payload) == [told]


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"OPEN", "lv-01/gate 1 0s ago UNTIMED"),
        (b"0", "lv-01/gate 0 0s ago UNTIMED"),
        (b"AJAR", "unknown_state: 'AJAR' is none of the states OPEN, CLOSED"),
        (b"2", "unknown_state: '2' is none of the states OPEN, CLOSED"),
    ],
)
def test_a_payload_that_is_a_word(make_city: Make, payload: bytes, told: str) -> None:
    city = make_city('n: {topic: "{device}/{metric}", payload: number}')

    assert city.ask("lv-01/gate", payload) == [told]


def test_a_payload_of_bytes(make_city: Make) -> None:
    city = make_city(
        """
        b:
          topic: "b/{device}"
          payload: bytes
          bytes:
            fields:
              water_level: {at: 1, type: u16le, unit: mm}
              temperature: {at: 3, type: f32be}
              gate: {at: 0, type: u8, bit: 7, states: {"1": OPEN, "0": CLOSED}}
              flow: {at: -1, type: i8, empty: [-128]}
        """
    )
    payload = bytes([0b1000_0000]) + struct.pack("<H", 3210) + struct.pack(">f", 21.5)

    assert city.ask("b/lv-01", payload + b"\xff") == [
        "lv-01/water_level 3.21 0s ago UNTIMED TOGETHER",
        "lv-01/temperature 21.5 0s ago UNTIMED TOGETHER",
        "lv-01/gate 1 0s ago UNTIMED TOGETHER",
        "lv-01/flow -1 0s ago UNTIMED",
    ]
    nothing = struct.pack("<H", 0) + struct.pack(">f", float("nan"))
    assert city.ask("b/lv-01", b"\x00" + nothing + b"\x80")[2:] == [
        "not_a_number: nan is not a number"
    ]


@given(data=st.binary(min_size=8, max_size=20), kind=st.sampled_from(TYPES), at=st.integers(0, 20))
def test_a_byte_field_reads_as_struct_does_and_never_past_the_end(
    data: bytes, kind: str, at: int
) -> None:
    field = byte_field(at, kind)
    assert field is not None

    found = field.read(data)

    code = CODES.get(kind[0] + str(field.size))
    if at + field.size > len(data):
        assert isinstance(found, Failure)
    elif code is not None:
        (expected,) = struct.unpack_from(("<" if kind.endswith("le") else ">") + code, data, at)
        assert found == expected or found != found  # noqa: PLR0124 -- NaN is not itself


@given(data=st.binary(max_size=30))
def test_bytes_survive_base64_and_hex_as_the_field_writes_them(data: bytes) -> None:
    from base64 import b64encode, urlsafe_b64encode  # noqa: PLC0415 -- the other half of the trip

    for text in (b64encode(data).decode(), urlsafe_b64encode(data).decode().rstrip("=")):
        assert decode_text(text, "base64") == data
    assert decode_text(data.hex().upper(), "hex") == data


@pytest.mark.parametrize(("raw", "encoding"), [("abc", "hex"), (5, "base64"), ("ü", "base64")])
def test_what_is_not_so_encoded_is_a_failure(raw: object, encoding: str) -> None:
    assert isinstance(decode_text(raw, encoding), Failure)


@pytest.mark.parametrize("quick", [True, False])
def test_a_payload_that_the_listener_cut_short_is_too_large_whatever_it_begins_with(
    make_city: Make, quick: bool
) -> None:
    city = make_city(
        """
        n: {topic: "n/{device}", payload: number, metric: flow}
        b: {topic: "b/{device}", payload: bytes, bytes: {fields: {flow: {at: 0, type: u8}}}}
        j: {topic: "j/{device}", metric: flow, value: v}
        """
    )
    begun = [("n/lv-01", b"5.55"), ("b/lv-01", b"\x07\x07"), ("j/lv-01", b'{"v": 1}')]
    done = city.take(*begun, flags=int(MessageFlag.CUT), quick=quick)

    assert [one.reason for one in done.rejections] == [Reason.TOO_LARGE] * 3
