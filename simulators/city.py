"""Lancheng (澜城), a city that is nowhere: five districts on a river, streets, grids, buildings.

`python -m simulators.city configs/demo` draws it: `areas.geojson` and `devices.csv`. The files are
checked in; the same code always draws the same city.
"""

import csv
import json
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from simulators.stations import COLUMNS, Place, Station, equip
from simulators.tessellate import Point, Polygon, around, bend, contains, dense, disc, middle, split

MIDDLE = (121.470, 31.230)
"""Longitude and latitude of the city's middle."""
KM_EAST, KM_NORTH = 95.0, 110.9
"""Kilometres a degree, at that latitude."""

DISTRICTS: dict[str, tuple[str, str, Point, list[tuple[str, str, str, int]]]] = {
    "guqiao": ("鼓桥区", "Guqiao", (0.3, 0.2), [
        ("minde", "民德街道", "Minde", 4),
        ("hq", "红桥街道", "Hongqiao Road", 4),
        ("wenmiao", "文庙街道", "Wenmiao", 3),
    ]),
    "xiling": ("西岭区", "Xiling", (-8.6, -0.8), [
        ("songyuan", "松园街道", "Songyuan", 3),
        ("qingxi", "青溪镇", "Qingxi", 3),
        ("shimen", "石门镇", "Shimen", 2),
    ]),
    "beigang": ("北港区", "Beigang", (-0.6, 7.2), [
        ("haiguan", "海关街道", "Customs House", 3),
        ("lunchang", "轮厂街道", "Shipyard", 3),
    ]),
    "nanhu": ("南湖区", "Nanhu", (-0.8, -7.0), [
        ("hubin", "湖滨街道", "Lakeside", 4),
        ("daxue", "大学城街道", "University Town", 3),
        ("liutang", "柳塘镇", "Liutang", 2),
    ]),
    "dongdu": ("东渡区", "Dongdu", (8.9, 0.6), [
        ("dukou", "渡口街道", "Old Ferry", 4),
        ("xincheng", "新城街道", "New Town", 3),
        ("yanchang", "盐场镇", "Saltworks", 2),
    ]),
}  # fmt: skip
"""Code to names, middle (kilometres), and streets: code, names, number of grids."""

BUILDINGS = {
    "guqiao/minde/g01": ("市第一医院", "First City Hospital"),
    "guqiao/minde/g03": ("民德中学", "Minde Middle School"),
    "guqiao/hq/g02": ("红桥地铁站", "Hongqiao Road metro station"),
    "guqiao/hq/g04": ("百货大楼", "Department store"),
    "guqiao/wenmiao/g01": ("文庙里弄小区", "Wenmiao Lanes"),
    "xiling/songyuan/g02": ("松园养老院", "Songyuan home for the elderly"),
    "xiling/qingxi/g01": ("青溪小学", "Qingxi primary school"),
    "beigang/haiguan/g01": ("海关钟楼", "Customs clock tower"),
    "beigang/lunchang/g02": ("轮厂新村", "Shipyard Estate"),
    "nanhu/hubin/g02": ("湖滨体育馆", "Lakeside stadium"),
    "nanhu/hubin/g03": ("湖滨花园小区", "Lakeside Gardens"),
    "nanhu/daxue/g01": ("大学图书馆", "University library"),
    "dongdu/dukou/g01": ("渡口老年公寓", "Old Ferry residence"),
    "dongdu/xincheng/g02": ("东站", "East railway station"),
    "dongdu/xincheng/g03": ("新城大厦", "New Town tower"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One place; `cell` is straight and convex, in kilometres, before bending."""

    code: str
    parent: str
    level: str
    name: tuple[str, str]
    cell: Polygon = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """All areas, widest first, and all stations."""

    areas: tuple[Area, ...]
    stations: tuple[Station, ...]

    def of_kind(self, kind: str) -> list[Station]:
        """Return the stations of a kind, by id."""
        return [station for station in self.stations if station.kind == kind]


@cache
def lancheng() -> City:
    """Return the city; always the same."""
    areas = _draw()
    grids = [Place(area.code, middle(area.cell)) for area in areas if area.level == "grid"]
    houses = [Place(area.code, middle(area.cell)) for area in areas if area.level == "building"]
    stations = equip(grids, houses, lambda at: _grid_at(areas, at))
    return City(areas=areas, stations=tuple(stations))


def geojson(city: City) -> str:
    """Return the areas as a FeatureCollection, one feature a line."""
    lines = ",\n".join(
        json.dumps(_feature(area), ensure_ascii=False, separators=(", ", ": "))
        for area in city.areas
    )
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def write_devices(city: City, path: Path) -> None:
    """Write the registry's table of devices."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        table.writeheader()
        for station in city.stations:
            lon, lat = degrees(station.at)
            table.writerow(station.columns | {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}"})


def degrees(point: Point) -> Point:
    """Return longitude and latitude of a point of the straight plane."""
    return _degrees(bend(point))


def _degrees(bent: Point) -> Point:
    east, north = bent
    return round(MIDDLE[0] + east / KM_EAST, 5), round(MIDDLE[1] + north / KM_NORTH, 5)


def _draw() -> tuple[Area, ...]:
    chance = Random(7)
    whole = disc(east=13.0, north=10.5)
    city = Area(code="lancheng", parent="", level="city", name=("澜城", "Lancheng"), cell=whole)
    cells = around(whole, [middle for _, _, middle, _ in DISTRICTS.values()])
    levels: dict[str, list[Area]] = {"district": [], "street": [], "grid": [], "building": []}
    for (code, (zh, en, _, streets)), cell in zip(DISTRICTS.items(), cells, strict=True):
        levels["district"].append(
            Area(code=code, parent="lancheng", level="district", name=(zh, en), cell=cell)
        )
        for part, street in zip(split(cell, len(streets), chance), streets, strict=True):
            _draw_street(code, street, part, chance, levels)
    return (city, *(area for level in levels.values() for area in level))


def _draw_street(
    district: str,
    street: tuple[str, str, str, int],
    cell: Polygon,
    chance: Random,
    levels: dict[str, list[Area]],
) -> None:
    word, zh, en, grids = street
    code = f"{district}/{word}"
    levels["street"].append(
        Area(code=code, parent=district, level="street", name=(zh, en), cell=cell)
    )
    for number, part in enumerate(split(cell, grids, chance), start=1):
        grid = f"{code}/g{number:02}"
        name = (f"{zh[:2]}第{'一二三四'[number - 1]}网格", f"{en} grid {number}")
        levels["grid"].append(Area(code=grid, parent=code, level="grid", name=name, cell=part))
        if grid in BUILDINGS:
            levels["building"].append(_building(grid, middle(part)))


def _building(grid: str, at: Point) -> Area:
    east, north = at
    cell = [
        (east + x, north + y)
        for x, y in ((-0.22, -0.14), (0.22, -0.14), (0.22, 0.14), (-0.22, 0.14))
    ]
    code = f"{grid}/b1"
    return Area(code=code, parent=grid, level="building", name=BUILDINGS[grid], cell=cell)


def _grid_at(areas: tuple[Area, ...], at: Point) -> str:
    return next(area.code for area in areas if area.level == "grid" and contains(area.cell, at))


def _feature(area: Area) -> dict[str, Any]:
    corners = [_degrees(point) for point in _outline(area)]
    zh, en = area.name
    return {
        "type": "Feature",
        "properties": {
            "code": area.code,
            "level": area.level,
            "parent": area.parent,
            "name_zh": zh,
            "name_en": en,
        },
        "geometry": {"type": "Polygon", "coordinates": [[*corners, corners[0]]]},
    }


def _outline(area: Area) -> Polygon:
    """A house stays straight where the land is bent."""
    if area.level != "building":
        return [bend(point) for point in dense(area.cell, 0.5)]
    was, now = middle(area.cell), bend(middle(area.cell))
    return [(x - was[0] + now[0], y - was[1] + now[1]) for x, y in area.cell]


def main() -> None:
    """Draw the city into the folder given."""
    folder = Path(sys.argv[1])
    folder.joinpath("areas.geojson").write_text(geojson(lancheng()), encoding="utf-8")
    write_devices(lancheng(), folder / "devices.csv")


if __name__ == "__main__":
    main()
