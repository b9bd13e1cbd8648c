"""What the desk and its screens say."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter
from typing_extensions import override

from sentinel.observe.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsTaken(Event):
    """A batch of findings is in the desk's database.

    count: New ones. repeated: Those that were there already. opened: Warnings told for the
        first time, each with an order.
    """

    name: ClassVar[str] = "findings_taken"
    level: ClassVar[str] = "debug"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_findings_taken_total", "Findings taken for the first time"
    )
    count: int
    repeated: int
    opened: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsUnreadable(Event):
    """A row of the findings journal could not be read; its findings are not at the desk."""

    name: ClassVar[str] = "findings_unreadable"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_findings_unreadable_total", "Findings in rows that could not be read"
    )
    row: int
    count: int
    reason: str

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsGivenUp(Event):
    """Rows of the findings journal were given up before the desk had read them."""

    name: ClassVar[str] = "findings_given_up"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_findings_gaps_total", "Gaps met in the findings journal"
    )
    row: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeFailed(Event):
    """The desk could not read its journal or write its database; it tries again."""

    name: ClassVar[str] = "intake_failed"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_intakes_failed_total", "Batches that have to be tried again"
    )
    reason: str
    again_in_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone(Event):
    """Somebody did something with a case."""

    name: ClassVar[str] = "act_done"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_acts_total", "Acts of people on cases", ["act"]
    )
    labels: ClassVar[tuple[str, ...]] = ("act",)
    act: str
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRefused(Event):
    """Somebody wanted to do something with a case that they may not, or that does not fit."""

    name: ClassVar[str] = "act_refused"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_acts_refused_total", "Acts refused", ["code"]
    )
    labels: ClassVar[tuple[str, ...]] = ("code",)
    act: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksMinded(Event):
    """Clocks of cases had something to say: late orders, silences that ended, summaries."""

    name: ClassVar[str] = "clocks_minded"
    level: ClassVar[str] = "debug"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_clocks_total", "Cases and summaries whose time had come"
    )
    count: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class ClocksFailed(Event):
    """Clocks of cases could not be minded; they are tried again every second."""

    name: ClassVar[str] = "clocks_failed"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_clocks_failed_total", "Times from which on clocks could not be minded"
    )
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefused(Event):
    """A request was turned away before it reached the desk.

    reason: `foreign_origin`, `unknown_host`, `too_large`, `zero_byte` or `too_many_streams`.
    """

    name: ClassVar[str] = "request_refused"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_requests_refused_total", "Requests turned away", ["reason"]
    )
    labels: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str
    path: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailed(Event):
    """A request met a mistake of our own; the caller was told only that."""

    name: ClassVar[str] = "request_failed"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_desk_requests_failed_total", "Requests that met a mistake of our own"
    )
    path: str
    reason: str
