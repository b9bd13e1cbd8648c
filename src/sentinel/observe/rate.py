"""How fast a service is, by itself: so that one look tells, and not two."""

import time
from collections.abc import Callable

SECONDS = 10
"""Long enough to be steady, short enough to show that something has stopped."""


class Rate:
    """Counts by the second; for one thread that counts, and any that ask.

    Args:
        monotonic: Seconds that only grow.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._began = int(monotonic())
        self._seconds = [(-1, 0)] * (SECONDS + 2)

    def count(self, many: int) -> None:
        """Count so many in this second."""
        second = int(self._monotonic())
        at = second % len(self._seconds)
        known, before = self._seconds[at]
        self._seconds[at] = (second, many + (before if known == second else 0))

    def per_second(self) -> float:
        """Return how many a second there were in the last ten whole seconds, or since the start."""
        now = int(self._monotonic())
        span = min(SECONDS, now - self._began)
        counted = sum(many for second, many in list(self._seconds) if now - span <= second < now)
        return round(counted / span, 1) if span else 0.0
