"""What stands in the city: gauges, underpasses, gas sensors, cabinets, pumps, and their nature."""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from simulators.tessellate import Point

COLUMNS = (
    "id", "kind", "area", "name_zh", "name_en", "lon", "lat", "metrics", "owner", "role", "gateway",
    "guard_level", "bank_height", "sewer_capacity", "pump_capacity", "address:senml",
)  # fmt: skip
"""Of devices.csv."""

LAN = [(-12.0, -2.2), (-9.2, -1.8), (-6.3, -1.3), (-3.2, -0.2), (0.2, 0.9), (3.6, 1.5), (7.2, 2.2),
       (11.4, 3.1)]  # fmt: skip
"""The river Lan, from the western hills to the eastern flats: one gauge at each point."""
QINGXI = [(-6.4, -7.6), (-4.6, -5.4), (-2.9, -2.6)]
"""A brook from the south-west."""
BAIXI = [(-3.4, 8.2), (-0.6, 5.6), (2.4, 3.0)]
"""A brook from the north."""

UNDERPASSES = 20
RAIN_GAUGES = 24
GAS_SENSORS = 60
CABINETS = 48
PUMPS = 16


@dataclass(frozen=True, slots=True)
class Place:
    """A grid's code and its middle, kilometres."""

    code: str
    middle: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One device.

    at: Kilometres, before bending. columns: Its row of the registry, without longitude and
        latitude. nature: Numbers that only the simulation knows, such as how fast it fills.
    """

    id: str
    kind: str
    at: Point
    columns: dict[str, str] = field(repr=False)
    nature: dict[str, float] = field(repr=False)

    @property
    def area(self) -> str:
        """The code of its area."""
        return self.columns["area"]

    @property
    def gateway(self) -> str:
        """What its messages come through; empty if it sends them itself."""
        return self.columns.get("gateway", "")


def equip(
    grids: list[Place], houses: list[Place], grid_at: Callable[[Point], str]
) -> list[Station]:
    """Return the city's stations; always the same. Rivers cross grids, so they ask which."""
    chance = Random(11)
    everywhere = houses + grids
    return [
        *_river_gauges(grid_at, chance),
        *_rain_gauges(grids, chance),
        *_underpasses(grids, chance),
        *_pumps(grids, chance),
        *_scattered(
            "gas", ("燃气探测器", "Gas sensor"), "gas-company", GAS_SENSORS, everywhere, chance
        ),
        *_scattered("cabinet", ("配电柜", "Cabinet"), "power-supply", CABINETS, everywhere, chance),
    ]


def _river_gauges(grid_at: Callable[[Point], str], chance: Random) -> list[Station]:
    """Levels fall downstream; lag grows; banks differ, so not every gauge sees the same rank."""
    stations = []
    rivers = (
        ("lj", ("澜江", "Lan gauge"), LAN),
        ("qx", ("青溪", "Qingxi gauge"), QINGXI),
        ("bx", ("白溪", "Baixi gauge"), BAIXI),
    )
    for prefix, river, course in rivers:
        for number, at in enumerate(course, start=1):
            base = round(2.9 - 0.07 * number + chance.uniform(-0.1, 0.1), 2)
            guard = round(base + 0.75 + chance.uniform(0, 0.15), 2)
            bank = round(guard + 0.85 + 0.05 * (number % 3), 2)
            main = prefix == "lj"
            stations.append(
                Station(
                    id=f"{prefix}-{number:02}",
                    kind="river",
                    at=at,
                    columns={
                        "id": f"{prefix}-{number:02}",
                        "kind": "river",
                        "area": grid_at(at),
                        **_names((f"{river[0]}水位站", river[1]), number),
                        "owner": "water-affairs",
                        "role": "main" if main else "tributary",
                        "guard_level": f"{guard:.2f}[m]",
                        "bank_height": f"{bank:.2f}[m]",
                    },
                    nature={
                        "base": base,
                        "guard": guard,
                        "bank": bank,
                        "rise": (bank - base) * chance.uniform(0.5, 1.2),
                        "lag": 3.0 + (2.5 * number if main else 1.0 * number),
                        "memory": 15.0 + number if main else 12.0,
                    },
                )
            )
    return stations


def _rain_gauges(grids: list[Place], chance: Random) -> list[Station]:
    """One in every other grid, the widest spread first; known to the network by a MAC address."""
    chosen = sorted(chance.sample(grids, RAIN_GAUGES), key=lambda grid: grid.code)
    stations = []
    for number, grid in enumerate(chosen, start=1):
        mac = f"0024befffe{chance.randrange(1 << 24):06x}"
        columns = _columns("rain_gauge", f"rg-{number:02}", grid, ("雨量站", "Rain gauge"), number)
        columns |= {
            "owner": "weather-service",
            "gateway": f"met-{_district(grid)}",
            "sewer_capacity": f"{chance.choice((36, 50, 58))}[mm/h]",
            "address:senml": mac,
        }
        stations.append(_station(columns, _near(grid, chance), {}))
    return stations


def _underpasses(grids: list[Place], chance: Random) -> list[Station]:
    """Each drains a catchment a dozen times its own size, and has a pump of its own."""
    chosen = sorted(chance.sample(grids, UNDERPASSES), key=lambda grid: grid.code)
    stations = []
    for number, grid in enumerate(chosen, start=1):
        pump = round(chance.uniform(0.005, 0.012), 4)
        columns = _columns("underpass", f"up-{number:02}", grid, ("下立交", "Underpass"), number)
        columns |= {
            "owner": "water-affairs",
            "gateway": f"gw-{_district(grid)}",
            "pump_capacity": f"{pump * 6000:.0f}[m^3/h]",
        }
        nature = {"gather": chance.uniform(1.4e-4, 2.6e-4), "pump": pump}
        stations.append(_station(columns, _near(grid, chance), nature))
    return stations


def _pumps(grids: list[Place], chance: Random) -> list[Station]:
    """Storm-water pumping stations; they run harder the more it rains around them."""
    stations = []
    for number, grid in enumerate(sorted(chance.sample(grids, PUMPS), key=lambda g: g.code), 1):
        columns = _columns("pump", f"pump-{number:02}", grid, ("雨水泵站", "Pump"), number)
        nature = {"vibration": chance.uniform(1.4, 2.2), "current": chance.uniform(38, 46)}
        stations.append(_station(columns | {"owner": "water-affairs"}, _near(grid, chance), nature))
    return stations


def _scattered(
    kind: str,
    name: tuple[str, str],
    owner: str,
    count: int,
    places: list[Place],
    chance: Random,
) -> list[Station]:
    """So many of a kind, spread evenly over the places."""
    stations = []
    for number in range(1, count + 1):
        place = places[number % len(places)]
        columns = _columns(kind, f"{kind[:3]}-{number:03}", place, name, number)
        nature = {"mean": chance.uniform(0, 1), "phase": chance.uniform(0, 6.28)}
        stations.append(_station(columns | {"owner": owner}, _near(place, chance), nature))
    return stations


def _columns(
    kind: str, device: str, grid: Place, name: tuple[str, str], number: int
) -> dict[str, str]:
    return {"id": device, "kind": kind, "area": grid.code, **_names(name, number)}


def _names(name: tuple[str, str], number: int) -> dict[str, str]:
    zh, en = name
    return {"name_zh": f"{zh}{number}号", "name_en": f"{en} {number}"}


def _station(columns: dict[str, str], at: Point, nature: dict[str, float]) -> Station:
    return Station(id=columns["id"], kind=columns["kind"], at=at, columns=columns, nature=nature)


def _near(grid: Place, chance: Random) -> Point:
    east, north = grid.middle
    return east + chance.uniform(-0.35, 0.35), north + chance.uniform(-0.35, 0.35)


def _district(grid: Place) -> str:
    return grid.code.split("/", 1)[0]
