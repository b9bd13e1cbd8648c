"""What really happened, to hold the product's warnings against: one JSON object a line.

The ranks are the registry's own (guard level, bank height) or the city's customary ones, below;
they are written down here a second time on purpose, so that a rule that drifts from them shows.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from simulators.city import City
from simulators.faults import Fault, Lie
from simulators.stations import Station
from simulators.storm import STORM_SECONDS, WORN_AT, Storm

RANKS = ("none", "blue", "yellow", "orange", "red")
CLOSE = {"rain": 5.0, "river": 0.02, "underpass": 0.015, "gas": 1.0, "heat": 1.5}
"""A peak this near to a mark may fall on either side of it in the readings, which are noisy,
rounded, and taken only so often."""
RAIN_MMH = (20.0, 50.0, 80.0, 110.0)
"""Mean over ten seconds."""
DEPTH_M = (0.05, 0.15, 0.27, 0.40)
"""As underpasses are marked: wet, slow, closed to cars, closed."""
GAS_LEL = (5.0, 10.0, 20.0, 40.0)
HEAT_C = (45.0, 55.0, 65.0, 80.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that happened.

    what: `rain`, `river`, `underpass`, `gas`, `heat`; a lie such as `dies`; or `rejected`.
    where, area: Device (or gateway, or topic) and its area.
    at_ms, until_ms: Since 1970 UTC; from when to when.
    rule: Of the demo's rules, the one that should speak; empty if none needs to.
    rank: The highest that it should reach. peak: The highest value behind it.
    is_close: The peak is so near to a mark that the rank beside it is right too.
    note: More, for a person; for `rejected` the reason.
    """

    what: str
    where: str
    area: str
    at_ms: int
    until_ms: int
    rule: str = ""
    rank: str = ""
    peak: float | None = None
    is_close: bool = False
    note: str = ""

    def line(self) -> str:
        """Return it as a line of the truth file."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"


def happenings(
    city: City, storm: Storm, faults: tuple[Fault, ...], begin_ms: int
) -> Iterator[Happening]:
    """Yield what happens in a storm that begins at `begin_ms`; lies last."""
    for station, marks, column, rule, what in _watched(city, storm):
        found = _reached(column, marks, _silence(station, faults), CLOSE[what])
        if found is not None:
            first, last, rank, peak, is_close = found
            yield Happening(
                what=what,
                where=station.id,
                area=station.area,
                at_ms=begin_ms + 1000 * first,
                until_ms=begin_ms + 1000 * last,
                rule=rule,
                rank=RANKS[rank],
                peak=round(peak, 3),
                is_close=is_close,
            )
    yield Happening(
        what="worn",
        where=storm.worn,
        area=_area(city, storm.worn),
        at_ms=begin_ms + 1000 * WORN_AT,
        until_ms=begin_ms + 1000 * STORM_SECONDS,
        rule="pump-anomaly",
        note="a bearing: it shakes more than its load explains",
    )
    for fault in faults:
        yield _lie(city, fault, begin_ms)


Watched = tuple[Station, tuple[float, ...], NDArray[np.float64], str, str]


def _watched(city: City, storm: Storm) -> Iterator[Watched]:
    rain = _mean_of_ten(storm.rain)
    for at, station in enumerate(city.of_kind("rain_gauge")):
        yield station, RAIN_MMH, rain[:, at], "rain-intensity", "rain"
    for at, station in enumerate(city.of_kind("river")):
        guard, bank = station.nature["guard"], station.nature["bank"]
        marks = (guard, guard + 0.3, bank - 0.3, bank)
        yield station, marks, storm.level[:, at], "river-level", "river"
    for at, station in enumerate(city.of_kind("underpass")):
        yield station, DEPTH_M, storm.depth[:, at], "underpass-depth", "underpass"
    for at, station in enumerate(city.of_kind("gas")):
        if station.id == storm.leaking:
            yield station, GAS_LEL, storm.gas[:, at], "gas-leak", "gas"
    for at, station in enumerate(city.of_kind("cabinet")):
        if station.id == storm.heating:
            yield station, HEAT_C, storm.heat[:, at], "cabinet-heat", "heat"


def _mean_of_ten(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of the last ten seconds, fewer at the beginning."""
    total = np.cumsum(column, axis=0)
    shifted = np.vstack([np.zeros((10, column.shape[1])), total[:-10]])
    count = np.minimum(np.arange(1, len(column) + 1), 10)[:, None]
    return np.asarray((total - shifted) / count)


def _silence(station: Station, faults: tuple[Fault, ...]) -> NDArray[np.bool_]:
    """By second, whether what the station says is not what it sees."""
    silent = np.zeros(STORM_SECONDS, np.bool_)
    for fault in faults:
        if fault.where == station.id:
            silent[fault.begin : fault.end] = True
    return silent


def _reached(
    column: NDArray[np.float64],
    marks: tuple[float, ...],
    silent: NDArray[np.bool_],
    close: float,
) -> tuple[int, int, int, float, bool] | None:
    """First and last second over the lowest mark, highest rank, peak, and whether it is close."""
    seen = np.where(silent, -np.inf, column)
    peak = float(seen.max())
    rank = sum(peak >= mark for mark in marks)
    if rank == 0:
        return None
    over = np.nonzero(seen >= marks[0])[0]
    is_close = any(abs(peak - mark) < close for mark in marks)
    return int(over[0]), int(over[-1]), rank, peak, is_close


_SAYS = {
    Lie.DIES: ("river-level", "blind while it is silent, back at its rank after"),
    Lie.STICKS: ("device-flat", "the same level to the last digit"),
    Lie.CLOCK_WRONG: ("device-clock-off", "its readings are two hours ahead, and are rejected"),
    Lie.BABBLES: ("device-babbling", "thirty readings where one is due"),
    Lie.OVER_RANGE: ("device-out-of-span", "-127 degrees: the probe is off"),
    Lie.BUFFERS: ("", "the gateway keeps its messages and sends them all at the end"),
}


def _lie(city: City, fault: Fault, begin_ms: int) -> Happening:
    rule, note = _SAYS[fault.lie]
    area = _area(city, fault.where)
    return Happening(
        what=fault.lie.value,
        where=fault.where,
        area=area if fault.lie is not Lie.BUFFERS else area.split("/", 1)[0],
        at_ms=begin_ms + 1000 * fault.begin,
        until_ms=begin_ms + 1000 * fault.end,
        rule=rule,
        note=note,
    )


def _area(city: City, where: str) -> str:
    return next(s.area for s in city.stations if where in {s.id, s.gateway})
