"""What a model sees of a sensor: the reading, and how it stands to the few before it."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

FEATURES = ("value", "step", "mean", "spread", "deviation")
"""The reading; its difference from the one before; mean and standard deviation of the window
before it; its difference from that mean. All in the metric's unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How features are made.

    window: Readings before the present one that mean and spread are taken of.
    gap_ms: After a longer silence the window fills anew: what was before says little.
    """

    window: int = 12
    gap_ms: int


@dataclass(slots=True)
class FeatureState:
    """What one model remembers of each sensor; plain arrays, one row a sensor number.

    recent: float64[n, window], a ring. count: int64[n], readings since the window began anew.
    last: int64[n], time of the newest, milliseconds since 1970 UTC.
    """

    recent: NDArray[np.float64]
    count: NDArray[np.int64]
    last: NDArray[np.int64]

    @classmethod
    def empty(cls, recipe: Recipe, size: int = 0) -> "FeatureState":
        """Return the state of `size` sensors never heard of."""
        return cls(
            np.zeros((size, recipe.window)), np.zeros(size, np.int64), np.zeros(size, np.int64)
        )

    def grow(self, size: int) -> None:
        """Make room for `size` sensors; nothing shrinks, nothing is forgotten."""
        more = size - len(self.count)
        if more > 0:
            blank = np.zeros((more, self.recent.shape[1]))
            self.recent = np.concatenate([self.recent, blank])
            self.count = np.concatenate([self.count, np.zeros(more, np.int64)])
            self.last = np.concatenate([self.last, np.zeros(more, np.int64)])

    def snapshot(self) -> dict[str, NDArray[np.float64] | NDArray[np.int64]]:
        """Return copies of the arrays; `FeatureState(**copies)` is this state again."""
        return {
            "recent": self.recent.copy(),
            "count": self.count.copy(),
            "last": self.last.copy(),
        }


def featurise(
    state: FeatureState,
    recipe: Recipe,
    sensors: NDArray[np.int32],
    values: NDArray[np.float64],
    times: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return float64[readings, features] and move the state on.

    A row is NaN while its sensor's window fills, and for a value that is NaN, which is not
    remembered. Readings come in the order in which they are judged; batches can be cut anywhere.

    Args:
        state: Grown here if a sensor number needs it.
        recipe: The model's.
        sensors: Small numbers from 0: they are rows of the state.
        values: In the metric's canonical unit.
        times: Milliseconds since 1970 UTC.
    """
    rows = np.full((len(values), len(FEATURES)), np.nan)
    if len(values):
        state.grow(int(sensors.max()) + 1)
        _walk(state.recent, state.count, state.last, recipe.gap_ms, sensors, values, times, rows)
    return rows


@njit(cache=True, nogil=True)
def _walk(
    recent: NDArray[np.float64],
    count: NDArray[np.int64],
    last: NDArray[np.int64],
    gap_ms: int,
    sensors: NDArray[np.int32],
    values: NDArray[np.float64],
    times: NDArray[np.int64],
    rows: NDArray[np.float64],
) -> None:
    """Sum the window afresh each time: twelve additions, and no error that grows with time."""
    window = recent.shape[1]
    for i in range(len(values)):
        value, time, sensor = values[i], times[i], sensors[i]
        if np.isnan(value):
            continue
        if count[sensor] and time - last[sensor] > gap_ms:
            count[sensor] = 0
        seen = count[sensor]
        if seen >= window:
            total = 0.0
            for j in range(window):
                total += recent[sensor, j]
            mean = total / window
            squares = 0.0
            for j in range(window):
                squares += (recent[sensor, j] - mean) ** 2
            rows[i, 0] = value
            rows[i, 1] = value - recent[sensor, (seen - 1) % window]
            rows[i, 2] = mean
            rows[i, 3] = np.sqrt(squares / (window - 1))
            rows[i, 4] = value - mean
        recent[sensor, seen % window] = value
        count[sensor] = seen + 1
        last[sensor] = time
