"""The link to the broker: dialled, lost, dialled again."""

import socket
import time
from concurrent.futures import Future
from enum import Enum, auto
from threading import Event

from sentinel.ingest.backoff import Backoff
from sentinel.ingest.connection import Connection
from sentinel.ingest.dial import Dialler
from sentinel.ingest.frames import Budget
from sentinel.ingest.probe import Probe
from sentinel.ingest.settings import IngestSettings
from sentinel.ingest.subscriptions import Subscriptions
from sentinel.observe.events.ingest import LinkLost, LinkOpened, LinkRefused

_STEADY_SECONDS = 10.0
"""A connection that ends sooner counts as a failure: two listeners of one name throw each other
out without end."""


class Change(Enum):
    """What became of the link in one turn."""

    NONE = auto()
    OPENED = auto()
    LOST = auto()


class Link:
    """At most one connection at a time.

    Args:
        settings: Of the broker.
        subscriptions: Brought in order on every connection.
        probe: Told what becomes of it.
        backoff: Says how long to wait after a failure.
    """

    def __init__(
        self,
        settings: IngestSettings,
        subscriptions: Subscriptions,
        probe: Probe,
        backoff: Backoff,
    ) -> None:
        self.broker = f"{settings.host}:{settings.port}"
        self.connection: Connection | None = None
        self.is_open = False
        self.why = "not connected yet"
        self._settings = settings
        self._password = settings.password()
        self._subscriptions = subscriptions
        self._probe = probe
        self._backoff = backoff
        self._dialler = Dialler(settings)
        self._dialling: Future[socket.socket] | None = None
        self._not_before = 0.0

    def turn(self, stop: Event, timeout_ms: float, most: Budget) -> Change:
        """Wait at most so long for something to happen, and take in about `most`."""
        if self.connection is None or self.connection.ended:
            self.connection = None
            self._dial()
        if self.connection is None:
            stop.wait(timeout_ms / 1000)
            return Change.NONE
        self.connection.turn(timeout_ms, most)
        return self._judge(self.connection)

    def close(self) -> None:
        """Leave the broker; the session stays."""
        if self.connection is not None:
            self.connection.close("closed", politely=True)
        self.connection, self.is_open = None, False

    def give_up(self, why: str) -> None:
        """End this connection and try another one later."""
        if self.connection is not None:
            self.connection.close(why)

    def _dial(self) -> None:
        if self._dialling is None:
            if time.monotonic() >= self._not_before:
                self._dialling = self._dialler.dial()
        elif self._dialling.done():
            dialled, self._dialling = self._dialling, None
            if (error := dialled.exception()) is not None:
                self._failed(str(error))
            else:
                self.connection = Connection(
                    dialled.result(),
                    self._settings,
                    self._password,
                    self._subscriptions,
                    self._probe,
                )

    def _judge(self, connection: Connection) -> Change:
        age = time.monotonic() - connection.began
        greeting = connection.greeting
        if greeting is None and age > self._settings.connect_timeout / 1000:
            connection.close("the broker did not answer")
        if connection.ended:
            return self._end(connection, age)
        if greeting is not None and not self.is_open:
            self.is_open, self.why = True, ""
            LinkOpened(broker=self.broker, resumed=greeting.resumed).emit()
            return Change.OPENED
        return Change.NONE

    def _end(self, connection: Connection, age: float) -> Change:
        was_open, self.is_open = self.is_open, False
        connection.close(connection.ended)
        if not was_open:
            self.connection = None
            self._failed(connection.ended)
            return Change.NONE
        self.why = connection.ended
        self._probe.lost(connection.ended)
        LinkLost(broker=self.broker, why=connection.ended).emit()
        if age > _STEADY_SECONDS:
            self._backoff.reset()
        self._not_before = time.monotonic() + self._backoff.next_ms() / 1000
        return Change.LOST

    def _failed(self, why: str) -> None:
        pause = self._backoff.next_ms()
        self.why = why
        self._not_before = time.monotonic() + pause / 1000
        LinkRefused(broker=self.broker, why=why, again_in_ms=round(pause)).emit()
