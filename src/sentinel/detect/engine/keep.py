"""A usable reading is kept: as the sensor's newest, or slightly late in its place."""

import numpy as np

from sentinel.detect.engine import panes, profile
from sentinel.detect.engine.arrays import GONE, HEARD, NEVER, SUSPECT, TWICE, Plan, State
from sentinel.detect.engine.jit import part
from sentinel.detect.engine.ring import put

add_to_panes = panes.add
attach = panes.attach
detach = panes.detach
note_lost = panes.note_lost
learn = profile.learn


@part
def reach(plan: Plan, sensor: np.void) -> int:
    """Return the longest window over the sensor, ms."""
    return int(plan.overs[int(plan.sets[int(sensor["windows"]) + 1]) - 1])


@part
def will_lose(plan: Plan, state: State, sensor: np.void) -> bool:
    """Return whether the ring is full of readings that a window may still need."""
    if int(sensor["count"]) < int(sensor["size"]) or int(sensor["size"]) == 0:
        return False
    oldest = int(state.ring[int(sensor["ring"]) + int(sensor["head"])]["time"])
    return oldest > int(sensor["time"]) - reach(plan, sensor)


@part
def lacks_blocks(plan: Plan, state: State, sensor: np.void) -> bool:
    """Return whether panes are needed for the next reading, and too few blocks are free."""
    if int(sensor["block"]) >= 0 or not will_lose(plan, state, sensor):
        return False
    wanted = plan.sets[int(sensor["windows"]) + 1] - plan.sets[int(sensor["windows"])]
    return int(state.shard[0]["free_blocks"]) < int(wanted)


@part
def keep(
    plan: Plan, state: State, sensor: np.void, time: int, ahead: int, value: float, is_suspect: bool
) -> bool:
    """Keep a usable reading; return whether it is the sensor's newest, and so calls for judging.

    ahead: ms past its receipt by which it was told apart from others, 0 as a rule; windows reach as
    far. A value that is not a number (an unknown state) is the latest value, but in no window.
    """
    now, flags = int(state.shard[0]["now"]), int(sensor["flags"]) & ~GONE
    is_number = value == value  # noqa: PLR0124 -- only NaN differs from itself
    if int(sensor["size"]) > 0 and is_number:
        keep_in_windows(plan, state, sensor, time, value)
    sensor["arrival"] = now
    if flags & HEARD and time <= int(sensor["time"]):
        sensor["flags"] = flags
        return False
    if int(sensor["profile"]) >= 0 and is_number:
        row = int(sensor["profile"])
        state.unusual[row] = learn(state.cells[row], plan.offsets, time - ahead, value)
    sensor["previous"], sensor["value"] = sensor["value"], value
    sensor["time"], sensor["stamp"], sensor["ahead"] = time, now, ahead
    flags = (flags & ~SUSPECT) | (TWICE if flags & HEARD else 0) | HEARD
    sensor["flags"] = flags | (SUSPECT if is_suspect else 0)
    return True


@part
def keep_in_windows(plan: Plan, state: State, sensor: np.void, time: int, value: float) -> None:
    """Add a reading to the ring, and to the panes while the ring is too small."""
    first = int(sensor["windows"])
    if int(sensor["block"]) < 0 and will_lose(plan, state, sensor):
        attach(
            state.shard[0], sensor, state.blocks, state.panes, state.ring, plan.overs,
            int(plan.sets[first]), int(plan.sets[first + 1]),
        )  # fmt: skip
    lost = put(state.ring, sensor, time, value)
    if int(sensor["block"]) < 0:
        return
    add_to_panes(sensor, state.blocks, state.panes, time, value)
    if lost != NEVER:
        note_lost(sensor, state.blocks, lost)
    newest = max(time, int(sensor["time"]))
    if int(state.blocks[int(sensor["block"])]["lost"]) <= newest - reach(plan, sensor):
        detach(state.shard[0], sensor, state.blocks)
