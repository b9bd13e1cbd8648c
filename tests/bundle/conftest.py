"""A small city to begin with, and ways to spoil it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from sentinel.bundle.compile import AREAS, DEVICES, METRICS, Compiled, compile_files
from sentinel.domain.registry import Registry

METRICS_TEXT = """\
metrics:
  water_level: {title: {zh: 水位, en: water level}, unit: m, interval: 1m, sensor_span: [0, 10]}
  battery: {unit: "%", interval: 1h}
  pump_state: {kind: state, states: {RUN: 0, FAULT: 1}, interval: 1m}
kinds:
  river: {metrics: [water_level, battery]}
  pump: {title: pump, metrics: [pump_state]}
"""

DEVICES_TEXT = """\
id,kind,area,role,bank_height,lon,lat
lv-01,river,pudong/hq/g07,main,4.20[m],121.5,31.2
lv-02,river,pudong/hq,,,,
pu-01,pump,pudong,side,,,
"""

RULES_TEXT = """\
scenario: flood
rules:
  - id: river-level
    title: {zh: "水位", en: "{device.id}: river"}
    watch: {level: {metric: water_level, kind: river}}
    per: device
    raise: {blue: level >= 3, red: "mean(level, over=10m) >= 4"}
"""

FORMATS_TEXT = """\
formats:
  plain: {topic: "city/{device}/{metric}", value: value}
"""


def feature(code: str, level: str, **properties: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "type": "Feature",
        "properties": {"code": code, "level": level, **properties},
        "geometry": None,
    }


AREA_FEATURES = [
    feature("shanghai", "city", name_zh="上海", name_en="Shanghai"),
    feature("pudong", "district", name="浦东"),
    feature("pudong/hq", "street"),
    feature("pudong/hq/g07", "grid", air_class=2),
]


@dataclass
class City:
    """The files of a bundle; `compile` says what becomes of them."""

    metrics: str = METRICS_TEXT
    devices: str = DEVICES_TEXT
    areas: list[dict[str, Any]] = field(default_factory=lambda: list(AREA_FEATURES))
    rules: str = RULES_TEXT
    formats: str = FORMATS_TEXT
    more: dict[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> dict[str, bytes]:
        collection = {"type": "FeatureCollection", "features": self.areas}
        return {
            METRICS: self.metrics.encode(),
            DEVICES: self.devices.encode(),
            AREAS: json.dumps(collection, indent=1, ensure_ascii=False).encode(),
            "rules/flood.yaml": self.rules.encode(),
            "formats/plain.yaml": self.formats.encode(),
            **self.more,
        }

    def compile(self, names: Mapping[str, str] | None = None) -> Compiled:
        return compile_files(self.files, names or {})

    def told(self) -> list[str]:
        return [str(problem) for problem in self.compile().problems.in_order()]

    def registry(self) -> Registry:
        compiled = self.compile()
        assert compiled.bundle is not None, self.told()
        return compiled.bundle.registry

    def after(self, before: "City") -> "City":
        """The same, numbered after another."""
        self.more["sensors.txt"] = before.compile().files["sensors.txt"]
        return self


@pytest.fixture(scope="session")
def city() -> Callable[..., City]:
    return City


@pytest.fixture(scope="session")
def place() -> Callable[..., dict[str, Any]]:
    return feature
