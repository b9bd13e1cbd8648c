"""What SensorThings needs of a store of readings."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Series(Protocol):
    """Readings of one sensor, oldest first; `store.StoredReadings` is one."""

    @property
    def time(self) -> NDArray[np.int64]:
        """Milliseconds since 1970 UTC; no time twice."""
        ...

    @property
    def received(self) -> NDArray[np.int64]:
        """When the listener had it, the same unit."""
        ...

    @property
    def value(self) -> NDArray[np.float64]:
        """Canonical unit; NaN where a state was unknown."""
        ...

    @property
    def quality(self) -> NDArray[np.uint8]:
        """`Quality`."""
        ...

    @property
    def flags(self) -> NDArray[np.uint16]:
        """`ReadingFlag`."""
        ...


class ReadSeries(Protocol):
    """The store, asked for one sensor."""

    def __call__(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> Series:
        """Return the readings of start <= time < end; of more than `limit`, the newest."""
        ...


class Joined(NamedTuple):
    """Readings of several spells, oldest first."""

    time: NDArray[np.int64]
    received: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]


ReadSpell = Callable[[int, int, int], Series]
"""Reads start <= time < end of one sensor; of more than so many, the newest."""
_WIDER = 8
"""Times, from one spell to the one before it."""


def read_back(read: ReadSpell, start: int, end: int, limit: int, *, now: int, span: int) -> Series:
    """Return the newest `limit` readings of start <= time < end.

    Read in spells, back from the end, each longer than the last: a store that finds the newest by
    reading all of a time is never asked for years of which a page shows an hour.

    now: Near which the newest lie; they may be ahead of it. span: Of the first spell.
    """
    parts: list[Series] = []
    until, at, left = end, max(start, min(end, now) - span), limit
    while True:
        parts.append(read(at, until, left))
        left -= len(parts[-1].time)
        if left <= 0 or at <= start:
            return _joined(parts[::-1])
        span *= _WIDER
        until, at = at, max(start, at - span)


def _joined(parts: Sequence[Series]) -> Series:
    if len(parts) == 1:
        return parts[0]
    return Joined(
        time=np.concatenate([part.time for part in parts]),
        received=np.concatenate([part.received for part in parts]),
        value=np.concatenate([part.value for part in parts]),
        quality=np.concatenate([part.quality for part in parts]),
        flags=np.concatenate([part.flags for part in parts]),
    )
