"""A clock that never goes back."""

from sentinel.domain.clock import Clock
from sentinel.observe.events.ingest import ClockSteppedBack

_TOLD_FROM_MS = 100


class SteadyClock:
    """Stands still while the wall clock is behind what it has already said.

    Args:
        clock: The machine's.
        said: The latest time that the journal holds, milliseconds since 1970 UTC; 0: none.
    """

    def __init__(self, clock: Clock, said: int = 0) -> None:
        self._clock = clock
        self._said = said
        self._is_told = False
        self.behind_ms = 0

    def now(self) -> int:
        """Return milliseconds since 1970 UTC, never less than before."""
        found = self._clock.now()
        self.behind_ms = max(0, self._said - found)
        if self.behind_ms == 0:
            self._said = found
            self._is_told = False
        elif self.behind_ms >= _TOLD_FROM_MS and not self._is_told:
            self._is_told = True
            ClockSteppedBack(behind_ms=self.behind_ms).emit()
        return self._said
