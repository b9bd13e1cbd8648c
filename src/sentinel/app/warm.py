"""Compiling the kernels ahead of time: Numba keeps what it has compiled beside the source."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import numpy as np

import sentinel
from sentinel.bundle.compile import compile_bundle
from sentinel.domain.errors import ServiceError
from sentinel.domain.messages import Messages
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


_SOURCES = Path(sentinel.__file__).parent
_PACKAGES = ("detect", "normalise")
"""Those that have kernels."""
_STAMP = _SOURCES / "__pycache__" / "warm"


def is_warm() -> bool:
    """Return whether `warm` has been here since the sources changed; costs a millisecond."""
    try:
        return _STAMP.read_text() == _state()
    except OSError:
        return False


def warm() -> None:
    """Compile every kernel, or find it compiled already."""
    from sentinel.detect.engine import Engine  # noqa: PLC0415 -- `is_warm` must not wait for Numba
    from sentinel.detect.engine.grade import Grader  # noqa: PLC0415
    from sentinel.normalise.normaliser import Normaliser  # noqa: PLC0415

    bundle, problems = compile_bundle(_FILES)
    if bundle is None:
        message = f"the built-in bundle does not compile: {problems.in_order()}"
        raise ServiceError(message)
    Normaliser(bundle).normalise(_message())
    nothing = Readings.empty()
    Engine(bundle, 0, 1, started_at=0).judge(nothing)
    Grader(bundle.registry).grade(nothing)
    with suppress(OSError):  # a folder that is not ours to write in: Numba keeps it elsewhere
        _STAMP.parent.mkdir(exist_ok=True)
        _STAMP.write_text(_state())


def _message() -> Messages:
    none = np.zeros(1, np.uint8)
    return Messages(
        row=1,
        received_at=0,
        topics=["f/d"],
        payloads=[b'{"v": 1}'],
        flags=none,
        packet_ids=none.astype(np.uint16),
    )


def _state() -> str:
    """What Numba goes by: its own version, and each source's size and time of change."""
    digest = blake2b(version("numba").encode(), digest_size=16)
    for line in _sources():
        digest.update(line.encode())
    return digest.hexdigest()


def _sources() -> Iterator[str]:
    for path in sorted(path for name in _PACKAGES for path in (_SOURCES / name).rglob("*.py")):
        found = path.stat()
        yield f"{path.relative_to(_SOURCES)} {found.st_size} {found.st_mtime_ns}\n"
