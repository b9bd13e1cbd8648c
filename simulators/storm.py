"""One cloudburst, second by second: rain crosses the city, underpasses fill, rivers answer.

A storm is compressed sixty times: what takes a minute in nature takes a second here, while rain
keeps its natural intensity in mm/h. A storm lasts `STORM_SECONDS`, ends calm, and is followed by
the next one, which has the same shape and other numbers.
"""

from dataclasses import dataclass
from math import cos, sin

import numpy as np
from numpy.typing import NDArray

from simulators.city import City
from simulators.stations import Station
from simulators.tessellate import Point

Columns = NDArray[np.float64]
"""By second of the storm, then by station of one kind, in the order of the city's stations."""

STORM_SECONDS = 360
CALM_AFTER = 250
"""By then the rain has long gone; what is left of the flood runs off."""

BREAKS_AT, MENDED_AT = 35, 180
"""Seconds in which one pump of an underpass stands still."""
LEAKS_AT, SEALED_AT = 130, 200
"""Seconds in which gas leaks at one sensor."""
HEATS_AT, COOLED_AT = 90, 230
"""Seconds in which one cabinet overheats."""
LEAST_RAIN = 0.1
"""mm/h; gauges tell no less."""
WORN_AT = 60
"""From here on one pumping station's bearing gets worse."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A patch of rain: Gaussian, moving straight. Kilometres, kilometres a second, mm/h."""

    start: Point
    velocity: Point
    width: float
    peak: float

    def over(self, places: NDArray[np.float64], second: float) -> NDArray[np.float64]:
        """Return its rain at each place."""
        at = np.array(self.start) + np.array(self.velocity) * second
        distance = ((places - at) ** 2).sum(axis=1)
        return np.asarray(self.peak * np.exp(-distance / (2 * self.width**2)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """What really happens: no sensor has touched these numbers.

    rain: mm/h at the rain gauges. level: metres at the river gauges. depth: metres in the
    underpasses. pumping: 1 while the underpass's pump can run, 0 while it is broken. load: 0..1,
    how hard the pumping stations work. gas: %LEL. heat: degrees Celsius in the cabinets.
    broken, leaking, heating, worn: Ids of the underpass without pump, the gas sensor at the leak,
        the overheated cabinet, and the pumping station with a worn bearing.
    """

    cycle: int
    rain: Columns
    level: Columns
    depth: Columns
    pumping: Columns
    load: Columns
    gas: Columns
    heat: Columns
    broken: str
    leaking: str
    heating: str
    worn: str


def storm(city: City, seed: int, cycle: int) -> Storm:
    """Return storm number `cycle` of a seed; the same again when asked again."""
    chance = np.random.default_rng([seed, cycle])
    cells = _cells(chance)
    of = city.of_kind
    underpasses, pumps = of("underpass"), of("pump")
    broken = int(np.argmax(_total(cells, underpasses)))
    gas, leaking = _event(of("gas"), chance, LEAKS_AT, SEALED_AT, slow=6.0)
    heat, heating = _event(of("cabinet"), chance, HEATS_AT, COOLED_AT, slow=30.0)
    depth, pumping = _fill(underpasses, _rain(cells, underpasses, chance), broken)
    return Storm(
        cycle=cycle,
        rain=_rain(cells, of("rain_gauge"), chance),
        level=_rise(of("river"), cells),
        depth=depth,
        pumping=pumping,
        load=np.minimum(1.0, _rain(cells, pumps, chance) / 60.0),
        gas=0.5 + np.array([station.nature["mean"] for station in of("gas")]) + 42.0 * gas,
        heat=31.0 + 6.0 * np.array([s.nature["mean"] for s in of("cabinet")]) + 55.0 * heat,
        broken=underpasses[broken].id,
        leaking=leaking,
        heating=heating,
        worn=pumps[int(chance.integers(len(pumps)))].id,
    )


def _cells(chance: np.random.Generator) -> list[Cell]:
    """Two patches from the west-south-west: a hard one, then a wider and softer one."""
    heading = 0.18 + 0.12 * chance.standard_normal()
    velocity = (0.33 * cos(heading), 0.33 * sin(heading))
    cells = []
    for late, width, peak in ((0.0, 4.6, 118.0), (42.0, 5.6, 62.0)):
        away = 22.5 + 0.33 * late
        aside = 1.6 * chance.standard_normal()
        start = (
            -away * cos(heading) - aside * sin(heading),
            -away * sin(heading) + aside * cos(heading),
        )
        cells.append(Cell(start, velocity, width, peak * chance.uniform(0.92, 1.12)))
    return cells


def _rain(cells: list[Cell], stations: list[Station], chance: np.random.Generator) -> Columns:
    """Rain at the stations, gusty, with a drizzle until it has cleared up."""
    places = np.array([station.at for station in stations])
    phase = chance.uniform(0, 2 * np.pi, len(stations))
    rows = []
    for second in range(STORM_SECONDS):
        gust = 1 + 0.10 * np.sin(0.9 * second + phase) + 0.06 * np.sin(2.3 * second + 2 * phase)
        drizzle = 0.8 if second < CALM_AFTER else 0.0
        rows.append(sum((cell.over(places, second) for cell in cells), drizzle) * gust)
    found = np.array(rows)
    return np.where(found < LEAST_RAIN, 0.0, found)


def _total(cells: list[Cell], stations: list[Station]) -> NDArray[np.float64]:
    places = np.array([station.at for station in stations])
    seconds = range(0, STORM_SECONDS, 5)
    total: NDArray[np.float64] = sum(
        (cell.over(places, second) for cell in cells for second in seconds), np.zeros(len(places))
    )
    return total


def _fill(stations: list[Station], rain: Columns, broken: int) -> tuple[Columns, Columns]:
    """Depth by second: what the catchment gathers less what the pump takes away."""
    gather = np.array([station.nature["gather"] for station in stations])
    pump = np.array([station.nature["pump"] for station in stations])
    pumping = np.ones_like(rain)
    pumping[BREAKS_AT:MENDED_AT, broken] = 0.0
    depth = np.zeros_like(rain)
    for second in range(1, STORM_SECONDS):
        change = gather * rain[second] - pump * pumping[second]
        depth[second] = np.clip(depth[second - 1] + change, 0.0, 1.8)
    return depth, pumping


def _rise(stations: list[Station], cells: list[Cell]) -> Columns:
    """Level by second: the rain of the catchment through two reservoirs in a row (Nash, 1957).

    The rating from flow to level is a power law, as between any two banks.
    """
    inflow = np.stack([_catchment_rain(station, stations, cells) for station in stations], axis=1)
    memory = np.array([station.nature["memory"] for station in stations])
    first = np.zeros(len(stations))
    flow = np.zeros_like(inflow)
    for second in range(1, STORM_SECONDS):
        first += (inflow[second] - first) / memory
        flow[second] = flow[second - 1] + (first - flow[second - 1]) / memory
    base = np.array([station.nature["base"] for station in stations])
    rise = np.array([station.nature["rise"] for station in stations])
    return np.asarray(base + rise * (flow / FULL_FLOW) ** 0.75)


FULL_FLOW = 44.0
"""The flow, mm/h over the catchment, at which a gauge rises by its `rise`."""


def _catchment_rain(station: Station, stations: list[Station], cells: list[Cell]) -> Columns:
    """Mean rain on the gauge and on all upstream of it on its river, late by its lag."""
    upstream = [s.at for s in stations if s.id[:2] == station.id[:2] and s.id <= station.id]
    places = np.array(upstream[-4:])
    lag = station.nature["lag"]
    return np.array(
        [
            sum(cell.over(places, second - lag).mean() for cell in cells)
            for second in range(STORM_SECONDS)
        ]
    )


def _event(
    stations: list[Station], chance: np.random.Generator, begin: int, end: int, *, slow: float
) -> tuple[Columns, str]:
    """A rise towards 1 at one station from `begin`, a fall from `end`, time constant `slow`."""
    chosen = int(chance.integers(len(stations)))
    shape = np.zeros((STORM_SECONDS, len(stations)))
    for second in range(1, STORM_SECONDS):
        goal = 1.0 if begin <= second < end else 0.0
        before = shape[second - 1, chosen]
        shape[second, chosen] = before + (goal - before) / slow
    return shape, stations[chosen].id
