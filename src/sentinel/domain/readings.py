"""Readings in columns: the form in which everything after the formats travels."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, IntFlag
from typing import Self

import numpy as np
from numpy.typing import NDArray


class Mark(IntEnum):
    """Not a reading but the listener's word, in the place of a sensor number."""

    TICK = -1
    LINK_DOWN = -2
    LINK_UP = -3
    CAUGHT_UP = -4


class ReadingFlag(IntFlag):
    """What else is known of a reading."""

    HISTORICAL = 1
    """Marked so by its sender: stored, never judged."""
    UNTIMED = 2
    """The payload had no time; the time of receipt stands in."""
    CLOCK_OFF = 4
    """Its own time was impossible, and it was rejected; it is here (with the time of receipt)
    only so that the clock check sees it. Quality FAIL; never stored, never judged."""
    TOGETHER = 8
    """The next row is of the same device, message and time: judge after the last of them."""
    DEADLINE = 16
    """Not a reading: the sensor promises its next one within `value` seconds (SenML `ut`), a
    year at most."""
    ALIVE = 32
    """Not a reading: the device says that it is there (value 1) or gone (value 0)."""
    EXERCISE = 64
    """Part of a drill."""
    LATE = 128
    """Older than the sensor's newest by more than one interval: stored, not judged."""
    REPEAT = 256
    """The sensor already has a reading of that time: counted, neither stored nor judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Columns of one length, in the order in which they are to be judged.

    sensor: int32, the registry's sensor number, or a `Mark`.
    time: int64, when it was measured, milliseconds since 1970 UTC.
    received: int64, when the listener had it, the same unit.
    value: float64, in the metric's canonical unit; finite unless a state is unknown.
    quality: uint8, `Quality`.
    flags: uint16, `ReadingFlag`.
    row, index: int64 and int32, the message it came from: journal row, position in the row.
    """

    sensor: NDArray[np.int32]
    time: NDArray[np.int64]
    received: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]
    row: NDArray[np.int64]
    index: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.sensor)

    @classmethod
    def empty(cls) -> Self:
        """Return no readings."""
        return cls(**{name: np.empty(0, dtype) for name, dtype in READING_COLUMNS.items()})

    @classmethod
    def join(cls, parts: Sequence["Readings"]) -> Self:
        """Return the parts one after the other."""
        if not parts:
            return cls.empty()
        return cls(
            **{
                name: np.concatenate([getattr(part, name) for part in parts])
                for name in READING_COLUMNS
            }
        )

    def take(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Return the chosen rows, in the order chosen."""
        return type(self)(
            sensor=self.sensor[chosen],
            time=self.time[chosen],
            received=self.received[chosen],
            value=self.value[chosen],
            quality=self.quality[chosen],
            flags=self.flags[chosen],
            row=self.row[chosen],
            index=self.index[chosen],
        )


READING_COLUMNS = {
    "sensor": np.int32,
    "time": np.int64,
    "received": np.int64,
    "value": np.float64,
    "quality": np.uint8,
    "flags": np.uint16,
    "row": np.int64,
    "index": np.int32,
}
