"""The simulators against a real broker: what is published is what a subscriber gets."""

import json
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from sentinel.testing.mosquitto import Broker, find_mosquitto
from simulators.content import Content
from simulators.generator import Way
from simulators.load import Load, send_load

pytestmark = [
    pytest.mark.broker,
    pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto is not installed here"),
]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    found = Broker(tmp_path / "broker")
    found.start()
    yield found
    found.stop()


@pytest.mark.parametrize("version", [4, 5])
@pytest.mark.parametrize("qos", [0, 1])
def test_a_subscriber_gets_every_message_of_a_load(broker: Broker, version: int, qos: int) -> None:
    got: Queue[MQTTMessage] = Queue()
    subscriber = _subscriber(broker, got)
    way = Way(
        host=broker.host, port=broker.port, client_id="load", version=version, qos=qos, window=500
    )

    outcome = send_load(Load(messages=2000, content=Content(sensors=250)), way)
    messages = [got.get(timeout=30) for _ in range(2000)]
    subscriber.disconnect()
    subscriber.loop_stop()

    assert outcome.acknowledged == 2000
    numbers = [int(json.loads(message.payload)["n"]) for message in messages]
    assert numbers == list(range(2000))
    assert messages[251].topic == "load/s0000001/level"


def _subscriber(broker: Broker, got: "Queue[MQTTMessage]") -> Client:
    ready: Queue[int] = Queue()
    client = Client(CallbackAPIVersion.VERSION2, protocol=MQTTProtocolVersion.MQTTv311)

    def on_message(_client: Client, _data: Any, message: MQTTMessage) -> None:  # noqa: ANN401 -- paho's
        got.put(message)

    def on_subscribe(*_: object) -> None:
        ready.put(1)

    client.on_message = on_message
    client.on_subscribe = on_subscribe
    client.connect(broker.host, broker.port)
    client.loop_start()
    client.subscribe("load/#", qos=1)
    ready.get(timeout=30)
    return client
