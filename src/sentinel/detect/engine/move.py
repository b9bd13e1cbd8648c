"""Readings move to rings of another size when the rules' windows change."""

import numpy as np

from sentinel.detect.engine.arrays import NEVER, Plan, State
from sentinel.detect.engine.jit import kernel, part
from sentinel.detect.engine.keep import attach, detach, note_lost, reach
from sentinel.detect.engine.panes import PANES
from sentinel.detect.engine.ring import following, oldest, put


@kernel
def move_readings(plan: Plan, old: State, new: State) -> bool:
    """Fill the rings of `new` from those of `old`; False if it lacks free pane blocks first.

    A sensor that `new` has taken over already is passed by, so the call can be repeated.
    """
    blocks = new.blocks
    for number in range(len(old.sensors)):
        source, sensor = old.sensors[number], new.sensors[number]
        if int(source["count"]) == 0 or int(sensor["count"]) > 0 or int(sensor["size"]) == 0:
            is_dropped = int(sensor["size"]) == 0 or int(source["count"]) == 0
            if int(source["block"]) >= 0 and is_dropped:
                sensor["block"] = source["block"]
                detach(new.shard[0], sensor, blocks)
                source["block"] = -1
            continue
        first = int(plan.sets[int(sensor["windows"])])
        end = int(plan.sets[int(sensor["windows"]) + 1])
        if int(new.shard[0]["free_blocks"]) < end - first and needs_panes(source, sensor):
            return False
        move_one(plan, old, new, number, first, end)
    return True


@part
def needs_panes(source: np.void, sensor: np.void) -> bool:
    """Return whether the new ring will lack readings that a window should hold."""
    return int(source["block"]) >= 0 or int(source["count"]) > int(sensor["size"])


@part
def move_one(plan: Plan, old: State, new: State, number: int, first: int, end: int) -> None:
    """Move one sensor's readings, oldest first; panes of windows that stay are kept."""
    source, sensor, shard = old.sensors[number], new.sensors[number], new.shard[0]
    kept = int(source["block"])
    slot, lost = oldest(source), NEVER
    if kept >= 0:
        lost = int(new.blocks[kept]["lost"])
    for _ in range(int(source["count"])):
        reading = old.ring[int(source["ring"]) + slot]
        lost = max(lost, put(new.ring, sensor, int(reading["time"]), float(reading["value"])))
        slot = following(slot, int(source["size"]))
    if lost <= int(sensor["time"]) - reach(plan, sensor):
        if kept >= 0:
            sensor["block"] = kept
            detach(shard, sensor, new.blocks)
        return
    attach_all(plan, old, new, number, first, end, kept)
    note_lost(sensor, new.blocks, lost)


@part
def attach_all(
    plan: Plan, old: State, new: State, number: int, first: int, end: int, kept: int
) -> None:
    """Give the sensor its panes: new ones filled from the old ring, or those that it had."""
    source, sensor, shard = old.sensors[number], new.sensors[number], new.shard[0]
    source["block"] = -1
    attach(shard, source, new.blocks, new.panes, old.ring, plan.overs, first, end)
    sensor["block"] = source["block"]
    block = int(sensor["block"])
    while block >= 0:
        had = kept
        while had >= 0 and int(new.blocks[had]["over"]) != int(new.blocks[block]["over"]):
            had = int(new.blocks[had]["next"])
        if had >= 0:
            for k in range(PANES):
                new.panes[block, k] = new.panes[had, k]
        block = int(new.blocks[block]["next"])
    source["block"] = kept
    detach(shard, source, new.blocks)
