"""A column of texts in a few bytes a row: a million devices have a dozen of them."""

from collections.abc import Iterable, Iterator, Sequence
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

    @property
    def pool(self) -> Sequence[str]:
        """The different texts; some may be in no row."""
        return self._pool

    def equal_to(self, text: str) -> NDArray[np.bool_]:
        """Return by row whether the text is `text`."""
        wanted = [code for code, known in enumerate(self._pool) if known == text]
        return np.isin(self._codes, wanted)

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
    """Texts of which few are alike, end to end in one buffer. Immutable."""

    __slots__ = ("_buffer", "_ends")

    def __init__(self, texts: Iterable[str]) -> None:
        encoded = [text.encode() for text in texts]
        lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
        self._ends = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        self._buffer = b"".join(encoded)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    @override
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = range(len(self))[index]
        return self._buffer[self._ends[at] : self._ends[at + 1]].decode()

    @override
    def __len__(self) -> int:
        return len(self._ends) - 1

    @override
    def __iter__(self) -> Iterator[str]:
        ends = self._ends.tolist()
        return (self._buffer[a:b].decode() for a, b in pairwise(ends))


def as_texts(pool: Sequence[str], codes: NDArray[np.int32]) -> Sequence[str]:
    """Return the column in whichever form is smaller."""
    if 2 * len(pool) > len(codes):
        return PackedTexts(map(pool.__getitem__, codes.tolist()))
    return PooledTexts(pool, codes)
