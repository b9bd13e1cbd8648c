"""Whether a channel is worth trying, so that a dead one holds up nobody."""

from threading import Lock

_IN_A_ROW = 3
"""Setbacks; one or two may be the messages' own."""
_FIRST, _MOST = 5_000, 60_000
"""Milliseconds between probes of a channel that is down, doubled from the first to the second."""


class Breaker:
    """Counts setbacks; any thread may call. Times are milliseconds since 1970 UTC."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._setbacks = 0
        self._pause = _FIRST
        self.reason = ""
        """Of the last setback."""
        self.down_since: int | None = None
        """None while it works."""
        self.until = 0
        """When a channel that is down is probed next."""

    def lets(self, now: int) -> bool:
        """Return whether to try a message now; while it is down, one at a time is the probe."""
        with self._lock:
            if self.down_since is None:
                return True
            if now < self.until:
                return False
            self.until = now + self._pause
            return True

    def failed(self, reason: str, now: int) -> bool:
        """Note a setback; return whether the channel is down by it, and was not before."""
        with self._lock:
            self._setbacks += 1
            self.reason = reason
            if self._setbacks < _IN_A_ROW:
                return False
            was_up = self.down_since is None
            self._pause = _FIRST if was_up else min(_MOST, self._pause * 2)
            self.down_since = now if self.down_since is None else self.down_since
            self.until = now + self._pause
            return was_up

    def worked(self) -> bool:
        """Note that the channel answers; return whether it was down."""
        with self._lock:
            was_down = self.down_since is not None
            self._setbacks, self.down_since = 0, None
            return was_down
