"""Messages to a broker, at QoS 1."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from sentinel.desk.channels.channel import Receipt, payload
from sentinel.desk.channels.post import tls_context
from sentinel.desk.channels.settings import MqttSettings
from sentinel.domain.errors import Refused, TryAgain
from sentinel.warn.notice import Message

_VERSIONS = {"5": paho.MQTTv5, "3.1.1": paho.MQTTv311}
_NOBODY = 0x10
"""Taken, but nobody has subscribed: as good as lost."""
_FOR_GOOD = frozenset({0x81, 0x82, 0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C, 0x90, 0x95, 0x99, 0x9A})
"""Malformed, not spoken, not allowed, not accepted: asking again would change nothing."""
_LOOK_SECONDS = 0.1


class Mqtt:
    """Publishes each message over a connection of its own and waits for its PUBACK.

    Notices are few; a connection for each leaves nothing that could break unnoticed in between.

    Args:
        site: Where people reach the desk, for links.

    Raises:
        ServiceError: Password or certificates are not where the settings say.
    """

    def __init__(self, settings: MqttSettings, site: str = "") -> None:
        self._settings = settings
        self._site = site
        self._password = settings.password()
        self._tls = tls_context(settings.tls) if settings.tls else None
        self._seconds = settings.timeout / 1000

    def send(self, message: Message) -> Receipt:
        """Return when the broker has acknowledged it."""
        topic = self._topic(message)
        body = msgspec.json.encode(payload(message, self._site))
        until = time.monotonic() + self._seconds
        with self._connected(until) as client:
            answers: list[ReasonCode] = []
            client.on_publish = lambda _c, _u, _mid, code, _p: answers.append(code)
            client.publish(
                topic, body, 1, self._settings.retain, properties=self._properties(message)
            )
            _turn(client, until, lambda: bool(answers))
        return self._judge(answers[0], topic)

    def _judge(self, code: ReasonCode, topic: str) -> Receipt:
        if code.is_failure:
            raise _setback(code)
        if code.value == _NOBODY and not self._settings.retain:
            reason = f"nobody has subscribed to {topic!r}"
            raise TryAgain(reason)
        return Receipt(f"acknowledged: {topic}")

    def _topic(self, message: Message) -> str:
        notice, topic = message.notice, self._settings.topic
        for name, value in (
            ("audience", notice.audience.value),
            ("to", notice.to),
            ("address", message.address),
            ("rank", notice.rank.word),
        ):
            if f"{{{name}}}" in topic:
                if not value or any(sign in value for sign in "+#/\0"):
                    reason = f"`{name}` makes no part of a topic; got {value!r}"
                    raise Refused(reason)
                topic = topic.replace(f"{{{name}}}", value)
        return topic

    def _properties(self, message: Message) -> Properties | None:
        if self._settings.version != "5":
            return None
        properties = Properties(PacketTypes.PUBLISH)
        properties.ContentType = "application/json"
        properties.UserProperty = [("Idempotency-Key", message.id)]
        return properties

    @contextmanager
    def _connected(self, until: float) -> Iterator[paho.Client]:
        client = self._client()
        greetings: list[ReasonCode] = []
        client.on_connect = lambda _c, _u, _f, code, _p: greetings.append(code)
        try:
            client.connect(self._settings.host, self._settings.port, max(1, round(self._seconds)))
            _turn(client, until, lambda: bool(greetings))
            if greetings[0].is_failure:
                raise _setback(greetings[0])
            yield client
        except (OSError, paho.WebsocketConnectionError) as error:
            reason = f"no connection: {error}"
            raise TryAgain(reason) from error
        finally:
            client.disconnect()
            client.loop(_LOOK_SECONDS)

    def _client(self) -> paho.Client:
        client = paho.Client(
            CallbackAPIVersion.VERSION2, protocol=_VERSIONS[self._settings.version]
        )
        client.connect_timeout = self._seconds
        if self._settings.username:
            client.username_pw_set(self._settings.username, self._password)
        if self._tls:
            client.tls_set_context(self._tls)
        return client


def _turn(client: paho.Client, until: float, is_so: Callable[[], bool]) -> None:
    """Turn the client's loop until something is so."""
    while not is_so():
        left = until - time.monotonic()
        if left <= 0:
            reason = "the broker did not answer in time"
            raise TryAgain(reason)
        if client.loop(min(left, _LOOK_SECONDS)) != MQTTErrorCode.MQTT_ERR_SUCCESS and not is_so():
            reason = "the broker ended the connection"
            raise TryAgain(reason)


def _setback(code: Any) -> TryAgain | Refused:  # noqa: ANN401 -- paho's reason codes
    reason = f"the broker says: {code}".lower()
    return Refused(reason) if code.value in _FOR_GOOD else TryAgain(reason)
