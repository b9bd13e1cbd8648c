"""Devices as Things and Locations, areas as FeaturesOfInterest."""

from collections.abc import Callable, Mapping
from typing import Any

from sentinel.domain.area import Level
from sentinel.domain.registry import Registry
from sentinel.publish.sensorthings.sets import Columns
from sentinel.publish.sensorthings.vectors import Vector, texts
from sentinel.publish.sensorthings.words import GEOJSON, spoken

_NOWHERE: dict[str, Any] = {"type": "GeometryCollection", "geometries": []}
"""GeoJSON of what nobody has drawn."""
_PLACED = frozenset({"name", "lon", "lat", "from", "to"})
"""Columns of devices.csv that are told elsewhere than in `properties`."""


class Things:
    """Devices. name: As devices.csv names them, else the id. description: The kind's title."""

    name = "Things"
    links: Mapping[str, str] = {
        "Locations": "Locations",
        "HistoricalLocations": "HistoricalLocations",
        "Datastreams": "Datastreams",
    }

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        shown = [column for column in registry.attributes if column not in _PLACED]
        self._shown = shown
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: texts(list(registry.device_ids)),
            "name": lambda: texts([self._called(row) for row in range(len(registry.device_ids))]),
            "description": lambda: texts([self._described(k) for k in registry.device_kind]),
            "properties/kind": lambda: texts(list(registry.device_kind), gaps=True),
            "properties/area": lambda: texts(
                [registry.area_code(row) for row in range(len(registry.device_ids))], gaps=True
            ),
        }
        makers |= {f"properties/{column}": self._attribute(column) for column in shown}
        self.column = Columns(self.name, makers)

    def ident(self, row: int) -> str:
        """Return a device's id."""
        return self._registry.device_ids[row]

    def row(self, ident: str) -> int:
        """Return the number of a device, -1 if there is none."""
        return self._registry.device_number.get(ident, -1)

    def properties(self, row: int) -> dict[str, Any]:
        """Return what a device says of itself."""
        registry = self._registry
        given = {column: registry.attributes[column][row] for column in self._shown}
        own = {"kind": registry.device_kind[row], "area": registry.area_code(row)}
        return {
            "name": self._called(row),
            "description": self._described(registry.device_kind[row]),
            "properties": {key: text for key, text in {**given, **own}.items() if text},
        }

    def _called(self, row: int) -> str:
        names = self._registry.attributes.get("name")
        return (names[row] if names else "") or self._registry.device_ids[row]

    def _described(self, kind: str) -> str:
        known = self._registry.kinds.get(kind)
        return (spoken(dict(known.title)) if known else "") or kind

    def _attribute(self, column: str) -> Callable[[], Vector]:
        return lambda: texts(list(self._registry.attributes[column]), gaps=True)


class Locations:
    """Where devices are, one each: the point of its row, else the outline of its area."""

    name = "Locations"
    links: Mapping[str, str] = {
        "Things": "Things",
        "HistoricalLocations": "HistoricalLocations",
    }

    def __init__(self, registry: Registry, things: Things) -> None:
        self._registry = registry
        self._things = things
        self._places = Places(registry)
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: things.column("id"),
            "name": lambda: texts(
                [self._places.of(number) for number in registry.device_area.tolist()]
            ),
            "properties/area": lambda: things.column("properties/area"),
        }
        self.column = Columns(self.name, makers)

    def ident(self, row: int) -> str:
        """Return the device's id: it is where that is."""
        return self._things.ident(row)

    def row(self, ident: str) -> int:
        """Return the number of the device."""
        return self._things.row(ident)

    def properties(self, row: int) -> dict[str, Any]:
        """Return where a device is."""
        area = self._registry.area_code(row)
        return {
            "name": self._places.of(int(self._registry.device_area[row])) or self.ident(row),
            "description": f"where {self.ident(row)} is",
            "encodingType": GEOJSON,
            "location": self._geometry(row),
            "properties": {"area": area} if area else {},
        }

    def _geometry(self, row: int) -> dict[str, Any]:
        longitude, latitude = (self._degrees(name, row) for name in ("lon", "lat"))
        if longitude and latitude:
            return {"type": "Point", "coordinates": [float(longitude), float(latitude)]}
        number = int(self._registry.device_area[row])
        return (self._registry.areas[number].geometry if number >= 0 else None) or _NOWHERE

    def _degrees(self, column: str, row: int) -> str:
        texts_ = self._registry.attributes.get(column)
        return texts_[row] if texts_ else ""


class Features:
    """Areas, whose condition the devices in them tell."""

    name = "FeaturesOfInterest"
    links: Mapping[str, str] = {"Observations": "Observations"}

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._places = Places(registry)
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: texts([area.code for area in registry.areas]),
            "name": lambda: texts([self._places.of(n) for n in range(len(registry.areas))]),
            "description": lambda: texts([area.level.name.lower() for area in registry.areas]),
        }
        self.column = Columns(self.name, makers)

    def ident(self, row: int) -> str:
        """Return an area's code."""
        return self._registry.areas[row].code

    def row(self, ident: str) -> int:
        """Return the number of an area, -1 if there is none."""
        return self._registry.area_number.get(ident, -1)

    def properties(self, row: int) -> dict[str, Any]:
        """Return what is known of an area."""
        area = self._registry.areas[row]
        return {
            "name": self._places.of(row),
            "description": area.level.name.lower(),
            "encodingType": GEOJSON,
            "feature": area.geometry or _NOWHERE,
            "properties": {key: text for key, text in area.attributes.items() if text},
        }


class Places:
    """Names of areas with those around them, each put together once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._known: dict[int, str] = {-1: ""}

    def of(self, number: int) -> str:
        """Return the name of an area: district first, in both languages; empty for -1."""
        if number not in self._known:
            area = self._registry.areas[number]
            own = spoken(area.name) or area.code
            around = int(self._registry.area_parent[number])
            is_top = around < 0 or self._registry.areas[around].level is Level.CITY
            self._known[number] = own if is_top else f"{self.of(around)} · {own}"
        return self._known[number]
