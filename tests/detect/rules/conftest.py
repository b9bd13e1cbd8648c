from collections.abc import Callable, Mapping

import numpy as np
import pytest

from sentinel.detect.program import Program
from sentinel.detect.rules import compile_rules
from sentinel.document import Problems, parse_yaml
from sentinel.domain.area import Area, Level
from sentinel.domain.metric import Metric, MetricKind, Span
from sentinel.domain.registry import Registry


class Model:
    def __init__(self, metric: str) -> None:
        self.metric = metric


def metric(name: str, unit: str, kind: MetricKind = MetricKind.GAUGE, **further: object) -> Metric:
    return Metric(
        id=name,
        title={"en": name},
        kind=kind,
        unit=unit,
        interval_ms=60_000,
        **further,  # type: ignore[arg-type]  # the test's own business
    )


METRICS = (
    metric("water_level", "m", sensor_span=Span(low=-1, high=20)),
    metric("rainfall", "mm"),
    metric("temperature", "Cel"),
    metric("wind_direction", "deg", MetricKind.DIRECTION),
    metric("pump", "", MetricKind.STATE, states={"RUN": 0.0, "STOP": 1.0, "FAULT": 2.0}),
    metric("passed", "count", MetricKind.COUNTER),
    metric("door", "", MetricKind.EVENT),
    metric("methane", "%LEL"),
    metric("flow", "m3/s"),
)


def area(code: str, parent: str, level: Level, **attributes: str) -> Area:
    return Area(
        code=code,
        parent=parent,
        level=level,
        name={"en": code},
        geometry=None,
        attributes=attributes,
    )


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Three gauges with every metric; `lv-03` stands elsewhere and lacks a bank height."""
    areas = (
        area("city", "", Level.CITY, air_class="2"),
        area("pudong", "city", Level.DISTRICT),
        area("puxi", "city", Level.DISTRICT, air_class="1"),
    )
    devices = ("lv-01", "lv-02", "lv-03")
    numbers = range(len(METRICS))
    return Registry(
        areas=areas,
        area_number={a.code: n for n, a in enumerate(areas)},
        area_parent=np.array([-1, 0, 0], np.int32),
        metrics=METRICS,
        metric_number={m.id: n for n, m in enumerate(METRICS)},
        device_ids=devices,
        device_number={d: n for n, d in enumerate(devices)},
        device_area=np.array([1, 1, 2], np.int32),
        device_kind=("river", "river", "street"),
        device_retired=np.zeros(3, np.bool_),
        attributes={
            "role": ("main", "side", "main"),
            "bank_height": ("4.20[m]", "420[cm]", ""),
            "tolerance": ("5[K]", "9[degF]", "4"),
            "comfort": ("20[Cel]", "68[degF]", "293.15[K]"),
            "factor": ("1.5", "2", "3"),
        },
        sensor_device=np.repeat(np.arange(3, dtype=np.int32), len(METRICS)),
        sensor_metric=np.tile(np.array(numbers, np.int32), 3),
        sensor_offset=np.zeros(3 * len(METRICS)),
    )


@pytest.fixture(scope="session")
def models() -> Mapping[str, Model]:
    return {"river": Model("water_level"), "heat": Model("temperature")}


Compiled = tuple[tuple[Program, ...], list[str]]


@pytest.fixture(scope="session")
def compile_text(registry: Registry, models: Mapping[str, Model]) -> Callable[..., Compiled]:
    """A function from rule files to (programs, problems as told)."""

    def compiled(*texts: str) -> Compiled:
        problems = Problems()
        names = ["rules.yaml", *(f"more-{number}.yaml" for number in range(1, len(texts)))]
        found = [parse_yaml(text, name, problems) for text, name in zip(texts, names, strict=True)]
        documents = [node for node in found if node is not None]
        programs = compile_rules(documents, registry, problems, models=models)
        return programs, [str(problem) for problem in problems.in_order()]

    return compiled


FRAME = """\
rules:
  - id: one
    title: a title
    watch:
      level: {{metric: water_level}}
      rain: {{metric: rainfall}}
      temp: {{metric: temperature}}
      wind: {{metric: wind_direction}}
      pump: {{metric: pump}}
      passed: {{metric: passed}}
      gas: {{metric: methane}}
      flow: {{metric: flow}}
    raise:
      red: {condition}
"""


@pytest.fixture(scope="session")
def compile_condition(compile_text: Callable[..., Compiled]) -> Callable[[str], Compiled]:
    """A function from one condition to (programs, problems), told without the unused watches."""

    def compiled(condition: str) -> Compiled:
        quoted = "'" + condition.replace("'", "''") + "'"
        programs, told = compile_text(FRAME.format(condition=quoted))
        return programs, [line for line in told if "no condition looks at" not in line]

    return compiled
