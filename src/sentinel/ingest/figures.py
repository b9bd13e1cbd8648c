"""What the listener says of itself."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sentinel.document.scalars import format_duration

DROPS_SHOWN_MS = 600_000
"""How long health goes on about messages that the broker dropped."""
PROBE_SHOWN_MS = 600_000
"""How long health calls it a trouble that the listener does without its probe."""


@dataclass(slots=True)
class Figures:
    """Written by the listener's thread, read by any other; each value is replaced whole.

    full_since, dropped_at, without_probe_at: Listener's time, milliseconds; 0: not.
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
    refused: dict[str, str] = field(default_factory=dict)

    def note_probe(self, why_not: str) -> None:
        """Note why there is no probe any more; empty: there is one, or none was wanted."""
        if why_not and not self.without_probe:
            self.without_probe_at = self.now
        self.without_probe = why_not

    def health(self) -> dict[str, object]:
        """Return the state as a sentence, `ok` if all is well, and the figures."""
        return {
            "state": "; ".join(self._troubles()) or "ok",
            "broker": self.broker,
            "connected": self.connected,
            "caught_up": self.caught_up,
            "last_row": self.last_row,
            "messages": self.messages,
            "batches": self.batches,
            "repeats": self.repeats,
            "cut": self.cut,
            "lost": self.lost,
            "waiting": self.waiting,
            "broker_dropped": self.broker_dropped,
            "without_probe": self.without_probe,
            "clock_behind_ms": self.behind_ms,
        }

    def _troubles(self) -> Iterator[str]:
        if self.full_since:
            since = format_duration((self.now - self.full_since) // 1000 * 1000)
            yield (
                f"the journal has no room since {since}: nothing is acknowledged, the broker "
                f"keeps what comes at QoS 1; make room ({self.full_why})"
            )
        if not self.connected:
            yield f"not connected to {self.broker}: {self.why}"
        for topic, why in dict(self.refused).items():
            yield f"the broker refuses topic {topic!r}: {why}"
        if self.dropped_at and self.now - self.dropped_at < DROPS_SHOWN_MS:
            yield (
                f"the broker has dropped {self.broker_dropped} messages since this listener "
                "started; raise its queue limits (docs/ingest.md)"
            )
        if self.without_probe and self.now - self.without_probe_at < PROBE_SHOWN_MS:
            yield (
                f"the broker does not let the probe through ({self.without_probe}): from now on a "
                "second without messages shows that the backlog is through; give the listener "
                "the right to write and read `probe_topic`, or set it to empty (docs/ingest.md)"
            )
        if self.behind_ms >= 1000:  # noqa: PLR2004 -- less is what time servers do
            behind = format_duration(self.behind_ms // 1000 * 1000)
            yield f"the wall clock went back: time stands still here for another {behind}"
