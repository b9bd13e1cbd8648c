"""areas.geojson."""

from collections.abc import Callable
from typing import Any

import pytest

from sentinel.bundle.geometry import geometry_fault
from sentinel.domain.area import Level

Make = Callable[..., Any]


def test_areas_are_a_tree_of_five_levels(city: Make) -> None:
    registry = city().registry()

    assert [area.level for area in registry.areas] == list(Level)[:4]
    assert registry.area_parent.tolist() == [-1, 0, 1, 2]
    assert registry.areas[0].name == {"zh": "上海", "en": "Shanghai"}
    assert registry.areas[1].name == {"zh": "浦东", "en": "浦东"}
    assert registry.areas[3].attributes == {"air_class": "2"}
    assert registry.within(1).tolist() == [False, True, True, True]


def test_a_parent_may_be_named(city: Make, place: Make) -> None:
    areas = [place("c", "city"), place("d", "district"), place("x", "grid", parent="d")]
    registry = city(areas=areas, devices="id,kind\na,river\n").registry()

    assert [area.parent for area in registry.areas] == ["", "c", "d"]


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (("c2", "city", {}), "area 'c2': one area has the level 'city'; 'c' is it already"),
        (("x/y", "street", {}), "area 'x/y': no area 'x' to be its parent"),
        (
            ("d11/y", "street", {}),
            "area 'd11/y': no area 'd11' to be its parent; did you mean 'd1'?",
        ),
        (
            ("d1/e", "district", {}),
            (
                "area 'd1/e': the parent is wider than the area; 'd1' is a district, "
                "this is a district"
            ),
        ),
        (("x/y", "city", {}), "area 'x/y': the city's code is one word; got 'x/y'"),
        (("x", "district", {"parent": "x"}), "area 'x': the parent is wider than the area"),
        (("d1", "district", {}), "area 'd1': a code may stand once"),
        (
            ("x", "distrikt", {}),
            (
                "area 'x': `level` must be one of city, district, street, grid, building; "
                "got 'distrikt'; did you mean 'district'?"
            ),
        ),
        (("a b", "district", {}), "`code` is a path such as 'pudong/hq/g07'"),
        (("x", "district", {"name": 3}), "area 'x': `name` must be a text; got 3"),
        (("x", "district", {"more": [1]}), "area 'x': `more` must be a text or a number; got [1]"),
    ],
)
def test_what_is_no_tree_is_told(
    city: Make, place: Make, spoil: tuple[str, str, dict[str, Any]], expected: str
) -> None:
    code, level, properties = spoil
    areas = [place("c", "city"), place("d1", "district"), place(code, level, **properties)]
    told = city(areas=areas, devices="id,kind\n").told()

    assert any(expected in line for line in told), told
    assert all(line.startswith("registry/areas.geojson:") for line in told)


OPEN_RING = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}


@pytest.mark.parametrize(
    "spoilt", [{"geometry": OPEN_RING}, {"name": 3}, {"level": "distrikt"}, {"code": None}]
)
def test_an_area_that_is_spoilt_hides_no_bad_parent_and_is_one(
    city: Make, place: Make, spoilt: dict[str, Any]
) -> None:
    areas = [
        place("c", "city"),
        place("west", "district"),
        place("south", "district"),
        place("west/s", "street"),
        place("x", "street", parent="suoth"),
    ]
    areas[1]["geometry"] = spoilt.get("geometry")
    areas[1]["properties"] |= {key: value for key, value in spoilt.items() if key != "geometry"}
    told = city(areas=areas, devices="id,kind\n").told()

    assert [line.split("area 'x': ")[1] for line in told if "area 'x'" in line] == [
        "no area 'suoth' to be its parent; did you mean 'south'?"
    ]
    assert len(told) == 2, told


def test_a_spoilt_area_may_have_a_bad_parent_itself(city: Make, place: Make) -> None:
    areas = [place("c", "city"), place("d1", "district"), place("x/y", "street", name=3)]
    told = city(areas=areas, devices="id,kind\n").told()

    assert [line.split("area 'x/y': ")[1] for line in told] == [
        "no area 'x' to be its parent",
        "`name` must be a text; got 3",
    ]


def test_an_area_whose_level_cannot_be_read_may_be_the_city(city: Make, place: Make) -> None:
    areas = [place("c", "ctiy"), place("d1", "district")]
    (only,) = city(areas=areas, devices="id,kind\n").told()

    assert "`level` must be one of" in only


def test_without_a_city_its_districts_are_not_told_as_well(city: Make, place: Make) -> None:
    (only,) = city(areas=[place("d1", "district")], devices="id,kind\n").told()

    assert "one area has the level 'city'; there is none" in only


def test_a_problem_stands_at_the_key_it_is_about(city: Make, place: Make) -> None:
    areas = [place("c", "city"), place("d", "distrikt")]
    (only,) = city(areas=areas, devices="id,kind\n").told()

    assert only.startswith("registry/areas.geojson:16:5: area 'd': `level` must be one of")


def test_a_city_is_needed(city: Make) -> None:
    assert "one area has the level 'city'; there is none" in city(areas=[]).told()[0]


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        ({"type": "Point", "coordinates": [121.5, 31.2]}, ""),
        ({"type": "Point", "coordinates": [121.5, 31.2, 4.0]}, ""),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}, ""),
        ({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}, ""),
        ({"type": "LineString", "coordinates": [[0, 0], [1, 1]]}, ""),
        ({"type": "Point", "coordinates": [31.2, 121.5]}, "longitude comes first"),
        ({"type": "Point", "coordinates": [200, 31]}, "longitude lies within"),
        ({"type": "Point", "coordinates": ["121", 31]}, "a position is numbers"),
        ({"type": "Point", "coordinates": [True, 31]}, "a position is numbers"),
        ({"type": "Point", "coordinates": 5}, "a position is [longitude, latitude]"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1]]]}, "at least 4"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]},
            "a ring ends where it begins",
        ),
        ({"type": "Polygon", "coordinates": [[]]}, "lists in lists"),
        ({"type": "Polygn", "coordinates": []}, "did you mean 'Polygon'?"),
        ({"type": "GeometryCollection", "geometries": []}, "a geometry is one of"),
        ([], "a geometry is one of"),
        ({"type": ["Point"]}, "a geometry is one of"),
    ],
)
def test_a_geometry_can_be_drawn_or_it_is_said_why_not(geometry: object, expected: str) -> None:
    fault = geometry_fault(geometry)

    assert expected in fault
    assert bool(fault) == bool(expected)
