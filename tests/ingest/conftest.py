"""A mosquitto, listeners on threads, a publisher, and a way to wait for them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from sentinel.domain.messages import MessageFlag, decode_messages
from sentinel.domain.rows import Row, RowKind
from sentinel.ingest import IngestSettings, Listener
from sentinel.ingest.ports import Journal
from sentinel.journal import JournalReader, JournalWriter
from sentinel.testing.clock import HandClock
from sentinel.testing.mosquitto import Broker, find_mosquitto, running_mosquitto

Eventually = Callable[[Callable[[], object]], None]


@dataclass
class Taken:
    """One message as it is in the journal."""

    topic: str
    payload: bytes
    flags: MessageFlag


@dataclass
class Listening:
    """A listener at work on a thread of its own."""

    listener: Listener
    directory: Path
    writer: JournalWriter
    clock: HandClock
    stop: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    error: BaseException | None = None

    def start(self) -> "Listening":
        self.thread = threading.Thread(target=self._run)
        self.thread.start()
        return self

    def end(self) -> None:
        """Stop in order."""
        self.stop.set()
        if self.thread is not None:
            self.thread.join()
        self.thread = None
        self.writer.close()
        if self.error is not None:
            raise self.error

    def rows(self) -> list[Row]:
        reader = JournalReader(self.directory)
        rows = reader.read(0, max_rows=1_000_000, max_count=100_000_000)
        reader.close()
        return rows

    def kinds(self) -> list[RowKind]:
        return [row.kind for row in self.rows()]

    def taken(self) -> list[Taken]:
        taken: list[Taken] = []
        for row in self.rows():
            if row.kind is RowKind.MESSAGES:
                batch = decode_messages(row.id, row.received_at, row.body)
                flags = (MessageFlag(flag) for flag in batch.flags.tolist())
                taken += map(Taken, batch.topics, batch.payloads, flags)
        return taken

    def payloads(self) -> list[bytes]:
        return [one.payload for one in self.taken()]

    def state(self) -> str:
        return str(self.listener.health()["state"])

    def _run(self) -> None:
        try:
            self.listener.run(self.stop)
        except BaseException as error:  # noqa: BLE001 -- raised again by end()
            self.error = error


@pytest.fixture
def eventually() -> Eventually:
    """Wait for something that another thread or process does; it fails after very long."""
    never = threading.Event()

    def wait(holds: Callable[[], object]) -> None:
        for _ in range(6_000):
            if holds():
                return
            never.wait(0.005)
        assert holds()

    return wait


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Broker]:
    """A broker of the test's own that loses nothing, not even at a restart."""
    if find_mosquitto() is None:
        pytest.skip("there is no mosquitto on this machine")
    with running_mosquitto(tmp_path / "broker", "persistence true") as broker:
        yield broker


@pytest.fixture
def listening(tmp_path: Path, eventually: Eventually) -> Iterator[Callable[..., Listening]]:
    """Start a listener on the journal of this test and wait until it is subscribed and through.

    All are stopped at the end of the test.
    """
    started: list[Listening] = []
    clock = HandClock()

    def start(
        port: int,
        *,
        first_bundle: str = "",
        waiting: bool = True,
        wrap: Callable[[Journal], Journal] | None = None,
        **settings: object,
    ) -> Listening:
        given: dict[str, object] = {
            "port": port,
            "topics": ("s/#",),
            "reconnect_first": 20,
            "reconnect_most": 50,
        }
        directory = tmp_path / "journal"
        writer = JournalWriter(directory, clock=clock)
        listener = Listener(
            IngestSettings.model_validate(given | settings),
            wrap(writer) if wrap else writer,
            clock,
            directory=directory,
            history=JournalReader(directory),
            jitter=lambda: 0.0,
            first_bundle=first_bundle,
        )
        one = Listening(listener, directory, writer, clock).start()
        started.append(one)
        if waiting:
            eventually(lambda: listener.health()["caught_up"] or one.error)
        return one

    yield start
    for one in started:
        one.end()


@pytest.fixture
def publish(eventually: Eventually) -> Callable[..., None]:
    """Publish messages and return when the broker has them all."""

    def send(port: int, topic: str, *payloads: bytes, qos: int = 1, retain: bool = False) -> None:
        client = mqtt.Client(CallbackAPIVersion.VERSION2)
        client.username_pw_set("publisher")
        client.connect("127.0.0.1", port)
        client.loop_start()
        sent = [client.publish(topic, payload, qos, retain) for payload in payloads]
        eventually(lambda: all(one.is_published() for one in sent))
        client.disconnect()
        client.loop_stop()

    return send
