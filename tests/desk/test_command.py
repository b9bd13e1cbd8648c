import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import sentinel.cli.warnings as command
from sentinel.app import office
from sentinel.app.paths import Paths
from sentinel.cli import cases
from sentinel.desk import Desk, DeskSettings, open_database
from sentinel.domain.clock import Clock
from sentinel.domain.errors import SentinelError
from sentinel.domain.finding import Ending, Finding
from sentinel.domain.rank import Rank
from tests.desk.small import FACTS

Build = Callable[..., Finding]
Run = Callable[..., Result]


@dataclass
class Deployment:
    """As much of a configuration as the commands look at."""

    data: Path
    zone: str = "Asia/Shanghai"
    desk: DeskSettings = field(default_factory=DeskSettings)


@pytest.fixture
def run(tmp_path: Path, clock: Clock, finding: Build, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `sentinel warnings` on a desk with a red, a blue and an ended warning."""
    where = DeskSettings().where(Paths(tmp_path).desk)
    desk = Desk(open_database(where), clock, lambda: FACTS)
    red = finding("lv-01", rank=Rank.RED, title={"en": "river \x1b[2J high"})
    ended = [finding("lv-03"), finding("lv-03", 2, ending=Ending.CLEARED)]
    desk.take([red, finding("lv-02", rank=Rank.BLUE), *ended], 1)
    desk.close()
    monkeypatch.setattr(command, "load_config", lambda _file: Deployment(tmp_path))
    monkeypatch.setattr(office, "_facts", lambda *_: (lambda: FACTS, str))
    monkeypatch.setattr(cases, "load_config", lambda _file: Deployment(tmp_path))
    app = typer.Typer()
    command.register(app)
    cases.register(app)

    def run(*arguments: str) -> Result:
        known = arguments[0] in {"cases", "explain"}
        return CliRunner().invoke(app, [*arguments] if known else ["warnings", *arguments])

    return run


def test_the_list_shows_what_is_open_from_red_down(run: Run) -> None:
    told = run("list").stdout

    assert told.index("red") < told.index("blue")
    assert "lv-03" not in told
    assert told.endswith("2 warnings\n")


def test_since_is_when_it_began_and_not_when_it_was_told(run: Run) -> None:
    """The finding's onset is a second after midnight of 1970 in London, and it was told later."""
    assert "1970-01-01 08:00:01 " in run("list").stdout


def test_one_warning_is_one(run: Run) -> None:
    assert run("list", "--rank", "red").stdout.endswith("\n1 warning\n")


def test_what_would_steer_the_terminal_is_shown_instead(run: Run) -> None:
    told = run("list").stdout

    assert "\x1b[2J" not in told
    assert r"\x1b" in told


def test_the_list_can_be_narrowed_and_read_by_machines(run: Run) -> None:
    found = json.loads(run("list", "--rank", "red", "--json").stdout)

    assert [line["subject"] for line in found["warnings"]] == ["lv-01"]
    assert json.loads(run("list", "--state", "ended", "--json").stdout)["total"] == 1


def test_what_has_ended_is_narrowed_by_its_worst_rank(run: Run) -> None:
    assert "ended (orange)" in run("list", "--state", "ended", "--rank", "orange").stdout
    assert run("list", "--state", "ended", "--rank", "red").stdout == "0 warnings\n"


def test_a_rank_that_is_none_is_refused(run: Run) -> None:
    answer = run("list", "--rank", "purple")

    assert answer.exit_code == 2
    assert "must be one of none, blue" in answer.stderr


def test_one_warning_is_shown_with_what_happened(run: Run, finding: Build) -> None:
    told = run("show", finding("lv-03").warning).stdout

    assert "ended" in told
    assert "opened: orange" in told
    assert "ended: cleared" in told
    assert "waits for water-affairs to accept" in told


def test_accepting_says_who_and_a_second_time_who_was_first(run: Run, finding: Build) -> None:
    warning = finding("lv-01").warning

    first = run("accept", warning, "--by", "Wang Fang")
    second = run("accept", warning, "--by", "Li Qiang", "--json")

    assert (first.exit_code, "accepted by Wang Fang" in first.stdout) == (0, True)
    assert second.exit_code == 1
    assert json.loads(second.stdout.splitlines()[-1])["order"]["accepted_for"] == "Wang Fang"


def test_nobody_cannot_accept(run: Run, finding: Build) -> None:
    assert run("accept", finding("lv-01").warning, "--by", "  ").exit_code == 2


def test_a_warning_that_is_not_there_is_said_in_plain_words(run: Run) -> None:
    answer = run("show", "none")

    assert isinstance(answer.exception, SentinelError)
    assert str(answer.exception) == "there is no warning 'none'"


def test_cases_are_listed_and_shown_with_orders_and_what_happened(run: Run, finding: Build) -> None:
    run("accept", finding("lv-01").warning, "--by", "Wang")
    listed = json.loads(run("cases", "list", "--rank", "red", "--json").stdout)["cases"]
    told = run("cases", "list").stdout
    shown = run("cases", "show", listed[0]["id"]).stdout

    assert told.endswith("3 cases\n")
    assert "order 1 to water-affairs: accepted" in shown
    assert "accepted by Wang at" in shown
    assert "accept (order 1) by terminal:desk for Wang" in shown
    assert "\x1b[2J" not in told + shown


def test_a_warning_is_explained(run: Run, finding: Build) -> None:
    told = run("explain", finding("lv-01").warning).stdout

    assert "rule river-level on lv-01 in pudong/hq/g07, because" in told
    assert "order 1 went to water-affairs: the unit `water-affairs` is named" in told
    assert "duty centre at the city: no unit" in told
    assert "dispatch (order 1) to water-affairs by sentinel" in told
