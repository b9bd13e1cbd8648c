"""`sentinel status`: plain words for what is wrong."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

import sentinel.cli.status as status_of_command
from sentinel.app.paths import Paths
from sentinel.app.runfile import RunFile
from sentinel.app.status import Lag, look
from sentinel.domain.rejection import Reason, Rejection
from sentinel.domain.rows import Entry, RowKind
from sentinel.journal import JournalWriter, write_cursor
from sentinel.observe.health import HealthServer
from sentinel.store import KeptState, StoreSettings
from sentinel.store.open import open_rejections
from sentinel.testing.clock import HandClock

Run = Callable[..., None]
WELL = {"state": "ok"}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path)


@pytest.fixture
def run(paths: Paths) -> Iterator[Run]:
    """Return a starter of services that say of themselves what they are told to say."""
    with ExitStack() as stack:

        def start(service: str, health: dict[str, Any], port: int = 0) -> None:
            server = HealthServer(lambda: health)
            stack.callback(server.close)
            told(paths, service, server.port, port)

        yield start


def told(paths: Paths, service: str, health_port: int, port: int = 0) -> None:
    RunFile(
        service=service,
        pid=os.getpid(),
        health_host="127.0.0.1",
        health_port=health_port,
        host="127.0.0.1",
        port=port,
        started_at=0,
    ).write(paths.run)


def fill(paths: Paths, *times: int) -> None:
    clock = HandClock()
    writer = JournalWriter(paths.journal, clock=clock)
    for at in times:
        clock.at = at
        writer.append([Entry(RowKind.TICK, 0, b"")])
    writer.close()


def test_where_nothing_runs_one_sentence_is_enough(paths: Paths) -> None:
    assert look(paths).problems == ["nothing runs: start everything with `sentinel up -c FILE`"]


def test_all_is_well_without_a_word(paths: Paths, run: Run) -> None:
    for service in ("listen", "detect", "record", "desk"):
        run(service, WELL)

    assert look(paths).problems == []


def test_what_is_down_is_named_with_how_to_start_it(paths: Paths, run: Run) -> None:
    for service in ("listen", "detect", "desk"):
        run(service, WELL)

    assert look(paths).problems == [
        "record is down: start it with `sentinel record -c FILE`; `sentinel up` does so by itself"
    ]


def test_a_service_is_told_in_its_own_words(paths: Paths, run: Run) -> None:
    for service in ("detect", "record", "desk"):
        run(service, WELL)
    run("listen", {"state": "not connected to broker:1883: refused"})

    assert look(paths).problems == ["listen: not connected to broker:1883: refused"]


def test_a_process_that_took_over_the_number_is_not_the_service(paths: Paths, run: Run) -> None:
    server = HealthServer(lambda: WELL)
    server.close()
    told(paths, "listen", server.port)
    run("desk", WELL)

    assert look(paths).services["listen"]["state"] == "down"


def test_a_reader_that_is_behind_is_told_with_its_seconds(paths: Paths, run: Run) -> None:
    fill(paths, 1_000, 2_000, 62_000)
    for service in ("listen", "record", "desk"):
        run(service, WELL)
    run("detect", WELL | {"row": 2, "at": 2_000})
    status = look(paths)

    assert status.problems == ["detect is 60 s behind"]
    assert status.lag["detect"].rows == 1


def test_a_desk_that_is_behind_is_told_with_its_seconds(paths: Paths, run: Run) -> None:
    writer = JournalWriter(paths.findings, clock=HandClock())
    writer.append([Entry(RowKind.FINDINGS, 1, b"")] * 3)
    writer.close()
    for service in ("listen", "detect", "record"):
        run(service, WELL)
    run("desk", WELL | {"row": 1, "lag_seconds": 3600.0})
    status = look(paths)

    assert status.problems == ["desk is 3600 s behind"]
    assert status.lag["desk"] == Lag(rows=2, seconds=3600.0)


def test_a_few_seconds_behind_are_no_problem(paths: Paths, run: Run) -> None:
    fill(paths, 1_000, 2_000, 5_000)
    for service in ("listen", "record", "desk"):
        run(service, WELL)
    run("detect", WELL | {"row": 2, "at": 2_000})

    assert look(paths).problems == []


def test_a_service_that_is_down_is_as_far_behind_as_its_cursor(paths: Paths, run: Run) -> None:
    fill(paths, 1_000, 2_000, 3_000, 63_000)
    write_cursor(paths.journal, "record", 1)
    for service in ("listen", "desk"):
        run(service, WELL)
    run("detect", WELL | {"row": 4, "at": 63_000})
    status = look(paths)

    assert status.lag["record"] == Lag(rows=3, seconds=61.0)
    assert status.problems[-1] == "record is 61 s behind"


def test_one_that_has_just_begun_is_as_far_behind_as_its_cursor(paths: Paths, run: Run) -> None:
    fill(paths, 1_000, 2_000, 63_000)
    write_cursor(paths.journal, "detect", 2)
    run("detect", WELL | {"row": 0, "at": 0})

    assert look(paths).lag["detect"] == Lag(rows=1, seconds=0.0)


def test_a_desk_that_is_down_is_behind_since_the_first_finding_it_has_not(paths: Paths) -> None:
    clock = HandClock()
    writer = JournalWriter(paths.findings, clock=clock)
    for at in (1_000, 5_000, 6_000):
        clock.at = at
        writer.append([Entry(RowKind.FINDINGS, 1, b"")])
    writer.close()
    write_cursor(paths.findings, "desk", 1)
    clock.at = 65_000

    assert look(paths, clock).lag["desk"] == Lag(rows=2, seconds=60.0)


def test_one_that_never_ran_has_no_place_to_be_behind_from(paths: Paths) -> None:
    fill(paths, 1_000, 2_000)

    assert look(paths).lag == {}


def test_a_cursor_of_another_journal_is_no_place_either(paths: Paths) -> None:
    fill(paths, 1_000, 2_000)
    write_cursor(paths.journal, "record", 900)

    assert look(paths).lag == {}


def test_rejections_are_those_that_wait_whoever_runs(paths: Paths) -> None:
    """Record counts from its start; what waits for a person waits whatever runs."""
    log = open_rejections(StoreSettings(), paths.store)
    one, two = (rejection(row) for row in (1, 2))
    log.write([one, two])
    log.mark([two], KeptState.RESOLVED)
    log.close()

    assert look(paths).waiting == {"unknown_device": 1}
    assert look(paths, count_waiting=False).waiting == {}


def test_rejections_that_cannot_be_read_are_told(paths: Paths, run: Run) -> None:
    for service in ("listen", "detect", "record", "desk"):
        run(service, WELL)
    paths.store.mkdir()
    (paths.store / "rejections.db").write_bytes(b"spoilt" * 1000)
    status = look(paths)

    assert status.waiting == {}
    assert "rejections.db: file is not a database" in status.problems[0]


def rejection(row: int) -> Rejection:
    return Rejection(
        reason=Reason.UNKNOWN_DEVICE, topic="t", payload=b"{}", received_at=1_000, row=row,
        index=0, part=0, format="plain", device="x", metric="", found="no device", flags=0,
    )  # fmt: skip


def test_the_command_tells_what_waits(paths: Paths, told_by_command: Callable[..., Result]) -> None:
    log = open_rejections(StoreSettings(), paths.store)
    log.write([rejection(1), rejection(2)])
    log.close()

    told = told_by_command().stdout
    assert "rejections waiting: 2 unknown device; `sentinel rejects` lists them" in told
    assert json.loads(told_by_command("--json").stdout)["waiting"] == {"unknown_device": 2}


def test_a_journal_that_cannot_be_read_is_told_and_services_are_shown(
    paths: Paths, run: Run
) -> None:
    """`sentinel up` looks on, too."""
    paths.journal.mkdir()
    (paths.journal / "0000000000000001-20260618T08.journal").write_bytes(b"spoilt" * 1000)
    for service in ("listen", "detect", "record", "desk"):
        run(service, WELL | {"row": 5})
    status = look(paths)

    (problem,) = status.problems
    assert "a journal file must be readable" in problem
    assert (status.journal_rows, status.services["record"]["row"]) == (0, 5)


def test_the_rates_are_those_that_services_tell(paths: Paths, run: Run) -> None:
    run("listen", WELL | {"rates": {"messages": 33.1}})
    run("detect", WELL | {"rates": {"readings": 70.0}})
    run("desk", WELL)
    status = look(paths)

    assert status.rates == {"listen": {"messages": 33.1}, "detect": {"readings": 70.0}}
    assert status.as_object()["rates"] == status.rates
    assert status.messages_per_second() == 33.1


@pytest.fixture
def told_by_command(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Return a caller of `sentinel status`."""
    config = SimpleNamespace(data=paths.data)
    monkeypatch.setattr(status_of_command, "load_config", lambda _file: config)
    monkeypatch.setenv("COLUMNS", "200")
    app = typer.Typer()
    status_of_command.register(app)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_the_command_shows_how_fast_each_service_is(
    run: Run, told_by_command: Callable[..., Result]
) -> None:
    run("listen", WELL | {"rates": {"messages": 33.1}, "messages": 1_000})
    run("record", WELL | {"rates": {"readings": 70.0}, "row": 0})
    lines = told_by_command().stdout.splitlines()

    assert lines[0].split() == [
        "service", "state", "behind", "rate", "since", "its", "start", "process",
    ]  # fmt: skip
    assert lines[1].split()[:6] == ["listen", "ok", "33.1", "messages/s", "1,000", "messages"]
    assert "70.0 readings/s" in lines[3]


def test_the_page_is_where_the_desk_says(paths: Paths, run: Run) -> None:
    run("desk", WELL, port=8123)

    assert look(paths).page() == "http://127.0.0.1:8123/"


def test_without_a_desk_there_is_no_page(paths: Paths) -> None:
    assert look(paths).page() == ""
