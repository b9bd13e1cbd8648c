"""One payload tried on one format, from the command line."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sentinel.cli import formats

FILES = {
    "sentinel.yaml": """
        name: trial
        data: data
        zone: Asia/Shanghai
        registry: {areas: areas.geojson, devices: devices.csv, metrics: metrics.yaml}
        normalise: {formats: [formats.yaml]}
        detect: {rules: [rules.yaml]}
    """,
    "areas.geojson": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "geometry": None,
                    "properties": {
                        "code": "lancheng",
                        "level": "city",
                        "parent": "",
                        "name_en": "Lancheng",
                    },
                }
            ],
        }
    ),
    "devices.csv": "id,kind,area,metrics\nlv-01,river,lancheng,water_level\n",
    "metrics.yaml": """
        metrics:
          water_level: {kind: gauge, unit: m, interval: 1m, title: {en: Level}}
        kinds: {river: {metrics: [water_level]}}
    """,
    "formats.yaml": """
        formats:
          flat: {topic: "city/{device}/{metric}", value: v, time: {path: t, as: epoch_ms}}
          wide: {topic: "city/#", device: d, metric: water_level, value: v, unit: cm}
    """,
    "rules.yaml": "this is: [no rule file, but that matters nothing here",
}
AT = "2026-06-18 08:00:01"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deployment whose rules are being worked on."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def _run(folder: Path, *words: str, payload: str = "") -> Result:
    app = typer.Typer()
    formats.register(app)
    words = (*words, "-c", str(folder / "sentinel.yaml"))
    return CliRunner().invoke(app, ["formats", *words], input=payload)


def test_readings_are_shown_with_unit_and_local_time(folder: Path) -> None:
    words = ("try", "flat", "--topic", "city/lv-01/water_level", "--at", AT)

    result = _run(folder, *words, payload='{"v": 3.21, "t": 1781740800500}')

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].split() == [
        "lv-01", "water_level", "3.21", "m", "2026-06-18", "08:00:00.500",
    ]  # fmt: skip


def test_a_rejection_is_told_in_plain_words(folder: Path) -> None:
    result = _run(folder, "try", "wide", "--at", AT, payload='{"d": "lv-01", "v": "high"}')

    assert result.exit_code == 1
    assert result.stdout == "rejected not_a_number lv-01/water_level: 'high' is not a number\n"


def test_machines_get_json_and_are_told_of_a_better_format(folder: Path) -> None:
    words = ("try", "wide", "--topic", "city/lv-01/water_level", "--at", AT, "--json")

    told = json.loads(_run(folder, *words, payload='{"d": "lv-01", "v": 321}').stdout)

    assert told["note"] == "messages on this topic go to format 'flat'"
    assert told["readings"] == [
        {
            "device": "lv-01",
            "metric": "water_level",
            "value": "3.21 m",
            "number": 3.21,
            "time": "2026-06-18T08:00:01.000+08:00",
            "notes": ["no time in it: the time of receipt"],
        }
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("flta",), "did you mean 'flat'?"),
        (("flat",), "give one like"),
        (("flat", "--topic", "x/y"), "does not have the topic 'x/y'"),
    ],
)
def test_what_cannot_be_tried_is_told(folder: Path, words: tuple[str, ...], told: str) -> None:
    result = _run(folder, "try", *words, payload="{}")

    assert result.exit_code == 2
    assert told in " ".join(result.output.replace("│", "").split())


def test_formats_are_listed_with_their_topics(folder: Path) -> None:
    listed = json.loads(_run(folder, "list", "--json").stdout)

    assert [row["topics"] for row in listed["formats"]] == [["city/{device}/{metric}"], ["city/#"]]
    assert "city/#" in _run(folder, "list").stdout
