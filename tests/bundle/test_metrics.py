"""metrics.yaml."""

from collections.abc import Callable
from typing import Any

import pytest

from sentinel.bundle.metric_keys import MetricSettings
from sentinel.bundle.metrics import metrics_schema
from sentinel.domain.metric import MetricKind, Span

Make = Callable[..., Any]


def test_a_metric_is_read_with_its_defaults(city: Make) -> None:
    text = """\
metrics:
  water_level:
    title: {zh: 水位, en: water level}
    unit: m
    sensor_span: [0, 10]
    plausible_span: [0.5, 8]
    interval: 1m
    jump: 0.5
    flat_after: 6h
  door: {kind: event}
  wind: {kind: direction, interval: 10s}
  pump: {title: pump, kind: state, states: {RUN: 0, FAULT: 1}, interval: 1m, personal: false}
kinds: {river: {metrics: [water_level]}}
"""
    level, door, wind, pump = city(metrics=text, devices="id,kind\na,river\n").registry().metrics

    assert level.kind is MetricKind.GAUGE
    assert level.sensor_span == Span(low=0, high=10)
    assert level.plausible_span == Span(low=0.5, high=8)
    assert (level.interval_ms, level.flat_after_ms) == (60_000, 21_600_000)
    assert (level.jump, level.babble) == (0.5, 20)
    assert door.title == {"zh": "door", "en": "door"}
    assert (wind.unit, wind.interval_ms) == ("deg", 10_000)
    assert pump.states == {"RUN": 0, "FAULT": 1}
    assert pump.title == {"zh": "pump", "en": "pump"}


def test_kinds_are_known_without_a_device(city: Make) -> None:
    kinds = city().registry().kinds

    assert kinds["river"].metrics == (0, 1)
    assert kinds["pump"].title == {"zh": "pump", "en": "pump"}


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("{interval: 1m}", "the key `unit` is required ('1' for a plain number)"),
        ("{unit: m}", "the key `interval` is required: how often it usually reports"),
        ("{unit: metr, interval: 1m}", "`unit` must be a unit such as m, Cel, mm/h; got 'metr'"),
        ("{unit: m, interval: 60}", 'must be a duration such as "5m" or "1h30m"; got 60'),
        ("{unit: m, interval: 0s}", "must be greater than 0; got '0s'"),
        ("{unit: m, interval: 1m, sensor_span: [5, 1]}", "`sensor_span` goes from low to high"),
        ("{unit: m, interval: 1m, sensor_span: [5]}", "`metrics.x.sensor_span.1` is required"),
        ("{unit: m, interval: 1m, sensor_span: [0, .inf]}", "must be a valid number"),
        ("{unit: m, interval: 1m, babble: 60000}", "must be less than 60000"),
        (
            "{unit: m, interval: 1m, sensor_span: [0, 5], plausible_span: [0, 6]}",
            "`plausible_span` lies within `sensor_span`; got [0.0, 6.0] against [0.0, 5.0]",
        ),
        ("{unit: m, interval: 1m, jump: 0}", "must be greater than 0; got 0"),
        ("{unit: m, interval: 1m, states: {A: 1}}", "only a metric of kind 'state' has `states`"),
        ("{kind: state, interval: 1m}", "a metric of kind 'state' names its `states`"),
        ("{kind: state, states: {A: 1, B: 1}, interval: 1m}", "each state has a number of its own"),
        ("{kind: state, states: {A: 1}, unit: m, interval: 1m}", "of kind 'state' has no unit"),
        ("{kind: event, jump: 1}", "a metric of kind 'event' has no `jump`"),
        ("{kind: direction, unit: m, interval: 1m}", "a direction is in deg; got 'm'"),
        ("{kind: gauges, interval: 1m}", "did you mean 'gauge'?"),
        ("{unit: m, interval: 1m, intervale: 1m}", "no such key: 'intervale'"),
        ("3", "must be"),
        ("{unit: m, interval: 1m, personal: true}", "`personal` is not available in this version"),
    ],
)
def test_what_is_no_metric_is_told(city: Make, metric: str, expected: str) -> None:
    told = city(metrics=f"metrics:\n  x: {metric}\n").told()

    assert any(expected in line for line in told), told
    assert told[0].startswith("registry/metrics.yaml:2:")


def test_a_problem_stands_at_its_value(city: Make) -> None:
    text = "metrics:\n  x: {unit: m, interval: 1m}\nkinds:\n  k:\n    metrics: [x, y]\n"

    told = [line for line in city(metrics=text).told() if "metrics.yaml" in line]

    assert told == ["registry/metrics.yaml:5:18: kind 'k': no metric 'y'"]


def test_a_name_is_a_word(city: Make) -> None:
    told = city(metrics="metrics:\n  water level: {unit: m, interval: 1m}\n").told()

    assert told == [
        (
            "registry/metrics.yaml:2:3: metrics: a name is a letter, then letters, digits and _, "
            "at most 64 in all; got 'water level'"
        )
    ]


def test_the_schema_names_every_key() -> None:
    metric = metrics_schema()["$defs"]["MetricSettings"]

    assert set(metric["properties"]) == set(MetricSettings.model_fields)


def test_a_slip_in_one_metric_hides_none_in_another(city: Make) -> None:
    told = city(
        metrics="""\
metrics:
  water_level: {kind: gaugge, unit: m, interval: 1m}
  rain-fall: {unit: mm, interval: 1m}
  battery: {unit: prcent, interval: 1h}
  flow: {unit: m3/s, interval: 1m, sensor_span: [10, 0]}
  pump_state: {kind: state, interval: 1m}
kinds:
  river: {metrics: [water_level, batteri]}
  pump: {metrics: [pump_state, pump_state]}
  gate: {metrcs: [flow]}
"""
    ).told()
    metrics = [line.split("metrics.yaml:")[1] for line in told if "metrics.yaml:" in line]
    lines = [line.split(":")[0] for line in metrics]

    assert lines == ["2", "3", "4", "5", "6", "8", "9", "10", "10"]
    assert "no metric 'batteri'; did you mean 'battery'?" in metrics[5]


@pytest.mark.parametrize("metrics", ["metrcs: {}", "metrics: []", "metrics: 3"])
def test_without_metrics_kinds_name_none_that_is_wrong(city: Make, metrics: str) -> None:
    told = city(metrics=f"{metrics}\nkinds: {{river: {{metrics: [water_level]}}}}\n").told()

    assert told
    assert not [line for line in told if "no metric" in line]
