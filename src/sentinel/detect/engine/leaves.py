"""The values that conditions are made of."""

import math

import numpy as np

from sentinel.detect.engine import panes, profile
from sentinel.detect.engine.arrays import HEARD, SUSPECT, TWICE, Plan, State
from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.ring import first_of, within
from sentinel.detect.engine.timers import input_of
from sentinel.detect.engine.window import (
    COUNT,
    DELTA,
    FLAT,
    MEAN,
    SLOPE,
    STDDEV,
    SUM,
    circular_mean,
    flat,
    over_ring,
    slope,
    spread,
    total,
    turn,
)  # fmt: skip
from sentinel.detect.program import Func

VALUE, AGE, MISSING, CHANGED = int(Func.VALUE), int(Func.AGE), int(Func.MISSING), int(Func.CHANGED)
QUALITY, USUAL, UNUSUAL = int(Func.QUALITY), int(Func.USUAL), int(Func.UNUSUAL)
ANOMALY, PARAM = int(Func.ANOMALY), int(Func.PARAM)

NOTE_SUSPECT, NOTE_MISSING, NOTE_FEW, NOTE_LEARNING, NOTE_EMPTY, NOTE_PANES = 1, 2, 3, 4, 5, 6
"""What is odd about a value; `report` has the words."""

over_panes = panes.over_panes
block_for = panes.block_for
usual_at = profile.usual
score_of = profile.score


@part
def leaf_value(plan: Plan, state: State, instance: np.void, leaf: np.void, clock: int) -> float:
    """Return the value of a leaf; the instance's missing inputs are known."""
    func = int(leaf["func"])
    watch = int(leaf["watch"])
    if func == PARAM:
        return float(plan.params[int(instance["param"]) + watch])
    sensor = state.sensors[input_of(plan, instance, watch)]
    is_missing = (int(instance["missing"]) >> watch) & 1 == 1
    if func == VALUE:
        known = int(sensor["flags"]) & HEARD != 0 and not is_missing
        return float(sensor["value"]) if known else math.nan
    if func == FLAT or (MEAN <= func <= SLOPE):
        return window_value(state, sensor, leaf, clock)
    return instant_value(plan, state, sensor, leaf, clock, is_missing)


@part
def window_value(state: State, sensor: np.void, leaf: np.void, clock: int) -> float:
    """Return a function of the readings in (clock - over, clock], by the sensor's own clock."""
    func, need = int(leaf["func"]), int(leaf["need"])
    clock += int(sensor["ahead"])
    after = clock - int(leaf["over"])
    if int(sensor["block"]) >= 0:
        block = block_for(state.blocks, int(sensor["block"]), int(leaf["over"]))
        if block >= 0 and int(state.blocks[block]["lost"]) > after:
            return over_panes(state.panes[block], int(leaf["over"]), after, clock, leaf)
    n = readings_in(state, sensor, after)
    if func == COUNT:
        return float(n) if n >= need else math.nan
    if n < need or n == 0:
        return math.nan
    if func == FLAT or int(leaf["circular"]) != 0:
        return special_value(state, sensor, leaf, n, after)
    if func in (MEAN, SUM, STDDEV, SLOPE):
        return summed_value(state, sensor, func, n)
    return over_ring(func, state.ring, sensor, n, float(leaf["arg"]), state.work)


@part
def summed_value(state: State, sensor: np.void, func: int, n: int) -> float:
    """Return what begins with the sum over the window."""
    sum_ = sum_of(state, sensor, n)
    if func == SUM:
        return sum_
    if func == MEAN:
        return sum_ / n
    if func == STDDEV:
        return spread(state.ring, sensor, n, sum_ / n)
    return slope(state.ring, sensor, n, sum_ / n)


@part
def readings_in(state: State, sensor: np.void, after: int) -> int:
    """Return how many readings the window holds; asked once for leaves that look at the same."""
    shard = state.shard[0]
    if int(shard["memo_ring"]) != int(sensor["ring"]) or int(shard["memo_after"]) != after:
        shard["memo_ring"], shard["memo_after"], shard["memo_summed"] = sensor["ring"], after, 0
        shard["memo_n"] = within(state.ring, sensor, after)
    return int(shard["memo_n"])


@part
def sum_of(state: State, sensor: np.void, n: int) -> float:
    """Return the sum over the window that `readings_in` was asked about last."""
    shard = state.shard[0]
    if not shard["memo_summed"]:
        first = first_of(sensor, n)
        shard["memo_sum"] = total(state.ring, int(sensor["ring"]), int(sensor["size"]), first, n)
        shard["memo_summed"] = 1
    return float(shard["memo_sum"])


@part
def special_value(state: State, sensor: np.void, leaf: np.void, n: int, after: int) -> float:
    """Return the functions that need more than the readings: flat lines and directions."""
    base, size, slot = int(sensor["ring"]), int(sensor["size"]), first_of(sensor, n)
    func = int(leaf["func"])
    if func == FLAT:
        full = int(state.ring[base + slot]["time"]) <= after + int(leaf["interval"])
        return flat(state.ring, base, size, slot, n, full)
    if func == MEAN:
        return circular_mean(state.ring, base, size, slot, n)
    value = over_ring(func, state.ring, sensor, n, float(leaf["arg"]), state.work)
    return turn(value) if func == DELTA else value


@aside
def instant_value(  # noqa: PLR0911 -- one for each function
    plan: Plan, state: State, sensor: np.void, leaf: np.void, clock: int, is_missing: bool
) -> float:
    """Return what holds at this instant, other than the plain value."""
    func = int(leaf["func"])
    flags = int(sensor["flags"])
    if func == AGE:
        silent = int(state.shard[0]["now"]) - int(sensor["arrival"])
        return max(silent, 0) / 1000 if flags & HEARD else math.inf
    if func == MISSING:
        return 1.0 if is_missing else 0.0
    if func == QUALITY:
        return float(sensor["quality"]) if sensor["quality"] else math.nan
    if func == USUAL:
        return usual_at(state.cells[int(sensor["profile"])], plan.offsets, clock)
    if is_missing:
        return math.nan
    if func == CHANGED:
        return changed(sensor) if flags & TWICE else math.nan
    if func == ANOMALY and int(leaf["model"]) >= 0:
        return float(state.scores[int(sensor["score"]), int(leaf["model"])])
    odd = float(state.unusual[int(sensor["profile"])])
    return odd if func == UNUSUAL else score_of(odd)


@part
def changed(sensor: np.void) -> float:
    """Return 1 if the latest usable value is not the one before; unknown if one is unknown."""
    value, previous = float(sensor["value"]), float(sensor["previous"])
    if value != value or previous != previous:  # noqa: PLR0124 -- only NaN differs from itself
        return math.nan
    return 0.0 if value == previous else 1.0


@part
def note_on(
    plan: Plan, state: State, instance: np.void, leaf: np.void, value: float, clock: int
) -> int:
    """Return the number of the note on a leaf's value; 0 for none."""
    func, watch = int(leaf["func"]), int(leaf["watch"])
    unknown = value != value  # noqa: PLR0124 -- only NaN differs from itself
    if func == PARAM:
        return NOTE_EMPTY if unknown else 0
    if (int(instance["missing"]) >> watch) & 1 == 1:
        return NOTE_MISSING
    if unknown:
        return NOTE_LEARNING if func >= USUAL else NOTE_FEW
    sensor = state.sensors[input_of(plan, instance, watch)]
    if int(sensor["block"]) >= 0 and int(leaf["over"]) > 0:
        block = block_for(state.blocks, int(sensor["block"]), int(leaf["over"]))
        after = clock + int(sensor["ahead"]) - int(leaf["over"])
        if block >= 0 and int(state.blocks[block]["lost"]) > after:
            return NOTE_PANES
    return NOTE_SUSPECT if int(sensor["flags"]) & SUSPECT else 0
