"""What the listener says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sentinel.observe.rate import Rate
from sentinel.observe.sentences import Words, sentence, state

DROPS_SHOWN_MS = 600_000
"""How long health goes on about messages that the broker dropped."""
PROBE_SHOWN_MS = 600_000
"""How long health calls it a trouble that the listener does without its probe."""


@dataclass(slots=True)
class Figures:
    """Written by the listener's thread, read by any other; each value is replaced whole.

    full_since, dropped_at, without_probe_at: Listener's time, milliseconds; 0: not.
    requests: What is wrong with what others asked for. rate: Of messages that are journalled.
    """

    broker: str
    now: int = 0
    last_row: int = 0
    messages: int = 0
    batches: int = 0
    repeats: int = 0
    cut: int = 0
    lost: int = 0
    waiting: int = 0
    connected: bool = False
    caught_up: bool = False
    why: str = ""
    full_since: int = 0
    full_why: str = ""
    behind_ms: int = 0
    broker_dropped: int = 0
    dropped_at: int = 0
    without_probe: str = ""
    without_probe_at: int = 0
    requests: tuple[Words, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    rate: Rate = field(default_factory=Rate)

    def note_probe(self, why_not: str) -> None:
        """Note why there is no probe any more; empty: there is one, or none was wanted."""
        if why_not and not self.without_probe:
            self.without_probe_at = self.now
        self.without_probe = why_not

    def health(self) -> dict[str, object]:
        """Return the state as a sentence, `ok` if all is well, and the figures."""
        return {
            **state(self._troubles()),
            "broker": self.broker,
            "connected": self.connected,
            "caught_up": self.caught_up,
            "last_row": self.last_row,
            "messages": self.messages,
            "rates": {"messages": self.rate.per_second()},
            "batches": self.batches,
            "repeats": self.repeats,
            "cut": self.cut,
            "lost": self.lost,
            "waiting": self.waiting,
            "broker_dropped": self.broker_dropped,
            "without_probe": self.without_probe,
            "clock_behind_ms": self.behind_ms,
        }

    def _troubles(self) -> Iterator[Words]:
        if self.full_since:
            since = self.now - self.full_since
            yield sentence("journal_full", since_ms=since, why=self.full_why)
        if not self.connected:
            yield sentence("link_lost", broker=self.broker, why=self.why)
        for topic, why in dict(self.refused).items():
            yield sentence("topic_refused", topic=topic, why=why)
        yield from self.requests
        if self.dropped_at and self.now - self.dropped_at < DROPS_SHOWN_MS:
            yield sentence("broker_dropped", count=self.broker_dropped)
        if self.without_probe and self.now - self.without_probe_at < PROBE_SHOWN_MS:
            yield sentence("without_probe", why=self.without_probe)
        if self.behind_ms >= 1000:  # noqa: PLR2004 -- less is what time servers do
            yield sentence("clock_back", behind_ms=self.behind_ms)
