"""The ladder of ranks: holds, clear holds, and the rank that they give (design: point 3).

A level's state is the three-valued "that rank or a higher one is true". The one number `since`
serves both ways: while true or unknown it is when the hold began, while false since when.
"""

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import FALSE, NEVER, TRUE, UNKNOWN
from sentinel.detect.engine.jit import part

Table = NDArray[np.void]

LONGEST_PAUSE = (1 << 31) - 1
ANY_TRUE, ANY_UNKNOWN = 0x055, 0x2AA
"""Bits of the states of which one is true, or unknown."""
CLEAR = 4
"""Position of the written clear's state after those of at most four levels."""


@part
def state_of(truth: float) -> int:
    """Return the state for a truth."""
    if truth != truth:  # noqa: PLR0124 -- only NaN differs from itself
        return UNKNOWN
    return TRUE if truth != 0.0 else FALSE


@part
def either(a: int, b: int) -> int:
    """Return "a or b" of two states."""
    if TRUE in (a, b):
        return TRUE
    return UNKNOWN if UNKNOWN in (a, b) else FALSE


@part
def move(level: np.void, before: int, state: int, clock: int, last: int) -> None:
    """Bring a level from the state `before`, judged at `last`, to `state` at `clock`."""
    since = int(level["since"])
    if state == FALSE:
        if before != FALSE or since > clock:
            begin(level, clock)
    elif before == FALSE or since == NEVER:
        begin(level, clock if state == TRUE else NEVER)
    elif before == UNKNOWN:
        stood = int(level["paused"]) + max(clock - last, 0)
        level["paused"] = min(stood, LONGEST_PAUSE)
    if state == TRUE and since > clock:
        begin(level, clock)


@part
def begin(level: np.void, clock: int) -> None:
    """Start a hold (or a clear hold) at `clock`; NEVER: none runs."""
    level["since"] = clock
    level["paused"] = 0


@part
def served(
    steps: Table, step: int, levels: Table, level: int, n: int, states: int, clock: int
) -> int:
    """Return the highest level that is true and has been for its hold; -1 if none."""
    for k in range(n - 1, -1, -1):
        if (states >> (2 * k)) & 3 != TRUE:
            continue
        run = clock - int(levels[level + k]["since"]) - int(levels[level + k]["paused"])
        if run >= int(steps[step + k]["hold"]):
            return k
    return -1


@part
def is_clear(
    levels: Table, level: int, n: int, states: int, written: bool, hold: int, clock: int
) -> bool:
    """Return whether the way down to none is free."""
    if written:
        given = (states >> (2 * CLEAR)) & 3 == TRUE
        return given and clock - int(levels[level + n]["since"]) >= hold
    return states & 3 == FALSE and clock - int(levels[level]["since"]) >= hold


@part
def lowest_open(levels: Table, level: int, n: int, states: int, hold: int, clock: int) -> int:
    """Return the lowest level above which all has been false for `hold`."""
    for k in range(1, n):
        is_false = (states >> (2 * k)) & 3 == FALSE
        if is_false and clock - int(levels[level + k]["since"]) >= hold:
            return k - 1
    return n - 1
