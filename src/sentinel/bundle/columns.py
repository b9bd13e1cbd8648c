"""One column of a large table on its way in.

Where few texts are different a cell is read once for each of them, not once a row: a million rows
have a dozen kinds and some thousand areas.
"""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sentinel.bundle.table import Chunk, Fault, Faults
from sentinel.bundle.texts import PackedTexts, PooledTexts

Value = TypeVar("Value")


class Column(Generic[Value]):
    """One column of few different texts on its way in.

    Args:
        index: Its position in the table.
        parse: What a cell's text, stripped, means, or a fault.
    """

    def __init__(self, index: int, parse: Callable[[str], Value | Fault]) -> None:
        self._index = index
        self._parse = parse
        self._codes: dict[str, int] = {}
        self._parts: list[NDArray[np.int32]] = []
        self._wrong: dict[str, Fault] = {}
        self._texts: list[str] = []
        self.values: list[Value | None] = []

    @property
    def codes(self) -> NDArray[np.int32]:
        """By row, the position of its value in `values`."""
        return np.concatenate(self._parts) if self._parts else np.empty(0, np.int32)

    def texts(self, order: NDArray[np.int32]) -> Sequence[str]:
        """Return the texts of the rows in `order`, the empty one for -1."""
        codes = np.append(self.codes, len(self._texts)).astype(np.int32)
        return PooledTexts([*self._texts, ""], codes[order])

    def feed(self, chunk: Chunk, context: Callable[[int], str], faults: Faults) -> None:
        """Take the next rows; `context` names one of them for a problem."""
        cells = chunk.columns[self._index]
        for text in set(cells).difference(self._codes):
            self._learn(text)
        self._parts.append(np.fromiter(map(self._codes.__getitem__, cells), np.int32, len(cells)))
        if self._wrong and not self._wrong.keys().isdisjoint(cells):
            for row, text in enumerate(cells):
                if text in self._wrong:
                    line = int(chunk.lines[row])
                    faults.add(line, self._index, context(row), self._wrong[text])

    def _learn(self, text: str) -> None:
        found = self._parse(text.strip())
        self._codes[text] = len(self._texts)
        self._texts.append(text.strip())
        self.values.append(None if isinstance(found, Fault) else found)
        if isinstance(found, Fault):
            self._wrong[text] = found


class TextColumn:
    """One column of texts on its way in, few of them alike.

    Args:
        index: Its position in the table.
        parse: Finds the fault of one cell's text, stripped; any other result is passed over.
        is_plain: Whether none of these texts, joined, can have a fault; None: look at each.
    """

    def __init__(
        self,
        index: int,
        parse: Callable[[str], object],
        is_plain: Callable[[Sequence[str]], bool] | None = None,
    ) -> None:
        self._index = index
        self._parse = parse
        self._is_plain = is_plain
        self.parts: list[Sequence[str]] = []

    def texts(self, order: NDArray[np.int32]) -> Sequence[str]:
        """Return the texts of the rows in `order`, the empty one for -1."""
        return PackedTexts(self.parts, order)

    def feed(self, chunk: Chunk, context: Callable[[int], str], faults: Faults) -> None:
        """Take the next rows; `context` names one of them for a problem."""
        cells = chunk.columns[self._index]
        self.parts.append(cells)
        if self._is_plain is not None and self._is_plain(cells):
            return
        self.parts[-1] = [cell.strip() for cell in cells]
        for row, text in enumerate(self.parts[-1]):
            found = self._parse(text)
            if isinstance(found, Fault):
                faults.add(int(chunk.lines[row]), self._index, context(row), found)
