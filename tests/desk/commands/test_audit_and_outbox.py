"""`sentinel audit` and `sentinel outbox` on a deployment of their own."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from sqlalchemy import Engine, text
from typer.testing import CliRunner, Result

import sentinel.cli.audit as audit_command
import sentinel.cli.outbox as outbox_command
from sentinel.app.paths import Paths
from sentinel.desk import open_database, outbox, trail
from sentinel.desk.outbox import Patience, Setback
from sentinel.desk.settings import DeskSettings
from sentinel.desk.transactions import writing
from sentinel.domain.errors import ServiceError
from sentinel.testing.notices import notice_message
from sentinel.warn.trail import Entry

Run = Callable[..., Result]
PATIENCE = Patience(first=1, most=1, give_up=1, jitter=lambda: 0.0)


class Deployment:
    """As much of a configuration as the commands look at."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.zone = "Asia/Shanghai"
        self.name = "demo"
        self.desk = DeskSettings.model_validate(
            {
                "channels": {
                    "file": {"kind": "log"},
                    "mail": {"kind": "log", "file": "/dev/null/x"},
                },
                "heads": {"to": [{"channel": "file"}]},
            }
        )


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The deployment's database."""
    opened = open_database(DeskSettings().where(Paths(tmp_path).desk))
    yield opened
    opened.dispose()


@pytest.fixture
def run(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command; three rows are in the trail, and one dead letter in the outbox."""
    with writing(engine) as connection:
        outbox.put(connection, [notice_message("k1"), notice_message("k2", "mail")], 1_000)
        entries = [Entry(act="accept", by="wang", case="c1", order=1, how="phone")]
        entries += [Entry(act="note", by="li", on_behalf_of="zhao", detail={"text": "\x1b[2J"})]
        trail.append(connection, entries, 2_000)
    (leased,) = outbox.lease(engine, 5_000, "a", 1, channel="sms", until=6_000)
    setback = Setback(reason="no such number", permanent=True)
    outbox.failed(engine, leased, setback, 5_000, PATIENCE)
    app = typer.Typer()
    for command in (audit_command, outbox_command):
        monkeypatch.setattr(command, "load_config", lambda _file: Deployment(tmp_path))
        command.register(app)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, arguments)

    return invoke


def test_the_trail_is_listed_newest_first_and_steers_no_terminal(run: Run) -> None:
    told = run("audit", "list").stdout

    assert (
        told.index("not_told") < told.index("li for zhao: note") < told.index("wang: accept c1/1")
    )
    assert "1970-01-01 08:00:02" in told
    assert "\x1b" not in told
    assert told.endswith("3 lines\n")


def test_the_trail_is_listed_by_person_act_case_and_time(run: Run) -> None:
    assert run("audit", "list", "--by", "li").stdout.endswith("1 lines\n")
    assert run("audit", "list", "--act", "accept").stdout.endswith("1 lines\n")
    assert run("audit", "list", "--case", "c1").stdout.endswith("2 lines\n")
    assert run("audit", "list", "--since", "1h").stdout == "nothing of that is in the trail\n"
    (line,) = json.loads(run("audit", "list", "--by", "wang", "--json").stdout)
    assert (line["number"], line["act"], line["how"]) == (1, "accept", "phone")


def test_a_whole_trail_is_told_with_the_heads_that_were_met(run: Run, tmp_path: Path) -> None:
    head = run("audit", "head").stdout.strip()
    (tmp_path / "heads").write_text(f"{head}\n\n")

    found = run("audit", "verify", "--head", head, "--heads", str(tmp_path / "heads"))

    assert (found.exit_code, found.stdout) == (0, "whole: 3 rows, 1 of 2 heads met in it\n")
    assert json.loads(run("audit", "verify", "--json").stdout)["whole"] is True
    assert json.loads(run("audit", "head", "--json").stdout)["number"] == 3


def test_a_broken_trail_is_told_by_its_first_broken_link(run: Run, engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("DROP TRIGGER trail_never_DELETE"))
        connection.execute(text("DELETE FROM trail WHERE number = 2"))

    found = run("audit", "verify")

    assert found.exit_code == 1
    assert found.stdout.startswith("broken at row 2 (missing): row 2 is not there")
    told = json.loads(run("audit", "verify", "--json").stdout)
    assert (told["whole"], told["number"], told["fault"]) == (False, 2, "missing")


def test_a_head_of_another_trail_is_told(run: Run) -> None:
    found = run("audit", "verify", "--head", f"3:{'0' * 64}")

    assert found.exit_code == 1
    assert "(rewritten, written 1970-01-01 08:00:05)" in found.stdout


def test_what_is_no_head_is_refused(run: Run) -> None:
    assert run("audit", "verify", "--head", "3").exit_code == 2


def test_the_head_is_sent_on_demand_and_what_the_file_keeps_verifies(
    run: Run, engine: Engine, tmp_path: Path
) -> None:
    head = run("audit", "head", "--send").stdout.strip()
    (leased,) = outbox.lease(engine, 10**15, "a", 1, channel="file", until=10**15 + 1)
    number, _, made = head.partition(":")

    assert leased.message.notice.facts == {"number": number, "hash": made, "name": "demo"}
    (tmp_path / "kept").write_text(
        json.dumps({"facts": leased.message.notice.facts}) + '\n{"occasion": "dispatched"}\n'
    )
    told = run("audit", "verify", "--heads", str(tmp_path / "kept")).stdout
    assert told == "whole: 3 rows, 1 of 1 heads met in it\n"


def test_a_head_that_has_nowhere_to_go_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployment = Deployment(tmp_path)
    deployment.desk = DeskSettings()
    monkeypatch.setattr(audit_command, "load_config", lambda _file: deployment)

    assert isinstance(run("audit", "head", "--send").exception, ServiceError)


def test_messages_are_listed_with_what_became_of_them(run: Run) -> None:
    told = run("outbox", "list").stdout

    assert "dead       sms to pump-1 (a): dispatched, orange\n" in told
    assert "    tried once: no such number; id k1:0\n" in told
    assert "    not tried yet; id k2:0\n" in told
    assert "in all: 1 dead, 1 waiting" in told
    found = json.loads(run("outbox", "list", "--state", "dead", "--json").stdout)
    assert found["counts"] == {"dead": 1, "waiting": 1}
    assert [(one["id"], one["reason"]) for one in found["messages"]] == [("k1:0", "no such number")]
    assert json.loads(run("outbox", "list", "--channel", "fax", "--json").stdout)["messages"] == []


def test_a_dead_letter_is_tried_anew(run: Run) -> None:
    assert run("outbox", "retry", "k1:0", "--by", "wang").stdout == "1 are tried anew\n"
    assert "in all: 2 waiting" in run("outbox", "list").stdout
    assert run("outbox", "retry", "--all", "--by", "wang").exit_code == 1


def test_a_dead_letter_is_laid_to_rest(run: Run) -> None:
    found = run("outbox", "dismiss", "--all", "--by", "wang", "--reason", "called them")

    assert found.stdout == "1 are laid to rest\n"
    assert "called them" in run("audit", "list", "--act", "dismissed").stdout


@pytest.mark.parametrize("which", [[], ["k1:0", "--all"]])
def test_either_some_or_all_must_be_said(run: Run, which: list[str]) -> None:
    assert run("outbox", "retry", "--by", "wang", *which).exit_code == 2


def test_a_channel_is_tried_out_past_the_outbox(run: Run, tmp_path: Path) -> None:
    found = run("outbox", "try", "file", "wang")

    assert found.exit_code == 0, found.output
    (line,) = (Paths(tmp_path).desk / "notices.jsonl").read_text().splitlines()
    assert json.loads(line)["exercise"] is True
    assert "演练" in line


def test_a_channel_that_does_not_work_or_is_none_is_told(run: Run) -> None:
    failed = run("outbox", "try", "mail")
    unknown = run("outbox", "try", "fax")

    assert (failed.exit_code, failed.stdout[:9]) == (1, "not sent:")
    assert unknown.exit_code == 2
    assert "file, mail" in unknown.output
