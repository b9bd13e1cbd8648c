"""The names that stand in a registry's files, whatever else is wrong with them."""

import json
from typing import Any

from sentinel.bundle.areas import LEVELS, ancestors, parse_areas
from sentinel.bundle.devices import OFFSET
from sentinel.bundle.metrics import Catalogue, parse_metrics
from sentinel.bundle.registry import Source
from sentinel.bundle.table import Faults, read_table
from sentinel.document import Node, Problems, parse_yaml
from sentinel.document.text import decode_text
from sentinel.domain.area import Area, Level
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.registry import Kind

_NO_AREAS = ("no area ", "the registry has no area column")
_SPOILT_AREAS = ("`area.",)
"""How problems begin that may follow from areas that cannot be read, and from spoilt ones."""


def names_of_metrics(
    metrics: Source | None, devices: Source | None
) -> tuple[Catalogue, frozenset[str], bool]:
    """Return every metric and kind by name, which are spoilt, and whether all names are known.

    What is spoilt has a stand-in; so have, where no name is known, the metrics of offsets.
    """
    node = _document(metrics) if metrics else None
    sections = [_section(node, name) for name in ("metrics", "kinds")]
    if node is None or not all(sections):
        offsets = dict.fromkeys(_offsets(devices)) if devices else {}
        standing_in = tuple(_stand_in(name) for name in offsets)
        return Catalogue(metrics=standing_in, kinds={}), frozenset(offsets), False
    found = {name: _alone(node, name, own) for name, own in sections[0].items()}
    spoilt = {name for name, metric in found.items() if metric is None}
    numbers = {name: number for number, name in enumerate(found)}
    kinds: dict[str, Kind] = {}
    for name, own in sections[1].items():
        named = own.plain().get("metrics") if isinstance(own.value, dict) else None
        listed = named if isinstance(named, list) else []
        known = [one for one in listed if isinstance(one, str) and one in numbers]
        kinds[name] = Kind(title={}, metrics=tuple(numbers[one] for one in dict.fromkeys(known)))
        if not known or len(known) < len(listed):
            spoilt.add(name)
    whole = tuple(metric or _stand_in(name) for name, metric in found.items())
    return Catalogue(metrics=whole, kinds=kinds), frozenset(spoilt), True


def _document(source: Source) -> Node | None:
    text = decode_text(source.data, source.name, Problems())
    return None if text is None else parse_yaml(text, source.name, Problems())


def _section(node: Node | None, name: str) -> dict[str, Node]:
    own = node.value[name].value if node is not None and node.has(name) else None
    return own if isinstance(own, dict) else {}


def _offsets(devices: Source) -> list[str]:
    text = decode_text(devices.data, devices.name, Problems()) or ""
    header, _ = read_table(text, devices.name, Faults(), Problems())
    return [name.removeprefix(OFFSET) for name in header if name.startswith(OFFSET)]


def _stand_in(name: str) -> Metric:
    return Metric(id=name, title={}, kind=MetricKind.GAUGE, unit="", interval_ms=60_000)


def _alone(file: Node, name: str, own: Node) -> Metric | None:
    """A metric as if it were the only one; None if it is spoilt."""
    section = Node({name: own}, own.place, {name: own.place})
    single = Node({"metrics": section}, file.place, {"metrics": own.place})
    found = parse_metrics(single, Problems())
    return found.metrics[0] if found else None


def names_of_areas(areas: Source | None) -> tuple[tuple[Area, ...], tuple[str, ...]]:
    """Return every area that has a code, wherever it stands, and what may follow from the rest."""
    if areas is None:
        return (), _NO_AREAS
    whole = parse_areas(areas.data, areas.name, Problems())
    if whole is not None:
        return whole, ()
    try:
        features = json.loads(areas.data)["features"]
        properties = [_properties(feature) for feature in features]
    except (ValueError, KeyError, TypeError, RecursionError):
        return (), _NO_AREAS
    coded = {own["code"]: own for own in properties if isinstance(own.get("code"), str)}
    has_all = len(coded) == len(properties)
    if not has_all:
        implied = [code for one in coded for code in ancestors(one)]
        coded = {code: {"code": code} for code in implied} | coded
    levels = {code: _level(own.get("level")) for code, own in coded.items()}
    unsure = _SPOILT_AREAS if has_all else (*_NO_AREAS, *_SPOILT_AREAS)
    return tuple(_area(own, levels) for own in coded.values()), unsure


def _properties(feature: object) -> dict[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


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
