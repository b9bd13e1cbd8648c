"""The area of a message, from the registry."""

from sentinel.domain.area import Area, Level
from sentinel.domain.registry import Registry
from sentinel.publish.cap.message import LANGUAGES, Where
from sentinel.publish.cap.outline import circles, polygons


def where_is(code: str, registry: Registry | None) -> Where:
    """Return an area's names and outline; without an outline of its own, its code tells where.

    code: Empty: the city. registry: None: nothing is known of areas.
    """
    way = _way(code, registry) if registry else []
    if not way:
        return Where(code=code, place=dict.fromkeys(LANGUAGES, code))
    area = way[-1]
    below = [at for at in way if at.level is not Level.CITY] or way
    place = {language: " · ".join(_name(at, language) for at in below) for language in LANGUAGES}
    geometry = area.geometry
    return Where(
        code=area.code, place=place, polygons=polygons(geometry), circles=circles(geometry)
    )


def _way(code: str, registry: Registry) -> list[Area]:
    """Return the areas from the city down to this one; none if it is not in the registry."""
    if not code:
        return [area for area in registry.areas if area.level is Level.CITY][:1]
    at, way = registry.area_number.get(code, -1), []
    while at >= 0:
        way.append(registry.areas[at])
        at = int(registry.area_parent[at])
    return way[::-1]


def _name(area: Area, language: str) -> str:
    return area.name.get(language) or next(iter(area.name.values()), area.code)
