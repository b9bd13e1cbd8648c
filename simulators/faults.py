"""Sensors that lie: what each of them does to the reports it should have sent."""

from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from simulators.city import City
from simulators.stations import Station
from simulators.storm import Storm

Values = dict[str, float | str]


class Lie(StrEnum):
    """Ways in which a sensor is wrong."""

    DIES = "dies"
    """Falls silent."""
    STICKS = "sticks"
    """Repeats its last value to the last digit."""
    CLOCK_WRONG = "clock_wrong"
    """Its clock jumps two hours ahead."""
    BABBLES = "babbles"
    """Sends thirty readings where one is due."""
    OVER_RANGE = "over_range"
    """Its probe is torn off: it reports what the chip says then, -127 degrees."""
    BUFFERS = "buffers"
    """Its gateway loses the network and sends all that it kept once it is back."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a station is about to send: metric to value, and the time it believes it is."""

    station: Station
    at_ms: int
    values: Values


@dataclass(frozen=True, slots=True)
class Fault:
    """One lie of one station (or all stations behind one gateway), in seconds of the storm."""

    lie: Lie
    where: str
    begin: int
    end: int

    def holds(self, station: Station, second: int) -> bool:
        """Return whether this station lies at that second."""
        return self.where in {station.id, station.gateway} and self.begin <= second < self.end


BABBLE = 30
AHEAD_MS = 2 * 3_600_000
TORN_OFF = -127.0


def plan_faults(city: City, storm: Storm, seed: int) -> tuple[Fault, ...]:
    """Return the storm's faults: one of each kind, each on another device."""
    chance = Random(f"faults {seed} {storm.cycle}")
    main = [s.id for s in city.of_kind("river") if s.columns["role"] == "main"]
    brooks = [s.id for s in city.of_kind("river") if s.columns["role"] == "tributary"]
    rain = [station.id for station in city.of_kind("rain_gauge")]
    gas = [station.id for station in city.of_kind("gas") if station.id != storm.leaking]
    cabinets = [station.id for station in city.of_kind("cabinet") if station.id != storm.heating]
    gateways = sorted({s.gateway for s in city.of_kind("underpass") if s.id != storm.broken})
    return (
        Fault(Lie.DIES, chance.choice(main), 70, 290),
        Fault(Lie.STICKS, chance.choice(brooks), 75, 200),
        Fault(Lie.CLOCK_WRONG, chance.choice(rain), 50, 150),
        Fault(Lie.BABBLES, chance.choice(gas), 90, 120),
        Fault(Lie.OVER_RANGE, chance.choice(cabinets), 20, 60),
        Fault(Lie.BUFFERS, chance.choice(gateways), 212, 224),
    )


class Liars:
    """Applies the faults of one storm; remembers what stuck sensors are stuck at."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self._faults = faults
        self._stuck: dict[str, Values] = {}

    def tell(self, report: Report, second: int) -> list[Report]:
        """Return what is sent instead of `report`: nothing, something else, or far too much."""
        for fault in self._faults:
            if fault.holds(report.station, second):
                return self._lie(fault.lie, report)
        return [report]

    def _lie(self, lie: Lie, report: Report) -> list[Report]:
        match lie:
            case Lie.DIES:
                return []
            case Lie.STICKS:
                stuck = self._stuck.setdefault(report.station.id, report.values)
                return [replace(report, values=stuck)]
            case Lie.CLOCK_WRONG:
                return [replace(report, at_ms=report.at_ms + AHEAD_MS)]
            case Lie.BABBLES:
                moments = range(report.at_ms - 7 * (BABBLE - 1), report.at_ms + 1, 7)
                return [replace(report, at_ms=moment) for moment in moments]
            case Lie.OVER_RANGE:
                return [replace(report, values=report.values | {"temperature": TORN_OFF})]
            case Lie.BUFFERS:
                return [report]
