"""Where things are: five levels of place, one tree."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Level(IntEnum):
    """The five levels of place, widest first."""

    CITY = 0
    DISTRICT = 1
    STREET = 2
    """A street or a town."""
    GRID = 3
    BUILDING = 4
    """A building or a residential community."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One place.

    code: Path of codes from below the city: `pudong/hq/g07`; the city's own is its one word.
    parent: Code of the place around it; empty for the city.
    name: By language.
    geometry: GeoJSON geometry, longitude first, WGS 84; None if not drawn.
    attributes: Further columns, as rules read them (`area.air_class`).
    """

    code: str
    parent: str
    level: Level
    name: dict[str, str]
    geometry: dict[str, Any] | None
    attributes: dict[str, str]
