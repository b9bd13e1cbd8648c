"""How long to wait before the next try."""

from collections.abc import Callable


class Backoff:
    """Doubles from `first_ms` to `most_ms`; each pause is shortened by up to half.

    Args:
        jitter: Returns 0..1, so that a hundred listeners do not all come back at once.
    """

    def __init__(self, first_ms: int, most_ms: int, jitter: Callable[[], float]) -> None:
        self._first = first_ms
        self._most = most_ms
        self._jitter = jitter
        self._failures = 0

    def next_ms(self) -> float:
        """Return the pause after one more failure."""
        pause = min(self._most, self._first << min(self._failures, 30))
        self._failures += 1
        return pause * (1 - 0.5 * self._jitter())

    def reset(self) -> None:
        """Begin anew: a connection has held."""
        self._failures = 0
