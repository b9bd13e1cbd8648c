"""`areas.geojson`: the places of the city, one tree of five levels."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
    _check_once(document, found, problems)
    _check_tree(document, found, problems)
    if len(problems.errors) > before:
        return None
    city = _city(found)
    return tuple(replace(one.area, parent=_parent(one, city)) for one in found if one.area)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Feature:
    """What of a feature can be read.

    code: Empty if there is none. level, parent: None if what is written makes no sense.
    area: None if anything does not.
    """

    member: Member
    code: str = ""
    level: Level | None = None
    parent: str | None = None
    area: Area | None = None


def _city(found: Sequence[_Feature]) -> str:
    return next((one.code for one in found if one.level is Level.CITY), "")


def _parent(one: _Feature, city: str) -> str:
    """Return the code of the area around it; empty for the city, and where it is not to be told."""
    if one.parent or one.parent is None or one.level is Level.CITY:
        return one.parent or ""
    above, slash, _ = one.code.rpartition("/")
    return above if slash else city


def _check_once(document: JsonText, found: Sequence[_Feature], problems: Problems) -> None:
    first: dict[str, Member] = {}
    for one in found:
        if one.code and first.setdefault(one.code, one.member) is not one.member:
            place = document.key_in(one.member, one.code)
            before = document.place(first[one.code].start)
            problems.add(place, f"area {one.code!r}", "a code may stand once", f"first: {before}")


def _check_tree(document: JsonText, found: Sequence[_Feature], problems: Problems) -> None:
    """Check the tree as far as codes and levels can be read, and tell nothing that may follow."""
    levels = {one.code: one.level for one in found if one.code}
    cities = [one for one in found if one.level is Level.CITY]
    if not cities and None not in [one.level for one in found]:
        problems.add(Place(document.file), "", "one area has the level 'city'; there is none")
    for one in cities[1:]:
        rule = f"one area has the level 'city'; {cities[0].code!r} is it already"
        problems.add(document.key_in(one.member, "level"), f"area {one.code!r}", rule)
    has_all = all(one.code for one in found)
    if not has_all:
        levels = dict.fromkeys(code for one in levels for code in ancestors(one)) | levels
    city = _city(found)
    for one in found:
        fault, hint = _parent_fault(one, _parent(one, city), levels)
        if fault and (has_all or hint or one.parent in levels):
            place = document.key_in(one.member, "parent")
            problems.add(place, f"area {one.code!r}", fault, hint)


def _parent_fault(
    one: _Feature, parent: str, levels: Mapping[str, Level | None]
) -> tuple[str, str]:
    """What is wrong with the parent; a parent always wider leaves no room for a circle."""
    if not parent:
        return "", ""
    if one.level is Level.CITY:
        return f"the city has no parent; got {parent!r}", ""
    if parent not in levels:
        others = [code for code in levels if code != one.code]
        return f"no area {parent!r} to be its parent", nearest(parent, others)
    above = levels[parent]
    if above is not None and one.level is not None and above >= one.level:
        words = f"{parent!r} is a {above.name.lower()}, this is a {one.level.name.lower()}"
        return f"the parent is wider than the area; {words}", ""
    return "", ""


def ancestors(code: str) -> list[str]:
    """Return the codes that a code stands for being there, the widest first.

    >>> ancestors("pudong/hq/g07")
    ['pudong', 'pudong/hq']
    """
    words = code.split("/")
    return ["/".join(words[:length]) for length in range(1, len(words))]


class _Reader:
    """One feature on its way to an area."""

    def __init__(self, document: JsonText, member: Member, problems: Problems) -> None:
        self._document = document
        self._member = member
        self._problems = problems
        self._context = ""

    def read(self) -> _Feature:
        before = len(self._problems.found)
        value = self._member.value
        properties = value.get("properties") if isinstance(value, dict) else None
        if not isinstance(properties, dict) or value.get("type") != "Feature":
            self._tell("type", "must be a GeoJSON Feature with `properties`")
            return _Feature(member=self._member)
        code = self._code(properties)
        level = self._level(properties, code)
        parent = self._text(properties, "parent")
        area = Area(
            code=code,
            parent=parent,
            level=Level.BUILDING if level is None else level,
            name=self._name(properties, code),
            geometry=self._geometry(value.get("geometry")),
            attributes=self._attributes(properties),
        )
        return _Feature(
            member=self._member,
            code=code,
            level=level,
            parent=None if parent != (properties.get("parent") or "") else parent,
            area=area if len(self._problems.found) == before else None,
        )

    def _code(self, properties: dict[str, Any]) -> str:
        code = properties.get("code")
        if not isinstance(code, str) or not _CODE.match(code):
            rule = "`code` is a path such as 'pudong/hq/g07': words of letters, digits, _ . -"
            self._tell("code", f"{rule}; got {shortened(code)}")
            return ""
        self._context = f"area {code!r}"
        return code

    def _level(self, properties: dict[str, Any], code: str) -> Level | None:
        level = properties.get("level")
        if not isinstance(level, str) or level not in LEVELS:
            hint = nearest(level, LEVELS) if isinstance(level, str) else ""
            rule = f"`level` must be one of {', '.join(LEVELS)}"
            self._tell("level", f"{rule}; got {shortened(level)}", hint)
            return None
        if LEVELS[level] is Level.CITY and "/" in code:
            self._tell("code", f"the city's code is one word; got {code!r}")
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
