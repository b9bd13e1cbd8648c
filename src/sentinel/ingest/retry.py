"""Asking a running listener to put kept messages into the journal once more.

They go through the listener, and not to the store, so that a replay of the journal meets them too.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np

from sentinel.domain.messages import decode_messages, encode_messages
from sentinel.domain.rows import Entry, RowKind
from sentinel.ingest.left import Left, leave, list_left

_FOLDER = "retry"
_NAME = re.compile(r"[0-9a-f]{32}\Z")
_A_ROW = 1_000
"""Messages in a row: what a listener takes in one batch."""
_ROW_BYTES = 4 << 20
"""Of payloads, give or take one."""


def request_retry(directory: Path, messages: Sequence[tuple[str, bytes, int]]) -> None:
    """Leave messages for the listener of this journal; each file is granted when it is gone.

    The same messages asked for again, before they are granted, are asked for once.

    Args:
        directory: Of the journal.
        messages: Topic, payload and `MessageFlag`s of each, oldest first.
    """
    for part in _rows(messages):
        body = _body(part)
        leave(directory, _FOLDER, blake2b(body, digest_size=16).hexdigest(), body)


def requested_retries(directory: Path) -> list[Left]:
    """Return the requests, the first left first.

    Raises:
        OSError: The folder cannot be read.
    """
    return list_left(directory, _FOLDER, _NAME)


def read_retry(directory: Path, name: str) -> Entry | None:
    """Return the row to append, received when it is appended; None if the file is no such thing.

    Raises:
        OSError: The request cannot be read.
    """
    body = (directory / _FOLDER / name).read_bytes()
    try:
        count = len(decode_messages(0, 0, body))
    except (msgspec.DecodeError, ValueError):
        return None
    return Entry(kind=RowKind.MESSAGES, count=count, body=body)


def _rows(
    messages: Sequence[tuple[str, bytes, int]],
) -> Iterator[Sequence[tuple[str, bytes, int]]]:
    """Yield the messages of one row after the other."""
    begin = size = 0
    for at, (_, payload, _) in enumerate(messages):
        if at - begin >= _A_ROW or size >= _ROW_BYTES:
            yield messages[begin:at]
            begin, size = at, 0
        size += len(payload)
    if messages:
        yield messages[begin:]


def _body(messages: Sequence[tuple[str, bytes, int]]) -> bytes:
    return encode_messages(
        [topic for topic, _, _ in messages],
        [payload for _, payload, _ in messages],
        np.array([flags for _, _, flags in messages], np.uint8),
        np.zeros(len(messages), np.uint16),
    )
