"""Compiling the kernels ahead of time: Numba keeps what it has compiled beside the source."""

from sentinel.bundle.compile import compile_bundle
from sentinel.detect.engine import Engine
from sentinel.detect.engine.grade import Grader
from sentinel.domain.errors import ServiceError
from sentinel.domain.readings import Readings

_FILES = {
    "settings.yaml": b"zone: Asia/Shanghai\n",
    "registry/areas.geojson": (
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": null,'
        b' "properties": {"code": "city", "level": "city", "name_en": "City"}}]}'
    ),
    "registry/devices.csv": b"id,kind,area\nd,gauge,city\n",
    "registry/metrics.yaml": (
        b"metrics: {level: {title: {en: level}, kind: gauge, unit: m, interval: 1m}}\n"
        b"kinds: {gauge: {title: {en: gauge}, metrics: [level]}}\n"
    ),
    "formats/f.yaml": b'formats: {f: {topic: "f/{device}", metric: level, value: {path: v}}}\n',
    "rules/r.yaml": (
        b"scenario: warm\nrules:\n"
        b"  - {id: r, title: {en: r}, watch: {x: {metric: level}}, per: device,"
        b' raise: {blue: "x > 1"}}\n'
    ),
}
"""The smallest bundle there is."""


def warm() -> None:
    """Compile every kernel, or find it compiled already."""
    bundle, problems = compile_bundle(_FILES)
    if bundle is None:
        message = f"the built-in bundle does not compile: {problems.in_order()}"
        raise ServiceError(message)
    nothing = Readings.empty()
    Engine(bundle, 0, 1, started_at=0).judge(nothing)
    Grader(bundle.registry).grade(nothing)
