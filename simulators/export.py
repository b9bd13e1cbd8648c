"""Readings of a cloudburst as a file, without a broker: to train models on, to look at.

`python -m simulators.export FILE --storms 4 --kind pump` writes `device,metric,timestamp,value`.
"""

import argparse
import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from simulators.cast import INTERVALS
from simulators.city import City, lancheng
from simulators.cloudburst import START_MS
from simulators.instruments import Instruments
from simulators.storm import STORM_SECONDS, storm

Line = tuple[str, str, str, float | str]
"""Device, metric, time, value."""


def readings(
    city: City, seed: int, storms: int, kind: str, *, start_ms: int = START_MS
) -> Iterator[Line]:
    """Yield what sound instruments of a kind would report: no lies, and no worn bearing."""
    for cycle in range(storms):
        weather = storm(city, seed, cycle)
        instruments = Instruments(city, weather, Random(f"export {seed} {cycle}"))
        for second in range(0, STORM_SECONDS, INTERVALS[kind]):
            at_ms = start_ms + 1000 * (cycle * STORM_SECONDS + second)
            when = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms)
            for station in city.of_kind(kind):
                if station.id != weather.worn:
                    for metric, value in instruments.measure(kind, station, second).items():
                        yield station.id, metric, when.isoformat(), value


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="simulators.export", description="Write readings.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--kind", choices=sorted(INTERVALS), default="pump")
    parser.add_argument("--storms", type=int, default=4)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    with options.file.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("device", "metric", "timestamp", "value"))
        table.writerows(readings(lancheng(), options.seed, options.storms, options.kind))


if __name__ == "__main__":
    main()
