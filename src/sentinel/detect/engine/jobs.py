"""Jobs: which instances the row that was taken in calls on to be judged."""

import numpy as np

from sentinel.detect.engine.arrays import NEVER, SEES_QUALITY, TOUCHED, Plan, State
from sentinel.detect.engine.jit import part
from sentinel.detect.engine.timers import due_at, look
from sentinel.domain.readings import ReadingFlag

TOGETHER = int(ReadingFlag.TOGETHER)
BY_LINK, BY_LINK_QUALITY, BY_DEVICE_TOUCHED, BY_DEVICE, BY_DUE = 1, 2, 3, 4, 5
"""Which instances the jobs are."""


@part
def instance_of(plan: Plan, state: State, job: int) -> int:
    """Return the instance that a job is to judge, or -1 if it need not be."""
    shard = state.shard[0]
    jobs = int(shard["jobs"])
    if jobs <= BY_LINK_QUALITY:
        number = job if shard["direct"] else int(plan.links[job])
        if jobs == BY_LINK:
            return number
        program = plan.programs[int(state.instances[number]["program"])]
        return number if int(program["flags"]) & SEES_QUALITY else -1
    instance = state.instances[job]
    if jobs == BY_DEVICE_TOUCHED:
        is_touched = int(instance["flags"]) & TOUCHED != 0
        instance["flags"] = int(instance["flags"]) & ~TOUCHED
        return job if is_touched else -1
    return job if jobs == BY_DEVICE or is_due(plan, state, job) else -1


@part
def is_due(plan: Plan, state: State, number: int) -> bool:
    """Return whether a timer of the instance is due; brings what is known of it up to date."""
    shard, instance = state.shard[0], state.instances[number]
    due = int(instance["due"])
    if due <= int(shard["now"]):
        program = plan.programs[int(instance["program"])]
        missing, _, time, stamp, sight = look(plan, state, instance, program)
        if missing != int(instance["missing"]):
            sight = NEVER
        due = due_at(plan, state, number, stamp - time, sight)
        instance["due"] = due
    shard["next_due"] = min(int(shard["next_due"]), due)
    return due <= int(shard["now"])


@part
def give(shard: np.void, jobs: int, begin: int, end: int, is_reading: bool) -> None:
    """Set the jobs to be done next."""
    shard["jobs"], shard["job"], shard["job_end"] = jobs, begin, end
    shard["reading"] = 1 if is_reading else 0


@part
def give_links(shard: np.void, jobs: int, sensor: np.void, is_reading: bool) -> None:
    """Set the instances of a sensor to be done next."""
    shard["direct"] = sensor["direct"]
    give(shard, jobs, int(sensor["link"]), int(sensor["link_end"]), is_reading)


@part
def join_group(plan: Plan, state: State, sensor: np.void, flags: int) -> None:
    """Put the jobs off to the end of the group; the last of its rows closes it."""
    shard = state.shard[0]
    while shard["job"] < shard["job_end"]:
        number = instance_of(plan, state, int(shard["job"]))
        shard["job"] += 1
        if number >= 0:
            touched = int(state.instances[number]["flags"]) | TOUCHED
            state.instances[number]["flags"] = touched
            shard["heard"] |= shard["reading"]
    shard["group"] = sensor["device"]
    if flags & TOGETHER == 0:
        close_group(plan, shard)


@part
def close_group(plan: Plan, shard: np.void) -> None:
    """Judge what the group's readings touched, each once."""
    device = plan.devices[int(shard["group"])]
    is_reading = shard["heard"] != 0
    shard["group"], shard["heard"] = -1, 0
    give(shard, BY_DEVICE_TOUCHED, int(device["instance"]), int(device["end"]), is_reading)
