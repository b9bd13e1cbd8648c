"""`sentinel check`, `sentinel reload` and `sentinel devices`, as a person calls them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from sentinel.cli import check, devices, reload
from sentinel.config import BundleStore
from sentinel.domain.errors import SentinelError
from sentinel.ingest.reload import requested_reloads

Edit = Callable[[str, str, str], None]


@pytest.fixture
def run(deployment: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on the deployment; no listener answers, and nobody waits for one."""
    monkeypatch.setattr(reload, "_LOOKS", 1)
    monkeypatch.setattr(reload, "_BETWEEN_LOOKS", 0.0)
    monkeypatch.chdir(deployment.parent)
    app = typer.Typer()
    for module in (check, devices, reload):
        module.register(app)

    def call(*arguments: str, text: str = "") -> Result:
        return CliRunner().invoke(app, [*arguments, "-c", "sentinel.yaml"], input=text)

    return call


def test_a_good_deployment_is_told_in_figures(run: Callable[..., Result]) -> None:
    result = run("check")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "areas    2: 1 city, 1 district",
        "devices  2, with 2 sensors of 1 metric",
        "formats  1",
        "models   0",
        "rules    1, judged on 2 devices in all",
        "state    672 B in all, 336 B a sensor on average",
        "all is well",
    ]


def test_problems_of_all_files_are_told_and_the_exit_is_1(
    run: Callable[..., Result], edit: Edit
) -> None:
    edit("city/devices.csv", "lv-01,river", "lv-01,rivr")
    edit("sentinel.yaml", "shards: 4", "shards: 4, builtin: false")
    result = run("check")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        (
            "city/devices.csv:2:7: device 'lv-01': no kind 'rivr' in the metrics file; "
            "did you mean 'river'?"
        ),
        "1 error; nothing was changed",
    ]


def test_a_slip_in_each_of_the_files_is_told_at_once(
    run: Callable[..., Result], edit: Edit
) -> None:
    edit("sentinel.yaml", "shards: 4", "shrads: 4")
    edit("city/areas.geojson", '"district"', '"distrct"')
    edit("city/metrics.yaml", "kinds:", "  rainfall: {unit: mm, interval: 1 hour}\nkinds:")
    edit("city/devices.csv", "lv-01,river", "lv-01,rivr")
    edit("city/formats.yaml", "value: value", "value: value, untis: m")
    edit("rules/flood.yaml", "level >= 3", "levul >= 3")

    result = run("check")

    *told, last = result.stdout.splitlines()
    assert last == "6 errors; nothing was changed"
    assert [":".join(line.split(":")[:2]) for line in told] == [
        "city/areas.geojson:3",
        "city/devices.csv:2",
        "city/formats.yaml:2",
        "city/metrics.yaml:3",
        "rules/flood.yaml:7",
        "sentinel.yaml:6",
    ]


def test_a_file_that_is_not_there_is_told_once_beside_all_else(
    run: Callable[..., Result], edit: Edit, deployment: Path
) -> None:
    path = deployment.parent / "city/devices.csv"
    path.unlink()
    edit("city/areas.geojson", '"district"', '"distrikt"')
    edit("rules/flood.yaml", "level >= 3", "levul >= 3")
    told = run("check").stdout.splitlines()

    assert [line.split(": ")[0] for line in told] == [
        "city/areas.geojson:3:54",
        "rules/flood.yaml:7:18",
        "sentinel.yaml:4:48",
        "3 errors; nothing was changed",
    ]
    assert told[2].endswith(f"`registry.devices`: there is no such file: '{path}'")


def test_machines_get_json(run: Callable[..., Result], edit: Edit) -> None:
    edit("rules/flood.yaml", "level >= 3", "levul >= 3")
    result = run("check", "--json")
    found = json.loads(result.stdout)

    assert result.exit_code == 1
    assert not found["good"]
    assert found["summary"] is None
    (problem,) = (p for p in found["problems"] if p["severity"] == "error")
    assert (problem["file"], problem["line"]) == ("rules/flood.yaml", 7)
    assert problem["hint"] == "did you mean 'level'?"


def test_a_good_deployment_is_good_json(run: Callable[..., Result]) -> None:
    found = json.loads(run("check", "--json").stdout)

    assert found["good"]
    assert found["summary"]["devices"] == 2


def test_a_reload_keeps_the_bundle_and_asks_the_listener(
    run: Callable[..., Result], deployment: Path
) -> None:
    result = run("reload")
    var = deployment.parent / "var"

    assert result.exit_code == 0
    (name,) = BundleStore(var / "bundles").names()
    assert [left.name for left in requested_reloads(var / "journal")] == [name]
    assert result.stdout.splitlines() == [
        "there is nothing to compare with: all of it is new",
        f"bundle {name} is kept; the listener puts it in force when it runs again",
    ]


def test_a_reload_tells_what_changes(run: Callable[..., Result], edit: Edit) -> None:
    run("reload")
    edit("rules/flood.yaml", "level >= 3", "level >= 4")
    edit("city/devices.csv", "lv-02,", "lv-03,")
    result = run("reload")

    assert result.stdout.splitlines()[:-1] == [
        "rules that mean something else and begin anew, their open warnings end: 1 (river-level)",
        "new devices: 1 (lv-03)",
        "devices out of service: 1 (lv-02)",
    ]
    assert run("reload").stdout.startswith("nothing has changed")


def test_a_bad_reload_changes_nothing_and_says_so(
    run: Callable[..., Result], edit: Edit, deployment: Path
) -> None:
    run("reload")
    before = sorted((deployment.parent / "var").rglob("*"))
    edit("city/metrics.yaml", "unit: m,", "unit: metr,")
    result = run("reload")

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        (
            "city/metrics.yaml:2:23: metric 'water_level': `unit` must be a unit such as m, Cel, "
            "mm/h; got 'metr'"
        ),
        "nothing was changed: what was in force stays in force",
    ]
    assert sorted((deployment.parent / "var").rglob("*")) == before


def test_devices_are_listed(run: Callable[..., Result]) -> None:
    found = json.loads(run("devices", "list", "--area", "pudong", "--json", "-n", "1").stdout)

    assert found["count"] == 2
    assert found["devices"] == [
        {
            "id": "lv-01",
            "kind": "river",
            "area": "pudong",
            "metrics": ["water_level"],
            "retired": False,
        }
    ]
    assert "1 of 2 devices" in run("devices", "list", "--kind", "river", "-n", "1").stdout


def test_an_unknown_area_is_told_with_the_nearest(run: Callable[..., Result]) -> None:
    result = run("devices", "list", "--area", "pudon")

    assert isinstance(result.exception, SentinelError)
    assert str(result.exception) == "no area 'pudon'; did you mean 'pudong'?"


def test_rows_are_drafted_from_listed_rejections(run: Callable[..., Result]) -> None:
    told = {
        "rejections": [
            {
                "reason": "unknown_device",
                "topic": "city/lv-09/water_level",
                "format": "plain",
                "device": "lv-09",
                "metric": "water_level",
            }
        ]
    }
    result = run("devices", "enrol", "--from-rejects", "-", text=json.dumps(told))

    assert result.stdout.splitlines() == [
        "id,kind,area,metrics,lon,lat,name,owner,seen",
        "lv-09,river,,water_level,,,,,1x at city/lv-09/water_level",
    ]


def test_rows_are_drafted_from_what_the_store_kept(run: Callable[..., Result]) -> None:
    result = run("devices", "enrol", "--from-rejects")

    assert result.exit_code == 0
    assert "0 devices drafted" in result.stderr


def test_what_is_no_list_of_rejections_is_told(run: Callable[..., Result]) -> None:
    result = run("devices", "enrol", "--from-rejects", "-", text="[]")

    assert isinstance(result.exception, SentinelError)
    assert "must be what `sentinel rejects list --json` prints" in str(result.exception)
