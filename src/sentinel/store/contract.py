"""What every store of readings promises; `sentinel.testing.stores` examines it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Rank
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason, Rejection
from sentinel.store.rejections import Kept, KeptState


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReadings:
    """Readings of one sensor as the store gives them back, oldest first, no time twice.

    time, received: int64, milliseconds since 1970 UTC.
    value: float64, canonical unit; NaN where the state was unknown.
    quality: uint8, `domain.quality.Quality`. flags: uint16, `domain.readings.ReadingFlag`.
    """

    time: NDArray[np.int64]
    received: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def empty(cls) -> Self:
        """Return no readings."""
        return cls(
            time=np.empty(0, np.int64),
            received=np.empty(0, np.int64),
            value=np.empty(0, np.float64),
            quality=np.empty(0, np.uint8),
            flags=np.empty(0, np.uint16),
        )

    @classmethod
    def join(cls, parts: Sequence["StoredReadings"]) -> Self:
        """Return the parts one after the other."""
        if not parts:
            return cls.empty()
        names = [field.name for field in fields(cls)]
        return cls(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})

    def take(self, chosen: NDArray[np.intp] | NDArray[np.bool_] | slice) -> Self:
        """Return the chosen rows, in the order chosen."""
        return type(self)(**{f.name: getattr(self, f.name)[chosen] for f in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPoint:
    """A condition from `time` on, for the band under a chart. `blind`: it could not be seen."""

    time: int
    rank: Rank
    blind: bool


class ReadingStore(Protocol):
    """Where `record` writes, and where charts and `sentinel readings` read.

    One thread writes; any thread may read. Every call may be repeated with the same content, in
    whole or cut up differently, and changes nothing then: what is kept is known by the sensor and
    the time of the reading, not by the call. `StoreDown` says that the same call may succeed
    later, a plain `StoreError` that a person must act first; after either, some of the call may
    have been kept.
    """

    def write(self, readings: Readings, registry: Registry) -> None:
        """Keep the readings; marks, promises and repeats among them are passed over and counted.

        Of two with the same sensor and time in one call, the first stands. Across calls see each
        store: SQLite keeps the first there too.
        """
        ...

    def write_findings(self, findings: Sequence[Finding]) -> None:
        """Mirror findings for charts. The warnings themselves are the desk's."""
        ...

    def write_rejections(self, rejections: Sequence[Rejection]) -> None:
        """Keep what was rejected, each (row, index, part) once."""
        ...

    def readings(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> StoredReadings:
        """Return the readings of start <= time < end; of more than `limit`, the newest."""
        ...

    def ranks(self, rule: str, subject: str, start_ms: int, end_ms: int) -> list[RankPoint]:
        """Return the mirrored conditions of start <= time < end, oldest first."""
        ...

    def rejections(
        self,
        *,
        reason: Reason | None = None,
        since: int | None = None,
        state: KeptState | None = None,
        limit: int | None = None,
    ) -> list[Kept]:
        """Return kept rejections received at `since` or later, newest first."""
        ...

    def rejected(self) -> dict[Reason, int]:
        """Return how many rejections are kept and not retried or resolved, by reason."""
        ...

    def retain(self, now_ms: int, keep_ms: int) -> None:
        """Give up what is older than `keep_ms`, where this store does that itself."""
        ...

    def close(self) -> None:
        """Free files and connections; the store is not used again."""
        ...
