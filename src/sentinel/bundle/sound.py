"""What of a registry is sound, so that a slip in it does not hide what is wrong elsewhere.

Names that are spoilt stay known: what is said of a thing that is not well described is no second
problem. Nothing of this ever comes into force.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sentinel.bundle.addresses import Instants
from sentinel.bundle.areas import LEVELS
from sentinel.bundle.assembly import Assembly
from sentinel.bundle.cells import Cells
from sentinel.bundle.devices import parse_devices
from sentinel.bundle.metrics import Catalogue, parse_metrics
from sentinel.bundle.numbering import NOTHING
from sentinel.bundle.registry import Source
from sentinel.document import Node, Problem, Problems, parse_yaml
from sentinel.document.text import decode_text
from sentinel.domain.area import Area, Level
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.registry import Kind, Registry

_UNKNOWN = ("no kind ", "no metric ", "no area ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A registry without devices, against which formats and rules can be held.

    spoilt: Metrics and kinds that are not as they should be.
    """

    registry: Registry
    spoilt: frozenset[str]

    def of_their_own(
        self, found: Sequence[Problem], formats: Sequence[Node], rules: Sequence[Node]
    ) -> list[Problem]:
        """Return those of the problems of formats and rules that do not follow from others."""
        doubtful = {one.context for one in found if _may_follow(one)}
        for context, node in (*_named(formats), *_listed(rules)):
            if self._concerns(node):
                doubtful.add(context)
        return [one for one in found if one.context not in doubtful]

    def _concerns(self, node: Node) -> bool:
        """Say whether something spoilt is named in what is written there."""
        names = "|".join(re.escape(name) for name in self.spoilt)
        return any(re.search(rf"\b({names})\b", text) for text in _texts(node) if names)


def sound_registry(
    *, areas: Source, devices: Source, metrics: Source, zone: str, problems: Problems
) -> Sound | None:
    """Return what is sound of three files that make no registry.

    `problems` is told what is wrong with rows of devices. None: too little is sound.
    """
    metrics_text = decode_text(metrics.data, metrics.name, Problems())
    node = parse_yaml(metrics_text, metrics.name, Problems()) if metrics_text is not None else None
    found = None if node is None else _catalogue(node)
    places = _areas(areas.data)
    if found is None or places is None:
        return None
    catalogue, spoilt = found
    reader = Cells(
        catalogue=catalogue,
        areas={area.code: number for number, area in enumerate(places)},
        instants=Instants(zone),
    )
    aside = Problems()
    table = parse_devices(devices.data, devices.name, reader, aside)
    if table is None:
        return None
    bare = parse_devices(_header_alone(table.header), devices.name, reader, Problems())
    if bare is None:
        return None
    table.faults.tell(table.text, table.file, aside)
    problems.found += [one for one in aside.found if not _may_follow(one)]
    registry, _ = Assembly(catalogue, places, bare, NOTHING).build()
    return Sound(registry=registry, spoilt=spoilt)


def _header_alone(header: Sequence[str]) -> bytes:
    """Return a table of these columns and no rows."""
    return ",".join('"' + name.replace('"', '""') + '"' for name in header).encode()


def _may_follow(problem: Problem) -> bool:
    """Say whether a name is only missing because what stands in the registry cannot be read.

    One that is like a name that is there is a slip of its own.
    """
    return problem.message.startswith(_UNKNOWN) and not problem.hint


def _catalogue(node: Node) -> tuple[Catalogue, frozenset[str]] | None:
    """Every metric and kind by name, those that are spoilt as stand-ins."""
    sections = [node.at((name,)) for name in ("metrics", "kinds") if node.has(name)]
    if not sections or not all(isinstance(section.value, dict) for section in sections):
        return None
    metrics: dict[str, Metric] = {}
    spoilt: set[str] = set()
    for name, own in sections[0].value.items():
        metric = _alone(node, name, own)
        metrics[name] = metric or Metric(
            id=name, title={}, kind=MetricKind.GAUGE, unit="", interval_ms=60_000
        )
        if metric is None:
            spoilt.add(name)
    numbers = {name: number for number, name in enumerate(metrics)}
    kinds: dict[str, Kind] = {}
    for name, own in sections[1].value.items() if len(sections) > 1 else ():
        named = own.plain().get("metrics") if isinstance(own.value, dict) else None
        known = [one for one in named or () if isinstance(one, str) and one in numbers]
        kinds[name] = Kind(title={}, metrics=tuple(numbers[one] for one in dict.fromkeys(known)))
        if not known or len(known) < len(named or ()):
            spoilt.add(name)
    return Catalogue(metrics=tuple(metrics.values()), kinds=kinds), frozenset(spoilt)


def _alone(file: Node, name: str, own: Node) -> Metric | None:
    """A metric as if it were the only one; None if it is spoilt."""
    section = Node({name: own}, own.place, {name: own.place})
    single = Node({"metrics": section}, file.place, {"metrics": own.place})
    found = parse_metrics(single, Problems())
    return found.metrics[0] if found else None


def _areas(data: bytes) -> tuple[Area, ...] | None:
    """Every area that has a code, wherever it stands; None unless each feature has one."""
    try:
        features = json.loads(data)["features"]
        properties = [feature["properties"] for feature in features]
        levels = {str(own["code"]): _level(own.get("level")) for own in properties}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return tuple(
        _area(own, levels) for own in {str(own["code"]): own for own in properties}.values()
    )


def _level(word: object) -> Level:
    return LEVELS.get(word, Level.BUILDING) if isinstance(word, str) else Level.BUILDING


def _area(own: dict[str, object], levels: dict[str, Level]) -> Area:
    code = str(own["code"])
    parent = str(own.get("parent") or code.rpartition("/")[0])
    return Area(
        code=code,
        parent=parent if levels.get(parent, levels[code]) < levels[code] else "",
        level=levels[code],
        name={},
        geometry=None,
        attributes={key: str(value) for key, value in own.items()},
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
