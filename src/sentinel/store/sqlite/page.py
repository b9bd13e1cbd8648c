"""A page: columns of some readings of one day as bytes."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.errors import StoreError

_HEADER = struct.Struct("<BxxxI")
_QUICK = 1
"""zlib's first level: a third of the size at 6 million readings a second; others gain little."""


class Codec(IntEnum):
    """How a page's columns are written. The numbers are on disk: never change or reuse one."""

    PLAIN = 0
    ZLIB = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Readings of one day, columns of one length; by series, then time, once `in_order`.

    series: uint32, the catalogue's number. offset: uint32, milliseconds from the day's start, UTC.
    lag: int64, milliseconds from measured to received. value, quality, flags: as in `Readings`.
    """

    series: NDArray[np.uint32]
    offset: NDArray[np.uint32]
    lag: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.series)

    @classmethod
    def join(cls, parts: Sequence["Columns"]) -> Self:
        """Return the parts, of which there is one at least, one after the other."""
        return cls(**{n: np.concatenate([getattr(part, n) for part in parts]) for n in _DTYPES})

    def take(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Return the chosen rows, in the order chosen."""
        return type(self)(**{name: getattr(self, name)[chosen] for name in _DTYPES})

    def in_order(self) -> Self:
        """Return them by series, then time; of equals the first stands, the rest are left out."""
        key = self.series.astype(np.int64) << 32 | self.offset
        order = np.argsort(key, kind="stable")
        key = key[order]
        new = np.ones(len(key), np.bool_)
        new[1:] = key[1:] != key[:-1]
        return self.take(order if new.all() else order[new])

    def of(self, series: int) -> Self:
        """Return those of one series; these must be in order."""
        return self.take(slice(*np.searchsorted(self.series, (series, series + 1))))


_DTYPES: dict[str, np.dtype[Any]] = {
    "series": np.dtype("<u4"),
    "offset": np.dtype("<u4"),
    "lag": np.dtype("<i8"),
    "value": np.dtype("<f8"),
    "quality": np.dtype("u1"),
    "flags": np.dtype("<u2"),
}
_BYTES = sum(dtype.itemsize for dtype in _DTYPES.values())


def encode_page(columns: Columns, codec: Codec) -> bytes:
    """Return the page's bytes."""
    body = b"".join(
        getattr(columns, name).astype(dtype, copy=False).tobytes()
        for name, dtype in _DTYPES.items()
    )
    if codec is Codec.ZLIB:
        body = zlib.compress(body, _QUICK)
    return _HEADER.pack(codec, len(columns)) + body


def decode_page(page: bytes) -> Columns:
    """Read a page back.

    Raises:
        StoreError: It is not a whole page.
    """
    try:
        codec, count = _HEADER.unpack_from(page)
        body = memoryview(page)[_HEADER.size :]
        plain = zlib.decompress(body) if Codec(codec) is Codec.ZLIB else body
    except (struct.error, zlib.error, ValueError) as error:
        message = f"store: a page cannot be read: {error}"
        raise StoreError(message) from error
    if len(plain) != count * _BYTES:
        message = (
            f"store: a page of {count} readings must be {count * _BYTES} bytes; got {len(plain)}"
        )
        raise StoreError(message)
    return Columns(**_cut(plain, count))


def _cut(plain: bytes | memoryview, count: int) -> dict[str, NDArray[Any]]:
    columns: dict[str, NDArray[Any]] = {}
    at = 0
    for name, dtype in _DTYPES.items():
        columns[name] = np.frombuffer(plain, dtype, count, at)
        at += count * dtype.itemsize
    return columns
