"""What an evaluation changes: the open warning, and the findings that say so."""

import numpy as np

from sentinel.detect.engine.arrays import BLIND, PENDING, Plan, State
from sentinel.detect.engine.find import CLEARED, CONFIRMED, ENDED, OPENED, RANK, SEEN_AGAIN, SIGHT
from sentinel.detect.engine.find import find as tell
from sentinel.detect.engine.jit import aside, part


@aside
def conclude(
    plan: Plan, state: State, number: int, rank: int, blind: bool, onset: int, since: int,
    clock: int, unjudged: int,
) -> None:  # fmt: skip
    """Bring the open warning to the new rank and sight, with a finding for each change."""
    instance, cold, shard = state.instances[number], state.cold[number], state.shard[0]
    delay = int(plan.programs[int(instance["program"])]["delay"])
    was, was_blind = int(instance["rank"]), int(instance["flags"]) & BLIND != 0
    is_reading, waiting = shard["reading"] != 0, int(instance["flags"]) & PENDING != 0
    late = is_reading and int(shard["age"]) > delay
    delayed = late or (waiting and not is_reading)
    is_open = rank != 0 or blind
    take_over(instance, cold, rank, blind, since)
    if (was != 0 or was_blind) and (not is_open or (was == 0 and rank != 0 and not blind)):
        ending = CLEARED if was != 0 else SEEN_AGAIN
        tell(plan, state, number, ENDED, 0, was, False, ending, delayed, unjudged, clock)
        instance["flags"] = int(instance["flags"]) & ~PENDING
        cold["open"], waiting, was, was_blind = 0, False, 0, False
    if is_open and (was != rank or was_blind != blind):
        change = RANK if was != rank else SIGHT
        if was == 0 and not was_blind:
            change = OPENED
            cold["onset"] = onset_after(state, instance, cold, onset if rank != 0 else since, rank)
            cold["open"], cold["number"] = 1, 0
        tell(plan, state, number, change, rank, was, blind, 0, delayed, unjudged, clock)
        if late:
            instance["flags"] = int(instance["flags"]) | PENDING
            cold["confirm"], waiting = int(shard["now"]) + delay, False
    if is_open and waiting and ((is_reading and not late) or shard["now"] >= cold["confirm"]):
        instance["flags"] = int(instance["flags"]) & ~PENDING
        tell(plan, state, number, CONFIRMED, rank, rank, blind, 0, False, unjudged, clock)


@part
def take_over(instance: np.void, cold: np.void, rank: int, blind: bool, since: int) -> None:
    """Give the instance its new rank and sight; blind, since when it was lost."""
    flags = int(instance["flags"])
    if blind and flags & BLIND == 0:
        cold["blind_since"] = since
    instance["rank"] = rank
    instance["flags"] = (flags & ~BLIND) | (BLIND if blind else 0)


@part
def onset_after(state: State, instance: np.void, cold: np.void, onset: int, rank: int) -> int:
    """Return the onset of a warning that opens: `onset`, or just after the last one's.

    Two warnings of a subject with one onset would share their id, and the second would be taken
    for the first. A rule that began after a silence did is blind from then on, not since before.
    """
    if int(cold["number"]) > 0:
        return max(onset, int(cold["onset"]) + 1)
    onset = max(onset, int(state.past_onsets[int(instance["device"])]) + 1)
    return onset if rank != 0 else max(onset, int(cold["onset"]))
