"""A slip in one file does not hide those in another, and brings forth no others."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.bundle.conftest import AREA_FEATURES, DEVICES_TEXT, METRICS_TEXT, RULES_TEXT

Make = Callable[..., Any]
BAD_RULE = """\
  - id: odd
    title: odd
    watch: {level: {metric: water_levul}}
    raise: {blue: level >= 3}
"""
SPOILT_METRICS = METRICS_TEXT.replace("interval: 1h", "interval: 1 hour")


def lines(told: list[str]) -> list[str]:
    return [line.split(": must")[0] for line in told]


def test_a_bad_metric_hides_no_bad_device_format_or_rule(city: Make) -> None:
    told = city(
        metrics=SPOILT_METRICS,
        devices=DEVICES_TEXT.replace("lv-02,river", "lv-02,rivre"),
        formats='formats:\n  plain: {topic: "city/{device}/{metric}", value: v, untis: m}\n',
        rules=RULES_TEXT + BAD_RULE,
    ).told()

    assert lines(told) == [
        (
            "formats/plain.yaml:2:54: format 'plain': there is no such key: 'untis'; "
            "did you mean 'unit'?"
        ),
        (
            "registry/devices.csv:3:7: device 'lv-02': no kind 'rivre' in the metrics file; "
            "did you mean 'river'?"
        ),
        "registry/metrics.yaml:3:34: `metrics.battery.interval`",
        "rules/flood.yaml:10:29: rule 'odd': no metric 'water_levul'; did you mean 'water_level'?",
    ]


def test_a_bad_area_hides_no_bad_rule_and_its_devices_are_none(city: Make) -> None:
    features = json.loads(json.dumps(AREA_FEATURES))
    features[2]["properties"]["level"] = "strete"
    told = city(areas=features, rules=RULES_TEXT + BAD_RULE).told()

    assert [line.split(":")[0] for line in told] == ["registry/areas.geojson", "rules/flood.yaml"]


def test_a_bad_device_hides_no_bad_rule(city: Make) -> None:
    told = city(
        devices=DEVICES_TEXT.replace("lv-02,river", "lv-02,rivre"), rules=RULES_TEXT + BAD_RULE
    ).told()

    assert [line.split(":")[0] for line in told] == ["registry/devices.csv", "rules/flood.yaml"]


@pytest.mark.parametrize(
    "metrics",
    [
        METRICS_TEXT.replace("unit: m,", "unit: metrse,"),
        METRICS_TEXT.replace("kind: state, states", "kind: gauge, states"),
        METRICS_TEXT.replace("metrics: [water_level, battery]", "metrics: [water_levul, battery]"),
        METRICS_TEXT.replace("sensor_span: [0, 10]", "sensor_span: [10, 0]"),
    ],
)
def test_what_follows_from_a_bad_metric_is_not_told(city: Make, metrics: str) -> None:
    rules = RULES_TEXT + (
        "  - id: pump\n    title: pump\n    watch: {pump: {metric: pump_state}}\n"
        "    raise: {blue: pump == FAULT}\n"
    )

    told = city(metrics=metrics, rules=rules).told()

    assert told
    assert {line.split(":")[0] for line in told} == {"registry/metrics.yaml"}


def test_a_header_broken_in_two_is_told_by_what_follows(city: Make) -> None:
    told = city(devices=DEVICES_TEXT[:14] + "\r" + DEVICES_TEXT[14:]).told()

    assert told[0].startswith("registry/devices.csv:2:5: device 'ole': no kind 'bank_height'")
