"""What time it is for a subject, and when its next timer is due."""

import numpy as np

from sentinel.detect.engine.arrays import (
    CLEARS_AT_TICKS,
    EVERY_TICK,
    FALSE,
    FAR,
    NEVER,
    PENDING,
    TRUE,
    Plan,
    State,
)  # fmt: skip
from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.ladder import CLEAR
from sentinel.detect.engine.sight import allowance, is_fresher, is_missing, missing_at


@part
def inputs_missing(
    plan: Plan, state: State, instance: np.void, program: np.void
) -> tuple[int, int]:
    """Return which inputs are missing, bit by bit, and since when the longest of them."""
    shard = state.shard[0]
    missing, since = 0, FAR
    for k in range(int(program["watches"])):
        sensor = state.sensors[plan.inputs[int(instance["input"]) + k]]
        watch = plan.watches[int(program["watch"]) + k]
        if is_missing(
            sensor, int(watch["after"]), int(watch["interval"]), int(shard["now"]),
            state.pauses, int(shard["pauses"]),
        ):  # fmt: skip
            missing |= 1 << k
            since = min(since, int(sensor["arrival"]))
    return missing, since


@part
def clock_of(plan: Plan, state: State, instance: np.void, program: np.void) -> tuple[int, int]:
    """Return the subject's clock, and how far the listener's time is ahead of its ticks' part."""
    time, stamp = NEVER, NEVER
    for k in range(int(program["watches"])):
        sensor = state.sensors[plan.inputs[int(instance["input"]) + k]]
        if is_fresher(sensor, time, stamp):
            time, stamp = int(sensor["time"]), int(sensor["stamp"])
    return time + max(int(state.shard[0]["last_tick"]) - stamp, 0), stamp - time


@part
def due_at(plan: Plan, state: State, number: int, shift: int) -> int:
    """Return the listener's time at which the next timer of the instance is due.

    shift: The listener's time less the subject's clock, as long as no reading comes.
    """
    instance = state.instances[number]
    program = plan.programs[int(instance["program"])]
    if int(program["flags"]) & EVERY_TICK:
        return NEVER
    level, n, step = int(instance["level"]), int(program["steps"]), int(program["step"])
    states, rank, due = int(instance["states"]), int(instance["rank"]), FAR
    for k in range(n):
        if (states >> (2 * k)) & 3 == TRUE and int(plan.steps[step + k]["rank"]) > rank:
            run_ = int(state.levels[level + k]["since"]) + int(state.levels[level + k]["paused"])
            due = min(due, run_ + int(plan.steps[step + k]["hold"]) + shift)
    if int(program["flags"]) & CLEARS_AT_TICKS and rank != 0:
        due = min(due, fall_due(plan, state, instance, program) + shift)
    if int(instance["flags"]) & PENDING:
        due = min(due, int(state.cold[number]["confirm"]))
    return min(due, sight_due(plan, state, instance, program))


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


@part
def sight_due(plan: Plan, state: State, instance: np.void, program: np.void) -> int:
    """Return when an input is next missing that was not; at once if one is back."""
    shard, due = state.shard[0], FAR
    for k in range(int(program["watches"])):
        sensor = state.sensors[plan.inputs[int(instance["input"]) + k]]
        watch = plan.watches[int(program["watch"]) + k]
        was = (int(instance["missing"]) >> k) & 1 == 1
        now = is_missing(
            sensor, int(watch["after"]), int(watch["interval"]), int(shard["now"]),
            state.pauses, int(shard["pauses"]),
        )  # fmt: skip
        if was != now:
            return NEVER
        if not was and int(watch["after"]) >= 0:
            allowed = allowance(sensor, int(watch["after"]))
            due = min(
                due,
                missing_at(
                    int(sensor["arrival"]), allowed, int(watch["interval"]), state.pauses,
                    int(shard["pauses"]),
                ),
            )  # fmt: skip
    return due
