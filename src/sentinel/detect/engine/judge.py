"""One evaluation: an instance (a rule on a device) is looked at, and its condition follows."""

import numpy as np

from sentinel.detect.engine.arrays import (
    BLIND, CLEARS_AT_TICKS, EVERY_TICK, FALSE, FAR, HEARD, NEVER, PENDING, TRUE, UNKNOWN, Plan,
    State,
)  # fmt: skip
from sentinel.detect.engine.condition import run
from sentinel.detect.engine.find import CLEARED, CONFIRMED, ENDED, OPENED, RANK, SEEN_AGAIN, SIGHT
from sentinel.detect.engine.find import find as tell
from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.ladder import (
    CLEAR, begin, either, is_clear, lowest_open, move, served, state_of,
)  # fmt: skip
from sentinel.detect.engine.leaves import leaf_value
from sentinel.detect.engine.sight import allowance, is_fresher, is_missing, missing_at
from sentinel.detect.program import MissingThen

THEN_OK, THEN_RAISE = int(MissingThen.OK), int(MissingThen.RAISE)
ALL_UNKNOWN = 0x2AA


@part
def judge(plan: Plan, state: State, number: int) -> None:
    """Look at the inputs, judge the ranks, move the condition, and say what changed."""
    instance = state.instances[number]
    program = plan.programs[int(instance["program"])]
    missing, since = inputs_missing(plan, state, instance, program)
    instance["missing"] = missing
    clock, shift = clock_of(plan, state, instance, program)
    for k in range(int(program["leaf"]), int(program["leaf_end"])):
        state.work[k - int(program["leaf"])] = leaf_value(
            plan, state, instance, plan.leaves[k], clock
        )
    states, unjudged = judge_ranks(plan, state, instance, program, clock)
    rank, onset = next_rank(plan, state, instance, program, states, clock, since)
    blind = missing != 0 and int(program["then"]) != THEN_OK
    if missing != 0 and int(program["then"]) == THEN_OK:
        states = ALL_UNKNOWN
        for k in range(int(program["steps"]) + (1 if int(program["clear"]) >= 0 else 0)):
            begin(state.levels[int(instance["level"]) + k], NEVER)
    instance["states"] = states
    instance["last"] = clock
    was_open = int(instance["rank"]) != 0 or int(instance["flags"]) & BLIND != 0
    if was_open or blind or rank != 0:
        conclude(plan, state, number, rank, blind, onset, since, clock, unjudged)
    due = due_at(plan, state, number, shift)
    instance["due"] = due
    state.shard[0]["next_due"] = min(int(state.shard[0]["next_due"]), due)


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
def judge_ranks(
    plan: Plan, state: State, instance: np.void, program: np.void, clock: int
) -> tuple[int, int]:
    """Judge each rank from the top and move its level; return the states, and who is unknown."""
    level, n, last = int(instance["level"]), int(program["steps"]), int(instance["last"])
    before, states, unjudged, above = int(instance["states"]), 0, 0, FALSE
    stack = int(program["leaf_end"]) - int(program["leaf"])
    raised = int(program["then"]) == THEN_RAISE and int(instance["missing"]) != 0
    for k in range(n - 1, -1, -1):
        step = plan.steps[int(program["step"]) + k]
        own = FALSE
        if int(step["code"]) >= 0:
            own = state_of(
                run(
                    plan.code,
                    int(step["code"]),
                    int(step["code_end"]),
                    plan.consts,
                    state.work,
                    stack,
                )
            )
        if own == UNKNOWN:
            unjudged |= 1 << int(step["rank"])
        if raised and int(step["rank"]) == int(program["missing_rank"]):
            own = TRUE
        above = either(above, own)
        move(state.levels[level + k], (before >> (2 * k)) & 3, above, clock, last)
        states |= above << (2 * k)
    if int(program["clear"]) >= 0:
        given = run(
            plan.code,
            int(program["clear"]),
            int(program["clear_end"]),
            plan.consts,
            state.work,
            stack,
        )
        free = TRUE if given == 1.0 and above != TRUE else FALSE
        move(state.levels[level + n], (before >> (2 * CLEAR)) & 3, free, clock, last)
        states |= free << (2 * CLEAR)
    return states, unjudged


@part
def next_rank(
    plan: Plan, state: State, instance: np.void, program: np.void, states: int, clock: int,
    since: int,
) -> tuple[int, int]:  # fmt: skip
    """Return the rank from now on, and when the hold that gave it began."""
    rank, missing = int(instance["rank"]), int(instance["missing"])
    if missing != 0 and int(program["then"]) == THEN_OK:
        return 0, clock
    level, n, step = int(instance["level"]), int(program["steps"]), int(program["step"])
    up, onset = 0, clock
    top = served(plan.steps, step, state.levels, level, n, states, clock)
    if top >= 0:
        up, onset = int(plan.steps[step + top]["rank"]), int(state.levels[level + top]["since"])
    if missing != 0 and int(program["then"]) == THEN_RAISE and int(program["missing_rank"]) > up:
        up, onset = int(program["missing_rank"]), since
    may_fall = state.shard[0]["reading"] != 0 or int(program["flags"]) & CLEARS_AT_TICKS != 0
    if up > rank or rank == 0 or missing != 0 or not may_fall:
        return max(up, rank), onset
    hold = int(program["clear_hold"])
    if is_clear(state.levels, level, n, states, int(program["clear"]) >= 0, hold, clock):
        return 0, onset
    floor = lowest_open(state.levels, level, n, states, hold, clock)
    return min(rank, int(plan.steps[step + floor]["rank"])), onset


@aside
def conclude(
    plan: Plan, state: State, number: int, rank: int, blind: bool, onset: int, since: int,
    clock: int, unjudged: int,
) -> None:  # fmt: skip
    """Bring the open warning to the new rank and sight, with a finding for each change."""
    instance, cold, shard = state.instances[number], state.cold[number], state.shard[0]
    program = plan.programs[int(instance["program"])]
    was, was_blind = int(instance["rank"]), int(instance["flags"]) & BLIND != 0
    is_reading = shard["reading"] != 0
    late = is_reading and int(shard["age"]) > int(program["delay"])
    waiting = int(instance["flags"]) & PENDING != 0
    delayed = late or (waiting and not is_reading)
    if blind and not was_blind:
        cold["blind_since"] = since
    instance["rank"] = rank
    instance["flags"] = (int(instance["flags"]) & ~BLIND) | (BLIND if blind else 0)
    is_open = rank != 0 or blind
    changed = False
    if (was != 0 or was_blind) and (not is_open or (was == 0 and rank != 0 and not blind)):
        ending = CLEARED if was != 0 else SEEN_AGAIN
        tell(plan, state, number, ENDED, 0, was, False, ending, delayed, unjudged, clock)
        instance["flags"] = int(instance["flags"]) & ~PENDING
        cold["open"], waiting, was, was_blind = 0, False, 0, False
    if is_open and not (was != 0 or was_blind):
        cold["open"], cold["number"] = 1, 0
        cold["onset"] = onset if rank != 0 else since
        tell(plan, state, number, OPENED, rank, 0, blind, 0, delayed, unjudged, clock)
        changed = True
    elif is_open and (was != rank or was_blind != blind):
        change = RANK if was != rank else SIGHT
        tell(plan, state, number, change, rank, was, blind, 0, delayed, unjudged, clock)
        changed = True
    if changed and late:
        instance["flags"] = int(instance["flags"]) | PENDING
        cold["confirm"] = int(shard["now"]) + int(program["delay"])
    elif (
        is_open
        and waiting
        and ((is_reading and not late) or int(shard["now"]) >= int(cold["confirm"]))
    ):
        instance["flags"] = int(instance["flags"]) & ~PENDING
        tell(plan, state, number, CONFIRMED, rank, rank, blind, 0, False, unjudged, clock)


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
