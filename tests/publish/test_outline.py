"""Outlines of areas: few points, closed, latitude first, never crossing themselves."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.publish.cap.outline import MOST_POINTS, circles, is_simple, polygons


def polygon(*rings: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def star(radii: list[float]) -> list[list[float]]:
    """A ring around (121, 31) that never crosses itself, whatever the radii."""
    turn = 2 * math.pi / len(radii)
    ring = [
        [121 + radius * math.cos(at * turn), 31 + radius * math.sin(at * turn)]
        for at, radius in enumerate(radii)
    ]
    return [*ring, ring[0]]


def points(text: str) -> list[tuple[float, float]]:
    return [(float(a), float(b)) for a, b in (pair.split(",") for pair in text.split())]


SQUARE = [[121.0, 31.0], [122.0, 31.0], [122.0, 32.0], [121.0, 32.0], [121.0, 31.0]]


def test_latitude_comes_first() -> None:
    assert polygons(polygon(SQUARE)) == ("31,121 31,122 32,122 32,121 31,121",)


def test_holes_are_dropped() -> None:
    hole = [[121.4, 31.4], [121.6, 31.4], [121.6, 31.6], [121.4, 31.4]]

    assert polygons(polygon(SQUARE, hole)) == polygons(polygon(SQUARE))


def test_of_several_parts_the_largest_is_first() -> None:
    small = [[1.0, 1.0], [1.1, 1.0], [1.1, 1.1], [1.0, 1.0]]
    geometry = {"type": "MultiPolygon", "coordinates": [[small], [SQUARE]]}

    assert [text[:2] for text in polygons(geometry)] == ["31", "1,"]


def test_a_ring_that_crosses_itself_becomes_its_hull() -> None:
    bow = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]

    assert polygons(polygon(bow)) == ("0,0 0,1 1,1 1,0 0,0",)


def test_a_ring_that_touches_itself_becomes_its_hull() -> None:
    dented = [[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [1.0, 0.0], [0.0, 2.0], [0.0, 0.0]]

    assert polygons(polygon(dented)) == ("0,0 0,2 2,2 2,0 0,0",)


def test_a_scribble_becomes_a_bounded_hull() -> None:
    radii = [0.1 * (1 + 0.3 * math.sin(at)) for at in range(10_000)]
    (text,) = polygons(polygon(star(radii)))

    assert 4 <= len(points(text)) <= MOST_POINTS


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "LineString", "coordinates": [[1, 2], [3, 4]]},
        polygon([[1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]),
        polygon([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0], [1.0, 2.0]]),
    ],
    ids=["nothing drawn", "a line", "one point", "no area"],
)
def test_what_has_no_area_has_no_polygon(geometry: dict[str, Any] | None) -> None:
    assert polygons(geometry) == ()


def test_a_point_is_told_by_a_small_circle_and_a_polygon_by_none() -> None:
    many = {"type": "MultiPoint", "coordinates": [[121.5, -0.5, 4.0], [121.5, -0.5]]}

    assert (circles(many), circles(polygon(SQUARE))) == (("-0.5,121.5 0.1",), ())


@given(st.lists(st.floats(0.01, 0.5), min_size=3, max_size=300))
def test_a_ring_stays_simple_closed_and_bounded(radii: list[float]) -> None:
    told = polygons(polygon(star(radii)), most=40)

    for text in told:
        found = points(text)
        steps = np.rint(np.array(found[:-1]) * 1e5).astype(np.int64)
        assert found[0] == found[-1]
        assert 4 <= len(found) <= 40
        assert all(one != other for one, other in pairwise(found))
        assert is_simple(steps)


@given(st.lists(st.floats(0.2, 0.5), min_size=50, max_size=200))
def test_a_simplified_ring_keeps_most_of_its_area(radii: list[float]) -> None:
    ring = star([sum(radii) / len(radii) + radius / 100 for radius in radii])
    (whole,), (thin,) = polygons(polygon(ring), most=500), polygons(polygon(ring), most=50)

    assert area(thin) == pytest.approx(area(whole), rel=0.05)


def area(text: str) -> float:
    return abs(sum(a * d - b * c for (a, b), (c, d) in pairwise(points(text)))) / 2
