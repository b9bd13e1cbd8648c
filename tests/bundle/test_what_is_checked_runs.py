"""Nothing that is checked can stop the service: what `check` passes is laid out, and judges."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sentinel.bundle import Bundle
from sentinel.bundle.compile import SETTINGS, compile_files
from sentinel.bundle.settings import BundleSettings
from sentinel.detect.engine import Engine
from sentinel.domain.messages import Messages
from sentinel.domain.readings import Mark, Readings
from sentinel.normalise.normaliser import Normaliser
from tests.bundle.conftest import DEVICES_TEXT

Make = Callable[..., Any]
NOW = 1_781_740_800_000
METRICS = """\
metrics:
  water_level:
    unit: m
    interval: 1m
    sensor_span: [0, 10]
    plausible_span: [1, 9]
    jump: 2
    flat_after: 6h
    babble: 20
  battery: {unit: "%", interval: 1h}
  pump_state: {kind: state, states: {RUN: 0, FAULT: 1}, interval: 1m}
kinds:
  river: {metrics: [water_level, battery]}
  pump: {metrics: [pump_state]}
"""
RULES = """\
rules:
  - id: river-level
    title: "{device.id} at {level.value:.2f}"
    watch: {level: {metric: water_level}, battery: {metric: battery}}
    raise:
      blue: mean(level, over=10m, need=75%) >= 3 or stddev(level, over=20m, need=4) > 2[m]
      yellow: quantile(level, 0.95, over=1h) > 4 or count(battery, over=2h) < 1
      red: level >= device.bank_height or slope(level, over=30m) > 0.5[m/h] and battery < 20[%]
    hold: {blue: 2m, red: 0s}
    clear: level < 2.5 and age(level) < 10m
    clear_hold: 10m
    missing: {after: 15m, then: blind}
  - id: usual
    title: odd
    watch: {level: {metric: water_level}}
    raise:
      blue: unusual(level) > 4 and not flat(level, over=1h)
    missing: {after: never}
"""
FORMATS = """\
formats:
  plain:
    topic: "city/{device}/{metric}"
    value: {path: value, scale: 1, offset: 0}
    time: {path: t, as: epoch_ms}
  senml: {topic: "senml", name: "{device}:{metric}"}
"""
MESSAGES = (
    ("city/lv-01/water_level", b'{"value": 3.21}'),
    ("city/lv-01/water_level", b'{"value": 5.5, "t": %d}' % (NOW + 1000)),
    ("city/pu-01/pump_state", b'{"value": "FAULT"}'),
    ("senml", b'[{"n": "lv-02:water_level", "v": 3, "ut": 1e300}, {"n": "lv-02:battery", "v": 5}]'),
)


def files(city: Make) -> dict[str, bytes]:
    settings = {SETTINGS: BundleSettings().dump()}
    return dict(city(metrics=METRICS, rules=RULES, formats=FORMATS, more=settings).files)


def run(bundle: Bundle) -> int:
    """Let a bundle take some messages and a tick; return how many readings came of them."""
    engine = Engine(bundle, 0, 1, started_at=NOW)
    done = Normaliser(bundle).normalise(
        Messages(
            row=1, received_at=NOW, topics=[topic for topic, _ in MESSAGES],
            payloads=[payload for _, payload in MESSAGES],
            flags=np.zeros(len(MESSAGES), np.uint8), packet_ids=np.zeros(len(MESSAGES), np.uint16),
        )
    )  # fmt: skip
    engine.judge(done.readings)
    tick = Readings(
        sensor=np.array([Mark.TICK], np.int32), time=np.array([NOW + 1000]),
        received=np.array([NOW + 1000]), value=np.zeros(1), quality=np.zeros(1, np.uint8),
        flags=np.zeros(1, np.uint16), row=np.array([2]), index=np.zeros(1, np.int32),
    )  # fmt: skip
    engine.judge(tick)
    engine.change(bundle, NOW + 2000, 3)
    return len(done.readings)


def check_and_run(content: Mapping[str, bytes]) -> None:
    bundle = compile_files(content).bundle
    if bundle is not None:
        run(bundle)


def test_the_files_that_are_spoilt_here_are_right(city: Make) -> None:
    compiled = compile_files(files(city))

    assert [str(p) for p in compiled.problems.errors] == []
    assert compiled.bundle is not None
    assert run(compiled.bundle) == 6


NUMBER = re.compile(r"(?<![\w.])\d[\d.]*(?:ms|[wdhms%])?(?![\w.])")
PLACES = [
    (path, match.span())
    for path, text in (
        ("registry/metrics.yaml", METRICS), ("rules/flood.yaml", RULES),
        ("formats/plain.yaml", FORMATS), ("registry/devices.csv", DEVICES_TEXT),
        (SETTINGS, BundleSettings().dump().decode()),
    )
    for match in NUMBER.finditer(text)
]  # fmt: skip
EXTREMES = st.sampled_from(
    [
        *(
            "0",
            "-1",
            "1",
            "2",
            "3000000000",
            "99999999999999999999",
            "1e300",
            "-1e300",
            "0.1",
            "1e-9",
        ),
        *("0s", "1ms", "127ms", "1s", "999999999ms", "100000w", "999999999w", "999999999w6d"),
        *("0.000000001%", "100%", "999999999%", "1e999", ".inf", "9" * 400, "70000", "1.5"),
    ]
)


@given(st.lists(st.tuples(st.sampled_from(PLACES), EXTREMES), min_size=1, max_size=2))
def test_numbers_beyond_all_measure_are_refused_or_borne(
    city: Make, changes: list[tuple[tuple[str, tuple[int, int]], str]]
) -> None:
    content = {path: text.decode() for path, text in files(city).items()}
    for (path, (begin, end)), value in sorted(changes, reverse=True):
        content[path] = content[path][:begin] + value + content[path][end:]

    check_and_run({path: text.encode() for path, text in content.items()})


LETTERS = st.text(alphabet="\n\r\t ,;:\"'[]{}()<>=@#&*!|%-+/\\0129azé水\ufeff\u2028", max_size=6)


@given(st.data())
def test_spoilt_files_are_refused_or_borne(city: Make, data: st.DataObject) -> None:
    content = files(city)
    path = data.draw(st.sampled_from(sorted(content)))
    text = content[path].decode()
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, min(begin + 20, len(text))))

    check_and_run({**content, path: (text[:begin] + data.draw(LETTERS) + text[end:]).encode()})
