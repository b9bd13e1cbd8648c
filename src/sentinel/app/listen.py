"""`sentinel listen`: the listener, as a service."""

import random
from contextlib import closing
from threading import Event

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.prepare import BrokerAddress, ingest_settings, make_bundle, newest_bundle
from sentinel.app.service import run_service
from sentinel.config import Config
from sentinel.domain.clock import Clock
from sentinel.domain.errors import DiskFull
from sentinel.ingest.figures import Figures
from sentinel.ingest.listener import Listener
from sentinel.journal import JournalReader, JournalWriter, read_cursors
from sentinel.observe.events.app import UpkeepFailed
from sentinel.observe.events.ingest import JournalFull

_RETRY_SECONDS = 0.5
"""How often a disk that is full at the start is tried again."""


def listen(config: Config, broker: BrokerAddress | None = None) -> None:
    """Run until a signal stops it; an empty journal begins with the bundle of the files."""
    paths, clock = Paths(config.data), WallClock()
    with closing(JournalWriter(paths.journal, clock=clock)) as writer:
        listening = Listening(config, broker, writer, clock)
        run_service("listen", paths, listening.run, listening.health, observe=config.observe)


class Listening:
    """A listener that may have to wait for room on the disk before it can begin.

    Args:
        config: Of the deployment.
        broker: Instead of the configuration's.
        writer: Of the journal; nobody else uses it.
        clock: The wall clock.
    """

    def __init__(
        self, config: Config, broker: BrokerAddress | None, writer: JournalWriter, clock: Clock
    ) -> None:
        self._config = config
        self._broker = broker
        self._writer = writer
        self._clock = clock
        self._paths = Paths(config.data)
        self._full_since = 0
        self._full_why = ""
        self._listener: Listener | None = None

    def run(self, stop: Event) -> None:
        """Listen until stopped."""
        self._make_room()
        while not stop.is_set():
            try:
                self._listener = self._begin()
            except DiskFull as error:
                self._note_full(str(error))
                self._make_room()
                stop.wait(_RETRY_SECONDS)
            else:
                self._listener.run(stop)
                return

    def health(self) -> dict[str, object]:
        """Return what the listener says of itself; from any thread."""
        if self._listener is not None:
            return self._listener.health()
        ingest = self._config.ingest
        host, port = ingest.host, ingest.port
        if self._broker is not None:
            host, port = self._broker.host, self._broker.port
        return Figures(
            f"{host}:{port}",
            now=self._clock.now(),
            why="not connected yet",
            full_since=self._full_since,
            full_why=self._full_why,
        ).health()

    def _begin(self) -> Listener:
        journal = self._paths.journal
        config = self._config
        bundle = newest_bundle(config) if self._writer.last_id else make_bundle(config)
        with closing(JournalReader(journal)) as history:
            return Listener(
                ingest_settings(config, bundle, self._broker),
                self._writer,
                self._clock,
                directory=journal,
                history=history,
                jitter=random.random,
                make_room=self._make_room,
                first_bundle=bundle.hash,
            )

    def _make_room(self) -> None:
        try:
            self._writer.trim(
                keep_ms=self._config.journal.keep,
                max_bytes=self._config.journal.most,
                readers=read_cursors(self._paths.journal),
            )
        except OSError as error:
            UpkeepFailed(service="listen", reason=str(error)).emit()

    def _note_full(self, why: str) -> None:
        self._full_why = why
        if not self._full_since:
            self._full_since = self._clock.now()
            JournalFull(why=why).emit()
