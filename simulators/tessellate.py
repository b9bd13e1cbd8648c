"""A plane cut into tidy cells: convex polygons, relaxed, then bent so that borders look grown.

Everything is computed in kilometres east and north of the city's middle, and is cut while straight
and convex, which makes cutting exact. `bend` is applied last, point by point, so neighbours still
share their borders.
"""

from math import cos, hypot, pi, sin
from random import Random

Point = tuple[float, float]
Polygon = list[Point]
"""Corners in order, counter-clockwise; the first is not repeated."""

RELAXATIONS = 12
"""Lloyd's steps; cells hardly move after ten."""


def disc(*, east: float, north: float, corners: int = 72) -> Polygon:
    """Return an ellipse with these half axes around the middle."""
    turns = [2 * pi * corner / corners for corner in range(corners)]
    return [(east * cos(turn), north * sin(turn)) for turn in turns]


def split(whole: Polygon, parts: int, chance: Random) -> list[Polygon]:
    """Return `whole` cut into so many cells of much the same size, north-west to south-east."""
    sites = [_inside(whole, chance) for _ in range(parts)]
    for _ in range(RELAXATIONS):
        sites = [middle(cell) for cell in around(whole, sites)]
    return sorted(around(whole, sites), key=lambda cell: middle(cell)[0] - middle(cell)[1])


def around(whole: Polygon, sites: list[Point]) -> list[Polygon]:
    """Return for each site the part of `whole` that is nearer to it than to any other (Voronoi)."""
    cells = []
    for site in sites:
        cell = whole
        for other in sites:
            if other != site:
                cell = _nearer(cell, site, other)
        cells.append(cell)
    return cells


def middle(cell: Polygon) -> Point:
    """Return the centre of gravity."""
    area = east = north = 0.0
    for (x1, y1), (x2, y2) in _sides(cell):
        cross = x1 * y2 - x2 * y1
        area += cross
        east += (x1 + x2) * cross
        north += (y1 + y2) * cross
    return east / (3 * area), north / (3 * area)


def contains(cell: Polygon, point: Point) -> bool:
    """Return whether a convex cell holds the point."""
    x, y = point
    return all((x2 - x1) * (y - y1) >= (y2 - y1) * (x - x1) for (x1, y1), (x2, y2) in _sides(cell))


def dense(cell: Polygon, step: float) -> Polygon:
    """Return the cell with further points on its sides, at most `step` apart, ready to bend."""
    points: Polygon = []
    for (x1, y1), (x2, y2) in _sides(cell):
        pieces = max(1, round(hypot(x2 - x1, y2 - y1) / step))
        points += [
            (x1 + (x2 - x1) * piece / pieces, y1 + (y2 - y1) * piece / pieces)
            for piece in range(pieces)
        ]
    return points


def bend(point: Point) -> Point:
    """Return where a point lies once the plane is bent; steps stay small, so nothing overlaps."""
    x, y = point
    east = x + 0.60 * sin(0.45 * y + 0.8) + 0.16 * sin(1.7 * y + 0.6 * x)
    north = y + 0.55 * sin(0.40 * x - 0.3) + 0.14 * sin(1.6 * x - 0.5 * y + 1.0)
    return east, north


def _nearer(cell: Polygon, site: Point, other: Point) -> Polygon:
    """Cut off what is nearer to `other` (Sutherland and Hodgman, 1974, for one edge)."""
    kept: Polygon = []
    a, b = other[0] - site[0], other[1] - site[1]
    c = (other[0] ** 2 - site[0] ** 2 + other[1] ** 2 - site[1] ** 2) / 2
    for start, end in _sides(cell):
        here, there = (a * p[0] + b * p[1] - c for p in (start, end))
        if here <= 0:
            kept.append(start)
        if here * there < 0:
            share = here / (here - there)
            kept.append(
                (start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1]))
            )
    return kept


def _inside(cell: Polygon, chance: Random) -> Point:
    while True:
        point = (
            chance.uniform(min(x for x, _ in cell), max(x for x, _ in cell)),
            chance.uniform(min(y for _, y in cell), max(y for _, y in cell)),
        )
        if contains(cell, point):
            return point


def _sides(cell: Polygon) -> list[tuple[Point, Point]]:
    return list(zip(cell, cell[1:] + cell[:1], strict=True))
