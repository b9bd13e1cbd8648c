"""What the functions over a window say of the `n` newest readings in a ring.

Every one walks the readings anew from the oldest to the newest: exact, without the drift of
running sums, and the same whatever came before. NaN is unknown.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.ring import first_of, following
from sentinel.detect.program import Func

Table = NDArray[np.void]

FLAT, MEAN, MIN, MAX = int(Func.FLAT), int(Func.MEAN), int(Func.MIN), int(Func.MAX)
CIRCLE = 360.0
MS_PER_SECOND = 1000.0

SUM, COUNT, STDDEV = int(Func.SUM), int(Func.COUNT), int(Func.STDDEV)
QUANTILE, DELTA, SLOPE = int(Func.QUANTILE), int(Func.DELTA), int(Func.SLOPE)


@part
def over_ring(
    func: int, ring: Table, sensor: np.void, n: int, arg: float, work: NDArray[np.float64]
) -> float:
    """Return an extreme, a quantile or the difference of the newest `n` readings."""
    base, size, slot = int(sensor["ring"]), int(sensor["size"]), first_of(sensor, n)
    if func in (MIN, MAX):
        return extreme(func == MAX, ring, base, size, slot, n)
    if func == DELTA:
        newest = sensor["head"] - 1 if sensor["head"] > 0 else size - 1
        return float(ring[base + newest]["value"] - ring[base + slot]["value"])
    return quantile(ring, base, size, slot, n, arg, work)


@part
def total(ring: Table, base: int, size: int, slot: int, n: int) -> float:
    """Return the sum."""
    sum_ = 0.0
    for _ in range(n):
        sum_ += ring[base + slot]["value"]
        slot = following(slot, size)
    return sum_


@part
def spread(ring: Table, sensor: np.void, n: int, mean: float) -> float:
    """Return the standard deviation of the sample about its mean."""
    if n == 1:
        return math.nan
    base, size, slot = int(sensor["ring"]), int(sensor["size"]), first_of(sensor, n)
    squares = 0.0
    for _ in range(n):
        off = ring[base + slot]["value"] - mean
        squares += off * off
        slot = following(slot, size)
    return math.sqrt(squares / (n - 1))


@part
def slope(ring: Table, sensor: np.void, n: int, mean: float) -> float:
    """Return the least-squares slope per second, about the mean value and the mean time."""
    base, size, first = int(sensor["ring"]), int(sensor["size"]), first_of(sensor, n)
    origin, late, slot = int(ring[base + first]["time"]), 0, first
    for _ in range(n):
        late += int(ring[base + slot]["time"]) - origin
        slot = following(slot, size)
    middle, slot = late / n, first
    across, along = 0.0, 0.0
    for _ in range(n):
        step = float(int(ring[base + slot]["time"]) - origin) - middle
        along += step * step
        across += step * (ring[base + slot]["value"] - mean)
        slot = following(slot, size)
    return MS_PER_SECOND * across / along if along > 0 else math.nan


@part
def extreme(highest: bool, ring: Table, base: int, size: int, slot: int, n: int) -> float:
    """Return the highest or the lowest value."""
    found = float(ring[base + slot]["value"])
    for _ in range(n - 1):
        slot = following(slot, size)
        value = float(ring[base + slot]["value"])
        if (value > found) == highest and value != found:
            found = value
    return found


@aside
def quantile(
    ring: Table, base: int, size: int, slot: int, n: int, share: float, work: NDArray[np.float64]
) -> float:
    """Return the quantile, linear between neighbours; the end of `work` is used to sort in."""
    first = len(work) - n
    for k in range(n):
        work[first + k] = ring[base + slot]["value"]
        slot = following(slot, size)
    sort(work, first, n)
    place = share * (n - 1)
    low = first + min(int(place), n - 1)
    high = min(low + 1, first + n - 1)
    return float(work[low] + (place - (low - first)) * (work[high] - work[low]))


@part
def sort(work: NDArray[np.float64], first: int, n: int) -> None:
    """Sort `n` numbers in place (heapsort): kernels allocate nothing."""
    for root in range(n // 2 - 1, -1, -1):
        sink(work, first, root, n)
    for end in range(n - 1, 0, -1):
        work[first], work[first + end] = work[first + end], work[first]
        sink(work, first, 0, end)


@part
def sink(work: NDArray[np.float64], first: int, root: int, end: int) -> None:
    """Let a number sink to its place in the heap of the first `end`."""
    while 2 * root + 1 < end:
        child = 2 * root + 1
        if child + 1 < end and work[first + child] < work[first + child + 1]:
            child += 1
        if work[first + root] >= work[first + child]:
            return
        work[first + root], work[first + child] = work[first + child], work[first + root]
        root = child


@aside
def flat(ring: Table, base: int, size: int, slot: int, n: int, full: bool) -> float:
    """Return 1 if all have one value; unknown if so but the window is not spanned."""
    value = ring[base + slot]["value"]
    for _ in range(n - 1):
        slot = following(slot, size)
        if ring[base + slot]["value"] != value:
            return 0.0
    return 1.0 if full and n > 1 else math.nan


@aside
def circular_mean(ring: Table, base: int, size: int, slot: int, n: int) -> float:
    """Return the mean direction in degrees, 0 to 360; unknown if the directions cancel out."""
    sines, cosines = 0.0, 0.0
    for _ in range(n):
        angle = math.radians(ring[base + slot]["value"])
        sines += math.sin(angle)
        cosines += math.cos(angle)
        slot = following(slot, size)
    return bearing(sines, cosines, n)


@part
def bearing(sines: float, cosines: float, n: int) -> float:
    """Return the direction of a sum of `n` unit vectors, in degrees."""
    if sines * sines + cosines * cosines < 1e-18 * n * n:
        return math.nan
    angle = math.degrees(math.atan2(sines, cosines))
    return angle + 360.0 if angle < 0 else angle


@part
def turn(degrees: float) -> float:
    """Return a difference of directions as the shorter way round, above -180 and up to 180."""
    degrees = degrees - CIRCLE * math.floor(degrees / CIRCLE)
    return degrees - CIRCLE if degrees > CIRCLE / 2 else degrees
