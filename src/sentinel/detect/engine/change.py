"""A bundle gives way to another: what means the same keeps its state, the rest ends.

Sensors keep their places, as numbers are only ever appended; rings move to their new size; an
instance is known by its rule, the rule's meaning, and its device. Of a sensor whose metric has
another unit or kind now, values, windows and profile are dropped; that it was heard from is not.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine import find
from sentinel.detect.engine.arrays import GONE, NEVER, PENDING, SUSPECT, TOUCHED, TWICE, State
from sentinel.detect.engine.layout import Layout
from sentinel.detect.engine.memory import empty_state, grow_blocks
from sentinel.detect.engine.move import move_readings
from sentinel.detect.engine.renewed import OTHER_SENSOR, OTHER_VALUES, SAME
from sentinel.detect.engine.report import findings
from sentinel.domain.finding import Finding

KEPT_OF_SENSOR = (
    "time", "stamp", "ahead", "arrival", "value", "previous", "promise", "quality", "flags",
    "check",
)  # fmt: skip
KEPT_OF_INSTANCE = ("last", "missing", "states", "rank")


def carry(
    before: Layout, state: State, layout: Layout, become: NDArray[np.uint8], at: int, row: int
) -> tuple[State, list[Finding]]:
    """Return the state under the new layout, and the findings on what ends at `at`.

    become: What has become of each sensor (`renewed.py`).
    """
    kept = kept_instances(before, layout)
    ended = _end_rules(before, state, layout, kept, at, row)
    ended += _end_checks(before, state, layout, at, row)
    fresh = empty_state(layout, at)
    _carry_shard(state, fresh)
    _carry_sensors(state, fresh, become)
    state.sensors["count"][become != SAME] = 0
    fresh = fresh._replace(
        checks=state.checks.copy(), blocks=state.blocks.copy(), panes=state.panes.copy()
    )
    needed = int(np.diff(layout.plan.sets).max(initial=0))
    while not move_readings(layout.plan, state, fresh):
        fresh = grow_blocks(fresh, needed)
    _carry_profiles(before, state, layout, fresh, become)
    _carry_instances(before, state, layout, fresh, kept)
    _carry_onsets(before, state, fresh, kept)
    return fresh, ended


def kept_instances(before: Layout, layout: Layout) -> NDArray[np.int64]:
    """Return for each instance of old its number now; -1: it is not kept."""
    programs = [layout.keys.get((p.rule, p.meaning), -1) for p in before.bundle.programs]
    count = len(layout.bundle.programs) + 1
    program = np.array(programs, np.int64)[before.program]
    wanted = before.device * count + program
    there = layout.device * count + layout.program
    place = np.searchsorted(there, wanted)
    found = np.append(there, -1)[place] == wanted
    return np.where(found & (program >= 0), place, -1)


def _end_rules(
    before: Layout, state: State, layout: Layout, kept: NDArray[np.int64], at: int, row: int
) -> list[Finding]:
    """End the open warnings of instances that are not kept."""
    retired = layout.bundle.registry.device_retired
    ended = []
    for number in np.flatnonzero((kept < 0) & (state.cold["open"] == 1)).tolist():
        is_retired = retired[before.device_number(number)]
        ending = find.DEVICE_RETIRED if is_retired else find.RULE_CHANGED
        instance, cold = state.instances[number], state.cold[number]
        found = {
            "who": number, "check": find.RULE, "previous": instance["rank"],
            "number": cold["number"] + 1, "onset": cold["onset"], "ending": ending,
            "decided": _clock(before, state, number, at),
            "delayed": int(instance["flags"]) & PENDING != 0,
        }  # fmt: skip
        ended += _ended(before, state, layout, found, at, row)
    return ended


def _end_checks(before: Layout, state: State, layout: Layout, at: int, row: int) -> list[Finding]:
    """End those of retired devices and of metrics that are gone; all, once the checks are off."""
    registry = layout.bundle.registry
    ended = []
    for place in np.flatnonzero(state.sensors["check"] >= 0).tolist():
        number = before.sensors[place]
        is_retired = registry.device_retired[registry.sensor_device[number]]
        if layout.bundle.builtin and not is_retired and registry.sensor_metric[number] >= 0:
            continue
        sensor = state.sensors[place]
        while sensor["check"] >= 0:
            slot = int(sensor["check"])
            check = state.checks[slot]
            found = {
                "who": place, "check": check["check"], "previous": 1,
                "number": check["number"] + 1, "onset": check["onset"], "decided": at,
                "ending": find.DEVICE_RETIRED if is_retired else find.RULE_CHANGED,
            }  # fmt: skip
            ended += _ended(before, state, layout, found, at, row)
            past = max(int(state.past_checks[place]), int(check["onset"]))
            state.past_checks[place] = past
            sensor["check"], check["next"] = check["next"], state.shard[0]["check_free"]
            state.shard[0]["check_free"] = slot
            state.shard[0]["free_checks"] += 1
    return ended


def _ended(
    before: Layout, state: State, layout: Layout, found: dict[str, int], at: int, row: int
) -> list[Finding]:
    """Say that a warning ends: nothing was measured, so there is no evidence."""
    state.found[0] = np.zeros((), state.found.dtype)
    for name, value in {"change": find.ENDED, "received": at, "row": row, **found}.items():
        state.found[0][name] = value
    state.evidence[0], state.notes[0] = np.nan, 0
    state.shard["found"] = 1
    bundle = layout.bundle.hash
    return [
        msgspec.structs.replace(finding, evidence=(), bundle=bundle)
        for finding in findings(before, state)
    ]


def _clock(before: Layout, state: State, number: int, at: int) -> int:
    """Return the subject's clock, as if `at` were a tick."""
    first, end = before.inputs_at[number : number + 2]
    inputs = state.sensors[before.plan.inputs[first:end]]
    moments = inputs["time"] - inputs["ahead"]
    time, stamp = max(zip(moments.tolist(), inputs["stamp"].tolist(), strict=True))
    return int(time + max(at - stamp, 0))


def _carry_shard(state: State, fresh: State) -> None:
    for name in state.shard.dtype.names or ():
        if name not in ("next_due", "group", "at", "job", "job_end", "found", "memo_ring"):
            fresh.shard[name] = state.shard[name]
    fresh.shard["next_due"] = NEVER
    fresh.pauses[:] = state.pauses


def _carry_sensors(state: State, fresh: State, become: NDArray[np.uint8]) -> None:
    old, new = state.sensors, fresh.sensors[: len(state.sensors)]
    stay = become != OTHER_SENSOR
    for name in KEPT_OF_SENSOR:
        new[name][stay] = old[name][stay]
    new["flags"][~stay] = old["flags"][~stay] & np.uint8(GONE)
    other = become == OTHER_VALUES
    new["value"][other] = new["previous"][other] = np.nan
    new["quality"][other] = 0
    new["flags"][other] &= ~np.uint8(SUSPECT | TWICE)


def _carry_profiles(
    before: Layout, state: State, layout: Layout, fresh: State, become: NDArray[np.uint8]
) -> None:
    n, stay = len(state.sensors), become == SAME
    old, new = state.sensors["profile"], fresh.sensors["profile"][:n]
    both = (old >= 0) & (new >= 0) & stay
    fresh.cells[new[both]] = state.cells[old[both]]
    fresh.unusual[new[both]] = state.unusual[old[both]]
    old, new = state.sensors["score"], fresh.sensors["score"][:n]
    both = (old >= 0) & (new >= 0) & stay
    for number, model in enumerate(layout.tables.models):
        is_same = layout.bundle.models.get(model) == before.bundle.models.get(model)
        if model in before.tables.models and is_same:
            column = before.tables.models.index(model)
            fresh.scores[new[both], number] = state.scores[old[both], column]


def _carry_instances(
    before: Layout, state: State, layout: Layout, fresh: State, kept: NDArray[np.int64]
) -> None:
    old = np.flatnonzero(kept >= 0)
    new = kept[old]
    for name in KEPT_OF_INSTANCE:
        fresh.instances[name][new] = state.instances[name][old]
    fresh.instances["flags"][new] = state.instances["flags"][old] & ~np.uint8(TOUCHED)
    fresh.cold[new] = state.cold[old]
    counts = (before.levels_at[1:] - before.levels_at[:-1])[old]
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    source = np.repeat(before.levels_at[old], counts) + offsets
    fresh.levels[np.repeat(layout.levels_at[new], counts) + offsets] = state.levels[source]


def _carry_onsets(before: Layout, state: State, fresh: State, kept: NDArray[np.int64]) -> None:
    """Remember by device the onsets of instances that are not kept: their rule may come back."""
    fresh.past_checks[: len(state.past_checks)] = state.past_checks
    fresh.past_onsets[: len(state.past_onsets)] = state.past_onsets
    gone = np.flatnonzero((kept < 0) & (state.cold["number"] > 0))
    np.maximum.at(fresh.past_onsets, before.device[gone], state.cold["onset"][gone])
