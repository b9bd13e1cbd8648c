"""The sender: looks what is due, leases it, and gives it to the lane of its channel."""

from collections.abc import Callable, Iterator, Mapping
from threading import Event
from typing import Any

from sqlalchemy import Engine

from sentinel.desk import outbox
from sentinel.desk.channels.channel import Channel
from sentinel.desk.outbox import MessageState, Patience, Setback, Waiting
from sentinel.desk.outbox.settings import OutboxSettings
from sentinel.desk.sending.lane import Lane
from sentinel.desk.transactions import reading, writing
from sentinel.domain.clock import Clock
from sentinel.domain.errors import ServiceError
from sentinel.observe.events.notices import (
    DEAD,
    OLDEST,
    WAITING,
    MessagesCleared,
    NoticeDied,
    SenderFailed,
)
from sentinel.observe.sentences import Words, sentence

_PAUSE_AFTER_FAILURE = 1.0
"""Seconds; a database that is down does not mend faster."""
_LOOK, _CLEAR = 5_000, 3_600_000
"""Milliseconds between looks at the whole outbox, and between deletions of what is old."""
_TOO_LONG = 60_000
"""Milliseconds that a message may wait before the sender says that something is wrong."""


class Sender:
    """Sends messages until it is stopped. Several, on several machines, may share an outbox.

    Args:
        engine: The desk's database.
        channels: By name, each with how many messages it takes at once.
        settings: Pauses and limits.
        clock: All desks' clocks should agree to less than a lease.
        who: Different for each sender and each of its lives.
        jitter: Returns 0..1.
    """

    def __init__(
        self,
        engine: Engine,
        channels: Mapping[str, tuple[Channel, int]],
        settings: OutboxSettings,
        clock: Clock,
        *,
        who: str,
        jitter: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._who = who
        self._patience = Patience(
            first=settings.retry_first,
            most=settings.retry_most,
            give_up=settings.give_up,
            jitter=jitter,
        )
        self._stopping = Event()
        self._wake = Event()
        self._lanes = {
            name: Lane(
                name,
                channel,
                engine,
                clock,
                width=width,
                patience=self._patience,
                stop=self._stopping,
                on_free=self._wake.set,
            )
            for name, (channel, width) in channels.items()
        }
        self._rhythm = _Rhythm()
        self._waiting: list[Waiting] = []
        self._counts: dict[MessageState, int] = {}
        self.fault = ""
        """Why the outbox could not be read or written, in plain words; empty while all is well."""

    def wake(self) -> None:
        """Look at once: something was put into the outbox."""
        self._wake.set()

    def run(self, stop: Event) -> None:
        """Send until `stop` is set; then wait for what is under way."""
        try:
            while not stop.is_set():
                self._wake.wait(self._turn())
                self._wake.clear()
        finally:
            self.close()

    def close(self) -> None:
        """Wait for what is under way; the sender is not used again."""
        self._stopping.set()
        for lane in self._lanes.values():
            lane.close()

    def step(self) -> int:
        """Lease what is due and there is room for; return how many messages that were.

        Raises:
            ServiceError: The database does not do its work; nothing is lost.
        """
        now = self._clock.now()
        self._keep_up(now)
        return sum(self._fill(channel, now) for channel in sorted(outbox.due(self._engine, now)))

    def troubles(self) -> Iterator[Words]:
        """Yield what is wrong, one sentence each; nothing if all is well."""
        if self.fault:
            yield sentence("outbox_failed", why=self.fault)
        if dead := self._counts.get(MessageState.DEAD, 0):
            yield sentence("letters_dead", count=dead)
        for name in self._down():
            yield sentence("channel_down", channel=name, why=self._lanes[name].breaker.reason)
        if self._oldest() > _TOO_LONG:
            yield sentence("message_waits", for_ms=self._oldest() // 1000 * 1000)

    def figures(self) -> dict[str, Any]:
        """Return how it goes, for `/health`."""
        return {
            "waiting": {one.channel: one.count for one in self._waiting},
            "oldest_waiting_seconds": self._oldest() / 1000,
            "dead": self._counts.get(MessageState.DEAD, 0),
            "down": self._down(),
        }

    def _turn(self) -> float:
        """Step; return how many seconds to wait."""
        try:
            self.step()
        except ServiceError as error:
            self.fault = str(error)
            SenderFailed(reason=self.fault).emit()
            return _PAUSE_AFTER_FAILURE
        self.fault = ""
        return self._settings.poll / 1000

    def _fill(self, channel: str, now: int) -> int:
        lane = self._lanes.get(channel)
        if lane is None:
            return self._refuse(channel, now)
        if lane.free <= 0:
            return 0
        until = now + self._settings.lease
        leased = outbox.lease(self._engine, now, self._who, lane.free, channel=channel, until=until)
        for one in leased:
            lane.take(one)
        return len(leased)

    def _refuse(self, channel: str, now: int) -> int:
        """A channel that is configured no more, or was never: the next one of the chain has it."""
        until = now + self._settings.lease
        setback = Setback(reason=f"there is no channel {channel!r}", permanent=True)
        leased = outbox.lease(self._engine, now, self._who, 100, channel=channel, until=until)
        for one in leased:
            upshot = outbox.failed(self._engine, one, setback, now, self._patience)
            if upshot is outbox.Upshot.DEAD:
                NoticeDied(channel=channel, message=one.message.id, reason=setback.reason).emit()
        return len(leased)

    def _keep_up(self, now: int) -> None:
        if self._rhythm.is_time("renew", now, self._settings.lease // 3):
            held = [one for lane in self._lanes.values() for one in lane.held()]
            if held:
                outbox.renew(self._engine, held, now + self._settings.lease)
        if self._rhythm.is_time("look", now, _LOOK):
            self._look(now)
        if self._rhythm.is_time("clear", now, _CLEAR):
            with writing(self._engine) as connection:
                count = outbox.prune(connection, now, self._settings.keep_sent)
            if count:
                MessagesCleared(count=count).emit()

    def _look(self, now: int) -> None:
        with reading(self._engine) as connection:
            self._waiting = outbox.waiting(connection, now)
            self._counts = outbox.counts(connection)
        WAITING.clear()
        for one in self._waiting:
            WAITING.labels(channel=one.channel).set(one.count)
        OLDEST.set(self._oldest() / 1000)
        DEAD.set(self._counts.get(MessageState.DEAD, 0))

    def _oldest(self) -> int:
        """Return for how long the oldest message waits, milliseconds."""
        return max((self._clock.now() - one.oldest for one in self._waiting), default=0)

    def _down(self) -> list[str]:
        lanes = sorted(self._lanes.items())
        return [name for name, lane in lanes if lane.breaker.down_since is not None]


class _Rhythm:
    """When what was done last; a clock that was set back makes it time, not later."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def is_time(self, what: str, now: int, every: int) -> bool:
        last = self._last.get(what)
        if last is not None and 0 <= now - last < every:
            return False
        self._last[what] = now
        return True
