"""Whether what was queued at the broker while we were away has been taken in."""

from sentinel.observe.events.ingest import CaughtUp

_MOST_SECONDS = 600
"""After ten minutes without a sign the link counts as live: detectors must not wait for ever."""


class Backlog:
    """Through when the listener's own probe comes back: it was queued behind everything else.

    Where the broker does not let us publish, the first second without a message shows it.
    """

    def __init__(self) -> None:
        self._token = b""
        self._is_open = False
        self._seconds = 0
        self._this_second = 0
        self._messages = 0

    def open(self, token: str) -> None:
        """Begin: connected, and `token` was published to ourselves."""
        self._token = token.encode()
        self._is_open = True
        self._seconds = self._this_second = self._messages = 0

    def lost(self) -> None:
        """The link is gone: nothing to be through with."""
        self._is_open = False

    def took(self, messages: int) -> None:
        """Note what came."""
        self._this_second += messages
        self._messages += messages

    def is_through_at(self, probe: bytes) -> bool:
        """Say whether this probe ends the backlog: once, and only the newest connection's own."""
        return self._end("probe") if self._is_open and probe == self._token else False

    def is_through_at_tick(self) -> bool:
        """Say whether the second that ends now ends the backlog."""
        quiet, self._this_second = self._this_second == 0, 0
        self._seconds += 1
        if not self._is_open or self._seconds == 1:  # the first second is not a whole one
            return False
        if quiet:
            return self._end("quiet")
        return self._end("time") if self._seconds > _MOST_SECONDS else False

    def _end(self, how: str) -> bool:
        self._is_open = False
        CaughtUp(how=how, messages=self._messages).emit()
        return True
