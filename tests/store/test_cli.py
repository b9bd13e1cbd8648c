"""The commands over a small deployment: what is kept, what was rejected, another try."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sentinel.cli import readings, rejects
from sentinel.config import BundleStore, gather, load_config
from sentinel.document import Problems
from sentinel.domain.messages import decode_messages
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.rejection import Reason
from sentinel.ingest.retry import read_retry, requested_retries
from sentinel.store import open_store
from sentinel.testing.samples import NOON, a_rejection, readings_of, stored_registry

FILES = {
    "sentinel.yaml": """
        name: test
        data: data
        registry: {areas: areas.geojson, devices: devices.csv, metrics: metrics.yaml}
        normalise: {formats: [formats.yaml]}
        detect: {rules: [rules.yaml]}
    """,
    "areas.geojson": """{"type": "FeatureCollection", "features": [{"type": "Feature",
        "geometry": null, "properties":
        {"code": "city", "level": "city", "parent": "", "name_zh": "c", "name_en": "c"}}]}""",
    "devices.csv": "id,kind,area\nlv-01,river,city\n",
    "metrics.yaml": """
        metrics:
          water_level: {unit: m, interval: 1m}
          pump_state: {kind: state, interval: 1m, states: {RUN: 0, FAULT: 1}}
        kinds: {river: {metrics: [water_level, pump_state]}}
    """,
    "formats.yaml": """
        formats:
          flat: {topic: "city/{device}/{metric}", value: v, time: {path: t, as: epoch_ms}}
          bare: {topic: "bare/{device}/{metric}", value: v}
    """,
    "rules.yaml": """
        scenario: flood
        rules:
          - id: river-level
            title: {zh: "高", en: "high"}
            watch: {level: {metric: water_level}}
            per: device
            raise: {red: level > 4}
    """,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    app = typer.Typer()
    readings.register(app)
    rejects.register(app)
    return CliRunner().invoke(app, [*words, "-c", str(folder / "sentinel.yaml")])


def told(folder: Path, *words: str) -> str:
    result = run(folder, *words)
    assert result.exit_code == 0, result.output + repr(result.exception)
    return result.stdout


def fill(folder: Path) -> None:
    config = load_config(folder / "sentinel.yaml")
    store = open_store(config.store, config.data / "store")
    registry = stored_registry(["lv-01"], ["water_level", "pump_state"])
    times = [NOON, NOON + 60_000, NOON + 120_500]
    store.write(readings_of([0, 0], times[:2], [3.25, 3.5]), registry)
    late = readings_of([0], times[2:], [9.0], quality=Quality.SUSPECT, flags=ReadingFlag.LATE)
    store.write(late, registry)
    store.write(readings_of([1, 1], times[:2], [1.0, float("nan")]), registry)
    store.close()


DAY = ("--from", "2026-06-18", "--to", "2026-06-19")


def test_readings_are_shown_in_the_city_s_time_and_in_words(folder: Path) -> None:
    fill(folder)

    shown = told(folder, "readings", "-d", "lv-01", "-m", "water_level", *DAY)

    lines = [line.split() for line in shown.splitlines()]
    assert lines[0][:2] == ["time", "(Asia/Shanghai)"]
    assert lines[1] == ["2026-06-18", "20:00:00", "3.25", "good", "+0.25", "s"]
    assert lines[3] == ["2026-06-18", "20:02:00.500", "9", "suspect,", "late", "+0.25", "s"]


def test_states_are_shown_by_name(folder: Path) -> None:
    fill(folder)

    shown = told(folder, "readings", "-d", "lv-01", "-m", "pump_state", *DAY)

    assert [line.split()[2] for line in shown.splitlines()[1:]] == ["FAULT", "unknown"]


def test_machines_get_json_with_offsets(folder: Path) -> None:
    fill(folder)

    words = ("readings", "-d", "lv-01", "-m", "water_level", *DAY, "--limit", "2", "--json")
    found = json.loads(told(folder, *words))

    assert found["unit"] == "m"
    assert [row["value"] for row in found["readings"]] == [3.5, 9.0]
    assert found["readings"][1] == {
        "time": "2026-06-18T20:02:00.500+08:00",
        "received": "2026-06-18T20:02:00.750+08:00",
        "value": 9.0,
        "quality": 3,
        "flags": ["late"],
    }


def test_nothing_kept_is_said(folder: Path) -> None:
    shown = told(folder, "readings", "-d", "lv-09", "-m", "water_level", *DAY)

    assert "no readings of 'water_level' on 'lv-09' are kept" in shown


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("-m", "watr_level"), "did you mean 'water_level'?"),
        (("-m", "water_level", "--from", "yesterday"), "got 'yesterday'"),
    ],
)
def test_what_cannot_be_meant_is_told(folder: Path, words: tuple[str, ...], hint: str) -> None:
    result = run(folder, "readings", "-d", "lv-01", *words)

    assert result.exit_code == 2
    assert hint in " ".join(result.stderr.replace("│", " ").split())


def keep_rejections(folder: Path) -> None:
    given = [
        (Reason.UNKNOWN_DEVICE, "city/lv-01/water_level", b'{"v": 1, "t": %d}' % NOON),
        (Reason.UNKNOWN_DEVICE, "city/lv-77/water_level", b'{"v": 2, "t": %d}' % NOON),
        (Reason.UNKNOWN_DEVICE, "bare/lv-01/water_level", b'{"v": 3}'),
        (Reason.UNREADABLE, "[red]x", b"\x1b[31m\xff{"),
    ]
    config = load_config(folder / "sentinel.yaml")
    store = open_store(config.store, config.data / "store")
    store.write_rejections(
        [
            replace(a_rejection(row, reason), topic=topic, payload=payload)
            for row, (reason, topic, payload) in enumerate(given, start=1)
        ]
    )
    store.close()


def test_rejections_are_listed_newest_first_and_counted(folder: Path) -> None:
    assert told(folder, "rejects") == "no rejections are waiting\n"
    keep_rejections(folder)

    shown = told(folder, "rejects", "list")

    assert "waiting: 3 unknown_device, 1 unreadable" in shown
    assert "[red]x" in shown
    assert "\x1b" not in shown
    found = json.loads(told(folder, "rejects", "--reason", "unreadable", "--json"))
    assert found["counts"] == {"unknown_device": 3, "unreadable": 1}
    assert [row["payload"] for row in found["rejections"]] == ["\x1b[31m\\xff{"]


def put_in_force(folder: Path) -> None:
    config = load_config(folder / "sentinel.yaml")
    problems = Problems()
    gathered = gather(config, problems)
    compiled = BundleStore(config.data / "bundles").add(gathered.files, gathered.names)
    assert compiled.bundle is not None, compiled.problems.in_order()


class HalfPast:
    def now(self) -> int:
        return NOON + 1_800_000


def test_what_is_readable_now_is_put_before_the_listener(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejects, "WallClock", HalfPast)
    keep_rejections(folder)
    put_in_force(folder)

    found = json.loads(told(folder, "rejects", "retry", "--json"))

    assert found == {"retried": 1, "still_rejected": 2, "without_time": 1, "refused_by_store": 0}
    journal = folder / "data" / "journal"
    (left,) = requested_retries(journal)
    entry = read_retry(journal, left.name)
    assert entry is not None
    assert decode_messages(1, NOON, entry.body).topics == ["city/lv-01/water_level"]
    assert "2 unknown_device" in told(folder, "rejects")
    assert "0 messages can be read now" in told(folder, "rejects", "retry")


def test_one_rejection_is_told_as_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rejects, "WallClock", HalfPast)
    keep_rejections(folder)
    put_in_force(folder)

    assert told(folder, "rejects", "retry").splitlines() == [
        "1 message can be read now; the listener takes it in",
        "2 rejections would be rejected again; they stay",
        "1 rejection has no time of its own, and would pass for fresh; it stays",
    ]


def test_a_retry_needs_the_configuration_in_force(folder: Path) -> None:
    keep_rejections(folder)

    result = run(folder, "rejects", "retry")

    assert "`sentinel reload` first" in str(result.exception)


def test_a_configuration_that_was_in_force_once_is_not_enough(folder: Path) -> None:
    """The listener would take the messages in under the one in force now."""
    keep_rejections(folder)
    before = (folder / "formats.yaml").read_text()
    put_in_force(folder)
    (folder / "formats.yaml").write_text(before.replace("path: t", "path: tt"))
    put_in_force(folder)
    (folder / "formats.yaml").write_text(before)

    result = run(folder, "rejects", "retry")
    assert "`sentinel reload` first" in str(result.exception)
    put_in_force(folder)
    assert run(folder, "rejects", "retry").exception is None


def test_resolved_rejections_are_listed_no_longer(folder: Path) -> None:
    keep_rejections(folder)

    assert told(folder, "rejects", "resolve", "--reason", "unknown_device") == "3 resolved\n"

    assert "waiting: 1 unreadable" in told(folder, "rejects")
    assert "(resolved)" in told(folder, "rejects", "list", "--all")
