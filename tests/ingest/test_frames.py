"""The byte stream taken apart: the same however it is chopped up."""

import struct
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.messages import MessageFlag
from sentinel.ingest.frames import Batch, Frames, MalformedStream

PINGRESP = b"\xd0\x00"
MOST = 2000


@dataclass(frozen=True)
class Sent:
    """One message as a broker would send it."""

    topic: str
    payload: bytes
    qos: int = 1
    packet_id: int = 7
    retained: bool = False
    dup: bool = False
    properties: bytes = b""

    def packet(self, *, version5: bool) -> bytes:
        name = self.topic.encode()
        body = struct.pack("!H", len(name)) + name
        body += struct.pack("!H", self.packet_id) if self.qos else b""
        body += length(len(self.properties)) + self.properties if version5 else b""
        body += self.payload
        header = 0x30 | self.dup << 3 | self.qos << 1 | self.retained
        return bytes([header]) + length(len(body)) + body


def length(value: int) -> bytes:
    out = b""
    while True:
        value, digit = divmod(value, 128)
        out += bytes([digit | (0x80 if value else 0)])
        if not value:
            return out


messages = st.builds(
    Sent,
    topic=st.text(st.characters(codec="utf-8"), min_size=1, max_size=60),
    payload=st.one_of(
        st.binary(max_size=200),
        st.builds(bytes, st.sampled_from([MOST, MOST + 1, 70_000, 300_000])),
    ),
    qos=st.sampled_from([0, 1, 2]),
    packet_id=st.integers(1, 65535),
    retained=st.booleans(),
    dup=st.booleans(),
    properties=st.one_of(st.just(b""), st.binary(min_size=1, max_size=300)),
)


def expected_flags(one: Sent) -> int:
    flags = MessageFlag.RETAINED * one.retained | MessageFlag.DUP * one.dup
    flags |= MessageFlag.QOS0 * (one.qos == 0)
    return int(flags | MessageFlag.CUT * (len(one.payload) > MOST))


@given(
    sent=st.lists(messages, max_size=12),
    version5=st.booleans(),
    sizes=st.lists(st.integers(1, 5000), min_size=1, max_size=30),
)
def test_messages_come_out_as_they_were_sent_however_they_arrive(
    sent: list[Sent], *, version5: bool, sizes: list[int]
) -> None:
    stream = PINGRESP.join([b"", *(one.packet(version5=version5) for one in sent), b""])
    frames = Frames(version5=version5, most_payload=MOST)

    others = b""
    at = turn = 0
    while at < len(stream):
        size = sizes[turn % len(sizes)] * (1 if turn < 60 else 50)
        others += frames.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    batch = frames.take()

    assert batch.topics == [one.topic for one in sent]
    assert batch.payloads == [
        one.payload if len(one.payload) <= MOST else one.payload[:1024] for one in sent
    ]
    assert batch.flags.tolist() == [expected_flags(one) for one in sent]
    assert batch.packet_ids.tolist() == [one.packet_id if one.qos else 0 for one in sent]
    assert others == PINGRESP * (len(sent) + 1)
    assert len(frames) == 0


def taken(*sent: Sent) -> Batch:
    frames = Frames(version5=True, most_payload=MOST)
    frames.feed(b"".join(one.packet(version5=True) for one in sent))
    return frames.take()


def test_acknowledgements_are_in_order_and_of_the_kind_asked_for() -> None:
    batch = taken(
        Sent("a", b"1", qos=1, packet_id=258),
        Sent("a", b"2", qos=0),
        Sent("a", b"3", qos=2, packet_id=1),
        Sent("a", b"4", qos=1, packet_id=65535),
    )

    assert batch.acks() == b"\x40\x02\x01\x02" + b"\x50\x02\x00\x01" + b"\x40\x02\xff\xff"


def test_messages_without_acknowledgement_can_be_dropped_and_the_rest_stays_whole() -> None:
    frames = Frames(version5=False, most_payload=MOST)
    sent = [
        Sent("a", b"1", qos=0),
        Sent("b", bytes(MOST + 1), packet_id=9),
        Sent("c", b"3", qos=0),
        Sent("d", b"4", packet_id=10),
    ]
    frames.feed(b"".join(one.packet(version5=False) for one in sent))

    assert frames.drop_qos0() == 2
    batch = frames.take()
    assert batch.topics == ["b", "d"]
    assert batch.packet_ids.tolist() == [9, 10]
    assert batch.flags.tolist() == [int(MessageFlag.CUT), 0]


def test_a_topic_that_is_no_text_is_still_a_message() -> None:
    frames = Frames(version5=False, most_payload=MOST)
    frames.feed(b"\x30\x04\x00\x02\xff\xfe")

    assert frames.take().topics == ["\ufffd\ufffd"]


MALFORMED = pytest.mark.parametrize(
    "stream",
    [
        b"\x32\x03\x00\x01a\xd0\x00",  # no room for the packet id
        b"\x30\x04\x00\xffaa",  # the topic is longer than the packet
        b"\x30\x04\x00\x01a\x7f",  # so are the properties
        b"\x30\x01\x00",
        b"\x30\xff\xff\xff\xff\x01",  # the length does not end
    ],
)


@MALFORMED
def test_what_is_not_mqtt_is_refused(stream: bytes) -> None:
    frames = Frames(version5=True, most_payload=MOST)

    with pytest.raises(MalformedStream):
        frames.feed(stream + b"\x30\x00")


@MALFORMED
def test_what_came_before_the_refused_is_whole(stream: bytes) -> None:
    good = [Sent("a", b"1", packet_id=258), Sent("b", b"2", qos=0), Sent("c", b"3", packet_id=9)]
    frames = Frames(version5=True, most_payload=MOST)
    before = b"".join(one.packet(version5=True) for one in good)
    with pytest.raises(MalformedStream):
        frames.feed(before + stream + b"\x30\x00")

    batch = frames.take()

    assert batch.topics == ["a", "b", "c"]
    assert batch.payloads == [b"1", b"2", b"3"]
    assert batch.packet_ids.tolist() == [258, 0, 9]
    assert len(batch.flags) == len(batch.headers) == 3
    assert batch.acks() == b"\x40\x02\x01\x02" + b"\x40\x02\x00\x09"
