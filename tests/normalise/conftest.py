"""A small city to normalise for: a few devices with every metric, and messages at a fixed hour."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from sentinel.document import Problems, parse_yaml
from sentinel.domain.messages import MessageFlag, Messages
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.registry import Address, Registry
from sentinel.normalise.format import Format
from sentinel.normalise.formats import parse_formats
from sentinel.normalise.normaliser import Normalised, Normaliser

NOW = 1_781_740_800_000
"""2026-06-18T08:00:00+08:00."""

UNITS = {
    "water_level": "m", "flow": "m3/s", "temperature": "Cel", "humidity": "%RH",
    "pressure": "hPa", "illuminance": "lx", "co2": "ppm", "power": "W", "energy": "kWh",
    "battery": "%", "distance": "m",
}  # fmt: skip


def _metric(name: str, kind: MetricKind, unit: str, states: dict[str, float] | None) -> Metric:
    return Metric(id=name, title={}, kind=kind, unit=unit, interval_ms=60_000, states=states)


METRICS = (
    *(_metric(name, MetricKind.GAUGE, unit, None) for name, unit in UNITS.items()),
    _metric("gate", MetricKind.STATE, "", {"OPEN": 1.0, "CLOSED": 0.0}),
    _metric("water_leak", MetricKind.STATE, "", {"DRY": 0.0, "WET": 1.0}),
)


def _registry(
    devices: Mapping[str, Sequence[str]],
    addresses: Mapping[str, Mapping[str, Sequence[Address]]] | None = None,
    offsets: Mapping[tuple[str, str], float] | None = None,
    retired: Sequence[str] = (),
) -> Registry:
    ids = list(devices)
    metric_number = {metric.id: number for number, metric in enumerate(METRICS)}
    sensors = [
        (device, metric_number[name], (offsets or {}).get((ids[device], name), 0.0))
        for device, names in enumerate(devices.values())
        for name in names
    ]
    return Registry(
        areas=[],
        area_number={},
        area_parent=np.empty(0, np.int32),
        metrics=METRICS,
        metric_number=metric_number,
        device_ids=ids,
        device_number={name: number for number, name in enumerate(ids)},
        device_area=np.full(len(ids), -1, np.int32),
        device_kind=["station"] * len(ids),
        device_retired=np.array([name in retired for name in ids], np.bool_),
        attributes={},
        sensor_device=np.array([device for device, _, _ in sensors], np.int32),
        sensor_metric=np.array([metric for _, metric, _ in sensors], np.int32),
        sensor_offset=np.array([offset for _, _, offset in sensors], np.float64),
        addresses=addresses or {},
    )


@dataclass(kw_only=True)
class City:
    """Formats over a registry, as a bundle has them, with shorthands for asking."""

    registry: Registry
    formats: tuple[Format, ...] = ()
    zone: str = "Asia/Shanghai"
    skew_ms: int = 60_000
    past_ms: int = 7 * 86_400_000
    max_payload_bytes: int = 256 * 1024

    def take(self, *messages: tuple[str, bytes], flags: int = 0, quick: bool = True) -> Normalised:
        """Normalise messages received at `NOW`."""
        return Normaliser(self, quick=quick).normalise(batch(*messages, flags=flags))

    def told(self, done: Normalised) -> list[str]:
        """Return readings and rejections as short lines."""
        lines = []
        for row in range(len(done.readings)):
            sensor = int(done.readings.sensor[row])
            device = self.registry.device_ids[int(self.registry.sensor_device[sensor])]
            metric = METRICS[int(self.registry.sensor_metric[sensor])].id
            flag = ReadingFlag(int(done.readings.flags[row]))
            names = [one.name or "" for one in ReadingFlag if one in flag]
            ago = (NOW - int(done.readings.time[row])) / 1000
            value = float(done.readings.value[row])
            lines.append(" ".join([f"{device}/{metric} {value:.10g} {ago:g}s ago", *names]))
        return lines + [f"{one.reason}: {one.found}" for one in done.rejections]

    def ask(self, topic: str, payload: bytes, flags: int = 0) -> list[str]:
        """Return what one message comes to."""
        return self.told(self.take((topic, payload), flags=flags))


def batch(*messages: tuple[str, bytes], flags: int = 0, row: int = 7) -> Messages:
    """Return a batch received at `NOW`."""
    return Messages(
        row=row,
        received_at=NOW,
        topics=[topic for topic, _ in messages],
        payloads=[payload for _, payload in messages],
        flags=np.full(len(messages), flags, np.uint8),
        packet_ids=np.zeros(len(messages), np.uint16),
    )


MakeRegistry = Callable[..., Registry]
MakeCity = Callable[..., City]


@pytest.fixture(scope="session")
def make_registry() -> MakeRegistry:
    """Make a registry of devices with their metrics."""
    return _registry


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Two stations with every metric, and one that only knows water."""
    every = [metric.id for metric in METRICS]
    return _registry({"lv-01": every, "lv-02": every, "wl-01": ["water_level"]})


@pytest.fixture(scope="session")
def make_city(registry: Registry) -> MakeCity:
    """Make a city from the text of its formats; the text must be right."""

    def make(text: str, over: Registry | None = None, **settings: object) -> City:
        problems = Problems()
        node = parse_yaml(text, "formats.yaml", problems)
        assert node is not None
        city = City(registry=over or registry, **settings)  # type: ignore[arg-type]
        city.formats = parse_formats(node, city.registry, problems)
        assert [str(problem) for problem in problems.in_order()] == []
        return city

    return make


@pytest.fixture(scope="session")
def make_batch() -> Callable[..., Messages]:
    """Make a batch received at 2026-06-18T08:00:00+08:00."""
    return batch


@pytest.fixture(scope="session")
def now() -> int:
    """When every message is received."""
    return NOW


@pytest.fixture(scope="session")
def retained() -> int:
    """The flag of what a broker kept."""
    return int(MessageFlag.RETAINED)
