"""One evaluation: an instance (a rule on a device) is looked at, and its condition follows."""

import numpy as np

from sentinel.detect.engine.arrays import (
    BLIND,
    CLEARS_AT_TICKS,
    FALSE,
    NEVER,
    TRUE,
    UNKNOWN,
    Plan,
    State,
)  # fmt: skip
from sentinel.detect.engine.conclude import conclude
from sentinel.detect.engine.condition import run
from sentinel.detect.engine.jit import part
from sentinel.detect.engine.ladder import (
    ANY_TRUE,
    ANY_UNKNOWN,
    CLEAR,
    begin,
    either,
    is_clear,
    lowest_open,
    move,
    served,
    state_of,
)  # fmt: skip
from sentinel.detect.engine.leaves import leaf_value
from sentinel.detect.engine.timers import due_at, look
from sentinel.detect.program import MissingThen

THEN_OK, THEN_RAISE = int(MissingThen.OK), int(MissingThen.RAISE)


@part
def judge(plan: Plan, state: State, number: int) -> None:
    """Look at the inputs, judge the ranks, move the condition, and say what changed."""
    instance = state.instances[number]
    program = plan.programs[int(instance["program"])]
    missing, since, time, stamp, sight = look(plan, state, instance, program)
    instance["missing"] = missing
    clock = time + max(int(state.shard[0]["last_tick"]) - stamp, 0)
    for k in range(int(program["leaf"]), int(program["leaf_end"])):
        state.work[k - int(program["leaf"])] = leaf_value(
            plan, state, instance, plan.leaves[k], clock
        )
    states, unjudged = judge_ranks(plan, state, instance, program, clock)
    rank, onset = next_rank(plan, state, instance, program, states, clock)
    blind = missing != 0 and int(program["then"]) != THEN_OK
    if missing != 0 and int(program["then"]) == THEN_OK:
        states = ANY_UNKNOWN
        for k in range(int(program["steps"]) + (1 if int(program["clear"]) >= 0 else 0)):
            begin(state.levels[int(instance["level"]) + k], NEVER)
    instance["states"] = states
    instance["last"] = clock
    was_open = int(instance["rank"]) != 0 or int(instance["flags"]) & BLIND != 0
    if was_open or blind or rank != 0:
        conclude(plan, state, number, rank, blind, onset, since, clock, unjudged)
    due = due_at(plan, state, number, stamp - time, sight)
    instance["due"] = due
    state.shard[0]["next_due"] = min(int(state.shard[0]["next_due"]), due)


@part
def judge_ranks(
    plan: Plan, state: State, instance: np.void, program: np.void, clock: int
) -> tuple[int, int]:
    """Judge each rank from the top and move its level; return the states, and who is unknown."""
    n, states, unjudged, above = int(program["steps"]), 0, 0, FALSE
    stack = int(program["leaf_end"]) - int(program["leaf"])
    raised = int(program["then"]) == THEN_RAISE and int(instance["missing"]) != 0
    for k in range(n - 1, -1, -1):
        step = plan.steps[int(program["step"]) + k]
        begin_, end = int(step["code"]), int(step["code_end"])
        own = state_of(run(plan.code, begin_, end, plan.consts, state.work, stack))
        if own == UNKNOWN:
            unjudged |= 1 << int(step["rank"])
        if raised and int(step["rank"]) == int(program["missing_rank"]):
            own = TRUE
        above = either(above, own)
        states |= above << (2 * k)
    if int(program["clear"]) >= 0 and above != TRUE:
        begin_, end = int(program["clear"]), int(program["clear_end"])
        if run(plan.code, begin_, end, plan.consts, state.work, stack) == 1.0:
            states |= TRUE << (2 * CLEAR)
    move_levels(state, instance, program, states, clock)
    return states, unjudged


@part
def move_levels(state: State, instance: np.void, program: np.void, states: int, clock: int) -> None:
    """Move the levels to their new states; nothing moves where none changes and time goes on."""
    level, n, last = int(instance["level"]), int(program["steps"]), int(instance["last"])
    before = int(instance["states"])
    if states == before and states & ANY_UNKNOWN == 0 and clock >= last:
        return
    for k in range(n):
        was, now = (before >> (2 * k)) & 3, (states >> (2 * k)) & 3
        move(state.levels[level + k], was, now, clock, last)
    if int(program["clear"]) >= 0:
        was, now = (before >> (2 * CLEAR)) & 3, (states >> (2 * CLEAR)) & 3
        move(state.levels[level + n], was, now, clock, last)


@part
def next_rank(
    plan: Plan, state: State, instance: np.void, program: np.void, states: int, clock: int,
) -> tuple[int, int]:  # fmt: skip
    """Return the rank from now on, and when the hold that gave it began."""
    rank, missing = int(instance["rank"]), int(instance["missing"])
    if missing != 0 and int(program["then"]) == THEN_OK:
        return 0, clock
    if rank == 0 and missing == 0 and states & ANY_TRUE == 0:
        return 0, clock
    level, n, step = int(instance["level"]), int(program["steps"]), int(program["step"])
    up, onset = 0, clock
    top = served(plan.steps, step, state.levels, level, n, states, clock)
    if top >= 0:
        up, onset = int(plan.steps[step + top]["rank"]), int(state.levels[level + top]["since"])
    if missing != 0 and int(program["then"]) == THEN_RAISE and int(program["missing_rank"]) > up:
        up, onset = int(program["missing_rank"]), clock
    may_fall = state.shard[0]["reading"] != 0 or int(program["flags"]) & CLEARS_AT_TICKS != 0
    if up > rank or rank == 0 or missing != 0 or not may_fall:
        return max(up, rank), onset
    hold = int(program["clear_hold"])
    if is_clear(state.levels, level, n, states, int(program["clear"]) >= 0, hold, clock):
        return 0, onset
    floor = lowest_open(state.levels, level, n, states, hold, clock)
    return min(rank, int(plan.steps[step + floor]["rank"])), onset
