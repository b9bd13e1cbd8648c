"""The messages of many journal rows in columns, read where they lie: no object a message.

The bodies are walked as `domain.messages.encode_messages` wrote them (msgpack: topics, payloads,
flags, packet identifiers). A topic or payload is a place in the joined bodies; who wants to see
one asks for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.messages import Messages, decode_messages, encode_messages
from sentinel.domain.rows import Row, RowKind
from sentinel.normalise.jit import kernel, part


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Messages in order of arrival.

    body: The rows' bodies one after the other. data: The same as uint8, read-only.
    topic, payload: int64, two columns: where in `data` it begins, and where it has ended.
    flags: uint8, `MessageFlag`.
    row, received, index: Journal row, its time of receipt, the position in the row.
    """

    body: bytes
    data: NDArray[np.uint8]
    topic: NDArray[np.int64]
    payload: NDArray[np.int64]
    flags: NDArray[np.uint8]
    row: NDArray[np.int64]
    received: NDArray[np.int64]
    index: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.flags)

    @classmethod
    def of(cls, messages: Messages) -> Self:
        """Return the messages of one row."""
        body = encode_messages(
            messages.topics, messages.payloads, messages.flags, messages.packet_ids
        )
        return cls.of_rows(
            [
                Row(
                    id=messages.row,
                    received_at=messages.received_at,
                    kind=RowKind.MESSAGES,
                    count=len(messages),
                    body=body,
                )
            ]
        )

    @classmethod
    def of_rows(cls, rows: Sequence[Row]) -> Self:
        """Return the messages of rows, all of kind MESSAGES.

        Raises:
            msgspec.MsgspecError: A body is damaged.
        """
        whole = b"".join([row.body for row in rows])
        data = np.frombuffer(whole, np.uint8)
        ends = np.cumsum(np.array([0, *[len(row.body) for row in rows]], np.int64))
        firsts = np.zeros(len(rows) + 1, np.int64)
        _check(rows, count(data, ends, firsts))
        total = int(firsts[-1])
        topic = np.empty((total, 2), np.int64)
        payload = np.empty((total, 2), np.int64)
        flags = np.empty(total, np.uint8)
        _check(rows, walk(data, ends, firsts, topic, payload, flags))
        counts = np.diff(firsts)
        return cls(
            body=whole,
            data=data,
            topic=topic,
            payload=payload,
            flags=flags,
            row=np.repeat(np.array([row.id for row in rows], np.int64), counts),
            received=np.repeat(np.array([row.received_at for row in rows], np.int64), counts),
            index=(np.arange(total) - np.repeat(firsts[:-1], counts)).astype(np.int32),
        )

    def topics_at(self, at: NDArray[np.intp]) -> list[str]:
        """Return the topics of some messages."""
        begins, ends = self.topic[at].T.tolist()  # pairs would be so many lists to collect
        return [self.body[begin:end].decode() for begin, end in zip(begins, ends, strict=True)]

    def payloads_at(self, at: NDArray[np.intp]) -> list[bytes]:
        """Return the payloads of some messages."""
        begins, ends = self.payload[at].T.tolist()
        return [self.body[begin:end] for begin, end in zip(begins, ends, strict=True)]


def _check(rows: Sequence[Row], read: int) -> None:
    """Have the decoder say what is wrong with the first body that was not read."""
    if read < len(rows):
        decode_messages(rows[read].id, rows[read].received_at, rows[read].body)
        message = f"row {rows[read].id} holds other messages than its flags say"
        raise ValueError(message)


@kernel
def count(data: NDArray[np.uint8], ends: NDArray[np.int64], firsts: NDArray[np.int64]) -> int:
    """Add up how many messages stand before each body; return how many bodies were read."""
    for body in range(len(ends) - 1):
        at, end = ends[body], ends[body + 1]
        if end - at < 2 or data[at] != _FOUR:  # noqa: PLR2004 -- two headers
            return body
        size, _ = list_at(data, at + 1, end)
        if size < 0:
            return body
        firsts[body + 1] = firsts[body] + size
    return len(ends) - 1


@kernel
def walk(
    data: NDArray[np.uint8],
    ends: NDArray[np.int64],
    firsts: NDArray[np.int64],
    topic: NDArray[np.int64],
    payload: NDArray[np.int64],
    flags: NDArray[np.uint8],
) -> int:
    """Note where topics and payloads stand, copy flags; return how many bodies were read."""
    for body in range(len(ends) - 1):
        first, size, end = firsts[body], firsts[body + 1] - firsts[body], ends[body + 1]
        at = walk_list(data, ends[body] + 1, end, topic, first, size)
        at = walk_list(data, at, end, payload, first, size)
        if at < 0:
            return body
        begin, at = text_at(data, at, end)
        if at - begin != size:
            return body
        for own in range(size):
            flags[first + own] = data[begin + own]
    return len(ends) - 1


_FOUR = 0x94
"""A list of four: the whole body."""


@part
def walk_list(
    data: NDArray[np.uint8], at: int, end: int, out: NDArray[np.int64], first: int, size: int
) -> int:
    """Note where each text of a list stands; return where the list has ended, or -1."""
    found, at = list_at(data, at, end)
    if found != size:
        return -1
    for own in range(first, first + size):
        begin, at = text_at(data, at, end)
        if at < 0:
            return -1
        out[own, 0], out[own, 1] = begin, at
    return at


@part
def list_at(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Return the length of the list that begins here, and where its first entry does; or -1."""
    if at < 0 or at >= end:
        return -1, -1
    code = int(data[at])
    if 0x90 <= code <= 0x9F:  # noqa: PLR2004 -- msgpack's codes
        return code & 0x0F, at + 1
    width = 2 if code == 0xDC else 4 if code == 0xDD else 0  # noqa: PLR2004 -- the same
    return size_at(data, at, end, width)


@part
def text_at(data: NDArray[np.uint8], at: int, end: int) -> tuple[int, int]:
    """Return where the text or bytes begin that stand here, and where they have ended; or -1."""
    if at < 0 or at >= end:
        return -1, -1
    code = int(data[at])
    if 0xA0 <= code <= 0xBF:  # noqa: PLR2004 -- msgpack's codes
        size, begin = code & 0x1F, at + 1
    else:
        width = 0
        if code in (0xD9, 0xC4):
            width = 1
        elif code in (0xDA, 0xC5):
            width = 2
        elif code in (0xDB, 0xC6):
            width = 4
        size, begin = size_at(data, at, end, width)
    if size < 0 or begin + size > end:
        return -1, -1
    return begin, begin + size


@part
def size_at(data: NDArray[np.uint8], at: int, end: int, width: int) -> tuple[int, int]:
    """Return the number of so many bytes behind a code, and where it has ended; or -1."""
    if width == 0 or at + width >= end:
        return -1, -1
    size = 0
    for own in range(at + 1, at + 1 + width):
        size = size << 8 | int(data[own])
    return size, at + 1 + width
