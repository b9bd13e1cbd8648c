"""MQTT's byte stream, taken apart: messages into columns, everything else handed on.

No input or output here. Messages come by the ten thousand a second and are all alike, so they are
read here, a whole receive at a time; the few other packets go to paho as they came.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.messages import MessageFlag

PUBLISH = 0x30
_QOS1 = 0x02
_QOS2 = 0x04
_QOS = 0x06
_CUT_TO = 1024
"""As much of an oversized payload as a person needs to see whose it is."""
_HEAD = 128 * 1024
"""Holds the longest topic, the properties of any sane message and what is kept when it is cut."""
_KNOWN_TOPICS = 200_000
"""Topics kept as text, so that each is decoded once; a city's devices have fewer."""


def _flags_of(header: int) -> int:
    flags = MessageFlag.RETAINED if header & 0x01 else MessageFlag(0)
    flags |= MessageFlag.DUP if header & 0x08 else MessageFlag(0)
    return flags | (MessageFlag(0) if header & _QOS else MessageFlag.QOS0)


_FLAGS = bytes(_flags_of(header) for header in range(256))
_PUBACK, _PUBREC = 0x40, 0x50


class MalformedStream(Exception):  # noqa: N818 -- named after what happened
    """What came is not MQTT; the connection is of no more use."""


class Budget(NamedTuple):
    """How much may wait. messages: So many. size: Bytes of them, give or take one receive."""

    messages: int
    size: int


class Batch(NamedTuple):
    """Messages in the order received.

    headers: First byte of each packet. packet_ids: 0 for QoS 0.
    """

    topics: list[str]
    payloads: list[bytes]
    headers: bytes
    packet_ids: NDArray[np.uint16]
    flags: NDArray[np.uint8]

    def acks(self) -> bytes:
        """Return the acknowledgements as bytes for the wire, in order; none for QoS 0."""
        headers = np.frombuffer(self.headers, np.uint8)
        asks = (headers & _QOS) != 0
        ids = self.packet_ids[asks]
        packets = np.empty((len(ids), 4), np.uint8)
        packets[:, 0] = np.where(headers[asks] & _QOS2, _PUBREC, _PUBACK)
        packets[:, 1] = 2
        packets[:, 2] = ids >> 8
        packets[:, 3] = ids & 0xFF
        return packets.tobytes()


class _Columns:
    """Messages as they gather. packet_ids: two bytes each, as on the wire. cut: places."""

    __slots__ = ("cut", "headers", "packet_ids", "payloads", "topics")

    def __init__(self) -> None:
        self.topics: list[str] = []
        self.payloads: list[bytes] = []
        self.headers = bytearray()
        self.packet_ids = bytearray()
        self.cut: list[int] = []

    def without_qos0(self) -> "_Columns":
        """Return the messages that ask for an acknowledgement."""
        rest = _Columns()
        for at, header in enumerate(self.headers):
            if header & _QOS:
                rest.cut += [len(rest.topics)] if at in self.cut else []
                rest.topics.append(self.topics[at])
                rest.payloads.append(self.payloads[at])
                rest.headers.append(header)
                rest.packet_ids += self.packet_ids[2 * at : 2 * at + 2]
        return rest

    def batch(self) -> Batch:
        """Return them as they are journalled."""
        flags = np.frombuffer(bytearray(self.headers.translate(_FLAGS)), np.uint8)
        if self.cut:
            flags[self.cut] |= np.uint8(MessageFlag.CUT)
        packet_ids = np.frombuffer(self.packet_ids, ">u2").astype(np.uint16)
        return Batch(self.topics, self.payloads, bytes(self.headers), packet_ids, flags)


class Frames:
    """Takes in what a connection receives, from its first byte on.

    Args:
        version5: Whether messages carry properties.
        most_payload: Bytes; a longer payload is cut to its first 1 kB and flagged.
    """

    def __init__(self, *, version5: bool, most_payload: int) -> None:
        self._version5 = version5
        self._most = most_payload
        self._rest = b""
        self._skip = 0
        self._names: dict[bytes, str] = {}
        self._columns = _Columns()
        self._size = 0

    def __len__(self) -> int:
        return len(self._columns.payloads)

    def has_room(self, budget: Budget) -> bool:
        """Say whether what was taken in is within the budget."""
        return len(self) < budget.messages and self._size < budget.size

    def take(self) -> Batch:
        """Return the messages taken in since the last call."""
        columns, self._columns = self._columns, _Columns()
        self._size = 0
        return columns.batch()

    def drop_qos0(self) -> int:
        """Forget the QoS 0 messages taken in, and return how many they were."""
        before = len(self)
        self._columns = self._columns.without_qos0()
        self._size = sum(map(len, self._columns.payloads))
        return before - len(self)

    def feed(self, data: bytes) -> bytes:
        """Take in what was received and return the packets that are no messages.

        Raises:
            MalformedStream: The bytes are not MQTT; what came before them is taken in.
        """
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        stream = self._rest + data if self._rest else data
        try:
            at, others = self._walk(stream)
        except IndexError as error:
            message = "a packet ends before its own fields do"
            raise MalformedStream(message) from error
        self._size += min(at, len(stream))  # as a whole: to count each message would cost
        self._skip += max(0, at - len(stream))
        self._rest = stream[at:]
        return others

    def _walk(self, stream: bytes) -> tuple[int, bytes]:  # noqa: C901 -- see below
        """Return where the first unfinished packet begins, and the packets that are no messages.

        A message to be cut may end beyond the stream. One loop almost without calls: it runs for
        every message there is.
        """
        columns, names = self._columns, self._names
        topics, payloads = columns.topics, columns.payloads
        headers, ids = columns.headers, columns.packet_ids
        version5, most = self._version5, self._most
        at, end, others = 0, len(stream), b""
        while end - at >= 2:  # noqa: PLR2004 -- a packet's type and at least one byte of length
            header = stream[at]
            body, length = at + 2, stream[at + 1]
            if length > 0x7F:  # noqa: PLR2004 -- the top bit says that another byte follows
                body, length = _number(stream, at + 1)
            stop = body + length
            if not body or (stop > end and (length <= most or end - body < _HEAD)):
                break
            if header & 0xF0 != PUBLISH:
                others += stream[at:stop]
                at = stop
                continue
            begin = body + 2 + (stream[body] << 8 | stream[body + 1])
            name = stream[body + 2 : begin]
            if header & _QOS:
                packet_id = stream[begin : begin + 2]
                begin += 2
            else:
                packet_id = b"\0\0"
            if version5:
                properties = stream[begin]
                begin += 1 + properties
                if properties > 0x7F:  # noqa: PLR2004 -- as above
                    after, properties = _number(stream, begin - 1 - properties)
                    begin = after + properties
            if not body <= begin <= stop:
                raise IndexError  # before anything of it is kept: columns are of one length
            ids += packet_id
            if stop - begin > most:
                columns.cut.append(len(payloads))
                payloads.append(stream[begin : begin + _CUT_TO])
            else:
                payloads.append(stream[begin:stop])
            topics.append(names.get(name) or self._name(name))
            headers.append(header)
            at = stop
        return at, others

    def _name(self, name: bytes) -> str:
        if len(self._names) >= _KNOWN_TOPICS:
            self._names.clear()
        text = name.decode(errors="replace")
        self._names[name] = text
        return text


def _number(stream: bytes, at: int) -> tuple[int, int]:
    """Return where the number of one to four bytes at `at` ends, and the number; (0, 0): cut off.

    Raises:
        IndexError: It does not end within four bytes.
    """
    value = 0
    for place, byte in enumerate(stream[at : at + 4]):
        value |= (byte & 0x7F) << 7 * place
        if byte < 0x80:  # noqa: PLR2004 -- the top bit says that another byte follows
            return at + place + 1, value
    if len(stream) >= at + 4:
        raise IndexError
    return 0, 0
