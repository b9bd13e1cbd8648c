"""A large CSV file read in columns; every problem with its line and column."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sentinel.document import Place, Problems, nearest

MOST_TOLD = 50
"""Beyond these a file is broken as a whole, and the rest is only counted."""

_CHUNK = 1 << 16
_BREAK = re.compile(r"\r\n|\n|\r")


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
            place = Place(file, found.line, cell_start(lines[found.line - 1], found.column))
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


def cell_start(line: str, column: int) -> int:
    """The character at which a cell begins, counted from 1."""
    at = 0
    for _ in range(column):
        quoted = line[at : at + 1] == '"'
        end = line.find('",', at + 1) + 1 if quoted else line.find(",", at)
        if end <= 0 and (quoted or end < 0):
            break
        at = end + 1
    return at + 1
