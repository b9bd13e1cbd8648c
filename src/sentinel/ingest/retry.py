"""Asking a running listener to put kept messages into the journal once more.

They go through the listener, and not to the store, so that a replay of the journal meets them too.
"""

import os
import re
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np

from sentinel.domain.messages import decode_messages, encode_messages
from sentinel.domain.rows import Entry, RowKind

_FOLDER = "retry"
_NAME = re.compile(r"[0-9a-f]{32}\Z")
_A_ROW = 1_000
"""Messages in a row: what a listener takes in one batch."""


def request_retry(directory: Path, messages: Sequence[tuple[str, bytes, int]]) -> None:
    """Leave messages for the listener of this journal; each file is granted when it is gone.

    The same messages asked for again, before they are granted, are asked for once.

    Args:
        directory: Of the journal.
        messages: Topic, payload and `MessageFlag`s of each, oldest first.
    """
    folder = directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for start in range(0, len(messages), _A_ROW):
        body = _body(messages[start : start + _A_ROW])
        name = blake2b(body, digest_size=16).hexdigest()
        unfinished = folder / f"~{name}"
        with unfinished.open("wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(folder / name)


def requested_retries(directory: Path) -> list[str]:
    """Return the names of what was asked for, the first asked first."""
    try:
        paths = [p for p in (directory / _FOLDER).iterdir() if _NAME.match(p.name)]
    except FileNotFoundError:
        return []
    return [path.name for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns)]


def read_retry(directory: Path, name: str) -> Entry | None:
    """Return the row to append, received when it is appended; None if the file is no such thing."""
    body = (directory / _FOLDER / name).read_bytes()
    try:
        count = len(decode_messages(0, 0, body))
    except (msgspec.DecodeError, ValueError):
        return None
    return Entry(kind=RowKind.MESSAGES, count=count, body=body)


def grant_retry(directory: Path, name: str) -> None:
    """Remove a request: its row is in the journal."""
    (directory / _FOLDER / name).unlink(missing_ok=True)


def _body(messages: Sequence[tuple[str, bytes, int]]) -> bytes:
    return encode_messages(
        [topic for topic, _, _ in messages],
        [payload for _, payload, _ in messages],
        np.array([flags for _, _, flags in messages], np.uint8),
        np.zeros(len(messages), np.uint16),
    )
