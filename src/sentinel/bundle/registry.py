"""Areas, metrics and devices put together: the registry, its numbers kept from bundle to bundle."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sentinel.bundle.addresses import Instants
from sentinel.bundle.areas import parse_areas
from sentinel.bundle.assembly import Assembly
from sentinel.bundle.cells import Cells
from sentinel.bundle.devices import (
    ADDRESS,
    header_place,
    parse_devices,
)
from sentinel.bundle.metrics import Catalogue, parse_metrics
from sentinel.bundle.numbering import Numbering
from sentinel.bundle.table import Faults, read_table
from sentinel.document import Problems, nearest, parse_yaml
from sentinel.document.text import decode_text
from sentinel.domain.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One file: its bytes, and the name under which the user knows it."""

    name: str
    data: bytes


def compile_registry(
    *,
    areas: Source | None,
    devices: Source | None,
    metrics: Source | None,
    zone: str,
    known: Numbering,
    problems: Problems,
) -> tuple[Registry, Numbering] | None:
    """Return the registry and the numbering that it extends `known` to.

    None after telling `problems` all that is wrong with any of the three files, or if one is not
    there. `zone` is the IANA name that dates without one are in.
    """
    with _without_collector():
        return _compile(areas, devices, metrics, zone, known, problems)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Keep the garbage collector away: it would walk a million rows, again and again, for nothing.

    Nothing here makes circles. On the way out it is as it was.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _compile(
    areas: Source | None,
    devices: Source | None,
    metrics: Source | None,
    zone: str,
    known: Numbering,
    problems: Problems,
) -> tuple[Registry, Numbering] | None:
    before = len(problems.errors)
    catalogue = _catalogue(metrics, problems) if metrics else None
    places = parse_areas(areas.data, areas.name, problems) if areas else None
    if catalogue is None or places is None or devices is None:
        return None
    numbers = {area.code: number for number, area in enumerate(places)}
    reader = Cells(catalogue=catalogue, areas=numbers, instants=Instants(zone))
    table = parse_devices(devices.data, devices.name, reader, problems)
    if table is None:
        return None
    found = Assembly(catalogue, places, table, known).build() if not table.faults else None
    table.faults.tell(table.text, table.file, problems)
    return found if len(problems.errors) == before else None


def _catalogue(source: Source, problems: Problems) -> Catalogue | None:
    text = decode_text(source.data, source.name, problems)
    node = None if text is None else parse_yaml(text, source.name, problems)
    return None if node is None else parse_metrics(node, problems)


def check_addresses(
    registry: Registry, formats: Sequence[str], devices: Source, problems: Problems
) -> None:
    """Tell of address columns for formats that there are not."""
    if not registry.addresses:
        return
    text = devices.data.decode("utf-8-sig")
    header, _ = read_table(text, devices.name, Faults(), Problems())
    for name in registry.addresses:
        if name not in formats:
            column = ADDRESS + name
            at = header.index(column) if column in header else 0
            place = header_place(text, at, devices.name)
            hint = nearest(name, formats)
            problems.add(place, f"column {column!r}", f"no format {name!r}", hint)
