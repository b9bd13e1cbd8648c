"""The dead-man and the trail's head, through database, outbox, sender and channel to a file."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine

from sentinel.desk import open_database, outbox, trail
from sentinel.desk.delivery import Delivery
from sentinel.desk.outbox import Asked
from sentinel.desk.outside.deadman import Deadman
from sentinel.desk.outside.heads import HeadKeeper
from sentinel.desk.outside.settings import DeadmanSettings, HeadSettings, Target
from sentinel.desk.settings import DeskSettings
from sentinel.desk.trail import Head
from sentinel.desk.transactions import reading, writing
from sentinel.domain.errors import ServiceError
from sentinel.testing.clock import HandClock
from sentinel.testing.notices import notice_message
from sentinel.warn.trail import Entry

Until = Callable[[Callable[[], object]], None]
MINUTE, DAY = 60_000, 86_400_000


@pytest.fixture
def until() -> Until:
    """Wait for something that another thread does."""

    def wait(is_so: Callable[[], object]) -> None:
        pause = Event()
        for _ in range(6_000):
            if is_so():
                return
            pause.wait(0.01)
        message = "it never came true"
        raise AssertionError(message)

    return wait


@contextmanager
def delivering(
    engine: Engine, folder: Path, clock: HandClock, faults: list[str], **more: object
) -> Iterator[Delivery]:
    given: dict[str, object] = {
        "channels": {"file": {"kind": "log"}},
        "outbox": {"poll": "10ms"},
    }
    delivery = Delivery(
        engine,
        DeskSettings.model_validate(given | more),
        clock,
        folder=folder,
        name="demo",
        who="a",
        jitter=lambda: 0.0,
        faults=lambda: faults,
    )
    stop = Event()
    thread = Thread(target=delivery.run, args=(stop,))
    thread.start()
    try:
        yield delivery
    finally:
        stop.set()
        thread.join()


def lines(folder: Path) -> list[dict[str, Any]]:
    file = folder / "notices.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def put(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(kept.message.id for kept in outbox.listed(connection, Asked()))


def append(engine: Engine) -> Head:
    with writing(engine) as connection:
        return trail.append(connection, [Entry(act="note", by="wang")], 1)


def test_all_is_told_outside_every_minute_through_the_whole_way(
    engine: Engine, tmp_path: Path, until: Until
) -> None:
    clock = HandClock()
    deadman = {"channel": "file", "every": "60s"}
    with delivering(engine, tmp_path, clock, [], deadman=deadman):
        until(lambda: len(lines(tmp_path)) == 1)
        clock.wind(seconds=60)
        until(lambda: len(lines(tmp_path)) == 2)

    assert [line["occasion"] for line in lines(tmp_path)] == ["all is well"] * 2
    assert "All is well at demo" in lines(tmp_path)[0]["title"]["en"]
    with reading(engine) as connection:
        assert trail.head(connection).number == 0


def test_while_anything_is_wrong_nobody_is_told_that_all_is_well(engine: Engine) -> None:
    faults = ["detect is down"]
    deadman = Deadman(engine, DeadmanSettings(channel="file"), "demo", lambda: faults)

    deadman.step(0)
    during = put(engine)
    faults.clear()
    deadman.step(MINUTE - 1)
    deadman.step(MINUTE)

    assert during == []
    assert put(engine) == ["well:1:file:"]


def test_a_dead_letter_is_something_wrong_too(engine: Engine, tmp_path: Path, until: Until) -> None:
    clock = HandClock()
    with writing(engine) as connection:
        outbox.put(connection, [notice_message(channel="gone")], clock.now())

    def is_seen() -> bool:
        clock.wind(seconds=6)
        return any(delivery.troubles())

    with delivering(engine, tmp_path, clock, ["detect is down"]) as delivery:
        until(is_seen)

    own = "1 messages reached nobody: see `sentinel outbox list --state dead`"
    assert delivery._all_faults() == ["detect is down", own]


def test_a_sign_of_life_is_not_sent_when_it_is_old(engine: Engine) -> None:
    """A channel that was down for an hour must not say then that all was well."""
    Deadman(engine, DeadmanSettings(channel="file"), "demo", list).step(0)

    at = MINUTE
    leased = outbox.lease(engine, at, "a", 10, channel="file", until=at + 1)

    assert leased == []


def test_desks_that_share_a_database_send_one_head_a_day(database_url: str) -> None:
    engines = [open_database(database_url) for _ in range(2)]
    settings = HeadSettings(to=(Target(channel="file"), Target(channel="mail", address="a@b.cn")))
    keepers = [HeadKeeper(engine, settings, "demo") for engine in engines]
    append(engines[0])

    for now in (5, 10, DAY - 1):
        for keeper in keepers:
            keeper.step(now)
    for keeper in keepers:
        keeper.step(DAY)

    assert put(engines[0]) == ["head:0:0", "head:0:1", "head:1:0", "head:1:1"]
    for engine in engines:
        engine.dispose()


def test_an_empty_trail_has_no_head_to_send(engine: Engine) -> None:
    HeadKeeper(engine, HeadSettings(to=(Target(channel="file"),)), "demo").step(0)

    assert put(engine) == []


def test_the_head_that_arrives_is_the_one_by_which_the_trail_is_verified(
    engine: Engine, tmp_path: Path, until: Until
) -> None:
    head = append(engine)
    heads = {"to": [{"channel": "file"}]}
    with delivering(engine, tmp_path, HandClock(), [], heads=heads):
        until(lambda: lines(tmp_path))
    append(engine)

    (line,) = lines(tmp_path)
    kept = Head(number=int(line["facts"]["number"]), hash=line["facts"]["hash"])
    assert kept == head
    with reading(engine) as connection:
        found = trail.verify(connection, [kept])
        (_, told, _) = trail.lines(connection, trail.Asked(after=0))
    assert isinstance(found, trail.Whole)
    assert found.heads == 1
    assert (told.entry.act, told.entry.detail["hash"]) == ("told", head.hash)


def test_a_database_that_is_away_for_a_moment_ends_no_delivery(
    engine: Engine, tmp_path: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []

    def fail_once(_self: Deadman, now: int) -> None:
        tries.append(now)
        if len(tries) == 1:
            message = "the database refused"
            raise ServiceError(message)

    monkeypatch.setattr(Deadman, "step", fail_once)
    deadman = {"channel": "file"}
    with delivering(engine, tmp_path, HandClock(), [], deadman=deadman):
        until(lambda: len(tries) > 1)


def test_a_mistake_of_our_own_stops_delivery_and_is_told(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_self: Deadman, _now: int) -> None:
        message = "our own mistake"
        raise ZeroDivisionError(message)

    monkeypatch.setattr(Deadman, "step", fail)
    settings = {"channels": {"file": {"kind": "log"}}, "deadman": {"channel": "file"}}
    delivery = Delivery(
        engine,
        DeskSettings.model_validate(settings),
        HandClock(),
        folder=tmp_path,
        name="demo",
        who="a",
        jitter=lambda: 0.0,
    )

    with pytest.raises(ServiceError, match="our own mistake"):
        delivery.run(Event())
