"""`sentinel listen`: the listener, as a service."""

import random
from threading import Event

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.prepare import BrokerAddress, ingest_settings, make_bundle, newest_bundle
from sentinel.app.service import run_service
from sentinel.config import Config
from sentinel.ingest.listener import Listener
from sentinel.journal import JournalReader, JournalWriter, read_cursors


def listen(config: Config, broker: BrokerAddress | None = None) -> None:
    """Run until a signal stops it; an empty journal begins with the bundle of the files."""
    paths = Paths(config.data)
    clock = WallClock()
    writer = JournalWriter(paths.journal, clock=clock)
    bundle = newest_bundle(config) if writer.last_id else make_bundle(config)

    def make_room() -> None:
        writer.trim(
            keep_ms=config.journal.keep,
            max_bytes=config.journal.most,
            readers=read_cursors(paths.journal),
        )

    listener = Listener(
        ingest_settings(config, bundle, broker),
        writer,
        clock,
        directory=paths.journal,
        history=JournalReader(paths.journal),
        jitter=random.random,
        make_room=make_room,
        first_bundle=bundle.hash,
    )

    def body(stop: Event) -> None:
        try:
            listener.run(stop)
        finally:
            writer.close()

    run_service("listen", paths, body, listener.health, observe=config.observe)
