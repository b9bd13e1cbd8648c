"""`sentinel listen`: what the broker has is journalled, then acknowledged, in the order received.

One thread does it all. A turn waits for the socket, reads it empty, appends everything to the
journal in one transaction, and sends all acknowledgements in one go. While that goes on the next
messages gather in the socket: group commit without a timer.
"""

import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from sentinel.domain.clock import Clock
from sentinel.domain.errors import DiskFull, ServiceError
from sentinel.ingest.backoff import Backoff
from sentinel.ingest.connection import Connection
from sentinel.ingest.figures import Figures
from sentinel.ingest.frames import Budget
from sentinel.ingest.intake import Intake
from sentinel.ingest.link import Change, Link
from sentinel.ingest.memory import SessionMemory
from sentinel.ingest.outbox import Outbox
from sentinel.ingest.ports import History, Journal
from sentinel.ingest.probe import Probe
from sentinel.ingest.requests import Requests
from sentinel.ingest.settings import IngestSettings
from sentinel.ingest.steady import SteadyClock
from sentinel.ingest.subscriptions import Subscriptions
from sentinel.observe.events import ingest as events

_WAIT_MS = 20.0
"""Longest wait for the socket: how late a tick or a request may be."""
_RETRY_SECONDS = 0.25
"""How often a full disk is tried again."""
_MAKE_ROOM_SECONDS = 60.0
_FIRST_LINK_SECONDS = 1.0
"""A restart that is connected again within it was no loss of the link."""
_LOOK_SECONDS = 0.5
"""How often requests to reload are looked for."""


class Listener:
    """Takes in one broker's messages until told to stop.

    Args:
        settings: With the topics to subscribe to.
        writer: The journal; this is its only user while `run` runs.
        clock: The wall clock.
        directory: Of the journal; two small things beside it are the listener's.
        history: The same journal, to be read back at the start.
        jitter: Returns 0..1, for the pauses between attempts to connect.
        make_room: Called every minute, and at once when the disk is full: trims the journal.
        first_bundle: Hash of the bundle in force at the start of an empty journal.

    Raises:
        ServiceError: Password or certificates are not where the settings say, or there are no
            topics.
    """

    def __init__(
        self,
        settings: IngestSettings,
        writer: Journal,
        clock: Clock,
        *,
        directory: Path,
        history: History,
        jitter: Callable[[], float],
        make_room: Callable[[], object] = lambda: None,
        first_bundle: str = "",
    ) -> None:
        if not settings.topics:
            message = "ingest: `topics`: there must be one to listen to; name topics, or formats"
            raise ServiceError(message)
        last_id = writer.last_id
        memory = SessionMemory(
            directory / "session.json",
            broker=f"{settings.host}:{settings.port}",
            client_id=settings.client_id,
            last_id=last_id,
        )
        probe = Probe(settings.probe())
        subscriptions = Subscriptions(
            _wanted(settings),
            optional=frozenset({settings.drops_topic}),
            probe=probe,
            memory=memory,
            version5=settings.version == "5",
        )
        backoff = Backoff(settings.reconnect_first, settings.reconnect_most, jitter)
        self._settings = settings
        self._batch = Budget(settings.batch, settings.batch_size)
        self._inbox = Budget(settings.inbox, settings.inbox_size)
        self._memory = memory
        self._writer = writer
        self._make_room = make_room
        self._clock = SteadyClock(clock, _newest_time(history, last_id))
        self._subscriptions, self._probe = subscriptions, probe
        self._link = Link(settings, subscriptions, probe, backoff)
        self._figures = Figures(self._link.broker, last_row=last_id, refused=subscriptions.refused)
        self._outbox = Outbox()
        self._intake = Intake(
            settings, memory, probe, history, last_id, self._outbox, self._figures
        )
        self._requests = Requests(directory, self._outbox, self._inbox)
        self._second = self._clock.now() // 1000
        self._started = time.monotonic()
        self._is_down_told = False
        self._room_due = self._look_due = self._retry_due = 0.0
        if last_id == 0 and first_bundle:
            self._requests.put_bundle(first_bundle, self._clock.now())

    def run(self, stop: Event) -> None:
        """Listen until `stop` is set; what was taken in by then is journalled and acknowledged."""
        try:
            while not stop.is_set():
                self._turn(stop)
            self._leave()
        finally:
            self._link.close()

    def request_bundle(self, bundle: str) -> None:
        """Put a bundle's row into the journal, within one turn; from any thread."""
        self._requests.ask_for_bundle(bundle)

    def health(self) -> dict[str, object]:
        """Return how it is: `state` is `ok` or a sentence; from any thread."""
        return self._figures.health()

    def _turn(self, stop: Event) -> None:
        is_full = bool(self._figures.full_since)
        most = self._inbox if is_full else self._batch
        change = self._link.turn(stop, _WAIT_MS, most)
        now = self._clock.now()
        if self._link.connection is not None:
            self._take_in(self._link.connection, change, now, is_full=is_full)
        if not is_full:  # time stands still while nothing is taken in
            self._keep_time(now)
        self._look_around(now)
        self._commit(now)
        self._note_figures(now)

    def _take_in(self, connection: Connection, change: Change, now: int, *, is_full: bool) -> None:
        """Queue what a turn brought in the order of its happening: up, messages, down."""
        if change is Change.OPENED:
            self._is_down_told = False
            self._intake.opened(connection, now)
        if not is_full or (change is Change.LOST and self._has_place()):
            self._intake.take(connection, now)
        elif change is Change.LOST or not connection.frames.has_room(self._inbox):
            self._intake.shed(connection)  # what asks for an acknowledgement comes again
        if change is Change.LOST:
            self._is_down_told = True
            self._intake.lost(now)

    def _has_place(self) -> bool:
        """Say whether a connection's last messages may still wait for the disk."""
        return self._outbox.has_room(self._inbox)

    def _keep_time(self, now: int) -> None:
        if now // 1000 == self._second:
            return
        self._second = now // 1000
        is_overdue = time.monotonic() - self._started > _FIRST_LINK_SECONDS
        if not (self._link.is_open or self._is_down_told) and is_overdue:
            self._is_down_told = True
            self._intake.lost(now)
        self._intake.ticked(now)

    def _look_around(self, now: int) -> None:
        """See to all that is not the socket."""
        monotonic = time.monotonic()
        self._requests.take_asked(now)
        if monotonic >= self._look_due:
            self._look_due = monotonic + _LOOK_SECONDS
            self._memory.save()
            self._requests.take_left(now)
            self._figures.requests = self._requests.troubles
        if monotonic >= self._room_due:
            self._room_due = monotonic + _MAKE_ROOM_SECONDS
            self._make_room()

    def _commit(self, now: int) -> None:
        if not self._outbox or time.monotonic() < self._retry_due:
            return
        messages = self._outbox.messages
        try:
            row = self._outbox.commit(self._writer)
        except DiskFull as error:
            self._wait_for_room(now, str(error))
            return
        if self._figures.full_since:
            events.JournalHasRoom(waited_ms=now - self._figures.full_since).emit()
            self._figures.full_since = 0
        self._listen_to(self._requests.grant())
        self._count(row, messages)

    def _listen_to(self, topics: tuple[str, ...]) -> None:
        """Subscribe to what a new bundle's formats ask for, behind the bundle's row."""
        if topics:
            changed = self._settings.model_copy(update={"topics": topics})
            self._subscriptions.want(_wanted(changed))
            if self._link.is_open and self._link.connection is not None:
                self._link.connection.subscribe(again=True)

    def _wait_for_room(self, now: int, why: str) -> None:
        """Go on reading, so that the link stays, but acknowledge nothing."""
        self._retry_due = time.monotonic() + _RETRY_SECONDS
        if not self._figures.full_since:
            self._figures.full_why = why
            self._figures.full_since = now
            events.JournalFull(why=why).emit()
        self._make_room()

    def _count(self, row: int, messages: int) -> None:
        self._figures.last_row = row
        if messages:
            self._figures.messages += messages
            self._figures.rate.count(messages)
            self._figures.batches += 1
            events.journalled_messages.inc(messages)
            events.journalled_batches.inc()

    def _note_figures(self, now: int) -> None:
        connection = self._link.connection
        figures = self._figures
        figures.now = now
        figures.connected = self._link.is_open
        figures.why = self._link.why
        figures.note_probe(self._probe.why_not)
        figures.behind_ms = self._clock.behind_ms
        figures.waiting = self._outbox.messages + (len(connection.frames) if connection else 0)

    def _leave(self) -> None:
        """Journal what is here, and that nobody listens from now on."""
        now = self._clock.now()
        if self._link.connection is not None:
            self._intake.take(self._link.connection, now)
        if not self._is_down_told:
            self._intake.lost(now)
        self._retry_due = 0.0
        self._commit(now)


def _wanted(settings: IngestSettings) -> dict[str, int]:
    """Return the topics to subscribe to, and the broker's news."""
    wanted: dict[str, int] = dict.fromkeys(settings.topics, settings.qos)
    if settings.drops_topic:
        wanted[settings.drops_topic] = 0
    return wanted


def _newest_time(history: History, last_id: int) -> int:
    newest = history.read(last_id - 1, max_rows=1, max_count=1) if last_id else []
    return newest[-1].received_at if newest else 0
