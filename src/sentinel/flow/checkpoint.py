"""State of shards in files of our own, one shard in turn, so that the flow hardly stops.

A file is written aside, fsynced and renamed by a thread; only then may a snapshot refer to it.
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from sentinel.domain.errors import ServiceError

_MAGIC = b"SENTINELCKPT1\n"


class Checkpoints:
    """The checkpoint files of one flow.

    Args:
        directory: Holds the files; made if it is not there.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")

    def save(self, shard: int, row: int, state: Mapping[str, Any]) -> "Future[str]":
        """Write a copy of `state` in the background; the result is the file's name, durable.

        state: Arrays, plain values, and mappings of them; keys without `/`.
        """
        copied = {
            key: value.copy() if isinstance(value, np.ndarray) else value
            for key, value in _flat(state, "")
        }
        return self._writer.submit(self._write, f"shard-{shard:03d}-{row:016d}.state", copied)

    def load(self, name: str) -> dict[str, Any]:
        """Return the state kept under `name`; its arrays are writable.

        Raises:
            ServiceError: The file is gone or damaged.
        """
        path = self._directory / name
        try:
            return _nested(unpack(path.read_bytes()))
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            message = (
                f"{path}: a checkpoint must be readable; {error}. Remove the folder "
                f"{self._directory.parent} to judge the kept journal again from its beginning"
            )
            raise ServiceError(message) from error

    def prune(self, shard: int, below: int) -> None:
        """Remove this shard's files of rows below `below`: no snapshot refers to them any more."""
        for path in self._directory.glob(f"shard-{shard:03d}-*.state"):
            if int(path.stem.rsplit("-", 1)[1]) < below:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Wait until what was handed over is written."""
        self._writer.shutdown()

    def _write(self, name: str, state: Mapping[str, Any]) -> str:
        path = self._directory / name
        aside = path.with_suffix(".part")
        with aside.open("wb") as file:
            for piece in pack(state):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        folder = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name


def _flat(state: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a mapping of mappings, keys joined by `/`."""
    for key, value in state.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}/")
        else:
            yield prefix + key, value


def _nested(leaves: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mapping of mappings that `_flat` took apart."""
    state: dict[str, Any] = {}
    for path, value in leaves.items():
        *folders, key = path.split("/")
        at = state
        for folder in folders:
            at = at.setdefault(folder, {})
        at[key] = value
    return state


def pack(state: Mapping[str, Any]) -> list[bytes | memoryview]:
    """Return the pieces of a checkpoint file: a header, then each array's bytes."""
    arrays = {key: value for key, value in state.items() if isinstance(value, np.ndarray)}
    header = msgspec.msgpack.encode(
        {
            "arrays": [
                (key, _described(value.dtype), value.shape) for key, value in arrays.items()
            ],
            "values": {key: value for key, value in state.items() if key not in arrays},
        }
    )
    pieces = [np.ascontiguousarray(value).view(np.uint8).data for value in arrays.values()]
    return [_MAGIC, len(header).to_bytes(8, "little"), header, *pieces]


def unpack(body: bytes) -> dict[str, Any]:
    """Return what `pack` was given; arrays are writable copies."""
    if not body.startswith(_MAGIC):
        message = "it does not begin like one"
        raise ValueError(message)
    at = len(_MAGIC) + 8
    size = int.from_bytes(body[at - 8 : at], "little")
    header = msgspec.msgpack.decode(body[at : at + size])
    at += size
    state: dict[str, Any] = dict(header["values"])
    for key, described, shape in header["arrays"]:
        dtype = _dtype(described)
        count = int(np.prod(shape, dtype=np.int64))
        state[key] = np.frombuffer(body, dtype, count, at).reshape(shape).copy()
        at += count * dtype.itemsize
    return state


def _described(dtype: np.dtype[Any]) -> str | dict[str, Any]:
    """Return a dtype as msgpack can hold it: a code, or a record's fields with their offsets."""
    if dtype.names is None or dtype.fields is None:
        return dtype.str
    fields = [dtype.fields[name] for name in dtype.names]
    return {
        "names": list(dtype.names),
        "formats": [[field[0].base.str, list(field[0].shape)] for field in fields],
        "offsets": [field[1] for field in fields],
        "itemsize": dtype.itemsize,
        "aligned": dtype.isalignedstruct,
    }


def _dtype(described: str | dict[str, Any]) -> np.dtype[Any]:
    """Return the dtype that `_described` took apart, alignment and all: kernels insist on it."""
    if isinstance(described, str):
        return np.dtype(described)
    formats = [np.dtype((base, tuple(shape))) for base, shape in described["formats"]]
    record: Any = {**described, "formats": formats}
    dtype: np.dtype[Any] = np.dtype(record)
    return dtype
