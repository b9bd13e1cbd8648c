"""The listener against a real mosquitto: what is acknowledged is journalled."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from sentinel.domain.errors import DiskFull, ServiceError
from sentinel.domain.messages import MessageFlag
from sentinel.domain.rows import Entry, RowKind
from sentinel.ingest import request_reload
from sentinel.ingest.connection import Connection
from sentinel.ingest.ports import Journal
from sentinel.ingest.retry import request_retry
from sentinel.testing.mosquitto import Broker

pytestmark = pytest.mark.broker

Listen = Callable[..., Any]
Publish = Callable[..., None]
Wait = Callable[[Callable[[], object]], None]
VERSIONS = pytest.mark.parametrize("version", ["5", "3.1.1"])


def numbered(count: int, *, since: int = 0) -> list[bytes]:
    return [b"%d" % number for number in range(since, since + count)]


@VERSIONS
def test_everything_published_is_journalled_in_order(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    one = listening(mosquitto.port, version=version)
    publish(mosquitto.port, "s/a", *numbered(3000))
    eventually(lambda: len(one.taken()) >= 3000)

    assert one.payloads() == numbered(3000)
    assert {(message.topic, message.flags) for message in one.taken()} == {("s/a", MessageFlag(0))}
    assert one.state() == "ok"
    assert one.listener.health()["messages"] == 3000


@VERSIONS
def test_what_comes_while_the_listener_is_away_waits_at_the_broker(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    first = listening(mosquitto.port, version=version)
    publish(mosquitto.port, "s/a", *numbered(10))
    eventually(lambda: len(first.taken()) == 10)
    first.end()
    publish(mosquitto.port, "s/a", *numbered(500, since=10))
    second = listening(mosquitto.port, version=version)
    eventually(lambda: second.kinds()[-1] is RowKind.CAUGHT_UP)

    assert second.payloads() == numbered(510)
    kinds = second.kinds()
    behind = kinds[kinds.index(RowKind.LINK_DOWN) :]
    assert behind[:2] == [RowKind.LINK_DOWN, RowKind.LINK_UP]
    assert behind[-1] == RowKind.CAUGHT_UP
    assert not any(message.flags & MessageFlag.REPEAT for message in second.taken())


def test_a_restart_in_order_leaves_nothing_to_be_journalled_twice(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    """What is journalled is acknowledged before we leave, and arrives, whatever is on its way."""
    for turn in range(5):
        one = listening(mosquitto.port)
        publish(mosquitto.port, "s/a", *numbered(200, since=200 * turn))
        one.end()
    last = listening(mosquitto.port)
    eventually(lambda: last.kinds()[-1] is RowKind.CAUGHT_UP)

    assert last.payloads() == numbered(1000)
    assert not any(message.flags & MessageFlag.REPEAT for message in last.taken())


@VERSIONS
def test_the_session_outlives_a_broker_that_is_restarted(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    one = listening(mosquitto.port, version=version)
    publish(mosquitto.port, "s/a", *numbered(10))
    eventually(lambda: len(one.taken()) == 10)
    mosquitto.stop()
    eventually(lambda: RowKind.LINK_DOWN in one.kinds())
    assert one.state().startswith(f"not connected to 127.0.0.1:{mosquitto.port}: ")
    mosquitto.start()
    eventually(lambda: one.kinds().count(RowKind.CAUGHT_UP) == 2)
    publish(mosquitto.port, "s/b", *numbered(10, since=10))
    eventually(lambda: len(one.taken()) == 20)

    assert one.payloads() == numbered(20)
    assert one.state() == "ok"


def test_a_broker_that_forgot_the_session_is_subscribed_anew(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    one = listening(mosquitto.port, version="3.1.1")
    mosquitto.stop()
    (mosquitto.folder / "mosquitto.db").unlink()
    mosquitto.start()
    eventually(lambda: one.kinds().count(RowKind.CAUGHT_UP) == 2)
    publish(mosquitto.port, "s/a", b"1")

    eventually(lambda: one.payloads() == [b"1"])


@VERSIONS
def test_what_was_journalled_and_not_acknowledged_comes_again_as_a_repeat(
    mosquitto: Broker,
    listening: Listen,
    publish: Publish,
    eventually: Wait,
    monkeypatch: pytest.MonkeyPatch,
    version: str,
) -> None:
    first = listening(mosquitto.port, version=version)
    with monkeypatch.context() as patch:
        patch.setattr(Connection, "acknowledge", lambda _self, _acks: None)
        publish(mosquitto.port, "s/a", *numbered(10))
        eventually(lambda: len(first.taken()) == 10)
        first.end()
    second = listening(mosquitto.port, version=version)
    eventually(lambda: len(second.taken()) == 20)

    assert second.payloads() == numbered(10) * 2
    again = MessageFlag.DUP | MessageFlag.REPEAT
    assert [message.flags for message in second.taken()] == [MessageFlag(0)] * 10 + [again] * 10
    assert second.listener.health()["repeats"] == 10


def test_a_dup_that_was_never_journalled_is_no_repeat(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    def never(journal: Journal) -> Journal:
        return Full(journal, from_append=2)

    first = listening(mosquitto.port, wrap=never)
    publish(mosquitto.port, "s/a", *numbered(10))
    eventually(lambda: first.listener.health()["waiting"])
    first.end()
    second = listening(mosquitto.port)
    eventually(lambda: len(second.taken()) == 10)

    assert second.payloads() == numbered(10)
    assert {message.flags for message in second.taken()} == {MessageFlag.DUP}


class Full:
    """A journal on a disk that fills up.

    from_append: The first append for which there is no room; `make_room` ends it.
    """

    def __init__(self, journal: Journal, from_append: int) -> None:
        self.journal = journal
        self.appends_left = from_append - 1

    @property
    def last_id(self) -> int:
        return self.journal.last_id

    def append(self, entries: Sequence[Entry]) -> int:
        if self.appends_left <= 0:
            message = "database or disk is full"
            raise DiskFull(message)
        self.appends_left -= 1
        return self.journal.append(entries)

    def make_room(self) -> None:
        self.appends_left = 1_000_000


@VERSIONS
def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_lost(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    disks: list[Full] = []

    def full(journal: Journal) -> Journal:
        disks.append(Full(journal, from_append=2))
        return disks[0]

    one = listening(mosquitto.port, version=version, wrap=full, receive_maximum=50)
    publish(mosquitto.port, "s/a", *numbered(500))
    eventually(lambda: "the journal has no room" in one.state())
    assert one.payloads() == []
    disks[0].make_room()
    eventually(lambda: len(one.taken()) == 500)

    assert one.payloads() == numbered(500)
    eventually(lambda: one.state() == "ok")


def test_on_a_full_disk_qos_0_that_finds_no_place_is_dropped_and_counted(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    disks: list[Full] = []

    def full(journal: Journal) -> Journal:
        disks.append(Full(journal, from_append=2))
        return disks[0]

    one = listening(mosquitto.port, wrap=full, inbox=100)
    publish(mosquitto.port, "s/a", *numbered(1000), qos=0)
    eventually(lambda: one.listener.health()["lost"])
    publish(mosquitto.port, "s/kept", b"qos 1")
    disks[0].make_room()
    eventually(lambda: len(one.taken()) == 1001 - one.listener.health()["lost"])

    assert "s/kept" in {message.topic for message in one.taken()}
    assert 0 < one.listener.health()["lost"] <= 1000


def test_qos_0_is_journalled_and_marked(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    one = listening(mosquitto.port)
    publish(mosquitto.port, "s/a", *numbered(200), qos=0)
    eventually(lambda: len(one.taken()) == 200)

    assert one.payloads() == numbered(200)
    assert {message.flags for message in one.taken()} == {MessageFlag.QOS0}


@VERSIONS
def test_retained_messages_are_marked_and_come_once(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    publish(mosquitto.port, "s/a", b"old", retain=True)
    first = listening(mosquitto.port, version=version)
    eventually(first.taken)
    first.end()
    second = listening(mosquitto.port, version=version)

    assert [message.flags for message in second.taken()] == [MessageFlag.RETAINED]


@VERSIONS
def test_topics_that_are_no_longer_configured_are_unsubscribed(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    """The session keeps them otherwise: the broker would queue for them for ever."""
    first = listening(mosquitto.port, version=version, topics=("s/#", "old/#"))
    publish(mosquitto.port, "old/a", b"wanted then")
    eventually(lambda: first.payloads() == [b"wanted then"])
    first.end()
    second = listening(mosquitto.port, version=version, topics=("s/#", "new/#"))
    publish(mosquitto.port, "old/a", b"not wanted")
    publish(mosquitto.port, "new/a", b"wanted now")
    publish(mosquitto.port, "s/a", b"wanted still")
    eventually(lambda: len(second.taken()) == 3)

    assert second.payloads() == [b"wanted then", b"wanted now", b"wanted still"]


def test_a_payload_that_is_too_long_is_cut_and_the_rest_of_the_stream_stays_whole(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    one = listening(mosquitto.port, largest_payload=5_000)
    publish(mosquitto.port, "s/a", b"x" * 5_000, b"y" * 5_001, b"z" * 3_000_000, b"after")
    eventually(lambda: len(one.taken()) == 4)

    assert one.payloads() == [b"x" * 5_000, b"y" * 1024, b"z" * 1024, b"after"]
    cut = [bool(message.flags & MessageFlag.CUT) for message in one.taken()]
    assert cut == [False, True, True, False]
    assert one.listener.health()["cut"] == 2


def test_the_first_row_of_an_empty_journal_is_the_bundle(
    mosquitto: Broker, listening: Listen
) -> None:
    one = listening(mosquitto.port, first_bundle="abc")
    one.end()
    again = listening(mosquitto.port, first_bundle="other")

    bundles = [(row.id, row.body) for row in again.rows() if row.kind is RowKind.BUNDLE]
    assert bundles == [(1, b"abc")]


def test_a_requested_bundle_becomes_a_row_and_its_request_goes(
    mosquitto: Broker, listening: Listen, eventually: Wait
) -> None:
    one = listening(mosquitto.port)
    request_reload(one.directory, "abc")
    eventually(lambda: RowKind.BUNDLE in one.kinds())
    eventually(lambda: not list((one.directory / "reload").iterdir()))
    one.listener.request_bundle("def")
    eventually(lambda: one.kinds().count(RowKind.BUNDLE) == 2)

    assert [row.body for row in one.rows() if row.kind is RowKind.BUNDLE] == [b"abc", b"def"]


@VERSIONS
def test_a_requested_bundle_brings_its_topics(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait, version: str
) -> None:
    """A format that comes into force is heard at once, and one that goes no longer."""
    one = listening(mosquitto.port, version=version)
    request_reload(one.directory, "abc", ["new/#"])
    eventually(lambda: "new/#" in (one.directory / "session.json").read_text())
    eventually(lambda: '"s/#"' not in (one.directory / "session.json").read_text())
    publish(mosquitto.port, "s/a", b"gone")
    publish(mosquitto.port, "new/a", b"heard")
    eventually(one.taken)

    assert one.payloads() == [b"heard"]


def test_kept_messages_are_journalled_once_more_on_request(
    mosquitto: Broker, listening: Listen, eventually: Wait
) -> None:
    one = listening(mosquitto.port)
    (one.directory / "retry").mkdir()
    (one.directory / "retry" / ("0" * 32)).write_bytes(b"no request")
    request_retry(one.directory, [("s/a", b"1", 0), ("s/b", b"2", int(MessageFlag.RETAINED))])
    eventually(lambda: one.taken() and not list((one.directory / "retry").iterdir()))

    found = [(message.topic, message.payload, message.flags) for message in one.taken()]
    assert found == [("s/a", b"1", MessageFlag(0)), ("s/b", b"2", MessageFlag.RETAINED)]


def has_ticks(one: Any, count: int) -> bool:  # noqa: ANN401 -- a class of the conftest
    return bool(one.kinds().count(RowKind.TICK) == count)


def test_a_tick_comes_with_every_second_and_never_goes_back(
    mosquitto: Broker, listening: Listen, eventually: Wait
) -> None:
    one = listening(mosquitto.port)
    for tick in range(1, 4):
        one.clock.wind(seconds=1)
        eventually(partial(has_ticks, one, tick))
    one.clock.wind(seconds=-60)
    eventually(lambda: "the wall clock went back" in one.state())
    one.clock.wind(seconds=61)
    eventually(partial(has_ticks, one, 4))

    times = [row.received_at for row in one.rows()]
    assert times == sorted(times)


def test_drops_that_the_broker_reports_are_counted_and_told(
    mosquitto: Broker, listening: Listen, publish: Publish, eventually: Wait
) -> None:
    """The figure is published here as the broker would."""
    one = listening(mosquitto.port, drops_topic="s/dropped")
    for said in (b"100", b"100", b"107"):
        publish(mosquitto.port, "s/dropped", said)
    eventually(lambda: "the broker has dropped 7 messages" in one.state())

    assert one.taken() == []
    assert one.listener.health()["broker_dropped"] == 7


def test_a_listener_without_topics_is_refused(listening: Listen) -> None:
    with pytest.raises(ServiceError, match="there must be one to listen to"):
        listening(1883, topics=())
