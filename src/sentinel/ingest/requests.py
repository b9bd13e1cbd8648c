"""What others ask of the running listener: a bundle in force, kept messages once more."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue

import msgspec

from sentinel.domain.rows import Entry, RowKind
from sentinel.ingest.frames import Budget
from sentinel.ingest.left import Left, take_away
from sentinel.ingest.outbox import Outbox
from sentinel.ingest.reload import requested_reloads, requested_topics
from sentinel.ingest.retry import read_retry, requested_retries
from sentinel.observe.events.ingest import BundleQueued, RequestStuck, RetryQueued, RetryRefused
from sentinel.observe.sentences import Words, sentence

_GRANTED = "granted.json"
"""Requests that are granted and lie there all the same, since they cannot be removed."""


class Requests:
    """Each becomes a row; a request left in a file is removed once its row is durable.

    A crash in between leaves the file, and the row comes twice: that changes nothing. One that
    cannot be removed, as when another user has left it, is remembered and comes once.

    Args:
        directory: Of the journal, where requests are left.
        outbox: Where rows go.
        most: While more than this waits there, requests wait in their files.
    """

    def __init__(self, directory: Path, outbox: Outbox, most: Budget) -> None:
        self._directory = directory
        self._outbox = outbox
        self._most = most
        self._bundles: SimpleQueue[str] = SimpleQueue()
        self._queued: list[Left] = []
        self._granted = _read(directory / _GRANTED)
        self._topics: tuple[str, ...] = ()
        self.troubles: tuple[Words, ...] = ()

    def ask_for_bundle(self, bundle: str) -> None:
        """Put a bundle's row into the journal soon; from any thread."""
        self._bundles.put(bundle)

    def take_asked(self, now: int) -> None:
        """Queue what this process asked for."""
        while not self._bundles.empty():
            self.put_bundle(self._bundles.get(), now)

    def take_left(self, now: int) -> None:
        """Queue what other processes left in files; what cannot be read is told, and left."""
        try:
            reloads = requested_reloads(self._directory)
            retries = requested_retries(self._directory)
        except OSError as error:
            self._tell([sentence("requests_unreadable", why=str(error))])
            return
        stuck = [left for left in (*reloads, *retries) if left in self._granted]
        self._remember(set(stuck))
        troubles = [sentence("request_unremovable", request=_where(left)) for left in stuck]
        for left in (*reloads, *retries):
            if not self._outbox.has_room(self._most):
                break
            if left not in self._queued and left not in self._granted:
                try:
                    self._queue(left, now, is_bundle=left in reloads)
                except OSError as error:
                    why = error.strerror or str(error)
                    troubles.append(sentence("request_unreadable", request=_where(left), why=why))
        self._tell(troubles)

    def put_bundle(self, bundle: str, now: int) -> None:
        """Queue a bundle's row."""
        self._outbox.put(Entry(RowKind.BUNDLE, 0, bundle.encode("ascii"), now))
        BundleQueued(bundle=bundle).emit()

    def grant(self) -> tuple[str, ...]:
        """Remove the requests whose rows are durable now; return the topics that they ask for."""
        for left in self._queued:
            try:
                take_away(self._directory, left)
            except OSError:
                self._remember({*self._granted, left})
        self._queued.clear()
        topics, self._topics = self._topics, ()
        return topics

    def _queue(self, left: Left, now: int, *, is_bundle: bool) -> None:
        if is_bundle:
            self._topics = requested_topics(self._directory, left.name) or self._topics
            self.put_bundle(left.name, now)
        else:
            self._put_retry(left.name, now)
        self._queued.append(left)

    def _put_retry(self, name: str, now: int) -> None:
        entry = read_retry(self._directory, name)
        if entry is None:
            RetryRefused(request=name).emit()
        else:
            self._outbox.put(entry._replace(received_at=now))
            RetryQueued(count=entry.count).emit()

    def _tell(self, troubles: Sequence[Words]) -> None:
        for trouble in troubles:
            if trouble not in self.troubles:
                RequestStuck(why=trouble["en"]).emit()
        self.troubles = tuple(troubles)

    def _remember(self, granted: set[Left]) -> None:
        """Keep through a restart what is granted and still there."""
        if granted == self._granted:
            return
        self._granted = granted
        unfinished = self._directory / f"{_GRANTED}.unfinished"
        with suppress(OSError):  # a full disk: it holds as long as we run
            unfinished.write_bytes(msgspec.json.encode(sorted(granted)))
            unfinished.replace(self._directory / _GRANTED)


def _read(path: Path) -> set[Left]:
    try:
        return set(msgspec.json.decode(path.read_bytes(), type=list[Left]))
    except (OSError, msgspec.DecodeError):
        return set()


def _where(left: Left) -> str:
    return f"{left.folder}/{left.name}"
