"""What instruments read: the truth, their noise, and the digits that they show."""

import math
from random import Random

from simulators.city import City
from simulators.faults import Values
from simulators.stations import Station
from simulators.storm import WORN_AT, Storm


class Instruments:
    """All instruments of the city in one storm; the order of readings decides their noise."""

    def __init__(self, city: City, weather: Storm, chance: Random) -> None:
        self._weather = weather
        self._chance = chance
        kinds = {station.kind for station in city.stations}
        self._column = {s.id: at for kind in kinds for at, s in enumerate(city.of_kind(kind))}

    def measure(self, dialect: str, station: Station, second: int) -> Values:
        """Return what the part of the station that speaks this dialect reads."""
        reads = {
            "river": self._river,
            "rain_gauge": self._rain_gauge,
            "underpass": self._underpass,
            "underpass_pump": self._underpass_pump,
            "pump": self._pump,
            "cabinet": self._cabinet,
            "gas": self._gas,
        }
        return reads[dialect](station, self._column[station.id], second)

    def _river(self, _: Station, at: int, second: int) -> Values:
        return {"water_level": round(self._weather.level[second, at] + self._noise(0.004), 3)}

    def _rain_gauge(self, _: Station, at: int, second: int) -> Values:
        rain = self._weather.rain[second, at] * (1 + self._noise(0.02))
        return {"rain_intensity": round(rain, 1)}

    def _underpass(self, _: Station, at: int, second: int) -> Values:
        depth = self._weather.depth[second, at]
        wet = self._noise(0.002) if depth > _WET else 0.0
        return {"water_depth": round(max(0.0, depth + wet), 3)}

    def _underpass_pump(self, _: Station, at: int, second: int) -> Values:
        is_wet = self._weather.depth[second, at] > _WET
        can_run = self._weather.pumping[second, at]
        return {"pump_state": ("RUN" if is_wet else "IDLE") if can_run else "FAULT"}

    def _gas(self, station: Station, at: int, second: int) -> Values:
        wave = 0.2 * math.sin(second / 60 + station.nature["phase"])
        gas = self._weather.gas[second, at] + wave + self._noise(0.05)
        return {"gas": round(max(0.0, gas), 2)}

    def _pump(self, station: Station, at: int, second: int) -> Values:
        """A sound pump shakes as it draws current; a worn bearing shakes on its own, in bursts."""
        load = self._weather.load[second, at]
        worn = max(0, second - WORN_AT) / 60 if station.id == self._weather.worn else 0.0
        vibration = station.nature["vibration"] * (0.5 + 0.7 * load) + min(3.0, 1.5 * worn)
        current = station.nature["current"] * (0.25 + 0.75 * load)
        return {
            "vibration": round(max(0.1, vibration + self._noise(0.05 + min(1.2, worn))), 2),
            "current": round(current + self._noise(0.4), 1),
            "temperature": round(38 + 9 * load + 4 * worn + self._noise(0.2), 1),
        }

    def _cabinet(self, station: Station, at: int, second: int) -> Values:
        wave = math.sin(second / 90 + station.nature["phase"])
        heat = self._weather.heat[second, at] + 0.6 * wave
        return {
            "temperature": round(heat + self._noise(0.1), 1),
            "humidity": round(62 + 12 * station.nature["mean"] + 3 * wave + self._noise(0.4), 1),
        }

    def _noise(self, deviation: float) -> float:
        return self._chance.gauss(0, deviation)


_WET = 0.01
"""Metres; less does not start a pump."""
