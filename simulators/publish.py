"""Messages to a broker at QoS 1 through paho, at the pace of a clock."""

import time
from dataclasses import dataclass
from threading import Event
from types import TracebackType
from typing import Protocol, Self

from paho.mqtt.client import MQTT_ERR_NO_CONN, MQTT_ERR_SUCCESS, Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

RETRY_SECONDS = 0.3
FIRST_SECONDS = 5.0
"""How long a broker is waited for that was never there: who mistyped a port wants to know."""
MOST_QUEUED = 20_000
"""Messages kept while the broker is away; beyond, they are refused and counted."""
MOST_IN_FLIGHT = 1_000
LAST_ACKS_SECONDS = 5.0


class Clock(Protocol):
    """Tells the time; the product's clock will do."""

    def now(self) -> int:
        """Return milliseconds since 1970 UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How much was handed to the broker, how much of that it took, how much never left."""

    messages: int
    acknowledged: int
    refused: int


class Publisher:
    """One connection, kept up until closed. Not for speed: `simulators.load` is.

    Entering raises OSError if there is no broker for `FIRST_SECONDS`; one that goes away later is
    waited for.
    """

    def __init__(self, host: str, port: int, *, client_id: str, stop: Event) -> None:
        self._stop = stop
        self._messages = self._acknowledged = self._refused = 0
        self._idle = Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv311
        )
        self._client.max_queued_messages_set(MOST_QUEUED)
        self._client.max_inflight_messages_set(MOST_IN_FLIGHT)
        self._client.reconnect_delay_set(min_delay=1, max_delay=4)
        self._client.on_publish = self._on_publish
        self._host, self._port = host, port

    def __enter__(self) -> Self:
        give_up = time.monotonic() + FIRST_SECONDS
        while not self._stop.is_set():
            try:
                self._client.connect(self._host, self._port)
                break
            except OSError:
                if time.monotonic() > give_up:
                    raise
                self._stop.wait(RETRY_SECONDS)
        self._client.loop_start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait_until(self, at_ms: int, clock: Clock) -> bool:
        """Return True at that time, at once if it has passed; False if stopped before it."""
        while not self._stop.is_set():
            left = at_ms - clock.now()
            if left <= 0:
                return True
            self._stop.wait(left / 1000)
        return False

    def send(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Hand over one message; it is sent once the broker is there."""
        self._idle.clear()
        sent = self._client.publish(topic, payload, qos=1, retain=retain)
        self._messages += 1
        if sent.rc not in _KEPT:
            self._refused += 1

    def finish(self) -> Sent:
        """Wait a little for the last acknowledgements, and count."""
        while self._acknowledged < self._messages - self._refused:
            self._idle.clear()
            if not self._idle.wait(LAST_ACKS_SECONDS):
                break
        return Sent(messages=self._messages, acknowledged=self._acknowledged, refused=self._refused)

    def _on_publish(self, *_: object) -> None:
        self._acknowledged += 1
        self._idle.set()


_KEPT = {MQTT_ERR_SUCCESS, MQTT_ERR_NO_CONN}
"""Without a connection paho keeps a QoS 1 message and says so by the second."""
