"""How much of its past each sensor must keep, for the rules that look back at it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import WINDOWED, Program
from sentinel.domain.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSets:
    """Window lengths, sensor by sensor.

    sets, overs: Set s holds the lengths overs[sets[s]:sets[s + 1]], ascending, ms; set 0 is empty.
    of: By sensor, its set. sizes: by sensor, slots of its ring; 0 without a window.
    """

    sets: NDArray[np.int32]
    overs: NDArray[np.int64]
    of: NDArray[np.int32]
    sizes: NDArray[np.int64]


def window_sets(
    programs: Sequence[Program],
    registry: Registry,
    sensors: NDArray[np.int64],
    watched: Sequence[Sequence[NDArray[np.int32]]],
) -> WindowSets:
    """Return what each of the shard's sensors must keep; `watched`: places by program, watch."""
    lengths = sorted({over for program in programs for _, over in _windows(program)})
    wanted = np.zeros((len(sensors), len(lengths)), np.bool_)
    for program, places in zip(programs, watched, strict=True):
        for watch, over in _windows(program):
            wanted[places[watch], lengths.index(over)] = True
    packed = np.packbits(wanted, axis=1) if lengths else np.zeros((len(sensors), 1), np.uint8)
    keys = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    kinds, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    chosen = [[over for over, want in zip(lengths, wanted[k], strict=True) if want] for k in first]
    chosen = [[], *chosen]
    of = (kind + 1).astype(np.int32) if len(kinds) else np.zeros(0, np.int32)
    longest = np.array([row[-1] if row else 0 for row in chosen], np.int64)[of]
    metric = registry.sensor_metric[sensors]
    interval = np.array([m.interval_ms for m in registry.metrics] or [1], np.int64)[metric]
    expected = longest // interval + 1  # and an eighth and two to spare
    return WindowSets(
        sets=np.concatenate([[0], np.cumsum([len(row) for row in chosen])]).astype(np.int32),
        overs=np.array([over for row in chosen for over in row], np.int64),
        of=of,
        sizes=np.where(longest > 0, expected + expected // 8 + 2, 0),
    )


def _windows(program: Program) -> list[tuple[int, int]]:
    """Return (watch, length) of every leaf that looks back."""
    return [(leaf.watch, leaf.over_ms) for leaf in program.leaves if leaf.func in WINDOWED]
