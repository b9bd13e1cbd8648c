"""The part of a store that is the same whatever keeps its readings."""

from collections.abc import Sequence

from sentinel.domain.rejection import Reason, Rejection
from sentinel.store.rejections import Kept, KeptState, RejectionLog


class WithRejections:
    """A store's rejections, in SQLite on this machine."""

    def __init__(self, rejections: RejectionLog) -> None:
        self._rejections = rejections

    def write_rejections(self, rejections: Sequence[Rejection]) -> None:
        """Keep what was rejected, each (row, index, part) once."""
        self._rejections.write(rejections)

    def rejections(
        self,
        *,
        reason: Reason | None = None,
        since: int | None = None,
        state: KeptState | None = None,
        limit: int | None = None,
    ) -> list[Kept]:
        """Return kept rejections, newest first."""
        return self._rejections.find(reason=reason, since=since, state=state, limit=limit)

    def rejected(self) -> dict[Reason, int]:
        """Return how many are neither retried nor resolved, by reason."""
        return self._rejections.counts()

    def retain(self, now_ms: int, keep_ms: int) -> None:  # noqa: ARG002 -- theirs is their own
        """Delete rejections after their own time."""
        self._rejections.retain(now_ms)

    def close(self) -> None:
        """Close their file."""
        self._rejections.close()
