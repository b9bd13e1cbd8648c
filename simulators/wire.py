"""MQTT 3.1.1 and 5 on a plain socket: just what a publisher needs, with no copy to spare.

Written after the OASIS standards MQTT 3.1.1 (2014) and 5.0 (2019); the section is named where a
byte is not obvious.
"""

import socket
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PACKET_IDS = 65_535
"""They run from 1 to this, then from 1 again."""
RECEIVE_MAXIMUM = 65_535
"""What a broker that says nothing takes unacknowledged (5.0, 3.2.2.3.3)."""
ACK_BYTES = 4
_CONNACK, _PUBLISH, _PUBACK, _DISCONNECT = 0x20, 0x30, 0x40, 0xE0
_REFUSED = 0x80
_WAIT_SECONDS = 10.0


class Refused(ConnectionError):  # noqa: N818 -- named after what happened
    """The broker answered, and said no."""


def varint(number: int) -> bytes:
    """Return a length as MQTT writes it, seven bits a byte.

    >>> varint(127).hex(), varint(321).hex()
    ('7f', 'c102')
    """
    found = bytearray()
    while True:
        number, low = divmod(number, 128)
        found.append(low | 0x80 if number else low)
        if not number:
            return bytes(found)


def connect_packet(client_id: str, *, version: int, clean: bool) -> bytes:
    """Return a CONNECT without credentials; keep-alive is off. A kept session lasts an hour."""
    body = _text("MQTT") + bytes([5 if version == _FIVE else 4, 0x02 if clean else 0x00, 0, 0])
    if version == _FIVE:
        expiry = b"" if clean else b"\x11" + struct.pack(">I", 3600)
        body += varint(len(expiry)) + expiry
    body += _text(client_id)
    return b"\x10" + varint(len(body)) + body


def publish_packet(
    topic: str, payload: bytes, *, qos: int, packet_id: int = 0, version: int = 4, dup: bool = False
) -> bytes:
    """Return one PUBLISH; `packet_id` counts at QoS 1 only."""
    body = _text(topic)
    if qos:
        body += struct.pack(">H", packet_id)
    if version == _FIVE:
        body += b"\x00"  # no properties
    body += payload
    return bytes([_PUBLISH | qos << 1 | dup << 3]) + varint(len(body)) + body


DISCONNECT = b"\xe0\x00"
DUP = 0x08
"""The bit of a PUBLISH's first byte that says it may have come before."""


def connect(host: str, port: int, packet: bytes) -> tuple[socket.socket, int]:
    """Return a socket on which publishing can begin, and the broker's receive maximum.

    Raises:
        OSError: Nobody there, or it said no (`Refused`).
    """
    link = socket.create_connection((host, port), timeout=_WAIT_SECONDS)
    try:
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(packet)
        body = _read_connack(link)
    except BaseException:
        link.close()
        raise
    link.setblocking(False)
    return link, _receive_maximum(body[2:])


@dataclass(frozen=True, slots=True)
class Acks:
    """Packet ids that the broker took, and those that it said no to, in the order of answers."""

    taken: NDArray[np.int64]
    refused: NDArray[np.int64]


class AckReader:
    """Puts PUBACKs together from whatever pieces the socket gives."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Acks:
        """Return what is complete now.

        Raises:
            Refused: The broker ended the connection (DISCONNECT of MQTT 5).
        """
        data = self._rest + data
        whole = len(data) // ACK_BYTES * ACK_BYTES
        frames = np.frombuffer(data, np.uint8, whole).reshape(-1, ACK_BYTES)
        if (frames[:, 0] == _PUBACK).all() and (frames[:, 1] == 2).all():  # noqa: PLR2004 -- an id
            self._rest = data[whole:]
            return Acks(frames[:, 2].astype(np.int64) << 8 | frames[:, 3], np.empty(0, np.int64))
        return self._one_by_one(data)

    def _one_by_one(self, data: bytes) -> Acks:
        """MQTT 5 may add a reason and properties; other packets are passed over."""
        taken: list[int] = []
        refused: list[int] = []
        at = 0
        while (head := _header(data, at)) is not None:
            kind, start, end = head
            if kind == _DISCONNECT:
                code = data[start] if end > start else 0
                message = f"the broker ended the connection, reason 0x{code:02x}"
                raise Refused(message)
            if kind == _PUBACK:
                says_no = end - start > 2 and data[start + 2] >= _REFUSED  # noqa: PLR2004 -- an id
                (refused if says_no else taken).append(data[start] << 8 | data[start + 1])
            at = end
        self._rest = data[at:]
        return Acks(np.array(taken, np.int64), np.array(refused, np.int64))


_FIVE = 5


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">H", len(data)) + data


def _header(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Return kind, start and end of the body of the packet at `at`; None if it is not all there."""
    length, shift, start = 0, 0, at + 1
    while start < len(data):
        length |= (data[start] & 0x7F) << shift
        shift += 7
        start += 1
        if not data[start - 1] & 0x80:
            return (data[at] & 0xF0, start, start + length) if start + length <= len(data) else None
    return None


def _read_connack(link: socket.socket) -> bytes:
    data = b""
    while (head := _header(data, 0)) is None:
        piece = link.recv(1)  # byte by byte: nothing behind it may be swallowed
        if not piece:
            message = "the broker closed the connection instead of answering"
            raise Refused(message)
        data += piece
    kind, start, end = head
    if kind != _CONNACK or data[start + 1]:
        message = f"the broker refused the connection, answer {data.hex()}"
        raise Refused(message)
    return data[start:end]


def _receive_maximum(properties: bytes) -> int:
    """Find property 0x21 of a CONNACK (5.0, 3.2.2.3); MQTT 3.1.1 has none."""
    at = 1  # after the length, one byte unless a broker is very talkative
    while at < len(properties):
        name = properties[at]
        if name == _RECEIVE_MAXIMUM:
            return int.from_bytes(properties[at + 1 : at + 3], "big")
        at += 1 + _property_size(name, properties, at + 1)
    return RECEIVE_MAXIMUM


_RECEIVE_MAXIMUM = 0x21
_SIZES = {0x11: 4, 0x13: 2, 0x22: 2, 0x24: 1, 0x25: 1, 0x27: 4, 0x28: 1, 0x29: 1, 0x2A: 1}
"""Bytes of the properties of fixed size; the others begin with a length of two bytes."""


def _property_size(name: int, properties: bytes, at: int) -> int:
    if name in _SIZES:
        return _SIZES[name]
    size = 2 + int.from_bytes(properties[at : at + 2], "big")
    if name == _USER_PROPERTY:
        size += 2 + int.from_bytes(properties[at + size : at + size + 2], "big")
    return size


_USER_PROPERTY = 0x26
