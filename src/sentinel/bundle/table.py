"""A large CSV file read in columns; every problem with its line and column.

A cell is read once for each different text in its column, not once a row: a million rows have a
dozen kinds and some thousand areas.
"""

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from sentinel.bundle.texts import PackedTexts, PooledTexts
from sentinel.document import Place, Problems, nearest

MOST_TOLD = 50
"""Beyond these a file is broken as a whole, and the rest is only counted."""

_CHUNK = 1 << 16
_BREAK = re.compile(r"\r\n|\n|\r")

Value = TypeVar("Value")


class _Reader(Protocol):
    """What `csv.reader` makes."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...
    def __next__(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell: the rule of the game, and the words it may have meant."""

    rule: str
    known: Iterable[str] = ()
    meant: str = ""


@dataclass(frozen=True, slots=True, order=True)
class _Found:
    line: int
    column: int
    context: str
    fault: Fault = field(compare=False)


class Faults:
    """The faults of one table, the first of them kept and the rest counted."""

    def __init__(self) -> None:
        self._kept: list[_Found] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, line: int, column: int, context: str, fault: Fault) -> None:
        """Note a fault in cell number `column`, counted from 0; -1 for the row as a whole."""
        self._kept.append(_Found(line, column, context, fault))
        self._count += 1
        if len(self._kept) > 64 * MOST_TOLD:
            self._trim()

    def tell(self, text: str, file: str, problems: Problems) -> None:
        """Hand the first of the faults, and how many more there are, to `problems`."""
        self._trim()
        lines = _BREAK.split(text) if self._kept else []
        for found in self._kept[:MOST_TOLD]:
            place = Place(file, found.line, _cell_start(lines[found.line - 1], found.column))
            fault = found.fault
            hint = nearest(fault.meant, fault.known) if fault.meant else ""
            problems.add(place, found.context, fault.rule, hint)
        if self._count > MOST_TOLD:
            place = Place(file, self._kept[MOST_TOLD].line, 1)
            problems.add(place, "", f"and {self._count - MOST_TOLD} more problems from here on")

    def _trim(self) -> None:
        self._kept = sorted(self._kept)[: MOST_TOLD + 1]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table: the line of each, and its cells by column."""

    lines: NDArray[np.int32]
    columns: list[tuple[str, ...]]


def read_table(
    text: str, file: str, faults: Faults, problems: Problems
) -> tuple[list[str], Iterator[Chunk]]:
    """Return the header and the rows in chunks; what is no row of the table is told.

    Blank lines are passed over. A text that is no CSV from some line on ends there.
    """
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        problems.add(Place(file, 1, 1), "", f"this is not CSV: {error}")
        header = []
    return header, _chunks(reader, len(header), faults, file, problems)


def _chunks(
    reader: "_Reader", width: int, faults: Faults, file: str, problems: Problems
) -> Iterator[Chunk]:
    while width:
        before = reader.line_num
        rows: list[list[str]] = []
        error = _take(reader, rows)
        lines = _lines(rows, before, reader.line_num)
        if set(map(len, rows)) != {width} or not all(map(any, rows)):
            rows, lines = _straightened(rows, lines, width, faults)
        if rows:
            yield Chunk(lines, list(zip(*rows, strict=True)))
        if error:
            problems.add(Place(file, max(reader.line_num, 1), 1), "", f"this is not CSV: {error}")
        if error or reader.line_num == before:
            return


def _take(reader: Iterator[list[str]], rows: list[list[str]]) -> str:
    """Append the next rows; return what ended them, if it was not their number."""
    try:
        rows.extend(islice(reader, _CHUNK))
    except csv.Error as error:
        return str(error)
    return ""


def _lines(rows: list[list[str]], before: int, after: int) -> NDArray[np.int32]:
    """The line on which each row begins; a quoted cell may hold line breaks."""
    if after - before == len(rows):
        return np.arange(before + 1, after + 1, dtype=np.int32)
    heights = [1 + sum(len(_BREAK.findall(cell)) for cell in row) for row in rows]
    return (before + 1 + np.cumsum([0, *heights])[:-1]).astype(np.int32)


def _straightened(
    rows: list[list[str]], lines: NDArray[np.int32], width: int, faults: Faults
) -> tuple[list[list[str]], NDArray[np.int32]]:
    kept: list[list[str]] = []
    kept_lines: list[int] = []
    for row, line in zip(rows, lines.tolist(), strict=True):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < width:
            faults.add(line, -1, "", Fault(f"a row has {width} cells; got {len(row)}"))
        elif any(cell.strip() for cell in row[width:]):
            faults.add(line, width, "", Fault(f"a row has {width} cells; got {len(row)}"))
        else:
            kept.append(row[:width])
            kept_lines.append(line)
    return kept, np.array(kept_lines, np.int32)


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


def _cell_start(line: str, column: int) -> int:
    """The character at which a cell begins, counted from 1."""
    at = 0
    for _ in range(column):
        quoted = line[at : at + 1] == '"'
        end = line.find('",', at + 1) + 1 if quoted else line.find(",", at)
        if end <= 0 and (quoted or end < 0):
            break
        at = end + 1
    return at + 1
