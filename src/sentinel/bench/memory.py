"""What a million sensors weigh, and how long the flow stands still for a snapshot of them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from sentinel.bench.prepare import write_journal
from sentinel.bench.replay import replay_in_process
from sentinel.bench.result import Must, Result
from sentinel.bench.world import World

SENSORS = 1_000_000
MINUTES = 12
"""Longer than the longest window, so that every window is full."""


def run(*, sensors: int = SENSORS, minutes: int = MINUTES) -> Result:
    """Replay so many minutes in which every sensor reports once a minute."""
    with TemporaryDirectory(prefix="sentinel-bench-") as folder:
        write_journal(World(sensors), Path(folder) / "million", sensors * minutes)
        found = replay_in_process(Path(folder) / "million")
    figures = {
        "bytes_per_sensor": found["peak_bytes"] / sensors,
        "peak_gigabytes": found["peak_bytes"] / 1e9,
        "bundle_gigabytes": found["bundle_bytes"] / 1e9,
        "longest_stop_seconds": found["longest_stop_seconds"],
        "readings_per_second": found["messages"] / found["seconds"],
    }
    return Result(
        bench="memory",
        figures=figures,
        meaning={
            "bytes_per_sensor": "bytes a sensor: all of the process at its peak",
            "peak_gigabytes": "the process at its peak, GB",
            "bundle_gigabytes": "of it the bundle (registry, formats, rules), GB",
            "longest_stop_seconds": "longest stop at a snapshot, s",
            "readings_per_second": "readings/s meanwhile",
        },
        musts=(
            Must(figure="peak_gigabytes", at_most=2.0, aim=1.0),
            Must(figure="longest_stop_seconds", at_most=1.0, aim=0.1),
        ),
        notes=[f"{sensors:,} sensors, 4 rules each, one reading a minute for {minutes} minutes"],
    )
