"""A whole deployment for a bench: configuration, services as processes, and how they fare."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import psutil

from sentinel.app.paths import Paths
from sentinel.app.status import Status, look
from sentinel.domain.errors import ServiceError

RECEIVE_MAXIMUM = 2_000
PATIENCE_SECONDS = 120.0

_METRICS = """
metrics:
  level:
    title: {zh: 水位, en: water level}
    kind: gauge
    unit: m
    sensor_span: [-5, 20]
    interval: 10s
kinds:
  gauge: {title: {zh: 水位计, en: level gauge}, metrics: [level]}
"""
_FORMATS = """
formats:
  load:
    topic: "load/{device}/level"
    metric: level
    value: {path: v}
    time: {path: t, as: epoch_ms}
"""
_AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"code": "city", "level": "city", "name_zh": "城", "name_en": "City"},
            "geometry": None,
        }
    ],
}
RULES = """
scenario: bench
rules:
  - id: high
    title: {zh: "{device.id} 水位 {x.value:.2f}", en: "{device.id}: {x.value:.2f} m"}
    watch: {x: {metric: level}}
    per: device
    raise: {blue: "x >= 5", red: "x >= 6.5"}
    clear_hold: 20s
  - id: rise
    title: {zh: "涨速", en: "rise"}
    watch: {x: {metric: level}}
    per: device
    raise: {yellow: "delta(x, over=1m) > 4"}
  - id: outlier
    title: {zh: "异常", en: "outlier"}
    watch: {x: {metric: level}}
    per: device
    raise: {blue: "x > mean(x, over=10m) + 6 * stddev(x, over=10m)"}
  - id: compound
    title: {zh: "组合", en: "compound"}
    watch: {x: {metric: level}}
    per: device
    raise: {orange: "x > 6 and max(x, over=1m) > 6.9"}
"""


@dataclass(slots=True)
class Deployment:
    """One folder with a configuration, and the services that run on it.

    Args:
        folder: Everything is below it.
        broker_port: On loopback.
        sensors: How many devices the registry has, `s0000000` on, as the load generator names them.
        store: The section `store:`.
    """

    folder: Path
    broker_port: int
    sensors: int
    store: dict[str, Any] = field(default_factory=lambda: {"kind": "sqlite"})
    rules: str = RULES
    checkpoint_every: str = "60s"
    services: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def config(self) -> Path:
        """The configuration file."""
        return self.folder / "bench.yaml"

    @property
    def paths(self) -> Paths:
        """What the services write."""
        return Paths(self.folder / "data")

    def write(self) -> None:
        """Write the configuration and what it points at."""
        ids = "".join(f"s{n:07d},gauge,city\n" for n in range(self.sensors))
        files = {
            "areas.geojson": json.dumps(_AREAS),
            "devices.csv": f"id,kind,area\n{ids}",
            "metrics.yaml": _METRICS,
            "formats.yaml": _FORMATS,
            "rules.yaml": self.rules,
            "bench.yaml": self._config(),
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def start(self, service: str) -> None:
        """Start one service; its output goes to a file beside the data."""
        with (self.folder / f"{service}.log").open("ab") as log:
            self.services[service] = subprocess.Popen(  # noqa: S603 -- our own command
                [sys.executable, "-m", "sentinel", service, "-c", str(self.config)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(  # noqa: S603 -- our own command
            [sys.executable, "-m", "sentinel", *arguments, "-c", str(self.config)],
            capture_output=True,
            text=True,
            check=False,
        )

    def stop(self) -> None:
        """Stop every service, the last started first."""
        for process in reversed(self.services.values()):
            process.terminate()
        for process in self.services.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.services.clear()

    def look(self) -> Status:
        """Return how the deployment is."""
        return look(self.paths, count_waiting=False)

    def wait_until_ok(self, names: Sequence[str]) -> None:
        """Wait until each of these services says that it is well.

        Raises:
            ServiceError: One does not within two minutes.
        """
        wait_until(
            lambda: all(self.look().services[name]["state"] == "ok" for name in names),
            f"services {', '.join(names)} did not come up; see the logs in {self.folder}",
        )

    def cpu_seconds(self) -> dict[str, float]:
        """Return the CPU that each running service has taken so far."""
        return {name: _cpu(process.pid) for name, process in self.services.items()}

    def _config(self) -> str:
        return json.dumps(
            {
                "name": "bench",
                "data": "data",
                "zone": "Asia/Shanghai",
                "registry": {
                    "areas": "areas.geojson",
                    "devices": "devices.csv",
                    "metrics": "metrics.yaml",
                },
                "normalise": {"formats": ["formats.yaml"]},
                "detect": {
                    "rules": ["rules.yaml"],
                    "checkpoint_every": self.checkpoint_every,
                },
                "record": {"checkpoint_every": self.checkpoint_every},
                "ingest": {
                    "port": self.broker_port,
                    "client_id": "sentinel-bench",
                    "topics": ["load/#"],
                    "receive_maximum": RECEIVE_MAXIMUM,
                },
                "store": self.store,
                "desk": {"port": 0},
            },
            indent=1,
        )


@contextmanager
def running(deployment: Deployment, services: Sequence[str]) -> Iterator[Deployment]:
    """Run these services for the time of the block."""
    deployment.write()
    try:
        for service in services:
            deployment.start(service)
        deployment.wait_until_ok(services)
        yield deployment
    finally:
        deployment.stop()


def wait_until(
    is_so: Callable[[], bool], complaint: str, *, seconds: float = PATIENCE_SECONDS
) -> float:
    """Wait until `is_so()` holds; return how long that took.

    Raises:
        ServiceError: It did not in time.
    """
    never = Event()
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > seconds:
            raise ServiceError(complaint)
        never.wait(0.05)
    return time.monotonic() - began


def _cpu(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system)


def load_command(port: int, **options: object) -> list[str]:
    """Return the command line of the load generator, MQTT 5 and QoS 1, answering in JSON."""
    arguments = [sys.executable, "-m", "simulators.load", "--port", str(port), "--json"]
    for name, value in {"version": 5, "qos": 1, **options}.items():
        arguments += [f"--{name.replace('_', '-')}", str(value)]
    return arguments


def environment() -> dict[str, str]:
    """Return an environment in which `simulators` is found from a checkout."""
    root = Path(__file__).parents[3]
    return {**os.environ, "PYTHONPATH": str(root)}
