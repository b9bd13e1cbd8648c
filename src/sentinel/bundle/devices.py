"""`devices.csv`: the devices, their kinds, places, addresses and offsets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentinel.bundle import cells
from sentinel.bundle.addresses import AddressColumn
from sentinel.bundle.cells import Cells
from sentinel.bundle.columns import Column, TextColumn
from sentinel.bundle.table import Chunk, Fault, Faults, cell_start, read_table
from sentinel.document import Place, Problems, nearest
from sentinel.document.text import decode_text

OFFSET, ADDRESS = "offset:", "address:"
REQUIRED = ("id", "kind")
OWN = (
    "id", "kind", "area", "metrics", "lon", "lat", "name", "name_zh", "name_en", "from", "to",
    "retired", "owner",
)  # fmt: skip
"""The columns that mean something here; any other but offsets and addresses is an attribute."""

_DEGREES = {
    "lon": (cells.longitude, cells.LONGITUDE),
    "lat": (cells.latitude, cells.LATITUDE),
}
_KEPT = ("lon", "lat", "name", "name_zh", "name_en", "from", "to", "owner")
"""Own columns that rules and screens read as attributes too."""


AnyColumn = Column[Any] | TextColumn | AddressColumn


@dataclass(frozen=True, kw_only=True)
class DeviceTable:
    """The file in columns; one row a device, in file order.

    columns: By name, as read; that of the ids is `ids`.
    header: The names of all columns, as the file has them.
    text, file, faults: For whoever finds further faults in a row.
    ids: By row. lines: where each row stands.
    """

    columns: Mapping[str, AnyColumn]
    header: Sequence[str]
    text: str
    file: str
    faults: Faults
    ids: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def values(self, name: str) -> tuple[NDArray[np.int32], list[Any]]:
        """Return a column's codes by row and what each code means; one None if there is none."""
        column = self.columns.get(name)
        if not isinstance(column, Column):
            return np.zeros(len(self.ids), np.int32), [None]
        return column.codes, column.values

    def texts(self, name: str, order: NDArray[np.int32]) -> Sequence[str]:
        """Return a column's texts of the rows in `order`, the empty one for -1."""
        column = self.columns[name]
        return [] if isinstance(column, AddressColumn) else column.texts(order)

    @property
    def attributes(self) -> list[str]:
        """The columns whose texts are kept as attributes."""
        own = set(OWN).difference(_KEPT)
        return [n for n in self.columns if n not in own and not n.startswith((OFFSET, ADDRESS))]

    @property
    def formats(self) -> list[str]:
        """The formats for which there is a column of addresses."""
        return [n.removeprefix(ADDRESS) for n in self.columns if n.startswith(ADDRESS)]

    def tell(self, row: int, column: str, fault: Fault) -> None:
        """Note a fault in a row's cell."""
        context = f"device {self.ids[row]!r}"
        at = self.header.index(column) if column in self.header else -1
        self.faults.add(self.lines[row], at, context, fault)


def parse_devices(data: bytes, file: str, reader: Cells, problems: Problems) -> DeviceTable | None:
    """Return the table; None if it is no table at all. Faults in rows stay in `faults`."""
    text = decode_text(data, file, problems)
    if text is None:
        return None
    faults = Faults()
    header, chunks = read_table(text, file, faults, problems)
    if not _is_header(header, text, reader, file, problems):
        return None
    first = next(chunks, None)
    columns = {name: _column(at, name, reader, first) for at, name in enumerate(header)}
    del columns["id"]
    table = DeviceTable(columns=columns, header=header, text=text, file=file, faults=faults)
    for chunk in chain([first] if first else [], chunks):
        _take(table, chunk)
    _check_once(table)
    _check_positions(table)
    _check_windows(table)
    return table


def _take(table: DeviceTable, chunk: Chunk) -> None:
    at = table.header.index("id")
    names = chunk.columns[at]
    if not cells.are_ids(names):
        for row, name in enumerate(names):
            if fault := cells.device_id_fault(name):
                table.faults.add(int(chunk.lines[row]), at, "", fault)
    context = partial(_context, names)
    for column in table.columns.values():
        column.feed(chunk, context, table.faults)
    table.ids.extend(names)
    table.lines.extend(chunk.lines.tolist())


def _context(names: Sequence[str], row: int) -> str:
    return f"device {names[row]!r}"


def _column(at: int, name: str, reader: Cells, first: Chunk | None) -> AnyColumn:
    if name.startswith(ADDRESS):
        return AddressColumn(at, reader.instants)
    if name.startswith(OFFSET):
        number = reader.catalogue.numbers[name.removeprefix(OFFSET)]
        return Column(at, reader.offset_of(reader.catalogue.metrics[number]))
    if name in _DEGREES:
        parse, most = _DEGREES[name]
        return TextColumn(at, parse, partial(cells.are_degrees, most=most))
    parsers: dict[str, Callable[[str], object]] = {
        "kind": reader.kind,
        "area": reader.area,
        "metrics": reader.metrics,
        "from": reader.instant,
        "to": reader.instant,
        "retired": cells.retired,
    }
    if name in parsers:
        return Column(at, parsers[name])
    sample = first.columns[at] if first else ()
    if 2 * len(set(sample)) > len(sample):
        return TextColumn(at, cells.attribute, cells.are_plain)
    return Column(at, cells.attribute)


def _is_header(header: list[str], text: str, reader: Cells, file: str, problems: Problems) -> bool:
    before = len(problems.errors)
    _check_header(header, text, file, problems)
    for name in header:
        metric = name.removeprefix(OFFSET)
        if metric != name and metric not in reader.catalogue.numbers:
            place = header_place(text, header.index(name), file)
            _tell_no_metric(name, place, reader, problems)
    return len(problems.errors) == before


def _tell_no_metric(name: str, place: Place, reader: Cells, problems: Problems) -> None:
    metric = name.removeprefix(OFFSET)
    hint = nearest(metric, reader.catalogue.numbers)
    problems.add(place, f"column {name!r}", f"no metric {metric!r}", hint)


def header_place(text: str, at: int, file: str) -> Place:
    """Return where the name of column `at` stands in the first line of the file's text."""
    line = text.splitlines()[0]
    start = cell_start(line, at)
    blank = len(line) - len(line[start - 1 :].lstrip()) - (start - 1)
    return Place(file, 1, start + blank)


def _check_header(header: list[str], text: str, file: str, problems: Problems) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        mark = "a semicolon" if ";" in header[0] else "a tab"
        problems.add(Place(file, 1, 1), "", f"cells are parted by commas; got {mark}")
        return
    for name in REQUIRED:
        if name not in header:
            close = nearest(name, [other for other in header if other not in OWN])
            problems.add(Place(file, 1, 1), "", f"the column {name!r} is required", close)
    for at, name in enumerate(header):
        place = header_place(text, at, file)
        if not name:
            problems.add(place, "", f"a column has a name; number {at + 1} has none")
        elif name in header[:at]:
            problems.add(place, "", f"a column may stand once; got {name!r} again")
        elif name not in OWN and ":" not in name and (hint := _own_hint(name)):
            said = f"the column {name!r} is an attribute"
            problems.add(place, "", said, hint, severity="warning")


def _own_hint(name: str) -> str:
    """A column one letter away from one of ours is seldom meant as an attribute."""
    hint = nearest(name.lower(), OWN)
    return hint if name.lower() in OWN or (hint and len(name) > 3) else ""  # noqa: PLR2004 -- `tor`


def _check_once(table: DeviceTable) -> None:
    if len(dict.fromkeys(table.ids)) == len(table.ids):
        return
    first: dict[str, int] = {}
    for row, name in enumerate(table.ids):
        earlier = first.setdefault(name, row)
        if earlier != row and name:
            line = table.lines[earlier]
            table.tell(row, "id", Fault(f"an id may stand once; first: line {line}"))


def _check_positions(table: DeviceTable) -> None:
    """A longitude without a latitude is a slip; so is a column without the other."""
    has = {name: _given(table, name) for name in ("lon", "lat")}
    for row in np.flatnonzero(has["lon"] != has["lat"]).tolist():
        missing = "lat" if has["lon"][row] else "lon"
        table.tell(row, missing, Fault(f"a place has `lon` and `lat`; `{missing}` is empty"))


def _given(table: DeviceTable, name: str) -> NDArray[np.bool_]:
    column = table.columns.get(name)
    if not isinstance(column, TextColumn):
        return np.zeros(len(table.ids), np.bool_)
    return np.fromiter(map(bool, chain.from_iterable(column.parts)), np.bool_, len(table.ids))


def _check_windows(table: DeviceTable) -> None:
    """A device is there from an earlier to a later time."""
    begins, ends = (times(table, name) for name in ("from", "to"))
    for row in np.flatnonzero(begins >= ends).tolist():
        table.tell(row, "to", Fault("`to` is later than `from`"))


def times(table: DeviceTable, name: str) -> NDArray[np.float64]:
    """Return a column of times by row, infinite where it is empty: no beginning, no end."""
    codes, values = table.values(name)
    empty = -np.inf if name == "from" else np.inf
    return np.array([empty if value is None else value for value in values], np.float64)[codes]


def bounds(table: DeviceTable, name: str) -> list[int | None]:
    """Return a column of times by row, None where it is empty."""
    codes, values = table.values(name)
    return list(map(values.__getitem__, codes.tolist()))
