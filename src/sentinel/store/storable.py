"""The one place that decides which readings are kept."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.observe.events.store import ReadingsPassedOver

_NEVER = {
    "repeat": ReadingFlag.REPEAT,
    "clock_off": ReadingFlag.CLOCK_OFF,
    "deadline": ReadingFlag.DEADLINE,
    "alive": ReadingFlag.ALIVE,
}
_ANY = np.uint16(sum(_NEVER.values()))
_KEPT = np.uint16(
    ReadingFlag.HISTORICAL | ReadingFlag.UNTIMED | ReadingFlag.EXERCISE | ReadingFlag.LATE
)
"""What is worth remembering of a kept reading; TOGETHER only steers the judging."""


def storable(readings: Readings) -> Readings:
    """Return the readings to keep, in their order; the others are counted by why they are not.

    Late, historical, suspect and failed readings are kept. Ticks and marks of the link are not
    readings and not counted either.
    """
    chosen = (readings.sensor >= 0) & (readings.flags & _ANY == 0)
    if not chosen.all():
        _tell(readings.flags[(readings.sensor >= 0) & ~chosen])
        readings = readings.take(chosen)
    return replace(readings, flags=readings.flags & _KEPT)


def first_of_each(readings: Readings) -> Readings:
    """Return the first reading of each (sensor, time), by sensor, then time; count the rest."""
    order = np.lexsort((readings.time, readings.sensor))
    by_sensor = readings.take(order)
    same = np.zeros(len(order), np.bool_)
    same[1:] = (np.diff(by_sensor.sensor) == 0) & (np.diff(by_sensor.time) == 0)
    if not same.any():
        return by_sensor
    ReadingsPassedOver(why="repeat", count=int(same.sum())).emit()
    return by_sensor.take(~same)


def _tell(flags: NDArray[np.uint16]) -> None:
    """Count each under the first reason that fits."""
    for why, flag in _NEVER.items():
        fits = flags & np.uint16(flag) != 0
        if fits.any():
            ReadingsPassedOver(why=why, count=int(fits.sum())).emit()
        flags = flags[~fits]
