"""Messages to a real mosquitto."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from sentinel.desk.channels.mqtt import Mqtt
from sentinel.desk.channels.settings import MqttSettings
from sentinel.domain.errors import Refused, TryAgain
from sentinel.testing.mosquitto import Broker, running_mosquitto
from sentinel.warn.notice import Message

Build = Callable[..., Message]
pytestmark = pytest.mark.broker


@dataclass
class Subscriber:
    """Somebody who listens to everything below `sentinel/`."""

    messages: list[paho.MQTTMessage] = field(default_factory=list)
    arrived: Event = field(default_factory=Event)


@pytest.fixture
def subscriber(mosquitto: Broker) -> Iterator[Subscriber]:
    """Subscribed before the test begins."""
    found, ready = Subscriber(), Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_connect = lambda c, *_: c.subscribe("sentinel/#", 1)
    client.on_subscribe = lambda *_: ready.set()

    def keep(_client: object, _data: object, message: paho.MQTTMessage) -> None:
        found.messages.append(message)
        found.arrived.set()

    client.on_message = keep
    client.connect(mosquitto.host, mosquitto.port)
    client.loop_start()
    assert ready.wait(30)
    yield found
    client.disconnect()
    client.loop_stop()


def channel(broker: Broker, **more: object) -> Mqtt:
    values = {"kind": "mqtt", "host": broker.host, "port": broker.port} | more
    return Mqtt(MqttSettings.model_validate(values))


@pytest.mark.parametrize("version", ["5", "3.1.1"])
def test_a_message_arrives_and_was_acknowledged(
    mosquitto: Broker, subscriber: Subscriber, message: Build, version: str
) -> None:
    receipt = channel(mosquitto, version=version).send(message())

    assert subscriber.arrived.wait(30)
    (got,) = subscriber.messages
    assert receipt.text == "acknowledged: sentinel/notices/unit/pump-1"
    assert (got.topic, got.qos) == ("sentinel/notices/unit/pump-1", 1)
    assert json.loads(got.payload)["id"] == "k1:0"
    if version == "5":
        assert vars(got.properties)["UserProperty"] == [("Idempotency-Key", "k1:0")]


def test_a_message_that_nobody_has_subscribed_to_has_reached_nobody(
    mosquitto: Broker, message: Build
) -> None:
    with pytest.raises(TryAgain, match="nobody has subscribed"):
        channel(mosquitto).send(message())

    assert channel(mosquitto, retain=True).send(message()).text.startswith("acknowledged")


def test_what_the_broker_does_not_allow_is_refused(tmp_path: Path, message: Build) -> None:
    (tmp_path / "acl").write_text("topic read #\n")
    (tmp_path / "acl").chmod(0o600)
    extra = f"acl_file {tmp_path / 'acl'}"
    with (
        running_mosquitto(tmp_path / "strict", extra) as strict,
        pytest.raises(Refused, match="not authorized"),
    ):
        channel(strict).send(message())


def test_a_stranger_whom_the_broker_does_not_know_is_refused(
    tmp_path: Path, message: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MQTT_PASSWORD", "guess")
    base = "allow_anonymous false\nuser root\n"
    settings = {"username": "u", "password_env": "MQTT_PASSWORD"}
    with (
        running_mosquitto(tmp_path / "strict", base=base) as strict,
        pytest.raises(Refused, match="the broker says"),
    ):
        channel(strict, **settings).send(message())


@pytest.mark.parametrize("address", ["a/b", "#", "+", ""])
def test_an_address_that_makes_no_part_of_a_topic_is_refused(
    mosquitto: Broker, message: Build, address: str
) -> None:
    with pytest.raises(Refused, match="makes no part of a topic"):
        channel(mosquitto, topic="sentinel/{address}").send(message(address=address))


def test_a_broker_that_is_not_there_is_tried_again(mosquitto: Broker, message: Build) -> None:
    mosquitto.stop()

    with pytest.raises(TryAgain, match="no connection"):
        channel(mosquitto).send(message())


@pytest.mark.parametrize("speaks", [False, True], ids=["silent", "hangs up"])
def test_a_broker_that_does_not_answer_is_left_after_the_timeout(
    message: Build, speaks: bool
) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        held: list[socket.socket] = []

        def accept() -> None:
            sock, _ = server.accept()
            held.append(sock)
            if speaks:
                sock.close()

        thread = Thread(target=accept)
        thread.start()
        settings = {"kind": "mqtt", "port": port, "timeout": 300}
        with pytest.raises(TryAgain, match=r"did not answer in time|ended the connection"):
            Mqtt(MqttSettings.model_validate(settings)).send(message())
        thread.join()
        for sock in held:
            sock.close()
