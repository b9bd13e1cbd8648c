"""From a device's publish to a finding on disk, at half of what the machine can take."""

import subprocess
import time
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from threading import Event

from sentinel.bench.deployment import Deployment, environment, load_command, running
from sentinel.bench.live import PIPELINE, SENSORS, measure_pipeline
from sentinel.bench.result import Must, Result
from sentinel.domain.finding import Change, decode_findings
from sentinel.journal import JournalReader
from sentinel.testing.mosquitto import running_mosquitto

SECONDS = 30
SETTLE_SECONDS = 3.0


def run(*, seconds: int = SECONDS, full_load: float | None = None) -> Result:
    """Measure the full load first (unless it is given), then the latency at half of it."""
    with TemporaryDirectory(prefix="sentinel-bench-") as folder:
        full = full_load or measure_pipeline(Path(folder) / "full", 200_000)["taken"]
        delays = _delays(Path(folder) / "half", full / 2, seconds)
    cut = quantiles(delays, n=1000)
    return Result(
        bench="latency",
        figures={
            "load_per_second": full / 2,
            "findings": len(delays),
            "p50_ms": cut[499],
            "p99_ms": cut[989],
            "longest_ms": max(delays),
        },
        meaning={
            "load_per_second": "messages/s",
            "findings": "findings measured",
            "p50_ms": "publish to finding on disk, median, ms",
            "p99_ms": "99 of 100, ms",
            "longest_ms": "longest, ms",
        },
        musts=(Must(figure="p99_ms", at_most=100, aim=40),),
        notes=[
            f"{SENSORS:,} sensors; the load of each run is half of what the pipeline took before it"
        ],
    )


def _delays(folder: Path, rate: float, seconds: int) -> list[float]:
    """Return milliseconds from the time in the payload to the finding's being readable."""
    with running_mosquitto(folder / "broker") as broker:
        deployment = Deployment(folder / "sentinel", broker.port, SENSORS)
        with running(deployment, PIPELINE):
            load = subprocess.Popen(  # noqa: S603 -- our own module
                load_command(
                    broker.port,
                    messages=int(rate * seconds),
                    sensors=SENSORS,
                    rate=rate,
                    high=0.05,
                ),
                stdout=subprocess.DEVNULL,
                env=environment(),
            )
            delays = _watch(JournalReader(deployment.paths.findings), load)
    return delays


def _watch(reader: JournalReader, load: "subprocess.Popen[bytes]") -> list[float]:
    """Look every millisecond while the load runs; the first seconds settle and do not count."""
    delays: list[float] = []
    never, row = Event(), 0
    began = time.monotonic()
    while load.poll() is None:
        rows = reader.read(row, max_rows=1_000, max_count=100_000)
        now = time.time_ns() / 1e6
        if rows:
            row = rows[-1].id
        if rows and time.monotonic() - began > SETTLE_SECONDS:
            found = [f for one in rows for f in decode_findings(one.body)]
            delays += [now - f.decided_at for f in found if f.change is Change.OPENED]
        never.wait(0.001)
    return delays
