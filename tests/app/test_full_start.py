"""What starts on a full disk waits, says so, and goes on by itself."""

import json
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from sentinel.app.listen import Listening
from sentinel.app.paths import Paths
from sentinel.app.prepare import make_bundle
from sentinel.app.service import run_service
from sentinel.app.status import look
from sentinel.config import Config, load_config
from sentinel.domain.rows import Entry, RowKind
from sentinel.journal import JournalWriter
from sentinel.testing.clock import HandClock
from sentinel.testing.disk import SmallDisk, small_disk

DEMO = Path(__file__).parents[2] / "configs/demo.yaml"
Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 8 * 2**20) as disk:
        if disk is None:
            pytest.skip("no small file system can be mounted here")
        yield disk


@pytest.fixture
def config(disk: SmallDisk) -> Config:
    """The demonstration with all its data on the small disk, its broker not there."""
    config = load_config(DEMO)
    ingest = config.ingest.model_copy(update={"host": "127.0.0.1", "port": 1})
    return config.model_copy(update={"data": disk.folder, "ingest": ingest})


def stopped_journal(config: Config, clock: HandClock) -> None:
    """Three hours of a journal whose listener was stopped in order."""
    with closing(JournalWriter(Paths(config.data).journal, clock=clock)) as writer:
        writer.append([Entry(RowKind.BUNDLE, 0, make_bundle(config).hash.encode())])
        for _ in range(3):
            writer.append([Entry(RowKind.TICK, 0, bytes(50_000))] * 4)
            clock.wind(hours=1)


def test_a_listener_on_a_full_disk_says_so_and_listens_when_there_is_room(
    config: Config, disk: SmallDisk, until: Until
) -> None:
    clock = HandClock()
    stopped_journal(config, clock)
    disk.fill()
    stop = Event()
    with closing(JournalWriter(Paths(config.data).journal, clock=clock)) as writer:
        listening = Listening(config, None, writer, clock)
        thread = Thread(target=listening.run, args=(stop,))
        thread.start()
        until(lambda: "there must be room to open it" in str(listening.health()["state"]))
        disk.free()
        until(lambda: "no room" not in str(listening.health()["state"]))
        until(lambda: listening.health()["last_row"] == 15)
        stop.set()
        thread.join()
        assert writer.last_id > 15


def test_a_listener_on_a_full_disk_gives_up_what_is_past_its_limits_at_once(
    config: Config, disk: SmallDisk, until: Until
) -> None:
    clock = HandClock()
    stopped_journal(config, clock)
    (disk.folder / "journal/cursors").mkdir()
    (disk.folder / "journal/cursors/detect").write_text("15")
    disk.fill()
    most = config.journal.model_copy(update={"most": 300_000})
    config = config.model_copy(update={"journal": most})
    stop = Event()
    with closing(JournalWriter(Paths(config.data).journal, clock=clock)) as writer:
        listening = Listening(config, None, writer, clock)
        thread = Thread(target=listening.run, args=(stop,))
        thread.start()
        until(lambda: listening.health()["last_row"] == 15)
        stop.set()
        thread.join()


def test_status_shows_a_journal_that_finds_no_room_to_be_opened(
    config: Config, disk: SmallDisk
) -> None:
    stopped_journal(config, HandClock())
    disk.fill()

    status = look(Paths(config.data))

    assert "there must be room to open it" in status.problems[0]
    assert status.services["listen"]["state"] == "down"


def test_a_configuration_that_was_in_force_needs_no_room_to_be_so_again(
    config: Config, disk: SmallDisk
) -> None:
    before = make_bundle(config).hash
    disk.fill()

    assert make_bundle(config).hash == before


def test_a_service_runs_though_it_cannot_say_where(
    disk: SmallDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sentinel.app.service.stop_on_signals", Event)
    disk.fill()
    ran: list[Event] = []

    run_service("listen", Paths(disk.folder), ran.append, lambda: {"state": "ok"})

    assert len(ran) == 1


def open_files() -> set[str]:
    found = set()
    for handle in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(str(handle.readlink()))
    return found


def test_a_listener_holds_no_file_open_that_it_read_back_at_its_start(
    config: Config, until: Until
) -> None:
    """Files that are given up later would keep their room on the disk."""
    clock, stop = HandClock(), Event()
    stopped_journal(config, clock)
    journal = Paths(config.data).journal
    session = {"broker": "127.0.0.1:1", "client_id": config.ingest.client_id, "since": 0}
    (journal / "session.json").write_text(json.dumps(session))
    with closing(JournalWriter(journal, clock=clock)) as writer:
        listening = Listening(config, None, writer, clock)
        thread = Thread(target=listening.run, args=(stop,))
        thread.start()
        until(lambda: listening.health()["last_row"] == 15)
        held = {
            str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink()
        }
        stop.set()
        thread.join()
    files = sorted(journal.glob("*.journal"))

    assert {file for file in files if str(file) in held} <= {files[-1], files[-2]}
    assert str(files[0]) not in held
