"""Windows of a sensor that reports faster than its ring can hold: sums over 64 panes.

A pane covers a 64th of the window at most; the oldest counts whole while its newest reading is in
the window. Moments are merged pairwise (Chan, Golub and LeVeque 1979). A sensor has panes only
while its ring lacks a reading that one of its windows should hold.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import NEVER
from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.ring import following, oldest
from sentinel.detect.engine.window import (
    COUNT,
    DELTA,
    FLAT,
    MAX,
    MEAN,
    MIN,
    QUANTILE,
    SLOPE,
    STDDEV,
    SUM,
    bearing,
    turn,
)  # fmt: skip

Table = NDArray[np.void]

PANES = 72
"""A window of a second or more touches 70 panes at most, the panes at both ends included. A block
has one more, in which they are merged."""


@part
def width_of(over: int) -> int:
    """Return a pane's length, ms."""
    return max(over // 64, 1)


@part
def block_for(blocks: Table, block: int, over: int) -> int:
    """Return the block of that window in a sensor's chain, or -1."""
    while block >= 0 and int(blocks[block]["over"]) != over:
        block = int(blocks[block]["next"])
    return block


@aside
def attach(
    shard: np.void, sensor: np.void, blocks: Table, panes: Table, ring: Table,
    overs: NDArray[np.int64], begin: int, end: int,
) -> None:  # fmt: skip
    """Give the sensor a block a window, filled from its ring; enough must be free."""
    for k in range(begin, end):
        block = int(shard["block_free"])
        shard["block_free"] = blocks[block]["next"]
        shard["free_blocks"] -= 1
        blocks[block]["over"] = overs[k]
        blocks[block]["lost"] = NEVER
        blocks[block]["used"] = 1
        blocks[block]["next"] = sensor["block"]
        sensor["block"] = block
        for pane in range(PANES):
            panes[block, pane]["bucket"] = NEVER
    slot = oldest(sensor)
    for _ in range(int(sensor["count"])):
        reading = ring[int(sensor["ring"]) + slot]
        add(sensor, blocks, panes, int(reading["time"]), float(reading["value"]))
        slot = following(slot, int(sensor["size"]))


@aside
def detach(shard: np.void, sensor: np.void, blocks: Table) -> None:
    """Give the sensor's blocks back."""
    while int(sensor["block"]) >= 0:
        block = int(sensor["block"])
        sensor["block"] = blocks[block]["next"]
        blocks[block]["next"] = shard["block_free"]
        blocks[block]["used"] = 0
        shard["block_free"] = block
        shard["free_blocks"] += 1


@aside
def add(sensor: np.void, blocks: Table, panes: Table, time: int, value: float) -> None:
    """Add a reading to the panes of each window."""
    block = int(sensor["block"])
    while block >= 0:
        bucket = time // width_of(int(blocks[block]["over"]))
        pane = panes[block, bucket % PANES]
        if int(pane["bucket"]) < bucket:
            clear(pane, bucket)
        if int(pane["bucket"]) == bucket:
            absorb(pane, time, value, bucket * width_of(int(blocks[block]["over"])))
        block = int(blocks[block]["next"])


@aside
def note_lost(sensor: np.void, blocks: Table, time: int) -> None:
    """Remember that the ring no longer holds a reading of `time`."""
    block = int(sensor["block"])
    while block >= 0:
        blocks[block]["lost"] = max(int(blocks[block]["lost"]), time)
        block = int(blocks[block]["next"])


@part
def clear(pane: np.void, bucket: int) -> None:
    """Begin a pane anew."""
    pane["bucket"] = bucket
    pane["n"] = 0
    pane["mean"] = pane["m2"] = 0.0
    pane["mean_time"] = pane["stt"] = pane["stv"] = 0.0
    pane["sines"] = pane["cosines"] = 0.0


@part
def absorb(pane: np.void, time: int, value: float, origin: int) -> None:
    """Add a reading to a pane that begins at `origin`."""
    n = int(pane["n"]) + 1
    pane["n"] = n
    if n == 1 or value < pane["low"]:
        pane["low"] = value
    if n == 1 or value > pane["high"]:
        pane["high"] = value
    if n == 1 or time < int(pane["first_time"]):
        pane["first_time"], pane["first"] = time, value
    if n == 1 or time >= int(pane["last_time"]):
        pane["last_time"], pane["last"] = time, value
    step = (time - origin) / 1000 - float(pane["mean_time"])
    off = value - float(pane["mean"])
    pane["mean_time"] += step / n
    pane["mean"] += off / n
    pane["m2"] += off * (value - float(pane["mean"]))
    pane["stt"] += step * ((time - origin) / 1000 - float(pane["mean_time"]))
    pane["stv"] += step * (value - float(pane["mean"]))
    pane["sines"] += math.sin(math.radians(value))
    pane["cosines"] += math.cos(math.radians(value))


@aside
def over_panes(panes: Table, over: int, after: int, clock: int, leaf: np.void) -> float:
    """Return a leaf's function of the panes of one block, over (after, clock]."""
    whole = panes[PANES]
    clear(whole, 0)
    width = width_of(over)
    for bucket in range(after // width, clock // width + 1):
        pane = panes[bucket % PANES]
        if int(pane["bucket"]) == bucket and int(pane["last_time"]) > after:
            merge(whole, pane, (bucket * width - after) / 1000)
    n, need = int(whole["n"]), int(leaf["need"])
    func = int(leaf["func"])
    if n < need:
        return math.nan
    if func == COUNT:
        return float(n)
    if n == 0:
        return math.nan
    if func == QUANTILE:
        return quantile(panes, width, after, clock, float(leaf["arg"]) * (n - 1))
    return said(whole, func, n, int(leaf["circular"]) != 0, after + int(leaf["interval"]))


@part
def merge(whole: np.void, pane: np.void, shift: float) -> None:
    """Add a pane, which begins `shift` seconds after the window, to what came before it."""
    a, b = int(whole["n"]), int(pane["n"])
    n = a + b
    step = float(pane["mean_time"]) + shift - float(whole["mean_time"])
    off = float(pane["mean"]) - float(whole["mean"])
    whole["m2"] += float(pane["m2"]) + off * off * a * b / n
    whole["stt"] += float(pane["stt"]) + step * step * a * b / n
    whole["stv"] += float(pane["stv"]) + step * off * a * b / n
    whole["mean"] += off * b / n
    whole["mean_time"] += step * b / n
    whole["low"] = pane["low"] if a == 0 else min(float(whole["low"]), float(pane["low"]))
    whole["high"] = pane["high"] if a == 0 else max(float(whole["high"]), float(pane["high"]))
    if a == 0:
        whole["first_time"], whole["first"] = pane["first_time"], pane["first"]
    whole["last"] = pane["last"]
    whole["sines"] += float(pane["sines"])
    whole["cosines"] += float(pane["cosines"])
    whole["n"] = n


@part
def said(  # noqa: C901, PLR0911 -- one for each function
    whole: np.void, func: int, n: int, circular: bool, full_by: int
) -> float:
    """Return a function of the merged panes."""
    if func == MEAN:
        if circular:
            return bearing(float(whole["sines"]), float(whole["cosines"]), n)
        return float(whole["mean"])
    if func == SUM:
        return float(whole["mean"]) * n
    if func == MIN:
        return float(whole["low"])
    if func == MAX:
        return float(whole["high"])
    if func == DELTA:
        change = float(whole["last"]) - float(whole["first"])
        return turn(change) if circular else change
    if func == STDDEV:
        return math.sqrt(max(float(whole["m2"]), 0.0) / (n - 1)) if n > 1 else math.nan
    if func == SLOPE:
        return float(whole["stv"]) / float(whole["stt"]) if whole["stt"] > 0 else math.nan
    if func == FLAT and whole["low"] == whole["high"]:
        return 1.0 if n > 1 and int(whole["first_time"]) <= full_by else math.nan
    return 0.0


@part
def quantile(panes: Table, width: int, after: int, clock: int, place: float) -> float:
    """Return the mean of the pane that holds place `place` when panes are put in order."""
    passed, mean, slot = 0, -math.inf, -1
    while passed <= place:
        best, best_slot = math.inf, -1
        for bucket in range(after // width, clock // width + 1):
            pane = panes[bucket % PANES]
            if int(pane["bucket"]) != bucket or int(pane["last_time"]) <= after:
                continue
            at, own = bucket % PANES, float(pane["mean"])
            if (own > mean or (own == mean and at > slot)) and (best_slot < 0 or own < best):
                best, best_slot = own, at
        if best_slot < 0:
            return mean
        mean, slot = best, best_slot
        passed += int(panes[slot]["n"])
    return mean
