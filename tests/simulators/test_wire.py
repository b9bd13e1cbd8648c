"""MQTT on the wire: packets that another implementation reads, answers in any pieces."""

import asyncio
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from amqtt.mqtt.connect import ConnectPacket
from amqtt.mqtt.packet import MQTTFixedHeader
from amqtt.mqtt.publish import PublishPacket
from hypothesis import given
from hypothesis import strategies as st

from simulators.wire import AckReader, Refused, connect_packet, publish_packet, varint


def test_a_publish_reads_in_another_implementation_as_it_was_meant() -> None:
    packet = publish_packet("a/温度", b'{"v":1}', qos=1, packet_id=40_000, dup=True)

    found = _read(PublishPacket, packet)

    assert found.topic_name == "a/温度"
    assert found.data == b'{"v":1}'
    assert found.packet_id == 40_000
    assert (found.qos, found.dup_flag, found.retain_flag) == (1, True, False)


def test_a_connect_reads_in_another_implementation_as_it_was_meant() -> None:
    found = _read(ConnectPacket, connect_packet("load", version=4, clean=False))

    assert found.payload.client_id == "load"
    assert (found.clean_session_flag, found.keep_alive, found.proto_level) == (False, 0, 4)


def test_a_publish_of_mqtt_5_has_empty_properties_before_its_payload() -> None:
    four = publish_packet("t", b"x", qos=1, packet_id=7)
    five = publish_packet("t", b"x", qos=1, packet_id=7, version=5)

    assert five == bytes([four[0], four[1] + 1]) + four[2:-1] + b"\x00x"


@given(number=st.integers(0, 268_435_455))
def test_a_length_has_seven_bits_a_byte(number: int) -> None:
    data = varint(number)

    assert sum((byte & 0x7F) << 7 * at for at, byte in enumerate(data)) == number
    assert [bool(byte & 0x80) for byte in data] == [True] * (len(data) - 1) + [False]


PUBACKS: dict[str, Callable[[int], bytes]] = {
    "short": lambda i: b"\x40\x02" + i.to_bytes(2, "big"),
    "reason": lambda i: b"\x40\x03" + i.to_bytes(2, "big") + b"\x10",
    "refusal": lambda i: b"\x40\x04" + i.to_bytes(2, "big") + b"\x97\x00",
    "pingresp": lambda _: b"\xd0\x00",
}


@given(
    answers=st.lists(st.tuples(st.sampled_from(sorted(PUBACKS)), st.integers(1, 65_535))),
    cuts=st.lists(st.integers(0, 400)),
)
def test_answers_come_out_the_same_however_they_are_cut(
    answers: list[tuple[str, int]], cuts: list[int]
) -> None:
    data = b"".join(PUBACKS[kind](number) for kind, number in answers)
    edges = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    reader = AckReader()

    found = [reader.feed(data[a:b]) for a, b in pairwise(edges)]

    taken = np.concatenate([np.empty(0, np.int64), *(acks.taken for acks in found)]).tolist()
    refused = np.concatenate([np.empty(0, np.int64), *(acks.refused for acks in found)]).tolist()
    assert taken == [number for kind, number in answers if kind in {"short", "reason"}]
    assert refused == [number for kind, number in answers if kind == "refusal"]


def test_a_broker_that_ends_the_connection_is_told_with_its_reason() -> None:
    with pytest.raises(Refused, match="0x8e"):
        AckReader().feed(b"\xe0\x02\x8e\x00")


def _read(kind: Any, packet: bytes) -> Any:  # noqa: ANN401 -- amqtt has no types
    async def read() -> object:
        stream = asyncio.StreamReader()
        stream.feed_data(packet)
        stream.feed_eof()
        reader = _Reader(stream)
        header = await MQTTFixedHeader.from_stream(reader)
        return await kind.from_stream(reader, fixed_header=header)

    return asyncio.run(read())


class _Reader:
    """What amqtt reads from."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream

    async def read(self, n: int = -1) -> bytes:
        return await self._stream.read(n)
