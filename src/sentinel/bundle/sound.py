"""What of a registry is sound, so that a slip in it does not hide what is wrong elsewhere.

Names that are spoilt stay known: what is said of a thing that is not well described is no second
problem. Nothing of this ever comes into force.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sentinel.bundle.addresses import Instants
from sentinel.bundle.cells import Cells
from sentinel.bundle.devices import DeviceTable, parse_devices
from sentinel.bundle.metrics import Catalogue
from sentinel.bundle.names import names_of_areas, names_of_metrics
from sentinel.bundle.registry import Source
from sentinel.document import Node, Problem, Problems
from sentinel.domain.area import Area
from sentinel.domain.registry import Registry

_NO_METRICS = ("no metric ", "no kind ", "the registry has no metric")
_NO_DEVICES = ("the registry has no device column",)
_SPOILT_DEVICES = ("`device.",)
"""How problems begin that may follow from what cannot be read."""
_NEVER_FOLLOWS = ("there is no such key", "the key `")
"""Said of a text alone, whatever the registry has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A registry against which formats and rules can be held.

    spoilt: Metrics and kinds that are not as they should be.
    unsure: How problems begin that may follow from what cannot be read.
    has_metrics: Whether every metric is known by name.
    """

    registry: Registry
    spoilt: frozenset[str]
    unsure: tuple[str, ...]
    has_metrics: bool

    def of_their_own(
        self, found: Sequence[Problem], formats: Sequence[Node], rules: Sequence[Node]
    ) -> list[Problem]:
        """Return those of the problems of formats and rules that do not follow from others."""
        doubtful = {
            context for context, node in (*_named(formats), *_listed(rules)) if self._concerns(node)
        }
        if not self.has_metrics:  # a metric that is not known is taken for a path
            doubtful.update(context for context, _ in _named(formats))
        return [
            one
            for one in found
            if not _may_follow(one, self.unsure)
            and (one.context not in doubtful or one.message.startswith(_NEVER_FOLLOWS))
        ]

    def _concerns(self, node: Node) -> bool:
        """Say whether something spoilt is named in what is written there."""
        names = "|".join(re.escape(name) for name in self.spoilt)
        return any(re.search(rf"\b({names})\b", text) for text in _texts(node) if names)


def sound_registry(
    *,
    areas: Source | None,
    devices: Source | None,
    metrics: Source | None,
    zone: str,
    problems: Problems,
) -> Sound:
    """Return what is sound of three files that make no registry, or that are not all there.

    `problems` is told what is wrong with rows of devices.
    """
    catalogue, spoilt, has_metrics = names_of_metrics(metrics, devices)
    places, unsure_areas = names_of_areas(areas)
    unsure = (*unsure_areas, *(() if has_metrics else _NO_METRICS))
    reader = Cells(
        catalogue=catalogue,
        areas={area.code: number for number, area in enumerate(places)},
        instants=Instants(zone),
    )
    aside = Problems()
    table = parse_devices(devices.data, devices.name, reader, aside) if devices else None
    if table is None:
        unsure += _NO_DEVICES
    else:
        unsure += _SPOILT_DEVICES if table.faults else ()
        table.faults.tell(table.text, table.file, aside)
    problems.found += [one for one in aside.found if not _may_follow(one, unsure)]
    return Sound(
        registry=_registry(catalogue, places, table),
        spoilt=spoilt,
        unsure=unsure,
        has_metrics=has_metrics,
    )


def _may_follow(problem: Problem, unsure: tuple[str, ...]) -> bool:
    """Say whether a name is only missing because what stands in the registry cannot be read.

    One that is like a name that is there is a slip of its own.
    """
    return problem.message.startswith(unsure) and not problem.hint


def _registry(catalogue: Catalogue, places: Sequence[Area], table: DeviceTable | None) -> Registry:
    """Return a registry with the devices' columns, of which no device measures anything."""
    ids = table.ids if table else []
    rows = np.arange(len(ids), dtype=np.int32)
    area_number = {area.code: number for number, area in enumerate(places)}
    return Registry(
        areas=places,
        area_number=area_number,
        area_parent=np.array([area_number.get(area.parent, -1) for area in places], np.int32),
        metrics=catalogue.metrics,
        metric_number=catalogue.numbers,
        device_ids=ids,
        device_number=dict(zip(ids, rows.tolist(), strict=True)),
        device_area=np.full(len(ids), -1, np.int32),
        device_kind=table.texts("kind", rows) if table else [],
        device_retired=np.zeros(len(ids), np.bool_),
        attributes={name: table.texts(name, rows) for name in table.attributes} if table else {},
        sensor_device=np.empty(0, np.int32),
        sensor_metric=np.empty(0, np.int32),
        sensor_offset=np.empty(0, np.float64),
        addresses={name: {} for name in table.formats} if table else {},
        kinds=catalogue.kinds,
    )


def _named(formats: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    for document in formats:
        section = document.at(("formats",))
        if isinstance(section.value, dict):
            yield from ((f"format {name!r}", node) for name, node in section.value.items())


def _listed(rules: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    for document in rules:
        section = document.at(("rules",))
        if isinstance(section.value, list):
            yield from ((f"rule {node.at(('id',)).value!r}", node) for node in section.value)


def _texts(node: Node) -> Iterator[str]:
    match node.value:
        case dict():
            yield from node.value
            for inner in node.value.values():
                yield from _texts(inner)
        case list():
            for inner in node.value:
                yield from _texts(inner)
        case str():
            yield node.value
        case _:  # numbers name nothing
            pass
