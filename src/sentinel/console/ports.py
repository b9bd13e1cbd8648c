"""What pages and API need from others, handed in by `sentinel.app`."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sentinel.console.people import PeopleDesk
from sentinel.console.publish_ports import PublicationDesk
from sentinel.detect.program import Program
from sentinel.domain.clock import Clock
from sentinel.domain.person import Person
from sentinel.domain.registry import Registry
from sentinel.publish.sensorthings.series import ReadSeries
from sentinel.warn.acts import Act, Actor, Open
from sentinel.warn.case import Case, CaseFile
from sentinel.warn.city import City as Handling
from sentinel.warn.listing import (
    Chosen,
    ChosenCases,
    Listed,
    ListedCase,
    Opened,
    OpenedCase,
)
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.picture import Tally
from sentinel.warn.records import AskedLines, AskedMessages, KeptMessage, TrailLine
from sentinel.warn.roster import Signed
from sentinel.warn.silence import Silence
from sentinel.warn.trail import Entry
from sentinel.warn.warning import EarlyWarning


class WarningDesk(Protocol):
    """Warnings at the desk; any thread may call. `seen`: areas that the asker sees."""

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

    def changes(self, after: int, limit: int, seen: Sequence[str]) -> list[Listed]:
        """Return warnings changed after a revision, each once, in order of change."""
        ...

    def tallies(self, seen: Sequence[str]) -> list[Tally]:
        """Return the open warnings of each area in numbers."""
        ...


class CaseDesk(Protocol):
    """Cases at the desk, and what people do to them; any thread may call."""

    def cases(self, chosen: ChosenCases) -> list[ListedCase]:
        """Return the chosen cases, from red down, newest change first."""
        ...

    def count_cases(self, chosen: ChosenCases) -> int:
        """Return how many are chosen, whatever the limit."""
        ...

    def case(self, case: str) -> OpenedCase | None:
        """Return one case with all that belongs to it; None if there is none."""
        ...

    def changed_cases(self, after: int, limit: int, seen: Sequence[str]) -> list[ListedCase]:
        """Return cases changed after a revision, each once, in order of change."""
        ...

    def do(self, case: str, act: Act, actor: Actor, person: Person) -> Done | Refused:
        """Do one act on a case, once, or say why not."""
        ...

    def accept_all(self, parent: str, actor: Actor, person: Person) -> Done | Refused:
        """Accept in one act what waits below a folded parent."""
        ...

    def open(self, wanted: Open, key: str, actor: Actor, person: Person) -> Done | Refused:
        """Open a case by hand; the same key again gives the same case."""
        ...

    def silence(self, wanted: Silence, actor: Actor, person: Person) -> Silence | Refused:
        """Make a silence."""
        ...

    def lift(self, silence: str, reason: str, actor: Actor, person: Person) -> Silence | Refused:
        """End a silence early."""
        ...

    def sign_for(self, unit: str, actor: Actor, person: Person) -> Entry | Refused:
        """Sign, coming on duty, for the list of a unit."""
        ...

    def silences(self) -> tuple[Silence, ...]:
        """Return the silences that count now, or will."""
        ...

    def signed(self) -> frozenset[Signed]:
        """Return who has signed for which watch lately."""
        ...


class DutyDesk(WarningDesk, CaseDesk, Protocol):
    """The desk."""


class Records(Protocol):
    """What the desk remembers; any thread may call. `seen`: areas that the asker sees."""

    def lines(self, asked: AskedLines) -> list[TrailLine]:
        """Return lines of the trail, newest first."""
        ...

    def messages(self, asked: AskedMessages) -> list[KeptMessage]:
        """Return messages, newest first."""
        ...

    def verified(self, seen: Sequence[str]) -> list[Case]:
        """Return the closed cases, newest first, without what belongs to them."""
        ...

    def opened(self, since: int, until: int, seen: Sequence[str]) -> Iterator[CaseFile]:
        """Yield the cases opened in since <= time < until."""
        ...

    def open_warnings(self, seen: Sequence[str]) -> list[EarlyWarning]:
        """Return all open warnings."""
        ...

    def people(self) -> list[Person]:
        """Return all users who may sign in."""
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

    handling: Who is where, how long things may take: what the desk itself goes by; cheap.
    city: What is in force now; None before the first bundle.
    """

    desk: DutyDesk
    people: PeopleDesk
    publications: PublicationDesk
    records: Records
    handling: Callable[[], Handling]
    city: Callable[[], City | None]
    readings: ReadSeries
    status: StatusReader
    clock: Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one server lets callers do.

    hosts: Names by which it may be called, besides loopback's.
    secure: Sessions go over HTTPS only, even if it seems to be HTTP.
    site: Where others reach this server, for feeds; empty: as each caller named it.
    body_bytes: Of one request. streams: Open at once.
    heartbeat_seconds: Between signs of life on a stream. look_seconds: Between looks for changes.
    send_seconds: A stream whose client takes nothing for so long is closed.
    """

    hosts: tuple[str, ...] = ()
    secure: bool = False
    site: str = ""
    body_bytes: int = 64 * 1024
    streams: int = 200
    heartbeat_seconds: float = 5.0
    look_seconds: float = 0.25
    send_seconds: float = 20.0
