"""State of shards in files of our own, one shard in turn, so that the flow hardly stops.

A file is written aside, fsynced and renamed by a thread; only then may a snapshot refer to it.
"""

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from sentinel.disk.room import is_no_room
from sentinel.domain.errors import ServiceError
from sentinel.flow.room import Room, What

_MAGIC = b"SENTINELCKPT2\n"
_SUM = 4
"""Bytes at the end that the rest adds up to: a disk may return what it was never given."""


class Checkpoints:
    """The checkpoint files of one flow.

    Args:
        directory: Holds the files; made if it is not there.
        room: Told of files that find none.
    """

    def __init__(self, directory: Path, room: Room | None = None) -> None:
        self._directory = directory
        self._disk = room or Room()
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for unfinished in directory.glob("*.part"):  # of a process that was killed
            unfinished.unlink(missing_ok=True)
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="checkpoint")
        self._room: list[NDArray[np.uint8]] = []

    def save(self, shard: int, row: int, state: Mapping[str, Any]) -> "Future[str]":
        """Write a copy of `state` in the background; the result is the file's name, durable.

        The result is empty if there was no room: nothing is there then, and nothing half.

        state: Arrays, plain values, and mappings of them; keys without `/`.
        """
        name = f"shard-{shard:03d}-{row:016d}.state"
        image = Image(state, self._room.pop() if self._room else np.empty(0, np.uint8))
        return self._writer.submit(self._write, name, image)

    def load(self, name: str) -> dict[str, Any]:
        """Return the state kept under `name`; its arrays are writable.

        Raises:
            ServiceError: The file is gone or damaged.
        """
        path = self._directory / name
        try:
            return _nested(unpack(path.read_bytes()))
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            raise self.refused(name, f"must be readable; {error}") from error

    def refused(self, name: str, why: str) -> ServiceError:
        """Return the error that says why a checkpoint cannot be gone on from, and what to do."""
        return ServiceError(
            f"{self._directory / name}: a checkpoint {why}. Remove the folder "
            f"{self._directory.parent} to judge the kept journal again from its beginning"
        )

    def prune(self, shard: int, below: int) -> None:
        """Remove this shard's files of rows below `below`: no snapshot refers to them any more."""
        for path in self._directory.glob(f"shard-{shard:03d}-*.state"):
            if int(path.stem.rsplit("-", 1)[1]) < below:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Wait until what was handed over is written."""
        self._writer.shutdown()

    def _write(self, name: str, image: "Image") -> str:
        path = self._directory / name
        aside = path.with_suffix(".part")
        try:
            self._put(path, aside, image)
        except OSError as error:
            aside.unlink(missing_ok=True)  # what it holds is wanted by others
            if not is_no_room(error):
                raise
            self._disk.missing(What.CHECKPOINT, f"{aside}: {(error.strerror or '').lower()}")
            return ""
        finally:
            self._room.append(image.room)
        self._disk.found(What.CHECKPOINT)
        return name

    def _put(self, path: Path, aside: Path, image: "Image") -> None:
        with aside.open("wb") as file:
            for piece in image.pieces():
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        folder = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Image:
    """A state's bytes at one moment, copied into room that is used again and again.

    Fresh memory would be given page by page while the flow stands still: that took longer than
    the copying.

    Args:
        state: What to copy.
        room: uint8; replaced by larger room if it is too small.
    """

    def __init__(self, state: Mapping[str, Any], room: NDArray[np.uint8]) -> None:
        leaves = dict(_flat(state, ""))
        arrays = {key: value for key, value in leaves.items() if isinstance(value, np.ndarray)}
        self._size = sum(array.nbytes for array in arrays.values())
        self.room = room if len(room) >= self._size else np.empty(self._size, np.uint8)
        self._header = msgspec.msgpack.encode(
            {
                "arrays": [(key, _described(one.dtype), one.shape) for key, one in arrays.items()],
                "values": {key: value for key, value in leaves.items() if key not in arrays},
            }
        )
        at = 0
        for array in arrays.values():
            own = self.room[at : at + array.nbytes]
            own[:] = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
            at += array.nbytes

    def pieces(self) -> list[bytes | memoryview]:
        """Return the pieces of a checkpoint file: a header, every array's bytes, and their sum."""
        length = len(self._header).to_bytes(8, "little")
        pieces: list[bytes | memoryview] = [_MAGIC, length, self._header]
        pieces.append(self.room[: self._size].data)
        total = 0
        for piece in pieces:
            total = crc32(piece, total)
        return [*pieces, total.to_bytes(_SUM, "little")]


def _flat(state: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the leaves of a mapping of mappings, keys joined by `/`; an empty one is a leaf."""
    for key, value in state.items():
        if isinstance(value, Mapping) and value:
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


def unpack(body: bytes) -> dict[str, Any]:
    """Return the leaves of the state whose `Image` the file holds; arrays are writable copies."""
    if not body.startswith(_MAGIC):
        message = "it does not begin like one"
        raise ValueError(message)
    if crc32(memoryview(body)[:-_SUM]) != int.from_bytes(body[-_SUM:], "little"):
        message = "it is not as it was written"
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
