"""What waits for room says so, and goes on when there is some."""

import errno
from threading import Event

import pytest
from prometheus_client import REGISTRY

from sentinel.disk import room as disk_room
from sentinel.document import ConfigurationError, Problems
from sentinel.domain.errors import (
    DiskFull,
    JournalError,
    LockedError,
    NoRoom,
    SentinelError,
    ServiceError,
    StoreError,
)
from sentinel.flow import room as room_module
from sentinel.flow.room import Room, What, begin_anew
from sentinel.observe.sentences import state


class Seconds:
    """Seconds that are wound by hand."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses that nobody waits for."""
    for pause in ("_RETRY_SECONDS", "_FIRST_PAUSE", "_LONGEST_PAUSE"):
        monkeypatch.setattr(room_module, pause, 0.0)


def told(what: str) -> float:
    return REGISTRY.get_sample_value("sentinel_flow_full_disks_total", {"what": what}) or 0.0


class Failing:
    """Raises these, one a call, then does nothing."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


def test_it_says_since_when_and_what_there_is_no_room_for() -> None:
    seconds = Seconds()
    room = Room(seconds)
    assert state(room.troubles())["state"] == "ok"
    room.missing(What.FINDINGS, "database or disk is full")
    seconds.at += 90.4

    assert state(room.troubles())["state"] == (
        "there is no room for findings since 1m30s: nothing is judged until there is, and nothing "
        "is lost; make room (database or disk is full)"
    )
    room.found(What.FINDINGS)
    assert state(room.troubles())["state"] == "ok"


def test_each_trouble_is_told_once_while_it_lasts() -> None:
    room, before = Room(), told("checkpoint")
    for _ in range(2):
        room.missing(What.CHECKPOINT, "full")
        room.missing(What.CHECKPOINT, "full")
        room.found(What.CHECKPOINT)
        room.found(What.CHECKPOINT)

    assert told("checkpoint") - before == 2


def test_a_write_is_tried_again_until_there_is_room() -> None:
    room, write = Room(), Failing(DiskFull("full"), DiskFull("full"))
    room.write(write, Event())

    assert write.calls == 3
    assert state(room.troubles())["state"] == "ok"


def test_a_write_that_waits_ends_when_told_to_stop() -> None:
    room, stop = Room(), Event()
    stop.set()
    with pytest.raises(DiskFull):
        room.write(Failing(DiskFull("full")), stop)

    assert "no room for findings" in state(room.troubles())["state"]


@pytest.mark.parametrize("error", [NoRoom("full"), DiskFull("full"), OSError(errno.ENOSPC, "full")])
def test_a_flow_that_found_no_room_is_begun_anew(error: Exception) -> None:
    room, run = Room(), Failing(error, error)
    begin_anew(run, room, Event())

    assert run.calls == 3
    assert "no room to keep the position" in state(room.troubles())["state"]


@pytest.mark.parametrize("error", [ServiceError("damaged"), OSError(errno.EACCES, "no")])
def test_a_flow_that_ended_for_another_reason_stays_ended(error: Exception) -> None:
    with pytest.raises(type(error)):
        begin_anew(Failing(error), Room(), Event())


@pytest.mark.parametrize(
    "error",
    [
        ServiceError("`shards` stays as it is"),
        StoreError("of a later version"),
        JournalError("a file must be readable"),
        ConfigurationError(Problems()),
        LockedError("another one"),
    ],
)
def test_what_more_room_would_not_mend_is_told_on_a_full_disk_too(
    monkeypatch: pytest.MonkeyPatch, error: SentinelError
) -> None:
    monkeypatch.setattr(disk_room, "_LOW_BYTES", 2**62)
    room, run = Room(), Failing(error)
    with pytest.raises(type(error)) as raised:
        begin_anew(run, room, Event())

    assert raised.value is error
    assert state(room.troubles())["state"] == "ok"
