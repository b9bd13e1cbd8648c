"""What pages and API need from others, handed in by `sentinel.app`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import Program
from sentinel.domain.clock import Clock
from sentinel.domain.registry import Registry
from sentinel.warn.listing import Chosen, Listed, Opened
from sentinel.warn.order import AlreadyAccepted, How, Order
from sentinel.warn.picture import Tally


class WarningDesk(Protocol):
    """The desk; any thread may call."""

    @property
    def revision(self) -> int:
        """The number of the last change; cheap."""
        ...

    def warnings(self, chosen: Chosen) -> list[Listed]:
        """Return the chosen warnings, from red down, newest change first."""
        ...

    def count(self, chosen: Chosen) -> int:
        """Return how many are chosen, whatever the limit."""
        ...

    def warning(self, warning: str) -> Opened | None:
        """Return one warning with all that belongs to it; None if there is none."""
        ...

    def changes(self, after: int, limit: int) -> list[Listed]:
        """Return warnings changed after a revision, each once, in order of change."""
        ...

    def tallies(self) -> list[Tally]:
        """Return the open warnings of each area in numbers."""
        ...

    def accept(self, warning: str, *, by: str, how: How) -> Order | AlreadyAccepted | None:
        """Accept a warning's order, once; None: there is no such order."""
        ...


class City(Protocol):
    """What is in force: a `bundle.Bundle` is one."""

    @property
    def hash(self) -> str:
        """The name that findings give the bundle they were made with."""
        ...

    @property
    def registry(self) -> Registry:
        """Areas, devices, metrics."""
        ...

    @property
    def programs(self) -> Sequence[Program]:
        """The rules."""
        ...

    @property
    def zone(self) -> str:
        """IANA name of the city's time zone."""
        ...


class Series(Protocol):
    """Readings of one sensor, oldest first; `store.StoredReadings` is one."""

    @property
    def time(self) -> NDArray[np.int64]:
        """Milliseconds since 1970 UTC."""
        ...

    @property
    def value(self) -> NDArray[np.float64]:
        """Canonical unit; NaN where a state was unknown."""
        ...

    @property
    def quality(self) -> NDArray[np.uint8]:
        """`Quality`."""
        ...


class ReadingsReader(Protocol):
    """The store, asked for a chart."""

    def __call__(
        self, device: str, metric: str, start_ms: int, end_ms: int, limit: int | None = None
    ) -> Series:
        """Return the readings of start <= time < end; of more than `limit`, the newest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceState:
    """How one service of the system is.

    service: `listen`, `detect`, `record`, `desk`, or another part's name.
    state: `ok`, or what is wrong in a plain sentence. words: The same by language.
    lag_seconds: How far it is behind what it reads; None where that means nothing.
    """

    service: str
    state: str = "ok"
    words: dict[str, str] = field(default_factory=dict)
    lag_seconds: float | None = None


StatusReader = Callable[[], Sequence[ServiceState]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything that pages and API are made of.

    city: What is in force now; None before the first bundle.
    """

    desk: WarningDesk
    city: Callable[[], City | None]
    readings: ReadingsReader
    status: StatusReader
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one server lets callers do.

    hosts: Names by which it may be called, besides loopback's.
    body_bytes: Of one request. streams: Open at once.
    heartbeat_seconds: Between signs of life on a stream. look_seconds: Between looks for changes.
    send_seconds: A stream whose client takes nothing for so long is closed.
    """

    hosts: tuple[str, ...] = ()
    body_bytes: int = 64 * 1024
    streams: int = 200
    heartbeat_seconds: float = 5.0
    look_seconds: float = 0.25
    send_seconds: float = 20.0
