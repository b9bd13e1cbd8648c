"""The outline of an area as CAP wants it: few points, latitude first, closed, never crossing."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_POINTS = 100
"""Of one polygon, the closing one included; phones and printers choke on a surveyor's outline."""
MOST_POLYGONS = 20
_DIGITS = 5
"""Of a degree: about a metre. Inside, all is counted in whole steps of this, so nothing rounds."""
_MOST_LOOKED_AT = 2_000
"""Corners of a ring; a finer one is first put on a coarser grid."""
_TRIED = 16
"""Of the corners that matter least; where all of these hold others, the outline is a scribble."""
_CIRCLE_KM = 0.1
"""Around a place that is only a point, such as a building."""
_CORNERS = 3

Ring = NDArray[np.int64]
"""n x 2: longitude, latitude; not closed: its end is not its beginning once more."""


def polygons(geometry: dict[str, Any] | None, most: int = MOST_POINTS) -> tuple[str, ...]:
    """Return the outer rings of a GeoJSON geometry, the largest first; holes are dropped.

    One that crosses itself, or is a scribble, is told by the hull around it.

    >>> polygons({"type": "Polygon", "coordinates": [[[121, 31], [122, 31], [122, 32], [121, 31]]]})
    ('31,121 31,122 32,122 31,121',)
    """
    rings = [_drawn(_ring(outer), most - 1) for outer in _outer_rings(geometry)]
    told = sorted(
        (ring for ring in rings if len(ring) >= _CORNERS and _area(ring)), key=_area, reverse=True
    )
    return tuple(_written(ring) for ring in told[:MOST_POLYGONS])


def circles(geometry: dict[str, Any] | None) -> tuple[str, ...]:
    """Return a small circle around each point of a geometry that is points.

    >>> circles({"type": "Point", "coordinates": [121.5, 31.25]})
    ('31.25,121.5 0.1',)
    """
    match geometry:
        case {"type": "Point", "coordinates": point}:
            points = [point]
        case {"type": "MultiPoint", "coordinates": points}:
            pass
        case _:
            return ()
    pairs = dict.fromkeys(_pair(steps) for steps in _steps(points).tolist())
    return tuple(f"{pair} {_CIRCLE_KM}" for pair in list(pairs)[:MOST_POLYGONS])


def simplified(ring: Ring, most: int) -> Ring:
    """Return a ring of at most `most` corners (Visvalingam, Whyatt 1993: least area first).

    A corner stays, though small, while another one lies in the triangle that it would leave: so
    a ring that does not cross itself never begins to. One that is a scribble keeps more.
    """
    while len(ring) > max(most, _CORNERS):
        at = _least(ring)
        if at is None:
            break
        ring = np.delete(ring, at, axis=0)
    return ring


def is_simple(ring: Ring) -> bool:
    """Return whether no two sides of a ring meet but neighbours in their corner."""
    corners = [(x, y) for x, y in ring.tolist()]
    sides = [(corners[at - 1], corners[at]) for at in range(len(corners))]
    apart = (
        (one, other)
        for one, other in combinations(range(len(sides)), 2)
        if other - one > 1 and other - one < len(sides) - 1
    )
    alike = len(set(corners)) < len(corners)
    return not alike and not any(_meet(*sides[one], *sides[other]) for one, other in apart)


def _outer_rings(geometry: dict[str, Any] | None) -> list[Sequence[Sequence[float]]]:
    match geometry:
        case {"type": "Polygon", "coordinates": rings}:
            return [rings[0]]
        case {"type": "MultiPolygon", "coordinates": parts}:
            return [rings[0] for rings in parts]
        case _:
            return []


def _ring(outer: Sequence[Sequence[float]]) -> Ring:
    steps, grid = _steps(outer), 1
    ring = _without_repeats(steps)
    while len(ring) > _MOST_LOOKED_AT:
        grid *= 2
        ring = _without_repeats(steps // grid * grid)
    return ring


def _steps(points: Sequence[Sequence[float]]) -> Ring:
    """Heights, if there are any, are left out."""
    degrees = np.array([[float(point[0]), float(point[1])] for point in points])
    steps: Ring = np.rint(degrees * 10**_DIGITS).astype(np.int64)
    return steps


def _without_repeats(points: Ring) -> Ring:
    different: NDArray[np.bool_] = (points != np.roll(points, -1, axis=0)).any(axis=1)
    return points[different]


def _drawn(ring: Ring, most: int) -> Ring:
    thin = simplified(ring, most)
    is_told = len(thin) <= most and is_simple(thin)
    return thin if is_told else simplified(_hull(ring), most)


def _least(ring: Ring) -> int | None:
    """Return which corner to leave out; None: each tried holds another in its triangle."""
    before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
    order = np.argsort(np.abs(_turn(before, ring, after)), kind="stable")
    for at in order[:_TRIED].tolist():
        if _is_clear(ring, before[at], ring[at], after[at]):
            return int(at)
    return None


def _is_clear(ring: Ring, a: Ring, b: Ring, c: Ring) -> bool:
    turns = np.array([_turn(a, b, ring), _turn(b, c, ring), _turn(c, a, ring)])
    within = (turns >= 0).all(axis=0) | (turns <= 0).all(axis=0)
    corner = np.zeros(len(ring), np.bool_)
    for point in (a, b, c):
        corner |= (ring == point).all(axis=1)
    return not bool((within & ~corner).any())


def _hull(ring: Ring) -> Ring:
    """Return the convex hull (Andrew 1979)."""
    points = sorted({(x, y) for x, y in ring.tolist()})
    return np.array(_half(points)[:-1] + _half(points[::-1])[:-1], np.int64).reshape(-1, 2)


Point = tuple[int, int]


def _half(points: list[Point]) -> list[Point]:
    line: list[Point] = []
    for point in points:
        while len(line) > 1 and _side(line[-2], line[-1], point) <= 0:
            line.pop()
        line.append(point)
    return line


def _meet(a: Point, b: Point, c: Point, d: Point) -> bool:
    if _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0:
        return True
    ends = ((a, b, c), (a, b, d), (c, d, a), (c, d, b))
    return any(_side(p, q, r) == 0 and _is_between(p, q, r) for p, q, r in ends)


def _is_between(p: Point, q: Point, r: Point) -> bool:
    return all(min(p[k], q[k]) <= r[k] <= max(p[k], q[k]) for k in (0, 1))


def _side(a: Point, b: Point, c: Point) -> int:
    """1 where the way from a over b to c turns left, -1 where right, 0 where it is straight."""
    turn = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (turn > 0) - (turn < 0)


def _turn(a: Ring, b: Ring, c: Ring) -> NDArray[np.int64]:
    """Twice the area of triangles; positive where they turn left."""
    ab, ac = b - a, c - a
    turn: NDArray[np.int64] = ab[..., 0] * ac[..., 1] - ab[..., 1] * ac[..., 0]
    return turn


def _area(ring: Ring) -> int:
    return abs(int(_turn(ring[:1], np.roll(ring, 1, axis=0), ring).sum()))


def _written(ring: Ring) -> str:
    return " ".join(_pair(point) for point in [*ring.tolist(), ring[0].tolist()])


def _pair(point: Sequence[int]) -> str:
    longitude, latitude = point
    return f"{_number(latitude)},{_number(longitude)}"


def _number(steps: int) -> str:
    whole, part = divmod(abs(steps), 10**_DIGITS)
    text = f"{whole}.{part:0{_DIGITS}d}".rstrip("0").rstrip(".")
    return f"-{text}" if steps < 0 else text
