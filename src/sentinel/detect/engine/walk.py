"""The kernel: walks the readings in order, and judges what each of them touches.

It stops early when a list that grows is full, says which, and goes on where it was: its place is
part of the shard's record.
"""

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.ahead import prefetch
from sentinel.detect.engine.arrays import (
    FAR,
    GONE,
    NEVER,
    Columns,
    Plan,
    State,
)  # fmt: skip
from sentinel.detect.engine.checks import has_room, is_checked, watch_device
from sentinel.detect.engine.jit import kernel, part
from sentinel.detect.engine.jobs import (
    BY_DEVICE,
    BY_DUE,
    BY_LINK,
    BY_LINK_QUALITY,
    TOGETHER,
    close_group,
    give,
    give_links,
    instance_of,
    join_group,
)  # fmt: skip
from sentinel.detect.engine.judge import judge
from sentinel.detect.engine.keep import keep, lacks_blocks
from sentinel.detect.engine.marks import TICK, heed
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag

DONE, FULL_FOUND, FULL_CHECKS, FULL_BLOCKS = 0, 1, 2, 3
"""What the kernel came back for."""
AHEAD = 3
"""Readings ahead whose memory is asked for."""
FURTHEST = 1e12
"""Seconds, thirty thousand years: who promises more promises nothing."""
ROOM = 4
"""No evaluation writes more findings."""

HISTORICAL, CLOCK_OFF = int(ReadingFlag.HISTORICAL), int(ReadingFlag.CLOCK_OFF)
DEADLINE, ALIVE = int(ReadingFlag.DEADLINE), int(ReadingFlag.ALIVE)
EXERCISE = int(ReadingFlag.EXERCISE)
UNJUDGED = HISTORICAL | EXERCISE | int(ReadingFlag.LATE) | int(ReadingFlag.REPEAT)
FAIL, SUSPECT_QUALITY = int(Quality.FAIL), int(Quality.SUSPECT)


@kernel
def walk(
    plan: Plan,
    state: State,
    columns: Columns,
    seal: NDArray[np.void],  # noqa: ARG001
) -> int:
    """Judge the readings from the shard's place on; return what must grow, or DONE."""
    shard = state.shard[0]
    while True:
        job, end = int(shard["job"]), int(shard["job_end"])
        while job < end:
            if len(state.found) - int(shard["found"]) < ROOM:
                shard["job"] = job
                return FULL_FOUND
            number = instance_of(plan, state, job)
            job += 1
            if number >= 0:
                judge(plan, state, number)
        shard["job"] = job
        if shard["at"] >= len(columns.sensor):
            return DONE
        ask_ahead(state, columns, int(shard["at"]))
        full = take(plan, state, columns, int(shard["at"]))
        if full != DONE:
            return full


@part
def ask_ahead(state: State, columns: Columns, at: int) -> None:
    """Ask for the memory of readings to come: the sensor first, what it leads to a little later."""
    far, near = at + 2 * AHEAD, at + AHEAD
    if far < len(columns.sensor) and 0 <= int(columns.sensor[far]) < len(columns.places):
        prefetch(state.sensors, int(columns.places[columns.sensor[far]]), 2)
    if near >= len(columns.sensor) or not 0 <= int(columns.sensor[near]) < len(columns.places):
        return
    place = int(columns.places[columns.sensor[near]])
    if place < len(state.sensors):
        sensor = state.sensors[place]
        prefetch(state.ring, int(sensor["ring"]), 4)
        if sensor["direct"]:
            prefetch(state.instances, int(sensor["link"]), 4)


@part
def take(plan: Plan, state: State, columns: Columns, at: int) -> int:
    """Take in one row; return what must grow first, or DONE."""
    shard, number = state.shard[0], int(columns.sensor[at])
    if len(state.found) - int(shard["found"]) < ROOM:
        return FULL_FOUND
    if number >= 0:
        number = int(columns.places[number]) if number < len(columns.places) else len(state.sensors)
    if number >= len(state.sensors):
        shard["at"] = at + 1
        shard["unlisted"] += 1
        return DONE
    group = int(shard["group"])
    if group >= 0 and (number < 0 or int(state.sensors[number]["device"]) != group):
        close_group(plan, shard)
        return DONE
    if number >= 0:
        return take_reading(plan, state, columns, at, number)
    shard["at"] = at + 1
    shard["row"], shard["index"], shard["age"] = columns.row[at], columns.position[at], 0
    heed(state, number, int(columns.received[at]))
    if number == TICK and int(shard["now"]) >= int(shard["next_due"]):
        shard["next_due"] = FAR
        give(shard, BY_DUE, 0, len(state.instances), False)
    return DONE


@part
def take_reading(plan: Plan, state: State, columns: Columns, at: int, number: int) -> int:
    """Take in a row of a sensor: keep it, and say whose evaluation it calls for."""
    sensor, shard = state.sensors[number], state.shard[0]
    flags = int(columns.flags[at])
    is_judged = flags & UNJUDGED == 0
    if is_judged and flags & (DEADLINE | ALIVE) == 0:
        if is_checked(columns, at, sensor) and not has_room(state):
            return FULL_CHECKS
        if lacks_blocks(plan, state, sensor):
            return FULL_BLOCKS
    shard["at"] = at + 1
    shard["row"], shard["index"] = columns.row[at], columns.position[at]
    received = int(columns.received[at])
    shard["now"] = max(int(shard["last_tick"]), received)
    shard["exercise"] += 1 if flags & EXERCISE else 0
    if not is_judged:
        pass  # not even a promise of it, or a word of life
    elif flags & DEADLINE:
        promise(plan, state, sensor, float(columns.value[at]))
    elif flags & ALIVE:
        say_alive(plan, state, sensor, float(columns.value[at]))
    else:
        take_value(plan, state, columns, at, number)
    if shard["group"] >= 0 or (is_judged and flags & TOGETHER):
        join_group(plan, state, sensor, flags)
    return DONE


@part
def take_value(plan: Plan, state: State, columns: Columns, at: int, number: int) -> None:
    """Take in a reading that may be judged, if its quality allows."""
    sensor, shard = state.sensors[number], state.shard[0]
    received, value = int(columns.received[at]), float(columns.value[at])
    time = min(int(columns.time[at]), received)
    if is_checked(columns, at, sensor):
        watch_device(plan, state, number, int(columns.tripped[at]), time, value)
    if int(columns.flags[at]) & CLOCK_OFF:
        return
    quality = int(columns.quality[at])
    sensor["quality"] = quality
    if quality >= FAIL:
        give_links(shard, BY_LINK_QUALITY, sensor, False)
        return
    shard["memo_ring"] = -1
    shard["judged"] += 1
    ahead = int(columns.time[at]) - time
    if keep(plan, state, sensor, time + ahead, ahead, value, quality >= SUSPECT_QUALITY):
        shard["age"] = received - time
        if int(sensor["score"]) >= 0:
            for model in range(columns.scores.shape[1]):
                state.scores[int(sensor["score"]), model] = columns.scores[at, model]
        give_links(shard, BY_LINK, sensor, True)
    else:
        look_again(plan, state, sensor)


@part
def look_again(plan: Plan, state: State, sensor: np.void) -> None:
    """Let the next tick look at the timers of the sensor's instances."""
    for k in range(int(sensor["link"]), int(sensor["link_end"])):
        number = k if sensor["direct"] else int(plan.links[k])
        state.instances[number]["due"] = NEVER
        state.shard[0]["next_due"] = NEVER


@part
def promise(plan: Plan, state: State, sensor: np.void, seconds: float) -> None:
    """Set the sensor's own missing deadline; none if it promises nothing."""
    is_promise = 0 < seconds < FURTHEST
    sensor["promise"] = int(seconds * 1000) if is_promise else 0
    look_again(plan, state, sensor)


@part
def say_alive(plan: Plan, state: State, sensor: np.void, value: float) -> None:
    """Mark the inputs of the device as gone or back, and judge its rules at once."""
    device = plan.devices[int(sensor["device"])]
    for k in range(int(device["sensor"]), int(device["sensor_end"])):
        other = state.sensors[plan.device_sensors[k]]
        other["flags"] = int(other["flags"]) & ~GONE | (GONE if value == 0.0 else 0)
    state.shard[0]["age"] = 0
    give(state.shard[0], BY_DEVICE, int(device["instance"]), int(device["end"]), False)
