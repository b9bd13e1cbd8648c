"""A slip in one file does not hide those in another, and brings forth no others."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sentinel.bundle.compile import AREAS, DEVICES, METRICS, compile_files
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


SPOILT_FORMAT = 'formats:\n  plain: {topic: "city/{device}/{metric}", value: v, untis: m}\n'
SLIPS = """\
  - id: odd
    title: odd
    watch: {level: {metric: water_level, where: {role: main}}}
    raise: {blue: levul >= 3, red: level >= device.bank_height}
    hodl: 2m
"""


@pytest.mark.parametrize("path", [AREAS, DEVICES, METRICS])
def test_a_file_that_is_not_there_is_told_once_and_hides_nothing(city: Make, path: str) -> None:
    features = [*AREA_FEATURES, {"type": "Feature", "properties": {"code": "x", "level": "strete"}}]
    files = city(areas=features, formats=SPOILT_FORMAT, rules=RULES_TEXT + SLIPS).files
    del files[path]
    told = [str(problem) for problem in compile_files(files).problems.in_order()]
    beside = [line for line in told if path not in line]

    assert [line for line in told if path in line] == [f"{path}: the file is not there"]
    assert any("no such key: 'untis'; did you mean 'unit'?" in line for line in beside)
    assert any("no such key: 'hodl'; did you mean 'hold'?" in line for line in beside)
    assert any("no watch 'levul'; did you mean 'level'?" in line for line in beside) or (
        path == METRICS
    )
    assert any("areas.geojson" in line for line in beside) or path == AREAS
    assert not any("no device column" in line or "no area" in line for line in beside)


@pytest.mark.parametrize("header", ["id,kidn,area,role,bank_height", "id,kind,kind,role,x"])
def test_a_bad_header_hides_no_slip_elsewhere(city: Make, header: str) -> None:
    told = city(
        metrics=SPOILT_METRICS, devices=f"{header}\na,river,,,\n", rules=RULES_TEXT + SLIPS
    ).told()

    assert [line.split(":")[0] for line in told if "warning" not in line] == [
        "registry/devices.csv",
        "registry/metrics.yaml",
        "rules/flood.yaml",
        "rules/flood.yaml",
    ]


def test_the_devices_columns_are_known_though_a_metric_is_spoilt(city: Make) -> None:
    rules = RULES_TEXT.replace("level >= 3", "level >= device.bank_height")
    told = city(metrics=SPOILT_METRICS, rules=rules).told()

    assert [line.split(":")[0] for line in told] == ["registry/metrics.yaml"]


def test_a_spoilt_cell_is_no_reason_against_a_rule_that_reads_its_column(city: Make) -> None:
    rules = RULES_TEXT.replace("level >= 3", "level >= device.bank_height")
    told = city(devices=DEVICES_TEXT.replace("4.20[m]", "4.20[mx]"), rules=rules).told()

    assert [line.split(":")[0] for line in told] == ["registry/devices.csv"]


def test_metrics_that_are_no_yaml_hide_no_bad_device(city: Make) -> None:
    told = city(
        metrics=METRICS_TEXT + "]",
        devices="id,kind,lon,lat,offset:water_level\na,river,200,31,0.5\n",
    ).told()

    assert [line.split(": ", 1)[0] for line in told] == [
        "registry/devices.csv:2:9",
        "registry/metrics.yaml:8:1",
    ]


def test_an_area_without_a_code_hides_no_bad_rule_and_may_be_the_one_meant(city: Make) -> None:
    features = json.loads(json.dumps(AREA_FEATURES))
    del features[1]["properties"]["code"]
    rules = RULES_TEXT.replace("kind: river", "in: pudong") + BAD_RULE
    told = city(areas=features, rules=rules, devices="id,kind,area\na,river,pudong\n").told()

    assert [line.split(":")[0] for line in told] == ["registry/areas.geojson", "rules/flood.yaml"]
    assert "no metric 'water_levul'" in told[1]


def test_an_address_for_a_format_that_there_is_not_is_told_beside_a_bad_metric(city: Make) -> None:
    devices = "id,kind,address:plan\na,river,X\n"
    told = city(metrics=SPOILT_METRICS, devices=devices).told()

    assert told[0] == (
        "registry/devices.csv:1:9: column 'address:plan': no format 'plan'; did you mean 'plain'?"
    )


def test_formats_that_cannot_be_read_make_no_address_wrong(city: Make) -> None:
    told = city(formats="formats: {", devices="id,kind,address:plain\na,river,X\n").told()

    assert [line.split(":")[0] for line in told] == ["formats/plain.yaml"]
