"""Time, handed in."""

from typing import Protocol


class Clock(Protocol):
    """Whoever needs the time takes one of these; only `sentinel.app` makes a real one."""

    def now(self) -> int:
        """Return milliseconds since 1970 UTC."""
        ...
