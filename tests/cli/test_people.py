"""`sentinel users` and `sentinel tokens`, with a real configuration and a real trail."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

import sentinel.cli.tokens as tokens_command
import sentinel.cli.users as users_command
from sentinel.app.clock import WallClock
from sentinel.app.people import TERMINAL, keep_key, make_key, people_of, read_key
from sentinel.config import load_config
from sentinel.desk import open_database
from sentinel.desk.people.people import People
from sentinel.desk.trail import Whole, verify
from sentinel.desk.trail.asking import Asked, lines
from sentinel.domain.access import SignedIn
from sentinel.domain.errors import SentinelError

ROOT = Path(__file__).parents[2]
PASSWORD = "correct horse battery"  # noqa: S105 -- of nobody
Run = Callable[..., Result]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The demo's configuration, with a data folder of this test's own."""
    demo = (ROOT / "configs" / "demo.yaml").read_text()
    file = tmp_path / "city.yaml"
    file.write_text(
        demo.replace("../var/demo", str(tmp_path / "data"))
        .replace("../rules", str(ROOT / "rules"))
        .replace(": demo/", f": {ROOT}/configs/demo/")
        .replace("[demo/", f"[{ROOT}/configs/demo/")
    )
    return file


@pytest.fixture
def run(file: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run one of the commands; the password is in the variable SECRET."""
    app = typer.Typer()
    users_command.register(app)
    tokens_command.register(app)
    monkeypatch.setenv("SECRET", PASSWORD)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "-c", str(file)])

    return run


def refusal(done: Result) -> str:
    assert isinstance(done.exception, SentinelError), done.output
    return str(done.exception)


def add(run: Run, *more: str) -> Result:
    return run("users", "add", "wang.fang", "--name", "王芳", "--password-env", "SECRET", *more)


def at_the_desk(file: Path) -> tuple[People, Callable[[], None]]:
    config = load_config(file)
    engine = open_database(config.desk.where(config.data / "desk"))
    return people_of(config, engine, WallClock()), engine.dispose


def test_who_is_added_signs_in_at_the_desk_and_all_of_it_is_in_the_trail(
    run: Run, file: Path
) -> None:
    told = add(run, "--role", "operator", "--area", "guqiao")
    people, close = at_the_desk(file)
    done = people.sign_in("wang.fang", PASSWORD, "10.0.0.7")

    assert told.stdout == "wang.fang may sign in, and is operator in guqiao\n"
    assert isinstance(done, SignedIn)
    with people._engine.connect() as connection:
        acts = [(one.entry.act, one.entry.by) for one in lines(connection, Asked(after=0))]
        assert isinstance(verify(connection), Whole)
    close()
    assert acts[0][0] == "user_added"
    assert acts[0][1].startswith("terminal:")
    assert acts[1:] == [("sign_in", "wang.fang")]


def test_the_list_says_who_is_what_and_when_they_came_last(run: Run) -> None:
    add(run)
    run("users", "grant", "wang.fang", "handler", "--area", "guqiao/hq", "--department", "water")
    run("users", "grant", "wang.fang", "viewer")
    told = run("users", "list").stdout
    listed = json.loads(run("users", "list", "--json").stdout)

    assert "handler of water in guqiao/hq" in told
    assert "never" in told
    assert told.endswith("1 users\n")
    assert listed["users"][0]["grants"] == [
        {"role": "handler", "area": "guqiao/hq", "department": "water"},
        {"role": "viewer", "area": "", "department": ""},
    ]


def test_an_area_that_the_registry_does_not_have_is_refused_with_the_nearest(run: Run) -> None:
    assert "no area 'guqiap'" in refusal(add(run, "--role", "viewer", "--area", "guqiap"))
    assert "'guqiao'" in refusal(add(run, "--role", "viewer", "--area", "guqiap"))
    assert run("users", "list").stdout == "0 users\n"


def test_the_citys_own_code_is_the_whole_city(run: Run) -> None:
    told = add(run, "--role", "supervisor", "--area", "lancheng").stdout

    assert "supervisor in the whole city" in told


def test_a_role_is_taken_even_of_an_area_that_is_no_more(run: Run) -> None:
    add(run, "--role", "viewer")
    assert "is not viewer in gone" in refusal(
        run("users", "revoke", "wang.fang", "viewer", "-a", "gone")
    )

    told = run("users", "revoke", "wang.fang", "viewer").stdout
    assert told == "wang.fang is no longer viewer in the whole city\n"


def test_a_password_that_is_weak_or_nowhere_is_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "wang.fang 123")
    assert "12 characters" in refusal(add(run))
    monkeypatch.delenv("SECRET")
    assert "no environment variable 'SECRET'" in refusal(add(run))
    assert "there is no terminal" in refusal(run("users", "add", "zhao", "--name", "Zhao"))


def test_a_password_cannot_be_given_on_the_command_line(run: Run) -> None:
    done = run("users", "add", "zhao", "--name", "Zhao", "--password", PASSWORD)

    assert done.exit_code == 2
    assert "No such option" in done.output


def test_another_password_a_disabled_user_and_a_released_one(run: Run, file: Path) -> None:
    add(run)
    people, close = at_the_desk(file)
    people.sign_in("wang.fang", PASSWORD, "10.0.0.7")

    changed = run("users", "password", "wang.fang", "--password-env", "SECRET")
    assert changed.stdout == "wang.fang has another password; 1 session has ended\n"
    assert "need not wait" in run("users", "release", "wang.fang").stdout
    assert "0 sessions have ended" in run("users", "disable", "wang.fang").stdout
    assert "disabled" in run("users", "list").stdout
    assert not isinstance(people.sign_in("wang.fang", PASSWORD, "10.0.0.7"), SignedIn)
    assert "may sign in again" in run("users", "enable", "wang.fang").stdout
    assert isinstance(people.sign_in("wang.fang", PASSWORD, "10.0.0.7"), SignedIn)
    close()


def test_a_token_is_printed_once_and_holds_until_it_is_revoked(run: Run, file: Path) -> None:
    made = run("tokens", "add", "hotline", "--role", "viewer", "--for", "7d")
    token, told = made.stdout.strip(), made.stderr
    people, close = at_the_desk(file)
    (listed,) = json.loads(run("tokens", "list", "--json").stdout)["tokens"]

    assert token.startswith("sentinel_")
    assert "viewer in the whole city, holds until" in told
    assert people.person_of_token(token)
    assert listed["name"] == "hotline"
    assert token not in run("tokens", "list").stdout
    assert "holds no more" in run("tokens", "revoke", listed["id"]).stdout
    assert people.person_of_token(token) is None
    assert "revoked" in run("tokens", "list").stdout
    close()


@pytest.mark.parametrize("given", ["", "90", "soon", "0s"])
def test_a_token_has_an_end(run: Run, given: str) -> None:
    done = run("tokens", "add", "hotline", "--role", "viewer", "--for", given)

    assert done.exit_code == 2
    assert "must be a duration" in done.output


def test_a_command_on_this_machine_asks_the_running_desk_with_its_key(file: Path) -> None:
    config = load_config(file)
    run = config.data / "run"
    assert read_key(run) == ""
    key = make_key()
    keep_key(run, key)
    engine = open_database(config.desk.where(config.data / "desk"))
    people = people_of(config, engine, WallClock(), key)

    assert read_key(run) == key
    assert (run / "desk.key").stat().st_mode & 0o777 == 0o600
    assert people.person_of_token(key) == TERMINAL
    keep_key(run, make_key())
    assert read_key(run) != key
    assert people.person_of_token(read_key(run)) is None
    assert people_of(config, engine, WallClock()).person_of_token("") is None
    engine.dispose()


@pytest.mark.slow
def test_a_password_typed_at_a_terminal_is_not_shown(file: Path) -> None:
    """On a real terminal, as a person would see it."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "sentinel", "users", "add", "zhao", "--name", "Zhao"]
    with subprocess.Popen(  # noqa: S603 -- our own
        [*command, "-c", str(file)],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        env={"PYTHONPATH": f"{ROOT}/src:{ROOT}", "PATH": "/usr/bin:/bin"},
    ) as process:
        os.close(theirs)
        shown = b""
        for prompt in (b"password of zhao: ", b"once more: "):
            while not shown.endswith(prompt):
                shown += os.read(ours, 1_000)
            os.write(ours, f"{PASSWORD}\n".encode())
        while b"may sign in" not in shown:
            shown += os.read(ours, 1_000)
        assert process.wait(60) == 0
    os.close(ours)

    assert PASSWORD.encode() not in shown
