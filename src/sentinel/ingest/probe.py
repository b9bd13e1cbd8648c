"""Whether the broker lets the listener send itself a message, and what to do if it does not."""

import time
from collections.abc import Callable

from sentinel.observe.events.ingest import ProbeGivenUp

_ENDINGS = 3
"""One connection may end right after the probe by chance, and two; mosquitto 2.0 ends each one."""
_SOON_SECONDS = 5.0
"""A broker that ends the connection because of the probe does so at once; a slow network takes a
second or two for it."""


class Probe:
    """Given up when the broker refuses it, or ends connection after connection because of it.

    It is tried again when the broker opens a new session for us, unless the connection before
    was ended because of it: a broker that keeps no sessions would else be tried without end.

    Args:
        topic: Empty: there is none.
        monotonic: Seconds that only grow.
    """

    def __init__(self, topic: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.wanted = topic
        self._monotonic = monotonic
        self._sent_at: float | None = None
        self._endings = 0
        self._may_try_again = False
        self.why_not = ""
        """Why it was given up, empty while it is not."""

    @property
    def topic(self) -> str:
        """Where it is sent and listened for; empty: it is not."""
        return "" if self.why_not else self.wanted

    def begin_session(self) -> None:
        """Note that the broker has opened a new session: its rights may have changed."""
        if self.why_not and self._may_try_again:
            self.why_not = ""
            self._endings = _ENDINGS - 1  # once is enough to know it again

    def sent(self) -> None:
        """Note that it is on its way."""
        self._sent_at = self._monotonic()

    def passed(self) -> None:
        """Note that the broker says it took it, or that it came back: an end has other reasons."""
        self._sent_at = None
        self._endings = 0

    def refused(self, why: str) -> None:
        """Give it up, since the broker says that it is not allowed."""
        self._sent_at = None
        if not self.why_not:
            self._give_up("refused", why)

    def lost(self, why: str) -> None:
        """Note that the connection has ended."""
        sent_at, self._sent_at = self._sent_at, None
        is_suspect = sent_at is not None and self._monotonic() - sent_at < _SOON_SECONDS
        self._may_try_again = not is_suspect
        if not is_suspect:
            self._endings = 0
            return
        self._endings += 1
        if self._endings >= _ENDINGS:
            self._give_up("closed", f"each connection ended right after it: {why}")

    def _give_up(self, reason: str, why: str) -> None:
        self.why_not = why
        ProbeGivenUp(topic=self.wanted, reason=reason, why=why).emit()
