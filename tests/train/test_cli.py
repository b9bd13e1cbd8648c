"""The commands over a small deployment: a model trained from files, listed, shown, refused."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sentinel.cli import models, schema
from sentinel.detect.models import ModelRecord
from sentinel.domain.errors import SentinelError
from sentinel.train import Series, Shelf

FILES = {
    "sentinel.yaml": """
        name: test
        data: data
        registry: {areas: areas.geojson, devices: devices.csv, metrics: metrics.yaml}
        normalise: {formats: [formats.yaml]}
        detect: {rules: [rules.yaml], models: models}
    """,
    "areas.geojson": """{"type": "FeatureCollection", "features": [{"type": "Feature",
        "geometry": null, "properties":
        {"code": "city", "level": "city", "parent": "", "name_zh": "c", "name_en": "c"}}]}""",
    "devices.csv": "id,kind,area\ns1,river,city\ns2,brook,city\n",
    "metrics.yaml": """
        metrics:
          water_level: {unit: m, interval: 1m}
          pump_state: {kind: state, interval: 1m, states: {RUN: 0, FAULT: 1}}
        kinds:
          river: {metrics: [water_level, pump_state]}
          brook: {metrics: [water_level]}
    """,
    "formats.yaml": 'formats: {bare: {topic: "b/{device}/{metric}", value: v}}',
    "rules.yaml": """
        rules:
          - {id: one, title: x, watch: {level: {metric: water_level}}, raise: {red: level > 4}}
    """,
}


@pytest.fixture
def folder(tmp_path: Path, series: list[Series]) -> Path:
    """A deployment with readings of two gauges in a file."""
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    lines = [
        f"{one.sensor},{time},{value!r}"
        for one in series
        for time, value in zip(one.times.tolist(), one.values.tolist(), strict=True)
    ]
    (tmp_path / "readings.csv").write_text("device,time,value\n" + "\n".join(lines))
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    app = typer.Typer()
    models.register(app)
    schema.register(app)
    given = [*arguments, *(() if arguments[0] == "schema" else ("-c", f"{folder}/sentinel.yaml"))]
    result = CliRunner().invoke(app, given)
    if isinstance(result.exception, SentinelError):
        raise result.exception
    return result


def train(folder: Path, *further: str) -> Result:
    files = ("--readings", f"{folder}/readings.csv")
    return run(folder, "models", "train", "river", "-m", "water_level", *files, *further)


def test_a_model_is_trained_from_a_file(folder: Path, trained: tuple[bytes, ModelRecord]) -> None:
    result = train(folder, "--trees", "30")
    record = Shelf(folder / "models").take("river").record

    assert result.exit_code == 0
    assert "from 4000 readings of 2 devices; use it with anomaly(x, model='river')" in result.stdout
    assert record.data_sha256 == trained[1].data_sha256
    assert record.score_knots == trained[1].score_knots


def test_only_the_devices_of_a_kind_teach(folder: Path) -> None:
    told = json.loads(train(folder, "--kind", "brook", "--trees", "10", "--json").stdout)
    assert told["span"]["sensors"] == 1
    assert told["file"].endswith("models/river.skops")


def test_models_are_listed_and_shown(folder: Path) -> None:
    train(folder, "--trees", "10")
    (folder / "models" / "broken.skops").write_bytes(b"x")

    listed = run(folder, "models", "list", "--json")
    shown = run(folder, "models", "show", "river")

    broken, river = json.loads(listed.stdout)["models"]
    assert broken["refused"].endswith("it is no skops file, or damaged; train it again")
    assert river["metric"] == "water_level"
    assert "water_level (m)" in shown.stdout
    assert "4000 readings of 2 devices" in shown.stdout
    assert "river" in run(folder, "models", "list").stdout


def test_a_folder_without_models_is_told(folder: Path) -> None:
    assert "no models in" in run(folder, "models", "list").stdout


@pytest.mark.parametrize(
    ("further", "expected"),
    [
        (("--kind", "rivr"), "there is no kind of device 'rivr'; did you mean 'river'?"),
        (("-d", "s3"), "there is no device 's3'"),
    ],
)
def test_a_wrong_choice_is_told(folder: Path, further: tuple[str, ...], expected: str) -> None:
    with pytest.raises(SentinelError) as error:
        train(folder, *further)
    assert str(error.value) == expected


def test_bad_readings_train_nothing(folder: Path) -> None:
    (folder / "readings.csv").write_text("time,value\nsoon,1\n")
    with pytest.raises(SentinelError, match="a time must be"):
        train(folder)
    assert not (folder / "models").exists()


def test_a_state_has_no_model(folder: Path) -> None:
    result = run(folder, "models", "train", "x", "-m", "pump_state")
    assert result.exit_code == 2
    assert "models judge gauges" in result.output


@pytest.mark.parametrize("kind", ["rules", "metrics", "config"])
def test_schemas_are_printed(folder: Path, kind: str) -> None:
    assert "properties" in json.loads(run(folder, "schema", kind).stdout)
