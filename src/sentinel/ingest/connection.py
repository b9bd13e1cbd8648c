"""One connection to the broker, from its greeting to its end; paho speaks the protocol."""

import select
import socket
import time
from dataclasses import dataclass

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from typing_extensions import override

from sentinel.ingest.frames import Budget, Frames
from sentinel.ingest.probe import Probe
from sentinel.ingest.settings import IngestSettings
from sentinel.ingest.subscriptions import Subscriptions
from sentinel.ingest.wire import Wire

_MISC_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Greeting:
    """The broker's answer. resumed: it still has our session. refused: why not, or empty."""

    resumed: bool
    refused: str


class Connection:
    """What is owed to a connection dies with it.

    Args:
        sock: Connected.
        settings, password: Who we are.
        subscriptions, probe: Told what the broker answers.
    """

    def __init__(
        self,
        sock: socket.socket,
        settings: IngestSettings,
        password: str | None,
        subscriptions: Subscriptions,
        probe: Probe,
    ) -> None:
        self._is_version5 = settings.version == "5"
        self.frames = Frames(version5=self._is_version5, most_payload=settings.largest_payload)
        self.greeting: Greeting | None = None
        self.ended = ""
        self.began = time.monotonic()
        self._subscriptions = subscriptions
        self._probe = probe
        self._wire = Wire(sock, self.frames)
        self._poll = select.poll()
        self._wanted = select.POLLIN
        self._poll.register(sock, self._wanted)
        self._may_have_more = False
        self._misc_due = self.began + _MISC_SECONDS
        self._client = self._greet(settings, password)

    def turn(self, timeout_ms: float, most: Budget) -> None:
        """Wait for something to come, at most so long, and take it in.

        Args:
            timeout_ms: 0 looks without waiting.
            most: Stop reading when about so much waits; nothing at all reads nothing.
        """
        wire, client = self._wire, self._client
        reading = self.frames.has_room(most)
        if self._is_ready(timeout_ms, reading=reading):
            self._may_have_more = reading and not wire.receive(most)
            wire.flush()
        while wire.has_control() and not self.ended:
            self._note(client.loop_read())
        if client.want_write():
            self._note(client.loop_write())
        now = time.monotonic()
        if now >= self._misc_due and not self.ended:
            self._misc_due = now + _MISC_SECONDS
            self._note(client.loop_misc())

    def subscribe(self, *, again: bool = False) -> None:
        """Bring the subscriptions to what is wanted, once the broker has greeted us.

        again: What is wanted has changed on a connection that stands.
        """
        if self.greeting is not None:
            self._subscriptions.reconcile(self._client, resumed=again or self.greeting.resumed)

    def send_probe(self, payload: str) -> None:
        """Publish a message to ourselves, unless there is no use in it."""
        if self._probe.topic:
            self._client.publish(self._probe.topic, payload, qos=1)
            self._probe.sent()

    def acknowledge(self, acks: bytes) -> None:
        """Send acknowledgements of what came on this connection; after its end, nothing."""
        if not self.ended:
            self._wire.write(acks)

    def close(self, why: str, *, politely: bool = False) -> None:
        """End the connection from our side; politely, what was written still arrives."""
        if not self.ended:
            self.ended = why
            self._client.on_disconnect = None
            if politely:
                self._client.disconnect()
        self._wire.lost = self._wire.lost or why
        self._wire.close()

    def _is_ready(self, timeout_ms: float, *, reading: bool) -> bool:
        """Wait for the socket; without reading only for room to write, or for the end."""
        wanted = select.POLLIN if reading else 0
        wanted |= select.POLLOUT if self._wire.wants_write() else 0
        if wanted != self._wanted:
            self._wanted = wanted
            self._poll.modify(self._wire, wanted)
        has_more = reading and self._may_have_more
        events = self._poll.poll(0 if has_more else timeout_ms)
        if not reading and any(event & (select.POLLHUP | select.POLLERR) for _, event in events):
            self._wire.lost = "the broker closed the connection"
        return bool(events) or has_more

    def _greet(self, settings: IngestSettings, password: str | None) -> "_Client":
        client = _Client(self._wire, settings)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_unsubscribe
        if settings.username:
            client.username_pw_set(settings.username, password)
        keep_alive = settings.keep_alive // 1000
        if settings.version == "5":
            client.connect(
                settings.host,
                settings.port,
                keep_alive,
                clean_start=False,
                properties=_properties(settings),
            )
        else:
            client.connect(settings.host, settings.port, keep_alive)
        return client

    def _note(self, code: MQTTErrorCode) -> None:
        if code != MQTTErrorCode.MQTT_ERR_SUCCESS and not self.ended:
            self.ended = self._wire.lost or mqtt.error_string(code)

    def _on_connect(
        self,
        _client: mqtt.Client,
        _data: object,
        flags: mqtt.ConnectFlags,
        code: ReasonCode,
        _more: object,
    ) -> None:
        refused = str(code) if code.is_failure else ""
        self.greeting = Greeting(flags.session_present, refused)
        self.ended = f"the broker says {refused}" if refused else ""

    def _on_disconnect(
        self,
        _client: mqtt.Client,
        _data: object,
        flags: mqtt.DisconnectFlags,
        code: ReasonCode,
        _more: object,
    ) -> None:
        said = f"the broker says {code}" if flags.is_disconnect_packet_from_server else str(code)
        self.ended = self.ended or self._wire.lost or said

    def _on_publish(
        self,
        _client: mqtt.Client,
        _data: object,
        _packet_id: int,
        code: ReasonCode,
        _more: object,
    ) -> None:
        """Nothing but the probe is ever published.

        Before MQTT 5 an acknowledgement does not say whether it was allowed.
        """
        if code.is_failure:
            self._probe.refused(str(code))
        elif self._is_version5:
            self._probe.passed()

    def _on_subscribe(
        self,
        _client: mqtt.Client,
        _data: object,
        packet_id: int,
        codes: list[ReasonCode],
        _more: object,
    ) -> None:
        self._subscriptions.answered(packet_id, codes)

    def _on_unsubscribe(self, *_answer: object) -> None:
        self._subscriptions.dropped()


class _Client(mqtt.Client):
    """paho on a wire of ours; it never connects, reads messages or acknowledges by itself."""

    def __init__(self, wire: Wire, settings: IngestSettings) -> None:
        is_version5 = settings.version == "5"
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=settings.client_id,
            clean_session=None if is_version5 else False,
            protocol=mqtt.MQTTv5 if is_version5 else mqtt.MQTTv311,
            reconnect_on_failure=False,
        )
        self._wire = wire

    @override
    def _create_socket(self) -> Wire:
        return self._wire


def _properties(settings: IngestSettings) -> Properties:
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = min(settings.session_expiry // 1000, 0xFFFFFFFE)
    properties.ReceiveMaximum = settings.receive_maximum
    return properties
