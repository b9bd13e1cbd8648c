"""Files to a bundle, and files that make none."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.bundle.compile import SETTINGS, compile_files
from sentinel.bundle.cost import READING_BYTES, rule_cost
from sentinel.bundle.metrics import MOST_METRICS
from sentinel.bundle.settings import BundleSettings
from sentinel.document import Problems, parse_yaml, validate

Make = Callable[..., Any]
LETTERS = st.text(alphabet="\n\r\t ,;:\"'[]{}()<>=@#&*!|%-+/\\0129azé水\ufeff\u2028", max_size=6)


def test_good_files_make_a_bundle(city: Make) -> None:
    compiled = city().compile()

    assert city().told() == []
    assert [program.rule for program in compiled.bundle.programs] == ["river-level"]
    assert [form.name for form in compiled.bundle.formats] == ["plain"]
    assert compiled.bundle.zone == "Asia/Shanghai"


def test_settings_come_from_the_bundle_s_own_file(city: Make) -> None:
    settings = BundleSettings(
        zone="UTC", skew=1500, past=86_400_000, max_payload=1024, builtin=False
    )
    bundle = city(more={SETTINGS: settings.dump()}).compile().bundle

    assert (bundle.zone, bundle.skew_ms, bundle.past_ms) == ("UTC", 1500, 86_400_000)
    assert (bundle.max_payload_bytes, bundle.builtin) == (1024, False)


def test_another_content_is_another_bundle(city: Make) -> None:
    hashes = {
        city().compile().bundle.hash,
        city(devices="id,kind\na,river\n").compile().bundle.hash,
        city(more={SETTINGS: BundleSettings(skew=1).dump()}).compile().bundle.hash,
    }

    assert len(hashes) == 3


def test_problems_of_every_file_are_told_at_once(city: Make) -> None:
    told = city(devices="id,kind\na,rver\n", rules="rules: [\n", formats="a: 1\na: 2\n").told()

    assert list(dict.fromkeys(line.split(":")[0] for line in told)) == [
        "formats/plain.yaml",
        "registry/devices.csv",
        "rules/flood.yaml",
    ]


def test_problems_name_the_user_s_own_files(city: Make) -> None:
    names = {"registry/devices.csv": "configs/demo/devices.csv"}
    compiled = city(devices="id,kind\na,rver\n").compile(names)

    assert [str(p) for p in compiled.problems.errors] == [
        (
            "configs/demo/devices.csv:2:3: device 'a': no kind 'rver' in the metrics file; "
            "did you mean 'river'?"
        )
    ]


@pytest.mark.parametrize(
    "path", ["registry/areas.geojson", "registry/devices.csv", "registry/metrics.yaml"]
)
def test_a_missing_file_is_told(city: Make, path: str) -> None:
    files = {name: data for name, data in city().files.items() if name != path}
    compiled = compile_files(files)

    assert compiled.bundle is None
    assert [str(p) for p in compiled.problems.errors] == [f"{path}: the file is not there"]


def test_a_model_needs_the_record_of_its_training(city: Make) -> None:
    assert city(more={"models/pump.skops": b"x"}).told() == [
        (
            "models/pump.skops: model 'pump': a model has the record of its training, with its "
            "metric, beside it"
        )
    ]


def test_a_model_is_kept_under_its_name(city: Make) -> None:
    more = {"models/pump.skops": b"x", "models/pump.json": b'{"metric": "battery"}'}

    assert city(more=more).compile().bundle.models == {"pump": b"x"}


def test_rules_that_cost_too_much_are_refused(city: Make) -> None:
    text = city().rules.replace("over=10m", "over=30d")
    (only,) = city(rules=text, more={SETTINGS: BundleSettings(max_state=4000).dump()}).told()

    assert only.startswith("rules/flood.yaml:3:9: rule 'river-level': the rules cost a sensor ")
    assert "`max_state` allows 4 kB" in only


@pytest.mark.parametrize("size", [1, 999_999_999, 1_000_000_000, 123_456_789_012_345_678])
def test_settings_are_read_back_to_the_byte(size: int) -> None:
    settings = BundleSettings(max_state=size, max_payload=size)
    node = parse_yaml(settings.dump().decode(), SETTINGS, Problems())

    assert node is not None
    assert validate(BundleSettings, node, Problems()) == settings


@pytest.mark.parametrize(
    ("window", "most", "expected"),
    [
        ("30d", None, ""),
        (
            "30000w",
            None,
            "the rules cost 10.9 GB of memory; without `max_state`, 4 GB are allowed",
        ),
        ("30000w", 10**10, ""),
        ("100000w", 10**12, "the windows of the rules hold 2147483647 readings"),
        ("999999999w", 10**15, "the windows of the rules hold 2147483647 readings"),
    ],
)
def test_windows_beyond_all_memory_are_refused(
    city: Make, window: str, most: int | None, expected: str
) -> None:
    text = city().rules.replace("over=10m", f"over={window}")
    told = city(rules=text, more={SETTINGS: BundleSettings(max_state=most).dump()}).told()

    assert bool(told) == bool(expected)
    assert all(expected in line and line.startswith("rules/flood.yaml:3:9:") for line in told)


def test_the_engine_can_number_all_the_metrics_there_may_be() -> None:
    from sentinel.detect.engine.arrays import SENSOR  # noqa: PLC0415 -- slow to import
    from sentinel.detect.engine.grading import GRADE  # noqa: PLC0415

    for record in (SENSOR, GRADE):
        assert np.iinfo(record["metric"]).max >= MOST_METRICS - 1


def test_the_cost_of_rules_grows_with_their_windows(city: Make) -> None:
    def cost(window: str) -> int:
        bundle = city(rules=city().rules.replace("over=10m", f"over={window}")).compile().bundle
        return rule_cost(bundle.programs, bundle.registry).total

    assert cost("20h") > cost("10h") > cost("10m")
    assert cost("20h") - cost("10h") == pytest.approx(2 * 600 * 1.125 * READING_BYTES, rel=0.01)


def test_the_cost_is_about_what_the_engine_takes(city: Make) -> None:
    from sentinel.detect.engine import Engine  # noqa: PLC0415 -- slow to import

    rows = "".join(f"d{number},river\n" for number in range(3000))
    rules = city().rules.replace("level >= 3", "unusual(level) >= 3")
    bundle = city(devices="id,kind\n" + rows, rules=rules).compile().bundle
    engine = Engine(bundle, 0, 1, started_at=0)

    assert rule_cost(bundle.programs, bundle.registry).total == pytest.approx(
        engine.nbytes, rel=0.25
    )


@given(st.data())
def test_spoilt_files_are_problems_and_never_exceptions(city: Make, data: st.DataObject) -> None:
    files = dict(city().files)
    path = data.draw(st.sampled_from(sorted(files)))
    content = files[path].decode()
    begin = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(begin, min(begin + 20, len(content))))
    spoilt = content[:begin] + data.draw(LETTERS) + content[end:]

    compiled = compile_files({**files, path: spoilt.encode()})

    assert (compiled.bundle is None) == bool(compiled.problems.errors)
    for problem in compiled.problems.in_order():
        assert problem.place.file in files
        if problem.place.file == path:
            assert 0 <= problem.place.line <= len(spoilt.splitlines()) + 1
        assert "\n" not in str(problem)


@given(st.data())
def test_spoilt_bytes_are_problems_and_never_exceptions(city: Make, data: st.DataObject) -> None:
    files = dict(city().files)
    path = data.draw(st.sampled_from(sorted(files)))
    spoilt = bytearray(files[path])
    for _ in range(data.draw(st.integers(1, 4))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))

    compiled = compile_files({**files, path: bytes(spoilt)})

    assert (compiled.bundle is None) == bool(compiled.problems.errors)
