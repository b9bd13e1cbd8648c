"""A listener killed at any instant loses nothing that it acknowledged, and misses nothing."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from sentinel.domain.messages import MessageFlag, decode_messages
from sentinel.domain.rows import Row, RowKind
from sentinel.journal import JournalReader
from sentinel.testing.mosquitto import Broker

pytestmark = pytest.mark.broker

Listen = Callable[..., Any]
Wait = Callable[[Callable[[], object]], None]

LISTEN = """
import sys, threading
from pathlib import Path
from sentinel.ingest import IngestSettings, Listener
from sentinel.journal import JournalReader, JournalWriter
from sentinel.testing.clock import HandClock

port, directory, version = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
clock = HandClock()
settings = IngestSettings(port=port, topics=("s/#",), version=version, receive_maximum=100)
listener = Listener(
    settings,
    JournalWriter(directory, clock=clock),
    clock,
    directory=directory,
    history=JournalReader(directory),
    jitter=lambda: 0.0,
)
listener.run(threading.Event())
"""
ROUNDS, EACH = 6, 1_000


@pytest.fixture
def listen(
    mosquitto: Broker, tmp_path: Path
) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Start a listener as a process of its own; all are dead at the end."""
    started: list[subprocess.Popen[bytes]] = []

    def start(version: str) -> "subprocess.Popen[bytes]":
        place = [str(mosquitto.port), str(tmp_path / "journal"), version]
        process = subprocess.Popen(  # noqa: S603 -- our own script
            [sys.executable, "-c", LISTEN, *place], stdout=subprocess.DEVNULL
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[JournalReader]:
    reader = JournalReader(tmp_path / "journal")
    yield reader
    reader.close()


@pytest.fixture
def publisher(mosquitto: Broker) -> Iterator[mqtt.Client]:
    client = mqtt.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", mosquitto.port)
    client.loop_start()
    yield client
    client.disconnect()
    client.loop_stop()


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_kill_9_in_the_midst_of_it_again_and_again(
    listen: Listen,
    reader: JournalReader,
    publisher: mqtt.Client,
    eventually: Wait,
    version: str,
) -> None:
    """What the broker was told it may forget is in the journal; repeats are known as such."""
    process = listen(version)
    eventually(lambda: RowKind.CAUGHT_UP in {row.kind for row in rows(reader)})
    sent: list[mqtt.MQTTMessageInfo] = []
    for number in range(ROUNDS * EACH):
        sent.append(publisher.publish(f"s/{number % 7}", b"%d" % number, 1))
        if number % EACH == EACH - 1:
            eventually(partial(has_more, reader, reader.last_id(), sent[-1]))
            process.kill()
            process.wait()
            process = listen(version)
    eventually(lambda: all(one.is_published() for one in sent))
    everything = {b"%d" % number for number in range(ROUNDS * EACH)}
    eventually(lambda: set(news(reader)) >= everything)

    assert Counter(news(reader)) == Counter(everything)


def has_more(reader: JournalReader, seen: int, last: mqtt.MQTTMessageInfo) -> bool:
    return reader.last_id() > seen or last.is_published()


def rows(reader: JournalReader) -> list[Row]:
    return reader.read(0, max_rows=1_000_000, max_count=100_000_000)


def news(reader: JournalReader) -> list[bytes]:
    """Return the payloads that are no repeats."""
    found: list[bytes] = []
    for row in rows(reader):
        if row.kind is RowKind.MESSAGES:
            batch = decode_messages(row.id, row.received_at, row.body)
            is_new = (batch.flags & MessageFlag.REPEAT) == 0
            found += [one for one, new in zip(batch.payloads, is_new, strict=True) if new]
    return found
