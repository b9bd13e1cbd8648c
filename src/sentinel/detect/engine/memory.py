"""The engine's state: made empty for a layout, and grown where it grows."""

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import (
    BLOCK,
    CELL,
    CHECK,
    COLD,
    FAR,
    FOUND,
    INSTANCE,
    LEVEL,
    NEVER,
    ONE_INPUT,
    PANE,
    PAUSE,
    READING,
    SENSOR,
    SHARD,
    State,
)  # fmt: skip
from sentinel.detect.engine.ladder import ANY_UNKNOWN
from sentinel.detect.engine.layout import Layout
from sentinel.detect.engine.marks import MOST_PAUSES
from sentinel.detect.engine.panes import PANES
from sentinel.detect.engine.profile import CELLS

T = TypeVar("T", bound=np.generic)

FIRST_FOUND, FIRST_CHECKS = 256, 16
"""Room to begin with; both double when full."""


def _cold(count: int, started_at: int) -> NDArray[np.void]:
    """Return what no warning has opened yet."""
    cold = np.zeros(count, COLD)
    cold["onset"] = started_at
    return cold


def empty_state(layout: Layout, started_at: int) -> State:
    """Return the state before any reading; all sensors were registered at `started_at`."""
    profiles, scores = int(layout.profiled.sum()), int(layout.scored.sum())
    width = layout.tables.width
    return State(
        shard=_shard(layout),
        sensors=_sensors(layout, started_at),
        instances=_instances(layout),
        cold=_cold(len(layout.program), started_at),
        levels=_levels(int(layout.levels_at[-1])),
        ring=np.zeros(int(layout.windows.sizes.sum()), READING),
        pauses=np.zeros(MOST_PAUSES, PAUSE),
        past_onsets=np.full(len(layout.plan.devices), NEVER),
        past_checks=np.full(len(layout.sensors), NEVER),
        checks=chained(np.zeros(FIRST_CHECKS, CHECK), 0, -1),
        cells=np.zeros((profiles, CELLS), CELL),
        unusual=np.full(profiles, math.nan),
        scores=np.full((scores, max(len(layout.tables.models), 1)), math.nan),
        blocks=np.zeros(0, BLOCK),
        panes=np.zeros((0, PANES + 1), PANE),
        found=np.zeros(FIRST_FOUND, FOUND),
        evidence=np.zeros((FIRST_FOUND, width)),
        notes=np.zeros((FIRST_FOUND, width), np.uint8),
        work=np.zeros(layout.tables.depth + int(layout.windows.sizes.max(initial=0))),
    )


def grow_found(state: State) -> State:
    """Return the state with room for twice as many findings."""
    return state._replace(
        found=_doubled(state.found),
        evidence=_doubled(state.evidence),
        notes=_doubled(state.notes),
    )


def grow_checks(state: State) -> State:
    """Return the state with twice as many slots for open built-in warnings."""
    n, shard = len(state.checks), state.shard[0]
    checks = chained(_doubled(state.checks), n, int(shard["check_free"]))
    shard["check_free"], shard["free_checks"] = n, shard["free_checks"] + n
    return state._replace(checks=checks)


def grow_blocks(state: State, at_least: int) -> State:
    """Return the state with twice as many pane blocks, and `at_least` more."""
    n, shard = len(state.blocks), state.shard[0]
    more = max(n, at_least)
    blocks = np.concatenate([state.blocks, np.zeros(more, BLOCK)])
    panes = np.concatenate([state.panes, np.zeros((more, PANES + 1), PANE)])
    blocks = chained(blocks, n, int(shard["block_free"]))
    shard["block_free"], shard["free_blocks"] = n, shard["free_blocks"] + more
    return state._replace(blocks=blocks, panes=panes)


def chained(table: NDArray[np.void], begin: int, last: int) -> NDArray[np.void]:
    """Chain the entries from `begin` on as free ones, the last of them to `last`."""
    table["next"][begin:] = np.arange(begin + 1, len(table) + 1)
    if len(table) > begin:
        table["next"][-1] = last
    return table


def _doubled(table: NDArray[T]) -> NDArray[T]:
    return np.concatenate([table, np.zeros_like(table)])


def _shard(layout: Layout) -> NDArray[np.void]:
    shard = np.zeros(1, SHARD)
    shard["now"] = shard["last_tick"] = NEVER
    shard["next_due"] = FAR if len(layout.program) == 0 else NEVER
    shard["group"] = shard["block_free"] = shard["memo_ring"] = -1
    shard["free_checks"] = FIRST_CHECKS
    shard["first"] = layout.shard == 0
    return shard


def _sensors(layout: Layout, started_at: int) -> NDArray[np.void]:
    n, windows = len(layout.sensors), layout.windows
    sensors = np.zeros(n, SENSOR)
    sensors["time"] = sensors["stamp"] = sensors["arrival"] = started_at
    sensors["value"] = sensors["previous"] = math.nan
    sensors["size"] = windows.sizes
    sensors["ring"] = np.cumsum(windows.sizes) - windows.sizes
    _link(sensors, layout)
    registry = layout.bundle.registry
    sensors["device"] = registry.sensor_device[layout.sensors] // layout.shards
    sensors["windows"] = windows.of
    sensors["metric"] = np.maximum(registry.sensor_metric[layout.sensors], 0)
    sensors["block"] = sensors["check"] = -1
    sensors["profile"] = _numbered(layout.profiled)
    sensors["score"] = _numbered(layout.scored)
    return sensors


def _link(sensors: NDArray[np.void], layout: Layout) -> None:
    """Say where each sensor's links are; where its instances follow one another, who they are."""
    begin, end, links = layout.links_at[:-1], layout.links_at[1:], layout.plan.links
    some = np.flatnonzero(end > begin)
    first, last = links[begin[some]], links[end[some] - 1]
    is_direct = last - first == (end - begin)[some] - 1
    sensors["link"], sensors["link_end"] = begin, end
    direct = some[is_direct]
    sensors["link"][direct] = first[is_direct]
    sensors["link_end"][direct] = last[is_direct] + 1
    sensors["direct"][direct] = 1


def _numbered(chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Number the chosen from 0; -1 for the others."""
    return np.where(chosen, np.cumsum(chosen) - 1, -1)


def _instances(layout: Layout) -> NDArray[np.void]:
    instances = np.zeros(len(layout.program), INSTANCE)
    instances["last"] = instances["due"] = NEVER
    instances["program"], instances["device"] = layout.program, layout.device
    instances["level"] = layout.levels_at[:-1]
    first, inputs = layout.inputs_at[:-1], layout.plan.inputs
    is_one = np.diff(layout.inputs_at) == 1
    instances["input"][is_one] = inputs[first[is_one]]
    instances["input"][~is_one] = first[~is_one]
    instances["flags"] = is_one * np.uint8(ONE_INPUT)
    instances["param"] = layout.params_at[:-1]
    instances["states"] = ANY_UNKNOWN
    return instances


def _levels(n: int) -> NDArray[np.void]:
    levels = np.zeros(n, LEVEL)
    levels["since"] = NEVER
    return levels
