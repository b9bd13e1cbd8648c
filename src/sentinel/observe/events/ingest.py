"""What the listener says."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter
from typing_extensions import override

from sentinel.observe.event import Event

journalled_messages = Counter(
    "sentinel_ingest_journalled_messages_total",
    "Messages written to the journal, then acknowledged",
)
"""Moved once a batch without a log line: there are hundreds of batches a second."""
journalled_batches = Counter(
    "sentinel_ingest_journalled_batches_total", "Batches of messages written to the journal"
)
repeated_messages = Counter(
    "sentinel_ingest_repeated_messages_total",
    "Messages that the broker sent again and that were in the journal already",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOpened(Event):
    """Connected. resumed: whether the broker still had our session."""

    name: ClassVar[str] = "link_opened"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_opened_links_total", "Connections to the broker that were accepted"
    )

    broker: str
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLost(Event):
    """The connection ended, and not because we wanted it to."""

    name: ClassVar[str] = "link_lost"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_lost_links_total", "Connections to the broker that ended by themselves"
    )

    broker: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRefused(Event):
    """No connection: the broker is not there, or does not want us."""

    name: ClassVar[str] = "link_refused"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_refused_links_total", "Attempts to connect that failed"
    )

    broker: str
    why: str
    again_in_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionRefused(Event):
    """The broker does not let us listen to a topic."""

    name: ClassVar[str] = "subscription_refused"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_refused_subscriptions_total", "Topics that the broker refused"
    )

    topic: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeGivenUp(Event):
    """The broker does not let our own message through: without it, a quiet second must do.

    reason: It was `refused`, or the broker `closed` each connection right after it.
    """

    name: ClassVar[str] = "probe_given_up"
    level: ClassVar[str] = "warning"
    labels: ClassVar[tuple[str, ...]] = ("reason",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_given_up_probes_total", "Times that the probe was given up", ["reason"]
    )

    topic: str
    reason: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsReconciled(Event):
    """What is subscribed is what is configured."""

    name: ClassVar[str] = "subscriptions_reconciled"

    wanted: int
    dropped: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtUp(Event):
    """What was queued at the broker while we were away has been taken in.

    how: Seen by our own probe, by a quiet second, or given up waiting after a long time.
    """

    name: ClassVar[str] = "backlog_taken_in"
    labels: ClassVar[tuple[str, ...]] = ("how",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_taken_in_backlogs_total", "Backlogs that were taken in", ["how"]
    )

    how: str
    messages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesLost(Event):
    """Messages were dropped before the journal. reason: inbox_full."""

    name: ClassVar[str] = "messages_lost"
    level: ClassVar[str] = "error"
    labels: ClassVar[tuple[str, ...]] = ("reason",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_lost_messages_total", "QoS 0 messages dropped for want of room", ["reason"]
    )

    reason: str
    count: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesCut(Event):
    """Payloads too long to keep whole; they become rejections."""

    name: ClassVar[str] = "messages_cut"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_cut_messages_total", "Messages kept with the beginning of their payload"
    )

    count: int
    topic: str

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerDropped(Event):
    """The broker says that it dropped messages, of whichever client."""

    name: ClassVar[str] = "broker_dropped"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_broker_dropped_messages_total", "Messages that the broker says it dropped"
    )

    count: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFull(Event):
    """No room to append: nothing is acknowledged until there is."""

    name: ClassVar[str] = "journal_full"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_journal_full_total", "Times that the journal ran out of room"
    )

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalHasRoom(Event):
    """What waited for room is in the journal, and acknowledged."""

    name: ClassVar[str] = "journal_has_room"

    waited_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockSteppedBack(Event):
    """The wall clock went back; the listener's time stands still until it has caught up."""

    name: ClassVar[str] = "clock_stepped_back"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_clock_steps_total", "Times that the wall clock went back"
    )

    behind_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleQueued(Event):
    """A bundle's row is about to be journalled: from there on it is in force."""

    name: ClassVar[str] = "bundle_queued"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_queued_bundles_total", "Bundle changes put into the journal"
    )

    bundle: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryQueued(Event):
    """Messages that were rejected once are about to be journalled once more, as asked for."""

    name: ClassVar[str] = "retry_queued"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_retried_messages_total", "Kept messages put into the journal once more"
    )

    count: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRefused(Event):
    """A file among the requests is no request; it is removed."""

    name: ClassVar[str] = "retry_refused"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_refused_retries_total", "Requests to retry that could not be read"
    )

    request: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestStuck(Event):
    """A request cannot be read, or not be removed; the listener goes on without that."""

    name: ClassVar[str] = "request_stuck"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_ingest_stuck_requests_total", "Requests that could not be read or removed"
    )

    why: str
