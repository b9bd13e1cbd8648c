"""`areas.geojson`: the places of the city, one tree of five levels."""

import json
import re
from collections.abc import Mapping
from typing import Any

from sentinel.bundle.geometry import geometry_fault
from sentinel.document import Place, Problems, nearest
from sentinel.document.json import JsonText, Member
from sentinel.document.text import decode_text
from sentinel.document.validate import shortened
from sentinel.domain.area import Area, Level

LEVELS = {level.name.lower(): level for level in Level}

_CODE = re.compile(r"[\w.-]{1,64}(/[\w.-]{1,64}){0,4}\Z")
_OWN = frozenset({"code", "level", "parent", "name", "name_zh", "name_en"})


def parse_areas(data: bytes, file: str, problems: Problems) -> tuple[Area, ...] | None:
    """Return the areas in file order, or None after telling `problems` all that is wrong.

    The features of a GeoJSON FeatureCollection, each with the properties `code`, `level` (city,
    district, street, grid, building), `parent` (by default the code up to its last slash), and
    `name` or `name_zh` and `name_en`; any other property becomes an attribute for rules.
    """
    before = len(problems.errors)
    text = decode_text(data, file, problems)
    document = None if text is None else JsonText(text, file)
    members = document.members("features", problems) if document else None
    if document is None or members is None:
        if len(problems.errors) == before:
            problems.add(Place(file), "", "must be a GeoJSON FeatureCollection with `features`")
        return None
    found = [_Reader(document, member, problems).read() for member in members]
    read = {area.code: (area, member) for area, member in zip(found, members, strict=True) if area}
    _check_once(document, found, members, problems)
    city = next((area.code for area, _ in read.values() if area.level is Level.CITY), "")
    areas = tuple(_with_parent(area, city) for area, _ in read.values())
    if None not in found:  # otherwise every child of an unreadable area would be told as well
        places = {code: member for code, (_, member) in read.items()}
        _check_tree(areas, places, document, problems)
    return areas if len(problems.errors) == before else None


def _with_parent(area: Area, city: str) -> Area:
    if area.parent or area.level is Level.CITY:
        return area
    above, slash, _ = area.code.rpartition("/")
    return Area(
        code=area.code,
        parent=above if slash else city,
        level=area.level,
        name=area.name,
        geometry=area.geometry,
        attributes=area.attributes,
    )


def _check_once(
    document: JsonText, found: list[Area | None], members: list[Member], problems: Problems
) -> None:
    first: dict[str, Member] = {}
    for area, member in zip(found, members, strict=True):
        if area and first.setdefault(area.code, member) is not member:
            place = document.key_in(member, area.code)
            before = document.place(first[area.code].start)
            problems.add(place, f"area {area.code!r}", "a code may stand once", f"first: {before}")


def _check_tree(
    areas: tuple[Area, ...], members: Mapping[str, Member], document: JsonText, problems: Problems
) -> None:
    levels = {area.code: area.level for area in areas}
    cities = [area.code for area in areas if area.level is Level.CITY]
    if not cities:
        problems.add(Place(document.file), "", "one area has the level 'city'; there is none")
    for code in cities[1:]:
        rule = f"one area has the level 'city'; {cities[0]!r} is it already"
        problems.add(document.key_in(members[code], "level"), f"area {code!r}", rule)
    for area in areas:
        fault, hint = _parent_fault(area, levels)
        if fault:
            place = document.key_in(members[area.code], "parent")
            problems.add(place, f"area {area.code!r}", fault, hint)


def _parent_fault(area: Area, levels: Mapping[str, Level]) -> tuple[str, str]:
    """What is wrong with the parent; a parent always wider leaves no room for a circle."""
    if area.level is Level.CITY:
        return (f"the city has no parent; got {area.parent!r}", "") if area.parent else ("", "")
    if area.parent not in levels:
        others = [code for code in levels if code != area.code]
        return f"no area {area.parent!r} to be its parent", nearest(area.parent, others)
    above = levels[area.parent]
    if above >= area.level:
        words = f"{area.parent!r} is a {above.name.lower()}, this is a {area.level.name.lower()}"
        return f"the parent is wider than the area; {words}", ""
    return "", ""


class _Reader:
    """One feature on its way to an area."""

    def __init__(self, document: JsonText, member: Member, problems: Problems) -> None:
        self._document = document
        self._member = member
        self._problems = problems
        self._context = ""

    def read(self) -> Area | None:
        before = len(self._problems.found)
        value = self._member.value
        properties = value.get("properties") if isinstance(value, dict) else None
        if not isinstance(properties, dict) or value.get("type") != "Feature":
            self._tell("type", "must be a GeoJSON Feature with `properties`")
            return None
        code = self._code(properties)
        level = self._level(properties)
        area = Area(
            code=code,
            parent=self._text(properties, "parent"),
            level=level,
            name=self._name(properties, code),
            geometry=self._geometry(value.get("geometry")),
            attributes=self._attributes(properties),
        )
        return area if len(self._problems.found) == before else None

    def _code(self, properties: dict[str, Any]) -> str:
        code = properties.get("code")
        if not isinstance(code, str) or not _CODE.match(code):
            rule = "`code` is a path such as 'pudong/hq/g07': words of letters, digits, _ . -"
            self._tell("code", f"{rule}; got {shortened(code)}")
            return ""
        self._context = f"area {code!r}"
        return code

    def _level(self, properties: dict[str, Any]) -> Level:
        level = properties.get("level")
        if not isinstance(level, str) or level not in LEVELS:
            hint = nearest(level, LEVELS) if isinstance(level, str) else ""
            rule = f"`level` must be one of {', '.join(LEVELS)}"
            self._tell("level", f"{rule}; got {shortened(level)}", hint)
            return Level.BUILDING
        return LEVELS[level]

    def _text(self, properties: dict[str, Any], key: str) -> str:
        value = properties.get(key)
        if value is not None and not isinstance(value, str):
            self._tell(key, f"`{key}` must be a text; got {shortened(value)}")
        return value if isinstance(value, str) else ""

    def _name(self, properties: dict[str, Any], code: str) -> dict[str, str]:
        name = self._text(properties, "name")
        chinese, english = self._text(properties, "name_zh"), self._text(properties, "name_en")
        either = name or chinese or english or code
        return {"zh": chinese or either, "en": english or either}

    def _attributes(self, properties: dict[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in properties.items():
            if isinstance(value, dict | list):
                self._tell(key, f"`{key}` must be a text or a number; got {shortened(value)}")
            elif key not in _OWN and value is not None:
                found[key] = value if isinstance(value, str) else json.dumps(value)
        return found

    def _geometry(self, geometry: object) -> dict[str, Any] | None:
        fault = "" if geometry is None else geometry_fault(geometry)
        if fault:
            self._tell("geometry", fault)
        return geometry if isinstance(geometry, dict) and not fault else None

    def _tell(self, key: str, message: str, hint: str = "") -> None:
        place = self._document.key_in(self._member, key)
        self._problems.add(place, self._context, message, hint)
