"""`sentinel duty` on the demo's roster."""

import json
import sys
from pathlib import Path

import pytest

from sentinel.cli.app import main

DEMO = str(Path(__file__).parents[2] / "configs" / "demo.yaml")


def sentinel(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sentinel", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_who_is_on_duty_now(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = sentinel(monkeypatch, "duty", "now", "--json", "-c", DEMO)
    found = json.loads(capsys.readouterr().out)

    assert status == 0
    assert found["gas-city"]["who"] == ["liu"]
    assert found["water-city"]["shift"] in {"白班 day", "夜班 night"}


def test_a_week_has_every_watch_of_seven_days(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sentinel(monkeypatch, "duty", "week", "--from", "2026-06-18", "-c", DEMO)
    text = capsys.readouterr().out

    assert "Thu 06-18 08:00 - Thu 06-18 20:00  白班 day  王芳" in text
    assert "古桥区水务所  Guqiao water station (water-guqiao)\n  常设 always" in text


def test_the_sheet_needs_no_server_and_says_how_to_reach_people(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sheet = tmp_path / "week.html"
    sentinel(monkeypatch, "duty", "week", "--from", "2026-06-18", "--sheet", str(sheet), "-c", DEMO)
    text = sheet.read_text(encoding="utf-8")

    assert "2026-06-18 - 2026-06-24" in text
    assert "王芳 (app wang)" in text
    assert "http" not in text


def test_a_roster_without_a_gap_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = sentinel(monkeypatch, "duty", "gaps", "--days", "7", "-c", DEMO)

    assert status == 0
    assert "somebody is on duty in every unit" in capsys.readouterr().out


def test_a_day_that_is_none_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    status = sentinel(monkeypatch, "duty", "week", "--from", "18.6.", "-c", DEMO)

    assert status == 2
    assert "must be a day such as 2026-06-18" in capsys.readouterr().err
