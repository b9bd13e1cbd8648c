"""One channel's workers: whatever it does, no other channel waits for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

from sqlalchemy import Engine

from sentinel.desk import outbox
from sentinel.desk.channels.channel import Channel, Receipt
from sentinel.desk.outbox import Leased, Patience, Setback, Upshot
from sentinel.desk.sending.breaker import Breaker
from sentinel.domain.clock import Clock
from sentinel.domain.errors import Refused, ServiceError, TryAgain
from sentinel.observe.events.notices import (
    ChannelBroken,
    ChannelFailed,
    ChannelRestored,
    NoticeDelayed,
    NoticeDied,
    NoticeHandedOn,
    NoticeSent,
    SenderFailed,
)

_PAUSE_AFTER_FAILURE = 1.0
"""Seconds; a database that is down does not mend faster."""


class Lane:
    """Sends what it is given over its channel, and notes what came of it.

    Args:
        name: Of the channel.
        width: Messages under way at once.
        patience: For tries that fail.
        stop: Set when the sender ends: what cannot be noted then is sent once more, later.
        on_free: Called, from any thread, when there is room for one more.
    """

    def __init__(
        self,
        name: str,
        channel: Channel,
        engine: Engine,
        clock: Clock,
        *,
        width: int,
        patience: Patience,
        stop: Event,
        on_free: Callable[[], None],
    ) -> None:
        self.name = name
        self.breaker = Breaker()
        self._channel = channel
        self._engine = engine
        self._clock = clock
        self._width = width
        self._patience = patience
        self._stop = stop
        self._on_free = on_free
        self._leases: dict[tuple[str, int], Leased] = {}
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(width, thread_name_prefix=f"send-{name}")

    @property
    def free(self) -> int:
        """For how many more messages there is room."""
        return self._width - len(self._leases)

    def held(self) -> list[Leased]:
        """Return what is under way."""
        with self._lock:
            return list(self._leases.values())

    def take(self, leased: Leased) -> None:
        """Begin to send; only while there is room."""
        with self._lock:
            self._leases[_key(leased)] = leased
        self._pool.submit(self._work, leased)

    def close(self) -> None:
        """Wait for what is under way."""
        self._pool.shutdown()

    def _work(self, leased: Leased) -> None:
        try:
            if self.breaker.lets(self._clock.now()):
                self._send(leased)
            else:
                self._go_round(leased)
        except Exception as error:  # noqa: BLE001 -- counted; the lease ends, and it is tried again
            self._broken(leased, error)
        finally:
            with self._lock:
                del self._leases[_key(leased)]
            self._on_free()

    def _send(self, leased: Leased) -> None:
        try:
            receipt = self._channel.send(leased.message)
        except TryAgain as error:
            self._down(str(error))
            self._fail(leased, Setback(reason=str(error), permanent=False, after=error.after))
        except Refused as error:
            self._up()
            self._fail(leased, Setback(reason=str(error), permanent=True))
        except Exception as error:  # noqa: BLE001 -- counted; no mistake of ours loses a message
            reason = self._broken(leased, error)
            self._fail(leased, Setback(reason=reason, permanent=False))
        else:
            self._up()
            self._succeed(leased, receipt)

    def _succeed(self, leased: Leased, receipt: Receipt) -> None:
        now = self._clock.now()
        NoticeSent(
            channel=self.name,
            message=leased.message.id,
            attempt=leased.attempt,
            waited_seconds=max(0, now - leased.message.put_at) / 1000,
        ).emit()
        self._note(lambda: outbox.done(self._engine, leased, receipt.text, now))

    def _fail(self, leased: Leased, setback: Setback) -> None:
        now = self._clock.now()
        upshot = self._note(
            lambda: outbox.failed(self._engine, leased, setback, now, self._patience)
        )
        if upshot is not None:
            self._tell(leased, upshot, setback.reason)

    def _tell(self, leased: Leased, upshot: Upshot, reason: str) -> None:
        message = leased.message.id
        match upshot:
            case Upshot.AGAIN:
                NoticeDelayed(
                    channel=self.name, message=message, attempt=leased.attempt, reason=reason
                ).emit()
            case Upshot.HANDED_ON:
                NoticeHandedOn(channel=self.name, message=message, reason=reason).emit()
            case Upshot.DEAD:
                NoticeDied(channel=self.name, message=message, reason=reason).emit()
            case Upshot.OVER:
                pass

    def _go_round(self, leased: Leased) -> None:
        reason = f"{self.name} is down: {self.breaker.reason}"
        now, until = self._clock.now(), self.breaker.until
        self._note(lambda: outbox.deferred(self._engine, leased, reason, now, until))

    def _note(self, note: Callable[[], Upshot | None]) -> Upshot | None:
        """Write down what came of a try, however long the database is away."""
        while True:
            try:
                return note()
            except ServiceError as error:
                SenderFailed(reason=str(error)).emit()
                if self._stop.wait(_PAUSE_AFTER_FAILURE):
                    return None

    def _broken(self, leased: Leased, error: Exception) -> str:
        reason = f"a mistake of our own: {error!r}"
        ChannelBroken(channel=self.name, message=leased.message.id, reason=reason).emit()
        return reason

    def _down(self, reason: str) -> None:
        if self.breaker.failed(reason, self._clock.now()):
            ChannelFailed(channel=self.name, reason=reason).emit()

    def _up(self) -> None:
        if self.breaker.worked():
            ChannelRestored(channel=self.name).emit()


def _key(leased: Leased) -> tuple[str, int]:
    """Tell one lease from a later one of the same message: ours may have ended unrenewed."""
    return leased.message.id, leased.attempt
