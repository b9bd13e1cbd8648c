"""A column of texts in a few bytes a row: a million devices have a dozen of them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray
from typing_extensions import override


class PooledTexts(Sequence[str]):
    """Texts of which many are alike: each once, and four bytes a row. Immutable.

    Args:
        pool: The different texts.
        codes: int32, one a row: position in the pool.
    """

    __slots__ = ("_codes", "_pool")

    def __init__(self, pool: Sequence[str], codes: NDArray[np.int32]) -> None:
        self._pool = list(pool)
        self._codes = codes

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return PooledTexts(self._pool, self._codes[index])
        text: str = self._pool[self._codes[index]]
        return text

    @override
    def __len__(self) -> int:
        return len(self._codes)

    @override
    def __iter__(self) -> Iterator[str]:
        return map(self._pool.__getitem__, self._codes.tolist())


class PackedTexts(Sequence[str]):
    """Texts of which few are alike, end to end in a few buffers. Immutable.

    Args:
        parts: The texts, each part one buffer.
        order: int32, one a row: which of the texts, -1 for the empty one.
    """

    __slots__ = ("_buffer", "_ends", "_order")

    def __init__(self, parts: Sequence[Sequence[str]], order: NDArray[np.int32]) -> None:
        encoded = [_encoded(part) for part in parts]
        lengths = np.concatenate([np.zeros(1, np.int64), *(ends for _, ends in encoded)])
        self._buffer = b"".join(buffer for buffer, _ in encoded)
        self._ends = np.cumsum(lengths)
        self._order = order

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = self._order[index]
        return "" if at < 0 else self._buffer[self._ends[at] : self._ends[at + 1]].decode()

    @override
    def __len__(self) -> int:
        return len(self._order)

    @override
    def __iter__(self) -> Iterator[str]:
        texts = [self._buffer[a:b].decode() for a, b in pairwise(self._ends.tolist())]
        return map([*texts, ""].__getitem__, self._order.tolist())


def _encoded(texts: Sequence[str]) -> tuple[bytes, NDArray[np.int64]]:
    """The texts end to end, and the length of each in bytes."""
    joined = "".join(texts)
    if joined.isascii():
        return joined.encode(), np.fromiter(map(len, texts), np.int64, len(texts))
    parts = [text.encode() for text in texts]
    return b"".join(parts), np.fromiter(map(len, parts), np.int64, len(parts))
