"""What arrived: a batch of messages exactly as the broker handed them over."""

from dataclasses import dataclass
from enum import IntFlag

import msgspec
import numpy as np
from numpy.typing import NDArray


class MessageFlag(IntFlag):
    """What the broker said about a message, and what the listener found."""

    RETAINED = 1
    """The broker's last known value, sent on subscribing: never fresh without a time of its own."""
    DUP = 2
    """The broker says that it may have sent this before."""
    REPEAT = 4
    """The listener knows that it is in the journal already: to be counted, not read."""
    QOS0 = 8
    EXERCISE = 16
    """Published for a drill."""
    CUT = 32
    """Longer than the listener takes: only its beginning is here, and it is too large to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The messages of one journal row, in order of arrival.

    row: The journal row's id; a message's address is (row, position in it).
    received_at: Milliseconds since 1970 UTC, one for the batch.
    topics, payloads: One each a message.
    flags: uint8, `MessageFlag`, one a message.
    packet_ids: uint16, the broker's packet identifier, 0 for QoS 0.
    """

    row: int
    received_at: int
    topics: list[str]
    payloads: list[bytes]
    flags: NDArray[np.uint8]
    packet_ids: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.payloads)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(tuple[list[str], list[bytes], bytes, bytes])


def encode_messages(
    topics: list[str],
    payloads: list[bytes],
    flags: NDArray[np.uint8],
    packet_ids: NDArray[np.uint16],
) -> bytes:
    """Return the body of a MESSAGES row."""
    return _encoder.encode(
        (topics, payloads, flags.tobytes(), packet_ids.astype("<u2", copy=False).tobytes())
    )


def decode_messages(row: int, received_at: int, body: bytes) -> Messages:
    """Read the body of a MESSAGES row back."""
    topics, payloads, flags, packet_ids = _decoder.decode(body)
    return Messages(
        row=row,
        received_at=received_at,
        topics=topics,
        payloads=payloads,
        flags=np.frombuffer(flags, np.uint8),
        packet_ids=np.frombuffer(packet_ids, "<u2"),
    )
