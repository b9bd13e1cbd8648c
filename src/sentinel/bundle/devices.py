"""`devices.csv`: the devices, their kinds, places, addresses and offsets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentinel.bundle import cells
from sentinel.bundle.addresses import Spell
from sentinel.bundle.cells import Cells
from sentinel.bundle.table import Chunk, Column, Fault, Faults, read_table
from sentinel.document import Place, Problems, nearest
from sentinel.document.text import decode_text

OFFSET, ADDRESS = "offset:", "address:"
REQUIRED = ("id", "kind")
OWN = ("id", "kind", "area", "metrics", "lon", "lat", "name", "from", "to", "retired", "owner")
"""The columns that mean something here; any other but offsets and addresses is an attribute."""

_KEPT = ("lon", "lat", "name", "from", "to", "owner")
"""Own columns that rules and screens read as attributes too."""


@dataclass(frozen=True, kw_only=True)
class DeviceTable:
    """The file in columns; one row a device, in file order.

    ids: By row. lines: int32, where each row stands.
    columns: By name, as read.
    header: The names of all columns, as the file has them.
    text, file, faults: For whoever finds further faults in a row.
    """

    ids: list[str]
    lines: NDArray[np.int32]
    columns: Mapping[str, Column[Any]]
    header: Sequence[str]
    text: str
    file: str
    faults: Faults = field(default_factory=Faults)

    def values(self, name: str) -> tuple[NDArray[np.int32], list[Any]]:
        """Return a column's codes by row and what each code means; one None if there is none."""
        column = self.columns.get(name)
        if column is None:
            return np.zeros(len(self.ids), np.int32), [None]
        return column.codes, column.values

    @property
    def attributes(self) -> list[str]:
        """The columns whose texts are kept as attributes."""
        own = set(OWN).difference(_KEPT)
        return [n for n in self.columns if n not in own and not n.startswith((OFFSET, ADDRESS))]

    def tell(self, row: int, column: str, fault: Fault) -> None:
        """Note a fault in a row's cell."""
        context = f"device {self.ids[row]!r}"
        at = self.header.index(column) if column in self.header else -1
        self.faults.add(int(self.lines[row]), at, context, fault)


def parse_devices(data: bytes, file: str, reader: Cells, problems: Problems) -> DeviceTable | None:
    """Return the table; None if it is no table at all. Faults in rows stay in `faults`."""
    text = decode_text(data, file, problems)
    if text is None:
        return None
    faults = Faults()
    header, chunks = read_table(text, file, faults, problems)
    columns = _columns(header, reader, file, problems)
    if columns is None:
        return None
    ids: list[str] = []
    lines: list[NDArray[np.int32]] = []
    for chunk in chunks:
        names = [name.strip() for name in chunk.columns[header.index("id")]]
        context = partial(_context, names)
        _check_ids(names, chunk, header.index("id"), faults)
        for column in columns.values():
            column.feed(chunk, context, faults)
        ids += names
        lines.append(chunk.lines)
    table = DeviceTable(
        ids=ids,
        lines=np.concatenate([np.empty(0, np.int32), *lines]),
        columns=columns,
        header=header,
        text=text,
        file=file,
        faults=faults,
    )
    _check_once(table)
    _check_positions(table)
    _check_windows(table)
    return table


def _context(names: list[str], row: int) -> str:
    return f"device {names[row]!r}"


def _columns(
    header: list[str], reader: Cells, file: str, problems: Problems
) -> dict[str, Column[Any]] | None:
    before = len(problems.errors)
    _check_header(header, file, problems)
    if len(problems.errors) > before:
        return None
    parsers: dict[str, Any] = {
        "kind": reader.kind,
        "area": reader.area,
        "metrics": reader.metrics,
        "lon": cells.longitude,
        "lat": cells.latitude,
        "from": reader.instant,
        "to": reader.instant,
        "retired": cells.retired,
    }
    columns: dict[str, Column[Any]] = {}
    for at, name in enumerate(header):
        parse = parsers.get(name, cells.attribute)
        if name.startswith(ADDRESS):
            parse = reader.spells
        elif name.startswith(OFFSET):
            number = reader.catalogue.numbers.get(name.removeprefix(OFFSET))
            if number is None:
                _tell_no_metric(name, header, reader, file, problems)
                continue
            parse = reader.offset_of(reader.catalogue.metrics[number])
        if name != "id":
            columns[name] = Column(at, parse)
    return columns if len(problems.errors) == before else None


def _tell_no_metric(
    name: str, header: list[str], reader: Cells, file: str, problems: Problems
) -> None:
    metric = name.removeprefix(OFFSET)
    hint = nearest(metric, reader.catalogue.numbers)
    problems.add(
        header_place(header, name, file), f"column {name!r}", f"no metric {metric!r}", hint
    )


def header_place(header: Sequence[str], name: str, file: str) -> Place:
    """Return where a column's name stands, if the header has no quotes and blanks."""
    before = header[: header.index(name)] if name in header else []
    return Place(file, 1, 1 + sum(len(other) + 1 for other in before))


def _check_header(header: list[str], file: str, problems: Problems) -> None:
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        mark = "a semicolon" if ";" in header[0] else "a tab"
        problems.add(Place(file, 1, 1), "", f"cells are parted by commas; got {mark}")
        return
    for name in REQUIRED:
        if name not in header:
            close = nearest(name, [h.lower() for h in header])
            problems.add(Place(file, 1, 1), "", f"the column {name!r} is required", close)
    for at, name in enumerate(header):
        place = header_place(header, name, file)
        if not name:
            problems.add(place, "", f"a column has a name; number {at + 1} has none")
        elif name in header[:at]:
            problems.add(place, "", f"a column may stand once; got {name!r} again")
        elif name not in OWN and ":" not in name and (hint := _own_hint(name)):
            text = f"the column {name!r} is an attribute"
            problems.add(place, "", text, hint, severity="warning")


def _own_hint(name: str) -> str:
    """A column one letter away from one of ours is seldom meant as an attribute."""
    hint = nearest(name.lower(), OWN)
    return hint if name.lower() in OWN or (hint and len(name) > 3) else ""  # noqa: PLR2004 -- `tor`


def _check_ids(names: list[str], chunk: Chunk, column: int, faults: Faults) -> None:
    for row, name in enumerate(names):
        if fault := cells.device_id_fault(name):
            faults.add(int(chunk.lines[row]), column, "", fault)


def _check_once(table: DeviceTable) -> None:
    if len(set(table.ids)) == len(table.ids):
        return
    first: dict[str, int] = {}
    for row, name in enumerate(table.ids):
        earlier = first.setdefault(name, row)
        if earlier != row and name:
            line = int(table.lines[earlier])
            table.tell(row, "id", Fault(f"an id may stand once; first: line {line}"))


def _check_positions(table: DeviceTable) -> None:
    """A longitude without a latitude is a slip; so is a column without the other."""
    has = {}
    for name in ("lon", "lat"):
        codes, values = table.values(name)
        has[name] = np.array([value is not None for value in values], np.bool_)[codes]
    for row in np.flatnonzero(has["lon"] != has["lat"]).tolist():
        missing = "lat" if has["lon"][row] else "lon"
        table.tell(row, missing, Fault(f"a place has `lon` and `lat`; `{missing}` is empty"))


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


def spells_of(table: DeviceTable, name: str) -> list[tuple[Spell, ...]]:
    """Return the addresses of each row in a column `address:FORMAT`; a bad cell has none."""
    codes, values = table.values(name)
    spells = [value or () for value in values]
    return list(map(spells.__getitem__, codes.tolist()))
