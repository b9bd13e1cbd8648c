"""Whether a GeoJSON geometry can be drawn on a map: RFC 7946, longitude first, WGS 84."""

import math

from sentinel.document import nearest
from sentinel.document.validate import shortened

_DEPTHS = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
"""How deep the positions lie inside `coordinates`."""
_LEAST = {"LineString": 2, "MultiLineString": 2, "Polygon": 4, "MultiPolygon": 4}


def geometry_fault(geometry: object) -> str:
    """Return what keeps the geometry from being drawn, in one sentence; empty if nothing does.

    >>> geometry_fault({"type": "Point", "coordinates": [31.2, 121.5]})
    'latitude lies within -90 and 90; got 121.5: longitude comes first'
    """
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or not isinstance(kind, str) or kind not in _DEPTHS:
        hint = nearest(kind, _DEPTHS) if isinstance(kind, str) else ""
        rule = f"a geometry is one of {', '.join(_DEPTHS)}; got {shortened(kind)}"
        return f"{rule}; {hint}" if hint else rule
    return _fault(geometry.get("coordinates"), _DEPTHS[kind], kind)


def _fault(value: object, depth: int, kind: str) -> str:
    if depth == 0:
        return _position_fault(value)
    if not isinstance(value, list) or not value:
        return f"`coordinates` of a {kind} are lists in lists; got {shortened(value)}"
    for inner in value:
        fault = _fault(inner, depth - 1, kind)
        if fault:
            return fault
    return _line_fault(value, kind) if depth == 1 else ""


def _line_fault(line: list[object], kind: str) -> str:
    least = _LEAST.get(kind, 1)
    if len(line) < least:
        return f"a line of a {kind} has at least {least} positions; got {len(line)}"
    if "Polygon" in kind and line[0] != line[-1]:
        return f"a ring ends where it begins; got {line[0]} and {line[-1]}"
    return ""


def _position_fault(value: object) -> str:
    if not isinstance(value, list) or not 2 <= len(value) <= 3:  # noqa: PLR2004 -- height is the third
        return f"a position is [longitude, latitude]; got {shortened(value)}"
    if not all(type(part) in {int, float} and math.isfinite(part) for part in value):
        return f"a position is numbers; got {shortened(value)}"
    longitude, latitude = value[0], value[1]
    if not -90 <= latitude <= 90:  # noqa: PLR2004 -- degrees
        swapped = ": longitude comes first" if -90 <= longitude <= 90 else ""  # noqa: PLR2004
        return f"latitude lies within -90 and 90; got {latitude}{swapped}"
    if not -180 <= longitude <= 180:  # noqa: PLR2004 -- degrees
        return f"longitude lies within -180 and 180; got {longitude}"
    return ""
