"""Built-in device checks as maintenance warnings: opened by a bad reading, ended by quiet.

An open one takes a slot of a shared list, so a healthy sensor pays four bytes for all five.
"""

import numpy as np

from sentinel.detect.engine.arrays import Columns, Plan, State
from sentinel.detect.engine.find import CLEARED, ENDED, OPENED, entry
from sentinel.detect.engine.jit import aside, part
from sentinel.domain.rank import Rank

CHECKS = ("device-out-of-span", "device-clock-off", "device-babbling", "device-jump", "device-flat")
"""Their rules; a check's number is its place here, its bit one shifted by it."""
SPAN, CLOCK, BABBLE, JUMP, STILL = 1, 2, 4, 8, 16
N_CHECKS = 5
QUIET_MS = 300_000
BLUE = int(Rank.BLUE)


@part
def has_room(state: State) -> bool:
    """Return whether one reading's findings and slots fit for certain."""
    shard = state.shard[0]
    fits = len(state.found) - int(shard["found"]) >= 2 * N_CHECKS
    return fits and int(shard["free_checks"]) >= N_CHECKS


@aside
def watch_device(
    plan: Plan, state: State, number: int, tripped: int, time: int, value: float
) -> None:
    """Open what a reading tripped, and end what has been quiet for long enough."""
    sensor = state.sensors[number]
    quiet = max(QUIET_MS, 3 * int(plan.intervals[int(sensor["metric"])]))
    before, slot = -1, int(sensor["check"])
    while slot >= 0:
        check = state.checks[slot]
        bit = 1 << int(check["check"])
        following = int(check["next"])
        if tripped & bit:
            check["last"] = max(int(check["last"]), time)
            tripped &= ~bit
            before = slot
        elif time - int(check["last"]) >= quiet and tripped & CLOCK == 0:
            write(state, check, ENDED, 0, BLUE, time, value)
            release(state, sensor, before, slot)
        else:
            before = slot
        slot = following
    for k in range(N_CHECKS):
        if tripped & (1 << k):
            open_check(state, sensor, number, k, time, value)


@part
def open_check(
    state: State, sensor: np.void, number: int, kind: int, time: int, value: float
) -> None:
    """Take a slot and say so."""
    shard = state.shard[0]
    slot = int(shard["check_free"])
    check = state.checks[slot]
    shard["check_free"] = check["next"]
    shard["free_checks"] -= 1
    check["sensor"], check["check"], check["number"] = number, kind, 0
    check["onset"], check["last"] = max(time, int(state.past_checks[number]) + 1), time
    check["next"] = sensor["check"]
    sensor["check"] = slot
    write(state, check, OPENED, BLUE, 0, time, value)


@part
def release(state: State, sensor: np.void, before: int, slot: int) -> None:
    """Give a slot back; its onset is not used again."""
    shard = state.shard[0]
    number, following = int(state.checks[slot]["sensor"]), state.checks[slot]["next"]
    past = max(int(state.past_checks[number]), int(state.checks[slot]["onset"]))
    state.past_checks[number] = past
    if before < 0:
        sensor["check"] = following
    else:
        state.checks[before]["next"] = following
    state.checks[slot]["next"] = shard["check_free"]
    state.checks[slot]["sensor"] = -1
    shard["check_free"] = slot
    shard["free_checks"] += 1


@part
def write(
    state: State, check: np.void, change: int, rank: int, previous: int, time: int, value: float
) -> None:
    """Write a finding of a check."""
    check["number"] += 1
    at = int(state.shard[0]["found"])
    found = entry(state, int(check["sensor"]), int(check["check"]), change)
    found["rank"], found["previous"], found["number"] = rank, previous, check["number"]
    found["onset"], found["decided"] = check["onset"], time
    if change == ENDED:
        found["ending"] = CLEARED
    state.evidence[at, 0] = value


@part
def is_checked(columns: Columns, at: int, sensor: np.void) -> bool:
    """Return whether a reading can open or end a maintenance warning."""
    return columns.tripped[at] != 0 or int(sensor["check"]) >= 0
