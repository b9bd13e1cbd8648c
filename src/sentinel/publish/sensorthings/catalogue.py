"""All sets of one registry, what leads from one to another, and what of it a person sees."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.person import Person
from sentinel.domain.registry import Registry
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.sets import Columns, EntitySet, Rows
from sentinel.publish.sensorthings.streams import Properties, Sensors, Streams
from sentinel.publish.sensorthings.things import Features, Locations, Things
from sentinel.publish.sensorthings.vectors import Bools, Vector, texts, times

SINGLE = frozenset({"Thing", "Sensor", "ObservedProperty", "Datastream", "FeatureOfInterest"})
"""Links that lead to one entity; others lead to many."""
_NONE = np.empty(0, np.int32)


class HistoricalLocations:
    """Where things have been: nobody keeps that, and the standard wants the set."""

    name = "HistoricalLocations"
    links: Mapping[str, str] = {"Thing": "Things", "Locations": "Locations"}

    def __init__(self) -> None:
        makers: dict[str, Callable[[], Vector]] = {
            "id": lambda: texts([]),
            "time": lambda: times([]),
        }
        self.column = Columns(self.name, makers)

    def ident(self, row: int) -> str:
        """Nothing has an id."""
        raise IndexError(row)

    def row(self, _ident: str) -> int:
        """Return that there is none."""
        return -1

    def properties(self, row: int) -> dict[str, Any]:
        """Nothing says anything."""
        raise IndexError(row)


class Catalogue:
    """The sets of a registry; made once for it, for all who ask."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        things = Things(registry)
        properties, sensors = Properties(registry), Sensors(registry)
        self._sensors = sensors
        self.streams = Streams(registry, things, properties, sensors)
        found: list[EntitySet] = [
            things,
            Locations(registry, things),
            HistoricalLocations(),
            self.streams,
            sensors,
            properties,
            Features(registry),
        ]
        self.sets: dict[str, EntitySet] = {one.name: one for one in found}

    def follow(self, of: str, row: int, link: str) -> Rows:
        """Return what a link leads to, whoever may see it.

        Raises:
            BadQueryError: It leads to readings of many series, which no page can hold.
        """
        match of, link:
            case ("Things", "Locations") | ("Locations", "Things"):
                return np.array([row], np.int32)
            case "Things", "Datastreams":
                return self._streams_of_device(row)
            case "Datastreams", _:
                return np.array([self._one(row, link)], np.int32)
            case (("Sensors" | "ObservedProperties"), "Datastreams"):
                return self._streams_where(of, row)
            case "FeaturesOfInterest", "Observations":
                message = "ask for Observations by a Datastream: `Datastreams('...')/Observations`"
                raise BadQueryError(message)
            case _:
                return _NONE

    def _one(self, row: int, link: str) -> int:
        device, metric = self.streams.place(row)
        return {
            "Thing": device,
            "Sensor": int(self._sensors.of_device[device]),
            "ObservedProperty": metric,
        }[link]

    def _streams_of_device(self, device: int) -> Rows:
        registry = self.registry
        low, high = registry.sensor_keys.searchsorted([device << 20, (device + 1) << 20]).tolist()
        return np.sort(registry.sensor_order[low:high])

    def _streams_where(self, of: str, row: int) -> Rows:
        registry = self.registry
        if of == "ObservedProperties":
            alike = registry.sensor_metric == row
        else:
            alike = self._sensors.of_device[registry.sensor_device] == row
        return np.flatnonzero(alike).astype(np.int32)


class Sight:
    """What of a catalogue somebody sees: what lies in their areas, and no retired device.

    Metrics and kinds are words, not places: everybody sees them.
    """

    def __init__(self, catalogue: Catalogue, person: Person) -> None:
        registry = catalogue.registry
        areas = np.array([*(person.sees(area.code) for area in registry.areas), person.sees("")])
        devices = areas[registry.device_area] & ~registry.device_retired  # -1: the last, nowhere
        streams = devices[registry.sensor_device] & (registry.sensor_metric >= 0)
        self._seen: dict[str, Bools] = {
            "Things": devices,
            "Locations": devices,
            "Datastreams": streams,
            "FeaturesOfInterest": areas[:-1],
        }
        self.catalogue = catalogue

    def sees(self, of: str, row: int) -> bool:
        """Return whether an entity is there for them; a row of -1 is for nobody."""
        seen = self._seen.get(of)
        return row >= 0 and (seen is None or bool(seen[row]))

    def among(self, of: str, rows: Rows) -> Rows:
        """Return those of the rows that they see."""
        seen = self._seen.get(of)
        return rows if seen is None else rows[seen[rows]]

    def all_of(self, of: str) -> Rows:
        """Return all rows of a set that they see, in order."""
        return self._all[of]

    @cached_property
    def _all(self) -> dict[str, Rows]:
        counts = {
            "HistoricalLocations": 0,
            "Sensors": len(self.catalogue.sets["Sensors"].column("id").values),
            "ObservedProperties": len(self.catalogue.registry.metrics),
        }
        words: dict[str, NDArray[np.int32]] = {
            of: np.arange(count, dtype=np.int32) for of, count in counts.items()
        }
        places = {of: np.flatnonzero(seen).astype(np.int32) for of, seen in self._seen.items()}
        return words | places
