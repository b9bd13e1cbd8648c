"""Who speaks in a storm, and when: devices, and gateways with the devices behind them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from simulators.city import City
from simulators.faults import Fault, Liars, Lie, Report
from simulators.instruments import Instruments
from simulators.rubbish import rubbish
from simulators.stations import Station
from simulators.storm import STORM_SECONDS, Storm
from simulators.vendors import Post, encode

INTERVALS = {
    "river": 2, "rain_gauge": 2, "underpass": 2, "underpass_pump": 4, "pump": 2, "cabinet": 5,
    "gas": 10,
}  # fmt: skip
"""Seconds between the reports of a device, by dialect."""

THROUGH_GATEWAYS = {"rain_gauge", "underpass"}


@dataclass(frozen=True, slots=True)
class Step:
    """One message to publish, `at_ms` after the start."""

    at_ms: int
    topic: str
    payload: bytes
    retain: bool = False


@dataclass(slots=True)
class _Speaker:
    """What sends one message at a time; `kept` is what it could not send yet."""

    dialect: str
    stations: list[Station]
    phase_ms: int
    kept: list[Post] = field(default_factory=list)

    def is_due(self, second: int) -> bool:
        return (second - self.phase_ms // 1000) % INTERVALS[self.dialect] == 0


class Cast:
    """All speakers of one storm; perform once."""

    def __init__(
        self, city: City, weather: Storm, faults: tuple[Fault, ...], seed: int, start_ms: int
    ) -> None:
        self._city = city
        self._faults = faults
        self._start_ms = start_ms
        self._liars = Liars(faults)
        chance = Random(f"noise {seed} {weather.cycle}")
        self._instruments = Instruments(city, weather, chance)
        self._speakers = list(_speakers(city))

    def perform(self, begin_ms: int) -> Iterator[Step]:
        """Yield the storm's messages in order of time; it begins `begin_ms` after the start."""
        if begin_ms == 0:
            for station in self._city.of_kind("cabinet"):
                yield Step(0, f"tele/{station.id}/LWT", b"Online", retain=True)
        for second in range(STORM_SECONDS):
            at = begin_ms + 1000 * second
            yield from sorted(self._second(second, at), key=lambda step: step.at_ms)

    def _second(self, second: int, begin_ms: int) -> Iterator[Step]:
        for _, (topic, payload) in rubbish(second, self._start_ms + begin_ms):
            yield Step(begin_ms, topic, payload)
        for speaker in self._speakers:
            if speaker.is_due(second):
                at = begin_ms + speaker.phase_ms % 1000
                for topic, payload in self._speak(speaker, second, self._start_ms + at):
                    yield Step(at, topic, payload)

    def _speak(self, speaker: _Speaker, second: int, at_ms: int) -> list[Post]:
        """Return what leaves the speaker now; a gateway without network keeps it."""
        reports = [
            told
            for station in speaker.stations
            for told in self._liars.tell(self._report(speaker, station, second, at_ms), second)
        ]
        posts = speaker.kept + (encode(speaker.dialect, reports) if reports else [])
        speaker.kept = posts if self._is_cut_off(speaker, second) else []
        return [] if speaker.kept else posts

    def _report(self, speaker: _Speaker, station: Station, second: int, at_ms: int) -> Report:
        return Report(station, at_ms, self._instruments.measure(speaker.dialect, station, second))

    def _is_cut_off(self, speaker: _Speaker, second: int) -> bool:
        return speaker.dialect in THROUGH_GATEWAYS and any(
            fault.lie is Lie.BUFFERS and fault.holds(speaker.stations[0], second)
            for fault in self._faults
        )


def _speakers(city: City) -> Iterator[_Speaker]:
    """Every gateway and every device that speaks for itself, each at its own moment."""
    chance = Random(13)
    for dialect, interval in INTERVALS.items():
        groups: dict[str, list[Station]] = {}
        for station in city.of_kind(dialect.removesuffix("_pump")):
            through = dialect in THROUGH_GATEWAYS
            groups.setdefault(station.gateway if through else station.id, []).append(station)
        for group in groups.values():
            yield _Speaker(dialect, group, chance.randrange(interval * 1000))
