"""The tree of areas, each with how it stands, for lists, maps and names."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sentinel.console.city_shapes import AreaShape, AreasShape, StandingShape
from sentinel.console.shapes import RANK_WORD, SIGHT_WORD
from sentinel.domain.area import Area, Level
from sentinel.domain.rank import Rank
from sentinel.domain.registry import Registry
from sentinel.warn.picture import CITY, Picture, Standing, around

AreaFilter = Callable[[Area], bool]
"""Says which areas somebody is shown."""
_NOWHERE = Area(code="", parent="", level=Level.CITY, name={}, geometry=None, attributes={})
"""Stands in for the city before there is a registry."""


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Areas by code, and what lies directly below each; made once a registry."""

    by_code: Mapping[str, Area]
    below: Mapping[str, list[Area]]
    city: Area
    _places: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, registry: Registry | None) -> "Gazetteer":
        """Read a registry; None: there is none yet."""
        areas = registry.areas if registry else ()
        city = next((area for area in areas if area.level is Level.CITY), _NOWHERE)
        below: dict[str, list[Area]] = {}
        for area in areas:
            if area is not city:
                below.setdefault(area.parent or city.code, []).append(area)
        return cls({area.code: area for area in areas}, below, city)

    def area(self, code: str) -> Area | None:
        """Return an area; the city where the code is empty."""
        return self.city if not code else self.by_code.get(code)

    def key(self, code: str) -> str:
        """Return the code under which lists and pictures keep an area: the city's is empty."""
        return CITY if code == self.city.code else code

    def place(self, code: str) -> dict[str, str]:
        """Return the names on the way from the district to the area, or the city's, by language."""
        known = self._places.get(code)
        if known is None:
            at_all = around(self.key(code)) if self.key(code) != CITY else [self.city.code]
            areas = [self.by_code[at] for at in at_all if at in self.by_code]
            known = {
                language: " · ".join(_name(area, language) for area in areas) or code
                for language in ("zh", "en")
            }
            self._places[code] = known
        return known

    def tree(self, area: Area, picture: Picture, depth: int, shown: AreaFilter) -> AreasShape:
        """Return an area, the way down to it, and what is `shown` of `depth` levels below it."""
        way = [self.by_code[code] for code in around(self.key(area.code)) if code in self.by_code]
        return AreasShape(
            path=[self._shape(at, picture) for at in [self.city, *way]],
            area=self._shape(area, picture),
            below=[self._shape(at, picture) for at in self._below(area, depth, shown)],
        )

    def geojson(
        self, area: Area, picture: Picture, depth: int, shown: AreaFilter
    ) -> dict[str, Any]:
        """Return what is drawn of the levels below an area (of itself, where none is)."""
        drawn = [at for at in self._below(area, depth, shown) if at.geometry]
        if not drawn and area.geometry:
            drawn = [area]
        return {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": at.geometry,
                    "properties": self._shape(at, picture).model_dump(),
                }
                for at in drawn
            ],
        }

    def _below(self, area: Area, depth: int, shown: AreaFilter) -> Iterator[Area]:
        for at in self.below.get(area.code, ()) if depth > 0 else ():
            if shown(at):
                yield at
                yield from self._below(at, depth - 1, shown)

    def _shape(self, area: Area, picture: Picture) -> AreaShape:
        standing = picture[self.key(area.code)]
        return AreaShape.model_construct(
            code=area.code,
            parent=area.parent,
            level=area.level.name.lower(),
            name=area.name,
            has_below=area.code in self.below,
            standing=standing_shape(standing),
        )


def standing_shape(standing: Standing) -> StandingShape:
    """Return how an area stands as the API says it."""
    return StandingShape.model_construct(
        worst=RANK_WORD[standing.worst],
        sight=SIGHT_WORD[standing.sight],
        open=standing.open,
        blind=standing.blind,
        waiting=standing.waiting,
        waiting_red=standing.waiting_red,
        dark=standing.dark,
        ranks={RANK_WORD[rank]: standing.ranks[rank] for rank in Rank},
    )


def _name(area: Area, language: str) -> str:
    return area.name.get(language) or next(iter(area.name.values()), area.code)
