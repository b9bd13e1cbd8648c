"""Whether an input is still heard from, and what time it is for a subject.

Missing runs on the listener's time, from the last usable arrival; it stands still in pauses
(link down until the backlog is through, plus one interval of the metric; gaps in the ticks).
"""

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import FAR, GONE, NEVER
from sentinel.detect.engine.jit import aside, part

Table = NDArray[np.void]


@part
def allowance(sensor: np.void, after: int) -> int:
    """Return the silence allowed, ms: the sensor's own promise before the rule's."""
    return int(sensor["promise"]) if int(sensor["promise"]) > 0 else after


@part
def missing_from(sensor: np.void, after: int, interval: int, pauses: Table, n: int) -> int:
    """Return the listener's time from which the input is missing; FAR: never, by what is known."""
    if after < 0:
        return FAR
    if int(sensor["flags"]) & GONE:
        return NEVER
    arrival, allowed = int(sensor["arrival"]), allowance(sensor, after)
    if n == 0 or int(pauses[n - 1]["end"]) + interval <= arrival:
        return arrival + allowed
    return missing_at(arrival, allowed, interval, pauses, n)


@aside
def missing_at(arrival: int, allowed: int, interval: int, pauses: Table, n: int) -> int:
    """Return when an input goes missing that was last heard at `arrival`: FAR within a pause."""
    due = arrival + allowed
    counted = arrival
    for k in range(n):
        begin = max(int(pauses[k]["begin"]), counted)
        if begin >= due:
            break
        if int(pauses[k]["end"]) == FAR:
            return FAR
        end = int(pauses[k]["end"]) + interval
        if end > begin:
            due += end - begin
            counted = end
    return due


@part
def moment(sensor: np.void) -> int:
    """Return what time the sensor's newest reading makes it: its own, or that of its receipt."""
    return int(sensor["time"]) - int(sensor["ahead"])


@part
def is_fresher(sensor: np.void, time: int, stamp: int) -> bool:
    """Return whether the sensor's newest reading is newer than one of `time` and `stamp`."""
    own = moment(sensor)
    if own != time:
        return own > time
    return int(sensor["stamp"]) > stamp
