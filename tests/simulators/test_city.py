"""The invented city: one tree of places without gaps, and files that are what the code draws."""

from pathlib import Path

import pytest

from simulators.city import Area, City, geojson, write_devices
from simulators.tessellate import contains, middle

CONFIGS = Path(__file__).parents[2] / "configs" / "demo"


def test_the_map_that_is_checked_in_is_the_one_the_code_draws(city: City) -> None:
    assert CONFIGS.joinpath("areas.geojson").read_text(encoding="utf-8") == geojson(city)


def test_the_devices_that_are_checked_in_are_the_ones_the_code_places(
    city: City, tmp_path: Path
) -> None:
    write_devices(city, tmp_path / "devices.csv")

    assert CONFIGS.joinpath("devices.csv").read_bytes() == (tmp_path / "devices.csv").read_bytes()


def test_every_area_but_the_city_lies_in_one_of_the_level_above(city: City) -> None:
    levels = ["city", "district", "street", "grid", "building"]
    by_code = {area.code: area for area in city.areas}

    assert len(by_code) == len(city.areas)
    for area in city.areas[1:]:
        parent = by_code[area.parent]
        assert levels.index(area.level) == levels.index(parent.level) + 1
        assert contains(parent.cell, middle(area.cell))


@pytest.mark.parametrize("level", ["city", "district", "street"])
def test_the_parts_of_an_area_fill_it_without_overlap(city: City, level: str) -> None:
    """Convex cells, each around a point that no other holds, of the same area in sum."""
    for whole in (area for area in city.areas if area.level == level):
        parts = [area for area in city.areas if area.parent == whole.code]

        assert sum(_size(part) for part in parts) == pytest.approx(_size(whole))
        for part in parts:
            others = [other for other in parts if other is not part]
            assert not any(contains(other.cell, middle(part.cell)) for other in others)


def test_every_station_stands_in_the_area_that_it_names(city: City) -> None:
    by_code = {area.code: area for area in city.areas}
    streets = {area.code for area in city.areas if area.level == "street"}

    for station in city.stations:
        area = by_code[station.area]
        grid = area if area.level == "grid" else by_code[area.parent]
        assert grid.parent in streets
        if station.kind == "river":
            assert contains(area.cell, station.at)


def test_ids_and_addresses_are_each_given_once(city: City) -> None:
    ids = [station.id for station in city.stations]
    addresses = [s.columns["address:senml"] for s in city.of_kind("rain_gauge")]

    assert len(set(ids)) == len(ids)
    assert len(set(addresses)) == len(addresses)


def _size(area: Area) -> float:
    cell = area.cell
    sides = zip(cell, cell[1:] + cell[:1], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in sides) / 2
