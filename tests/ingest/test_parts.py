"""The listener's parts, each by itself."""

import json
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode
from prometheus_client import REGISTRY
from typing_extensions import override

from sentinel.domain.errors import ServiceError
from sentinel.domain.messages import MessageFlag, encode_messages
from sentinel.domain.rows import Entry, Row, RowKind
from sentinel.ingest.backlog import Backlog
from sentinel.ingest.backoff import Backoff
from sentinel.ingest.figures import Figures
from sentinel.ingest.frames import Batch, Budget, Frames
from sentinel.ingest.left import Left
from sentinel.ingest.memory import SessionMemory
from sentinel.ingest.outbox import Outbox
from sentinel.ingest.own import BrokerDrops, OwnTopics
from sentinel.ingest.probe import Probe
from sentinel.ingest.reload import request_reload, requested_reloads, requested_topics
from sentinel.ingest.repeats import Repeats
from sentinel.ingest.requests import Requests
from sentinel.ingest.retry import request_retry, requested_retries
from sentinel.ingest.steady import SteadyClock
from sentinel.ingest.subscriptions import Subscriptions
from sentinel.ingest.wire import Wire
from sentinel.journal import JournalReader, JournalWriter
from sentinel.observe.rate import Rate
from sentinel.testing.clock import HandClock

ROOM = Budget(1000, 1_000_000)


def batch(*messages: tuple[int, str, bytes], flag: int = 0) -> Batch:
    """Return messages of (packet id, topic, payload), QoS 1, all with one flag."""
    return Batch(
        topics=[topic for _, topic, _ in messages],
        payloads=[payload for _, _, payload in messages],
        headers=b"\x32" * len(messages),
        packet_ids=np.array([packet for packet, _, _ in messages], np.uint16),
        flags=np.full(len(messages), flag, np.uint8),
    )


def marked(repeats: Repeats, *messages: tuple[int, str, bytes], dup: bool = True) -> list[bool]:
    sent = batch(*messages, flag=int(MessageFlag.DUP) if dup else 0)
    repeats.mark(sent)
    return [bool(flag & MessageFlag.REPEAT) for flag in sent.flags.tolist()]


class TestRepeats:
    def test_a_dup_with_id_topic_and_payload_of_a_journalled_message_is_a_repeat(self) -> None:
        repeats = Repeats()
        marked(repeats, (1, "a", b"x"), (2, "a", b"y"), dup=False)

        found = marked(repeats, (1, "a", b"x"), (2, "b", b"y"), (2, "a", b"z"), (3, "a", b"x"))

        assert found == [True, False, False, False]

    def test_without_the_dup_flag_nothing_is_a_repeat(self) -> None:
        repeats = Repeats()
        marked(repeats, (1, "a", b"x"), dup=False)

        assert marked(repeats, (1, "a", b"x"), dup=False) == [False]

    def test_only_the_newest_message_of_a_packet_id_counts(self) -> None:
        repeats = Repeats()
        marked(repeats, (1, "a", b"x"), dup=False)
        marked(repeats, (1, "a", b"newer"), dup=False)

        assert marked(repeats, (1, "a", b"x")) == [False]

    def test_a_new_session_knows_nothing_of_the_old_one(self) -> None:
        repeats = Repeats()
        marked(repeats, (1, "a", b"x"), dup=False)
        repeats.forget()

        assert marked(repeats, (1, "a", b"x")) == [False]

    def test_a_restart_learns_from_the_journal_what_this_session_delivered(
        self, tmp_path: Path
    ) -> None:
        writer = JournalWriter(tmp_path, clock=HandClock())
        for row in range(1, 301):
            one = batch((row % 200 + 1, "a", b"%d" % row))
            body = encode_messages(one.topics, one.payloads, one.flags, one.packet_ids)
            writer.append([Entry(RowKind.MESSAGES, 1, body), Entry(RowKind.TICK)])
        reader, repeats = JournalReader(tmp_path), Repeats()

        repeats.recall(reader, 20, writer.last_id)  # the first ten were another session's
        assert marked(repeats, (2, "a", b"1"), (12, "a", b"211"), (101, "a", b"300")) == [
            False,
            True,
            True,
        ]
        repeats.recall(reader, 500, writer.last_id)  # rows up to 500 hold messages 1 to 250
        assert marked(repeats, (51, "a", b"250"), (52, "a", b"251")) == [False, True]
        writer.close()
        reader.close()

    def test_a_restart_reads_back_no_further_than_a_session_has_packet_ids(
        self, tmp_path: Path
    ) -> None:
        """Most brokers take the lowest free id, so that a session uses few of them."""
        writer = JournalWriter(tmp_path, clock=HandClock())
        for row in range(300):
            one = batch(*[(number, "a", b"%d" % row) for number in range(1, 1001)])
            body = encode_messages(one.topics, one.payloads, one.flags, one.packet_ids)
            writer.append([Entry(RowKind.MESSAGES, 1000, body)])
        reader, repeats = Reading(tmp_path), Repeats()

        repeats.recall(reader, 0, writer.last_id)

        assert marked(repeats, (1000, "a", b"299")) == [True]
        assert reader.messages < 2 * 65_535
        writer.close()
        reader.close()


class Reading(JournalReader):
    """Counts the messages that are read."""

    messages = 0

    @override
    def read(self, after: int, **most: int) -> list[Row]:
        rows = super().read(after, **most)
        self.messages += sum(row.count for row in rows)
        return rows


class TestRoom:
    def test_the_outbox_is_full_by_messages_or_by_bytes(self) -> None:
        outbox = Outbox()
        outbox.put(Entry(RowKind.MESSAGES, 3, bytes(100)))

        assert outbox.has_room(Budget(4, 101))
        assert not outbox.has_room(Budget(3, 101))
        assert not outbox.has_room(Budget(4, 100))

    def test_a_turn_ends_when_enough_bytes_have_come(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            theirs = socket.create_connection(server.getsockname())
            ours, _ = server.accept()
        frames = Frames(version5=False, most_payload=1 << 20)
        wire = Wire(ours, frames)
        packet = b"\x30\x80\x80\x04\x00\x01a" + bytes(65_533)

        def send() -> None:
            with suppress(OSError):  # we hang up on it
                theirs.sendall(packet * 1000)

        sending = threading.Thread(target=send)
        sending.start()
        most = Budget(4_000, 1 << 20)
        while frames.has_room(most):
            wire.receive(most)

        assert 16 <= len(frames) <= 20
        wire.lost = "enough"
        wire.close()
        sending.join()
        theirs.close()


class TestBacklog:
    def test_it_is_through_when_our_own_probe_comes_back(self) -> None:
        backlog = Backlog()
        backlog.open("now")
        backlog.took(500)

        assert not backlog.is_through_at(b"of an earlier connection")
        assert backlog.is_through_at(b"now")
        assert not backlog.is_through_at(b"now")

    def test_a_whole_second_without_messages_shows_it_too(self) -> None:
        backlog = Backlog()
        backlog.open("now")

        assert not backlog.is_through_at_tick()  # began in the midst of this second
        backlog.took(1)
        assert not backlog.is_through_at_tick()
        assert backlog.is_through_at_tick()
        assert not backlog.is_through_at_tick()

    def test_it_does_not_wait_for_ever(self) -> None:
        backlog = Backlog()
        backlog.open("now")
        ticks = 0
        through = False
        while not through:
            backlog.took(1)
            through = backlog.is_through_at_tick()
            ticks += 1

        assert ticks == 601

    def test_a_lost_link_ends_nothing(self) -> None:
        backlog = Backlog()
        backlog.open("now")
        backlog.lost()

        assert not backlog.is_through_at(b"now")
        assert not any(backlog.is_through_at_tick() for _ in range(700))


class Wall:
    """Seconds that are wound by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


class TestProbe:
    """`end(probe, wall)`: a connection that lasted so many seconds after the probe was sent."""

    def end(self, probe: Probe, wall: Wall, *, seconds: float = 0.1) -> None:
        if probe.topic:
            probe.sent()
        wall.at += seconds
        probe.lost("the broker closed the connection")

    def test_it_is_given_up_when_connections_end_right_after_it(self) -> None:
        wall = Wall()
        probe = Probe("p", wall)
        self.end(probe, wall)
        self.end(probe, wall)
        assert probe.topic == "p"
        self.end(probe, wall)

        assert probe.topic == ""
        assert probe.why_not == (
            "each connection ended right after it: the broker closed the connection"
        )

    @pytest.mark.parametrize("innocent", ["passed", "long after"])
    def test_an_end_for_another_reason_clears_it_of_suspicion(self, innocent: str) -> None:
        wall = Wall()
        probe = Probe("p", wall)
        for _ in range(5):
            self.end(probe, wall)
            self.end(probe, wall)
            probe.sent()
            if innocent == "passed":
                probe.passed()
            else:
                wall.at += 60
            probe.lost("timed out")

        assert probe.topic == "p"

    def test_a_refusal_in_words_is_enough(self) -> None:
        probe = Probe("p", Wall())
        probe.sent()
        probe.refused("Not authorized")

        assert (probe.topic, probe.why_not) == ("", "Not authorized")

    def test_a_new_session_is_another_try_and_one_ending_is_enough_then(self) -> None:
        wall = Wall()
        probe = Probe("p", wall)
        for _ in range(3):
            self.end(probe, wall)
        self.end(probe, wall, seconds=3_600)
        probe.begin_session()
        assert probe.topic == "p"
        self.end(probe, wall)

        assert probe.topic == ""

    def test_a_broker_that_keeps_no_sessions_is_not_tried_without_end(self) -> None:
        wall = Wall()
        probe = Probe("p", wall)
        for _ in range(3):
            probe.begin_session()
            self.end(probe, wall)
        probe.begin_session()

        assert probe.topic == ""

    def test_it_is_told_once(self) -> None:
        probe = Probe("p", Wall())
        before = told_probes()
        probe.refused("Not authorized")
        probe.refused("Not authorized")

        assert told_probes() - before == 1


def told_probes() -> float:
    name = "sentinel_ingest_given_up_probes_total"
    return REGISTRY.get_sample_value(name, {"reason": "refused"}) or 0.0


class TestSubscriptions:
    def subscribed(self, tmp_path: Path, probe: Probe) -> Subscriptions:
        memory = SessionMemory(tmp_path / "session.json", broker="b", client_id="c", last_id=0)
        return Subscriptions(
            {"s/#": 1}, optional=frozenset(), probe=probe, memory=memory, version5=True
        )

    def answer(self, subscriptions: Subscriptions, *codes: int) -> list[str]:
        """Subscribe, have it answered with `codes`, and return the topics that were asked for."""
        client = Mock()
        client.subscribe.return_value = (0, 1)
        subscriptions.reconcile(client, resumed=False)
        answers = [ReasonCode(PacketTypes.SUBACK, identifier=code) for code in codes]
        subscriptions.answered(1, answers)
        return [topic for topic, _ in client.subscribe.call_args.args[0]]

    def test_a_probe_that_may_not_be_read_is_given_up_and_no_longer_asked_for(
        self, tmp_path: Path
    ) -> None:
        probe = Probe("p")
        subscriptions = self.subscribed(tmp_path, probe)

        assert self.answer(subscriptions, 1, 0x87) == ["s/#", "p"]
        assert probe.why_not == "Not authorized"
        assert self.answer(subscriptions, 1) == ["s/#"]
        assert subscriptions.refused == {}

    def test_a_topic_that_may_not_be_read_is_told(self, tmp_path: Path) -> None:
        subscriptions = self.subscribed(tmp_path, Probe("p"))
        self.answer(subscriptions, 0x87, 1)

        assert subscriptions.refused == {"s/#": "Not authorized"}


class TestTime:
    def test_it_stands_still_until_the_wall_clock_has_caught_up(self) -> None:
        wall = HandClock(1_000_000)
        steady = SteadyClock(wall)
        steady.now()
        wall.at = 940_000
        assert (steady.now(), steady.behind_ms) == (1_000_000, 60_000)
        wall.at = 1_000_001
        assert (steady.now(), steady.behind_ms) == (1_000_001, 0)

    def test_it_is_never_before_what_the_journal_holds(self) -> None:
        assert SteadyClock(HandClock(5_000), 9_000).now() == 9_000


class TestBackoff:
    def test_it_doubles_up_to_the_most_and_begins_anew(self) -> None:
        backoff = Backoff(100, 500, lambda: 0.0)

        assert [backoff.next_ms() for _ in range(5)] == [100, 200, 400, 500, 500]
        backoff.reset()
        assert backoff.next_ms() == 100

    def test_jitter_takes_off_up_to_a_half(self) -> None:
        assert Backoff(100, 500, lambda: 1.0).next_ms() == 50


class TestOwn:
    def test_our_own_messages_are_taken_out_and_the_rest_stays_in_order(self) -> None:
        sent = batch((1, "a", b"1"), (2, "probe", b"2"), (3, "b", b"3"), flag=1)

        rest, own = OwnTopics("probe", "").split(sent)

        assert rest.topics == ["a", "b"]
        assert rest.payloads == [b"1", b"3"]
        assert rest.packet_ids.tolist() == [1, 3]
        assert len(rest.headers) == len(rest.flags) == 2
        assert own == [("probe", b"2")]

    def test_drops_are_counted_from_the_first_figure_on_and_anew_after_a_restart(self) -> None:
        drops = BrokerDrops(None)

        assert [drops.note(said) for said in (b"40", b"40", b"45", b"2", b"rubbish")] == [
            0,
            0,
            5,
            2,
            0,
        ]
        assert drops.total == 7

    @pytest.mark.parametrize(
        "said", [b"-3", b"9" * 19, b"9" * 5000, b"1e3", b"", b"\xd9\xa3", b"1_0"]
    )
    def test_what_is_no_count_says_nothing(self, said: bytes) -> None:
        drops = BrokerDrops(5)

        assert (drops.note(said), drops.seen, drops.note(b" 7\n")) == (0, 5, 2)

    def test_what_was_dropped_while_we_were_away_is_seen(self) -> None:
        assert BrokerDrops(40).note(b"43") == 3


class TestMemory:
    def memory(self, folder: Path, *, broker: str = "b:1883", last_id: int = 9) -> SessionMemory:
        return SessionMemory(folder / "session.json", broker=broker, client_id="c", last_id=last_id)

    def test_it_outlives_a_restart(self, tmp_path: Path) -> None:
        memory = self.memory(tmp_path)
        memory.begin(5)
        memory.note(topics=["b", "a"], confirmed=["a"])
        memory.note_dropped(3)

        again = self.memory(tmp_path, last_id=100)

        assert (again.since, again.topics, again.confirmed) == (5, ("a", "b"), ("a",))
        assert again.dropped == 3

    def test_another_broker_is_another_session(self, tmp_path: Path) -> None:
        self.memory(tmp_path).note(topics=["a"], confirmed=["a"])

        other = self.memory(tmp_path, broker="other:1883", last_id=100)

        assert (other.since, other.topics) == (100, ())

    def test_a_file_that_cannot_be_read_is_no_session(self, tmp_path: Path) -> None:
        (tmp_path / "session.json").write_bytes(b"\0")

        assert self.memory(tmp_path).since == 9

    def test_what_a_full_disk_kept_back_is_saved_later(self, tmp_path: Path) -> None:
        folder = tmp_path / "not there yet"
        memory = self.memory(folder)
        memory.begin(5)
        assert memory.since == 5
        folder.mkdir()
        memory.save()

        assert self.memory(folder).since == 5


class TestRequests:
    @pytest.fixture
    def writer(self, tmp_path: Path) -> Iterator[JournalWriter]:
        writer = JournalWriter(tmp_path, clock=HandClock())
        yield writer
        writer.close()

    def granted(self, writer: JournalWriter, folder: Path) -> Requests:
        """Return the requests of a listener's life in which all that was left is granted."""
        outbox = Outbox()
        requests = Requests(folder, outbox, ROOM)
        requests.take_left(1)
        outbox.commit(writer)
        requests.grant()
        return requests

    def names(self, folder: Path) -> list[str]:
        return [left.name for left in requested_reloads(folder)]

    @pytest.fixture
    def unremovable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another user has left it, and the folder is that user's."""
        monkeypatch.setattr("sentinel.ingest.requests.take_away", _refuse)

    def test_they_wait_in_a_folder_until_they_are_granted(
        self, writer: JournalWriter, tmp_path: Path
    ) -> None:
        assert requested_reloads(tmp_path) == []
        request_reload(tmp_path, "abc123")
        request_reload(tmp_path, "def456")
        assert self.names(tmp_path) == ["abc123", "def456"]

        assert self.granted(writer, tmp_path).troubles == ()
        assert (self.names(tmp_path), writer.last_id) == ([], 2)

    def test_only_a_hash_can_be_requested(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="named by its hash"):
            request_reload(tmp_path, "../cursors/detect")

    @pytest.mark.usefixtures("unremovable")
    def test_one_that_cannot_be_removed_comes_once_in_any_number_of_lives(
        self, writer: JournalWriter, tmp_path: Path
    ) -> None:
        request_reload(tmp_path, "abc123")
        for _ in range(3):
            self.granted(writer, tmp_path)
        last = self.granted(writer, tmp_path)
        last.take_left(2)

        assert writer.last_id == 1
        (trouble,) = last.troubles
        assert "reload/abc123 is granted, but cannot be removed" in trouble["en"]

    @pytest.mark.usefixtures("unremovable")
    def test_asked_for_again_it_is_another_request(
        self, writer: JournalWriter, tmp_path: Path
    ) -> None:
        request_reload(tmp_path, "abc123")
        self.granted(writer, tmp_path)
        request_reload(tmp_path, "abc123")
        self.granted(writer, tmp_path)

        assert writer.last_id == 2

    def test_one_that_a_person_removed_is_forgotten(
        self, writer: JournalWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request_reload(tmp_path, "abc123")
        with monkeypatch.context() as patch:
            patch.setattr("sentinel.ingest.requests.take_away", _refuse)
            self.granted(writer, tmp_path)
        (tmp_path / "reload/abc123").unlink()

        assert self.granted(writer, tmp_path).troubles == ()
        assert json.loads((tmp_path / "granted.json").read_bytes()) == []

    def test_what_cannot_be_read_is_told_and_everything_else_goes_on(
        self, writer: JournalWriter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        request_retry(tmp_path, [("a", b"x", 0)])
        request_reload(tmp_path, "abc123")

        def refused(_directory: Path, _name: str) -> Entry:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("sentinel.ingest.requests.read_retry", refused)

        (trouble,) = self.granted(writer, tmp_path).troubles
        assert "cannot be read (Permission denied)" in trouble["en"]
        assert (self.names(tmp_path), writer.last_id) == ([], 1)

    def test_more_than_has_room_waits_in_its_files(
        self, writer: JournalWriter, tmp_path: Path
    ) -> None:
        request_retry(tmp_path, [("a", bytes(1_000_000), 0)] * 9)
        requests = Requests(tmp_path, outbox := Outbox(), ROOM)
        counts = []
        while requested_retries(tmp_path):
            requests.take_left(1)
            counts.append(outbox.messages)
            outbox.commit(writer)
            requests.grant()

        assert sorted(counts) == [4, 5]

    def test_a_folder_that_cannot_be_read_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "reload").touch()
        requests = Requests(tmp_path, Outbox(), ROOM)

        requests.take_left(1)

        (trouble,) = requests.troubles
        assert trouble["en"].startswith("requests of other programs cannot be read: ")

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
    def test_what_root_leaves_belongs_to_whom_the_journal_belongs_to(self, tmp_path: Path) -> None:
        os.chown(tmp_path, 65534, 65534)
        request_reload(tmp_path, "abc123")

        owners = {(tmp_path / path).stat().st_uid for path in ("reload", "reload/abc123")}
        assert owners == {65534}

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
    @pytest.mark.parametrize("trap", ["reload/~abc123", "reload/abc123"])
    def test_what_root_leaves_goes_through_no_link(self, tmp_path: Path, trap: str) -> None:
        """Whoever owns the journal would be given any file of the machine, and write into it."""
        journal, other = tmp_path / "journal", tmp_path / "shadow"
        (journal / "reload").mkdir(parents=True)
        for folder in (journal, journal / "reload"):
            os.chown(folder, 65534, 65534)
        other.write_text("root's")
        (journal / trap).symlink_to(other)
        request_reload(journal, "abc123")

        assert (other.stat().st_uid, other.read_text()) == (0, "root's")
        assert requested_topics(journal, "abc123") == ()
        assert not (journal / "reload/abc123").is_symlink()

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
    def test_what_root_leaves_goes_into_no_folder_behind_a_link(self, tmp_path: Path) -> None:
        journal, other = tmp_path / "journal", tmp_path / "etc"
        journal.mkdir()
        other.mkdir()
        os.chown(journal, 65534, 65534)
        (journal / "reload").symlink_to(other)

        with pytest.raises(ServiceError, match="must be a folder of its own, and no link"):
            request_reload(journal, "abc123")
        assert (other.stat().st_uid, list(other.iterdir())) == (0, [])

    def test_what_a_killed_program_left_half_written_is_swept_when_it_is_old(
        self, tmp_path: Path
    ) -> None:
        """A young one may be another program's, which is still at it."""
        request_reload(tmp_path, "abc123")
        old, young = (tmp_path / f"reload/~{name}.0123456789abcdef" for name in ("old", "young"))
        for path, age_seconds in ((old, 3700), (young, 3500)):
            path.write_bytes(b"half of it")
            written_seconds = path.stat().st_mtime - age_seconds
            os.utime(path, (written_seconds, written_seconds))
        request_reload(tmp_path, "abc123")

        assert sorted(path.name for path in (tmp_path / "reload").iterdir()) == [
            "abc123",
            young.name,
        ]


def _refuse(_directory: Path, _left: Left) -> None:
    raise PermissionError(13, "Permission denied")


class TestFigures:
    def test_all_is_well_when_connected(self) -> None:
        assert Figures("b:1883", connected=True).health()["state"] == "ok"

    def test_it_tells_how_many_messages_a_second_it_takes(self) -> None:
        seconds = iter([0.0, 1.0, 2.0, 2.0])
        figures = Figures("b:1883", rate=Rate(lambda: next(seconds)))
        figures.rate.count(30)
        figures.rate.count(5)

        assert figures.health()["rates"] == {"messages": 15.0}

    def test_every_trouble_is_a_sentence_of_its_own(self) -> None:
        figures = Figures(
            "b:1883",
            now=10_000_000,
            why="refused",
            full_since=9_940_000,
            full_why="database or disk is full",
            behind_ms=125_000,
            broker_dropped=7,
            dropped_at=9_999_000,
            refused={"s/#": "Not authorized"},
        )

        state = str(figures.health()["state"])

        assert "no room since 1m: nothing is acknowledged" in state
        assert "not connected to b:1883: refused" in state
        assert "refuses topic 's/#': Not authorized" in state
        assert "dropped 7 messages" in state
        assert "stands still here for another 2m5s" in state

    def test_drops_are_told_for_ten_minutes(self) -> None:
        figures = Figures("b", connected=True, now=700_000, dropped_at=1, broker_dropped=1)

        assert figures.health()["state"] == "ok"
