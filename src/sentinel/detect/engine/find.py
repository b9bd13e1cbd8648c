"""Findings as the kernel writes them: records, and the values that decided them."""

import numpy as np

from sentinel.detect.engine.arrays import Plan, State
from sentinel.detect.engine.jit import aside, part
from sentinel.detect.engine.leaves import note_on
from sentinel.detect.engine.timers import input_of

OPENED, RANK, SIGHT, CONFIRMED, ENDED = 1, 2, 3, 4, 5
"""Changes; `report` has the words."""
CLEARED, SEEN_AGAIN, RULE_CHANGED, DEVICE_RETIRED = 1, 2, 3, 4
"""Endings."""
RULE, LINK = -1, -2
"""In place of the number of a built-in check: an instance's finding, the listener's link's."""


@part
def entry(state: State, who: int, check: int, change: int) -> np.void:
    """Begin a finding; there must be room."""
    shard = state.shard[0]
    found: np.void = state.found[int(shard["found"])]
    shard["found"] += 1
    found["who"], found["check"], found["change"] = who, check, change
    found["received"], found["row"] = shard["now"], shard["row"]
    found["index"] = shard["index"]
    found["ending"], found["delayed"], found["unjudged"] = 0, 0, 0
    found["blind"], found["blind_since"] = 0, 0
    return found


@aside
def find(
    plan: Plan, state: State, number: int, change: int, rank: int, previous: int, blind: bool,
    ending: int, delayed: bool, unjudged: int, clock: int,
) -> None:  # fmt: skip
    """Write a finding on an instance, with the values of its leaves and inputs."""
    cold = state.cold[number]
    cold["number"] += 1
    at = int(state.shard[0]["found"])
    found = entry(state, number, RULE, change)
    found["rank"], found["previous"], found["blind"] = rank, previous, 1 if blind else 0
    found["ending"], found["delayed"], found["unjudged"] = ending, 1 if delayed else 0, unjudged
    found["onset"], found["number"], found["decided"] = cold["onset"], cold["number"], clock
    found["blind_since"] = cold["blind_since"] if blind else 0
    instance = state.instances[number]
    program = plan.programs[int(instance["program"])]
    n = int(program["leaf_end"]) - int(program["leaf"])
    for k in range(n):
        leaf = plan.leaves[int(program["leaf"]) + k]
        value = state.work[k]
        state.evidence[at, k] = value
        state.notes[at, k] = note_on(plan, state, instance, leaf, value, clock)
    for k in range(int(program["watches"])):
        sensor = state.sensors[input_of(plan, instance, k)]
        state.evidence[at, n + k] = sensor["value"]
