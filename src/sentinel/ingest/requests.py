"""What others ask of the running listener: a bundle in force, kept messages once more."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from queue import SimpleQueue

from sentinel.domain.rows import Entry, RowKind
from sentinel.ingest.outbox import Outbox
from sentinel.ingest.reload import grant_reload, requested_reloads, requested_topics
from sentinel.ingest.retry import grant_retry, read_retry, requested_retries
from sentinel.observe.events.ingest import BundleQueued, RetryQueued, RetryRefused


class Requests:
    """Each becomes a row; a request left in a file is removed once its row is durable.

    A crash in between leaves the file, and the row comes twice: that changes nothing.

    Args:
        directory: Of the journal, where requests are left.
        outbox: Where rows go.
    """

    def __init__(self, directory: Path, outbox: Outbox) -> None:
        self._directory = directory
        self._outbox = outbox
        self._bundles: SimpleQueue[str] = SimpleQueue()
        self._queued: dict[str, Callable[[], None]] = {}
        self._topics: tuple[str, ...] = ()

    def ask_for_bundle(self, bundle: str) -> None:
        """Put a bundle's row into the journal soon; from any thread."""
        self._bundles.put(bundle)

    def take_asked(self, now: int) -> None:
        """Queue what this process asked for."""
        while not self._bundles.empty():
            self.put_bundle(self._bundles.get(), now)

    def take_left(self, now: int) -> None:
        """Queue what other processes left in files."""
        directory = self._directory
        for bundle in requested_reloads(directory):
            if bundle not in self._queued:
                self._queued[bundle] = partial(grant_reload, directory, bundle)
                self._topics = requested_topics(directory, bundle) or self._topics
                self.put_bundle(bundle, now)
        for name in requested_retries(directory):
            if name not in self._queued:
                self._queued[name] = partial(grant_retry, directory, name)
                self._put_retry(name, now)

    def put_bundle(self, bundle: str, now: int) -> None:
        """Queue a bundle's row."""
        self._outbox.put(Entry(RowKind.BUNDLE, 0, bundle.encode("ascii"), now))
        BundleQueued(bundle=bundle).emit()

    def grant(self) -> tuple[str, ...]:
        """Remove the requests whose rows are durable now; return the topics that they ask for."""
        for remove in self._queued.values():
            remove()
        self._queued.clear()
        topics, self._topics = self._topics, ()
        return topics

    def _put_retry(self, name: str, now: int) -> None:
        entry = read_retry(self._directory, name)
        if entry is None:
            RetryRefused(request=name).emit()
        else:
            self._outbox.put(entry._replace(received_at=now))
            RetryQueued(count=entry.count).emit()
