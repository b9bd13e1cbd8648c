"""A clock that stands until it is wound."""

from dataclasses import dataclass


@dataclass(slots=True)
class HandClock:
    """Says what it was told. at: milliseconds since 1970 UTC."""

    at: int = 1_800_000_000_000

    def now(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return self.at

    def wind(self, *, hours: float = 0, seconds: float = 0) -> None:
        """Move on, or back with a negative time."""
        self.at += round((hours * 3600 + seconds) * 1000)
