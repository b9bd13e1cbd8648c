"""A small deployment on disk."""

from collections.abc import Callable
from pathlib import Path

import pytest

CONFIG = """\
name: test
data: var
zone: Asia/Shanghai
registry: {areas: city/areas.geojson, devices: city/devices.csv, metrics: city/metrics.yaml}
normalise: {formats: [city/formats.yaml]}
detect: {rules: ["rules/*.yaml"], shards: 4}
"""

FILES = {
    "sentinel.yaml": CONFIG,
    "city/areas.geojson": """\
{"type": "FeatureCollection", "features": [
{"type": "Feature", "properties": {"code": "shanghai", "level": "city"}, "geometry": null},
{"type": "Feature", "properties": {"code": "pudong", "level": "district"}, "geometry": null}
]}
""",
    "city/devices.csv": "id,kind,area\nlv-01,river,pudong\nlv-02,river,pudong\n",
    "city/metrics.yaml": """\
metrics:
  water_level: {unit: m, interval: 1m}
kinds:
  river: {metrics: [water_level]}
""",
    "city/formats.yaml": 'formats:\n  plain: {topic: "city/{device}/{metric}", value: value}\n',
    "rules/flood.yaml": """\
scenario: flood
rules:
  - id: river-level
    title: {zh: "水位", en: "river"}
    watch: {level: {metric: water_level}}
    per: device
    raise: {red: level >= 3}
""",
    "rules/flood.test.yaml": "this is a test, and no rule file\n",
}


@pytest.fixture
def deployment(tmp_path: Path) -> Path:
    """The configuration of a small city in a folder of its own."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "sentinel.yaml"


@pytest.fixture
def edit(deployment: Path) -> Callable[[str, str, str], None]:
    """Replace a text in one of the deployment's files."""

    def replace(name: str, old: str, new: str) -> None:
        path = deployment.parent / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return replace
