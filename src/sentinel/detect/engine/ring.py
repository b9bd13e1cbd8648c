"""The last readings of a sensor, oldest to newest, in a ring of fixed size.

`base` is where the ring begins in the shard's array, `size` its slots. All positions are slots.
"""

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import NEVER
from sentinel.detect.engine.jit import part

Table = NDArray[np.void]


@part
def oldest(sensor: np.void) -> int:
    """Return the slot of the oldest reading."""
    slot = int(sensor["head"]) - int(sensor["count"])
    return slot + int(sensor["size"]) if slot < 0 else slot


@part
def following(slot: int, size: int) -> int:
    """Return the next slot."""
    slot += 1
    return 0 if slot == size else slot


@part
def preceding(slot: int, size: int) -> int:
    """Return the slot before."""
    return size - 1 if slot == 0 else slot - 1


@part
def put(ring: Table, sensor: np.void, time: int, value: float) -> int:
    """Add a reading in its place; return the time of the one that is lost by it, or NEVER."""
    size = int(sensor["size"])
    base = int(sensor["ring"])
    slot = int(sensor["head"])
    lost = NEVER
    if int(sensor["count"]) == size:
        lost = int(ring[base + slot]["time"])
        if time < lost:
            return time
    else:
        sensor["count"] += 1
    sensor["head"] = following(slot, size)
    for _ in range(int(sensor["count"]) - 1):
        before = preceding(slot, size)
        if int(ring[base + before]["time"]) <= time:
            break
        ring[base + slot]["time"] = ring[base + before]["time"]
        ring[base + slot]["value"] = ring[base + before]["value"]
        slot = before
    ring[base + slot]["time"] = time
    ring[base + slot]["value"] = value
    return lost


@part
def within(ring: Table, sensor: np.void, after: int) -> int:
    """Return how many readings, counted from the newest, are later than `after`."""
    size = int(sensor["size"])
    base = int(sensor["ring"])
    slot = int(sensor["head"])
    for n in range(int(sensor["count"])):
        slot = preceding(slot, size)
        if int(ring[base + slot]["time"]) <= after:
            return n
    return int(sensor["count"])


@part
def first_of(sensor: np.void, n: int) -> int:
    """Return the slot of the oldest of the newest `n` readings."""
    slot = int(sensor["head"]) - n
    return slot + int(sensor["size"]) if slot < 0 else slot
