"""What time it is for a subject, and when its next timer is due."""

import numpy as np

from sentinel.detect.engine.arrays import (
    CLEARS_AT_TICKS,
    EVERY_TICK,
    FALSE,
    FAR,
    NEVER,
    ONE_INPUT,
    PENDING,
    TRUE,
    Plan,
    State,
)  # fmt: skip
from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.ladder import ANY_TRUE, CLEAR
from sentinel.detect.engine.sight import is_fresher, missing_from, moment


@part
def input_of(plan: Plan, instance: np.void, k: int) -> int:
    """Return the place of an instance's input number `k`."""
    if int(instance["flags"]) & ONE_INPUT:
        return int(instance["input"])
    return int(plan.inputs[int(instance["input"]) + k])


@part
def look(
    plan: Plan, state: State, instance: np.void, program: np.void
) -> tuple[int, int, int, int, int]:
    """Look at the inputs: who is missing, and what time the newest reading makes it.

    Returns:
        Bits of the missing inputs; since when the longest of them; event time of the newest
        reading (no later than its receipt), and when it arrived; when the next input goes missing,
        FAR if none will.
    """
    shard = state.shard[0]
    now, pauses = int(shard["now"]), int(shard["pauses"])
    missing, since, due, time, stamp = 0, FAR, FAR, NEVER, NEVER
    for k in range(int(program["watches"])):
        sensor = state.sensors[input_of(plan, instance, k)]
        watch = plan.watches[int(program["watch"]) + k]
        if is_fresher(sensor, time, stamp):
            time, stamp = moment(sensor), int(sensor["stamp"])
        lost = missing_from(
            sensor, int(watch["after"]), int(watch["interval"]), state.pauses, pauses
        )
        if lost <= now:
            missing |= 1 << k
            since = min(since, int(sensor["arrival"]))
        else:
            due = min(due, lost)
    return missing, since, time, stamp, due


@part
def due_at(plan: Plan, state: State, number: int, shift: int, sight: int) -> int:
    """Return the listener's time at which the next timer of the instance is due.

    shift: The listener's time less the subject's clock, as long as no reading comes.
    sight: When the next input goes missing.
    """
    instance = state.instances[number]
    program = plan.programs[int(instance["program"])]
    if int(program["flags"]) & EVERY_TICK:
        return NEVER
    level, n, step = int(instance["level"]), int(program["steps"]), int(program["step"])
    states, rank, due = int(instance["states"]), int(instance["rank"]), sight
    for k in range(n if states & ANY_TRUE else 0):
        if (states >> (2 * k)) & 3 == TRUE and int(plan.steps[step + k]["rank"]) > rank:
            run_ = int(state.levels[level + k]["since"]) + int(state.levels[level + k]["paused"])
            due = min(due, run_ + int(plan.steps[step + k]["hold"]) + shift)
    if int(program["flags"]) & CLEARS_AT_TICKS and rank != 0:
        due = min(due, fall_due(plan, state, instance, program) + shift)
    if int(instance["flags"]) & PENDING:
        due = min(due, int(state.cold[number]["confirm"]))
    return due


@aside
def fall_due(plan: Plan, state: State, instance: np.void, program: np.void) -> int:
    """Return when, by the subject's clock, the rank may next fall without a reading."""
    level, n, step = int(instance["level"]), int(program["steps"]), int(program["step"])
    states, due = int(instance["states"]), FAR
    written = int(program["clear"]) >= 0
    if written and (states >> (2 * CLEAR)) & 3 == TRUE:
        due = int(state.levels[level + n]["since"])
    for k in range(1 if written else 0, n):
        is_below = int(plan.steps[step + k]["rank"]) <= int(instance["rank"])
        if is_below and (states >> (2 * k)) & 3 == FALSE:
            due = min(due, int(state.levels[level + k]["since"]))
    return due + int(program["clear_hold"]) if due < FAR else FAR
