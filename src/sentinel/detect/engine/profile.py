"""What an hour of a kind of day normally shows: a robust seasonal profile of one sensor.

24 hours of workdays and of weekends, in the city's zone, and one profile of all hours. Each keeps
a location and a scale by stochastic approximation (Robbins and Monro 1951) with Huber's bounded
influence (Huber 1964): a reading further off than three scales pulls no harder than one at three,
so a flood does not become normal in a day. Gains fall as 1/n to 1/64. A profile needs no memory
of readings, but it follows a lasting change only slowly, and holidays look odd to it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.jit import aside, part

Table = NDArray[np.void]

DAY_MS, HOUR_MS = 86_400_000, 3_600_000
SATURDAY = 5
ALL_HOURS = 48
CELLS = 49
SLOWEST = 64
"""A profile forgets with a half-life of some 44 readings of that hour."""
BOUND = 3.0
UNBOUND = 10
"""The first readings pull freely: there is no scale yet to bound them by."""
NORMAL = 1.2533141373155003
"""Square root of pi/2: from the mean absolute deviation to the standard deviation."""
LEARNT_DAYS, LEARNT_READINGS = 3, 100
WIDEST = 1000.0
HALF_SCORE = 4.0
"""So many deviations score a half."""


@part
def cell_at(offsets: NDArray[np.int64], time: int) -> tuple[int, int]:
    """Return the cell of an instant, and its local day since 1970."""
    low, high = 0, len(offsets)
    while high - low > 1:
        middle = (low + high) // 2
        if offsets[middle, 0] <= time:
            low = middle
        else:
            high = middle
    local = time + int(offsets[low, 1])
    day = local // DAY_MS
    weekend = (day + 3) % 7 >= SATURDAY  # 1970 began on a Thursday
    return int((local % DAY_MS) // HOUR_MS + (24 if weekend else 0)), int(day)


@part
def known_cell(cells: Table, cell: int) -> int:
    """Return the cell to judge by: the hour's, else all hours', else -1 while both learn."""
    if int(cells[cell]["days"]) >= LEARNT_DAYS:
        return cell
    return ALL_HOURS if int(cells[ALL_HOURS]["seen"]) >= LEARNT_READINGS else -1


@aside
def usual(cells: Table, offsets: NDArray[np.int64], time: int) -> float:
    """Return what this hour normally shows; unknown while it learns."""
    cell, _ = cell_at(offsets, time)
    cell = known_cell(cells, cell)
    return float(cells[cell]["place"]) if cell >= 0 else math.nan


@aside
def learn(cells: Table, offsets: NDArray[np.int64], time: int, value: float) -> float:
    """Return how unusual a reading is by what came before it, then learn from it."""
    cell, day = cell_at(offsets, time)
    known = known_cell(cells, cell)
    odd = deviation(cells, known, value) if known >= 0 else math.nan
    floor = narrowest(cells)
    absorb(cells[cell], value, day, floor)
    absorb(cells[ALL_HOURS], value, day, 0.0)
    return odd


@part
def narrowest(cells: Table) -> float:
    """Return the least scale of an hour: a tenth of that of all hours."""
    return 0.1 * float(cells[ALL_HOURS]["scale"])


@part
def deviation(cells: Table, cell: int, value: float) -> float:
    """Return the signed distance from the usual in scales, within plus or minus 1000."""
    off = value - float(cells[cell]["place"])
    if off == 0.0:
        return 0.0
    scale = max(float(cells[cell]["scale"]), narrowest(cells))
    if abs(off) >= WIDEST * scale:
        return math.copysign(WIDEST, off)
    return off / scale


@part
def absorb(cell: np.void, value: float, day: int, floor: float) -> None:
    """Let one reading pull the cell's location and scale."""
    if int(cell["seen"]) == 0:
        cell["place"] = value
    if int(cell["days"]) == 0 or int(cell["day"]) != day:
        cell["days"] = min(int(cell["days"]) + 1, 60_000)
        cell["day"] = day
    cell["seen"] = min(int(cell["seen"]) + 1, 60_000)
    n = int(cell["seen"])
    gain = 1.0 / min(n, SLOWEST)
    off = value - float(cell["place"])
    if n > UNBOUND:
        bound = BOUND * max(float(cell["scale"]), floor, 1e-9 + 1e-6 * abs(float(cell["place"])))
        off = min(max(off, -bound), bound)
    cell["place"] += gain * off
    cell["scale"] += gain * (NORMAL * abs(off) - float(cell["scale"]))


@part
def score(odd: float) -> float:
    """Return a deviation as a score of 0 to 1: a half at four scales, 0.9 at twelve."""
    square = odd * odd
    return square / (square + HALF_SCORE * HALF_SCORE)
