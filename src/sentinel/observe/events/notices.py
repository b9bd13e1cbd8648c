"""What the outbox and its senders say."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter, Gauge
from typing_extensions import override

from sentinel.observe.event import Event

WAITING = Gauge("sentinel_notices_waiting", "Messages that could be sent now", ["channel"])
OLDEST = Gauge("sentinel_notices_oldest_seconds", "For how long the oldest of them has waited")
DEAD = Gauge("sentinel_notices_dead", "Dead letters that nobody has dealt with")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSent(Event):
    """A channel has taken a message. waited_seconds: From the outbox to here."""

    name: ClassVar[str] = "notice_sent"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_sent_total", "Messages that a channel has taken", ["channel"]
    )
    labels: ClassVar[tuple[str, ...]] = ("channel",)
    channel: str
    message: str
    attempt: int
    waited_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDelayed(Event):
    """A try failed; it is repeated, and the next channel of the chain has the message as well."""

    name: ClassVar[str] = "notice_delayed"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_delayed_total", "Tries that failed and are repeated", ["channel"]
    )
    labels: ClassVar[tuple[str, ...]] = ("channel",)
    channel: str
    message: str
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHandedOn(Event):
    """A channel refused a message, or was tried too long; another one of the chain has it."""

    name: ClassVar[str] = "notice_handed_on"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_handed_on_total", "Messages that a channel gave up", ["channel"]
    )
    labels: ClassVar[tuple[str, ...]] = ("channel",)
    channel: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDied(Event):
    """No channel of the chain got through: nobody was reached. A person must look."""

    name: ClassVar[str] = "notice_died"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_died_total", "Messages that reached nobody", ["channel"]
    )
    labels: ClassVar[tuple[str, ...]] = ("channel",)
    channel: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFailed(Event):
    """A channel failed several times running; until it works again, its messages go round it."""

    name: ClassVar[str] = "channel_failed"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_channel_failures_total", "Times that a channel went down", ["channel"]
    )
    labels: ClassVar[tuple[str, ...]] = ("channel",)
    channel: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRestored(Event):
    """A channel that was down works again."""

    name: ClassVar[str] = "channel_restored"
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelBroken(Event):
    """A channel met a mistake of our own; the message is tried again."""

    name: ClassVar[str] = "channel_broken"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_channel_mistakes_total", "Tries that met our own mistake", ["channel"]
    )
    labels: ClassVar[tuple[str, ...]] = ("channel",)
    channel: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderFailed(Event):
    """The sender could not read or write its outbox; it tries again. Nothing is lost by that."""

    name: ClassVar[str] = "sender_failed"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_failures_total", "Times that the outbox could not be read or written"
    )
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesCleared(Event):
    """What became of messages long ago was deleted after its time. Intended."""

    name: ClassVar[str] = "messages_cleared"
    level: ClassVar[str] = "debug"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_cleared_total", "Rows deleted after their time"
    )
    count: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadmanWithheld(Event):
    """Something is wrong, so nobody outside is told that all is well; they will call for help."""

    name: ClassVar[str] = "deadman_withheld"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_notices_deadman_withheld_total", "Signs of life that were withheld. Intended"
    )
    reason: str
