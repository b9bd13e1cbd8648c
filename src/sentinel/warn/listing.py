"""What a desk hands out: warnings with their orders, chosen and in order."""

from enum import StrEnum

import msgspec

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Rank
from sentinel.warn.case import CaseFile
from sentinel.warn.order import Order
from sentinel.warn.trail import Entry
from sentinel.warn.warning import EarlyWarning


class Which(StrEnum):
    """Which warnings a list is of."""

    OPEN = "open"
    WAITING = "waiting"
    """Open, and nobody has accepted it at this rank."""
    ENDED = "ended"
    HELD_BACK = "held_back"
    ALL = "all"
    """Everything that was told."""


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list.

    order: None while the warning is held back.
    revision: Of its last change; changes of all warnings are numbered in one growing row.
    """

    warning: EarlyWarning
    order: Order | None
    revision: int


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a list stopped, so that the next page can go on after it."""

    rank: Rank
    changed_at: int
    warning: str


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """Which warnings are asked for; the list runs from red down, newest change first.

    least: Not below this rank; of an ended one its worst counts. seen: Areas that the asker may
        see; `("",)` is everything. area: In it or below it; empty: anywhere. after: Where the page
        before ended.
    """

    which: Which = Which.OPEN
    least: Rank = Rank.NONE
    seen: tuple[str, ...] = ("",)
    area: str = ""
    limit: int = 100
    after: Place | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the trail, as a case shows it."""

    number: int
    at: int
    entry: Entry


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """One warning with everything that belongs to it.

    findings: By number. trail: Of its case, oldest first. case: Empty while it is held back.
    """

    listed: Listed
    findings: list[Finding]
    trail: list[Told]
    case: str = ""


class Queue(StrEnum):
    """Which cases a list is of."""

    LIVE = "live"
    WAITING = "waiting"
    """Somebody has still to accept, to see a rise, or to be found."""
    IN_HAND = "in_hand"
    """Accepted, and not yet resolved."""
    TO_VERIFY = "to_verify"
    QUIET = "quiet"
    CLOSED = "closed"
    ALL = "all"


class ChosenCases(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases are asked for; the list runs from red down, newest change first.

    seen: Areas that the asker may see; `("",)` is everything. area: In it or below it.
    unit: With an order of this unit that is not over. parent: Folded into this case; None: those
        that stand by themselves, and every red. exercise: None: real ones and drills.
    """

    queue: Queue = Queue.LIVE
    seen: tuple[str, ...] = ("",)
    area: str = ""
    least: Rank = Rank.NONE
    unit: str = ""
    scenario: str = ""
    parent: str | None = None
    exercise: bool | None = None
    limit: int = 100
    after: Place | None = None


class ListedCase(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a list of cases. changed_at: Of its last transition, the desk's time."""

    file: CaseFile
    changed_at: int
    revision: int

    @property
    def place(self) -> Place:
        """Where a list stands after this line."""
        case = self.file.case
        return Place(rank=case.weight, changed_at=self.changed_at, warning=case.id)


class OpenedCase(msgspec.Struct, frozen=True, kw_only=True):
    """One case with everything that belongs to it.

    findings: Of its warnings, by warning and number. trail: Oldest first. children: Of a folded
        one, ids.
    """

    listed: ListedCase
    findings: list[Finding]
    trail: list[Told]
    children: list[str] = []


def place_of(listed: Listed) -> Place:
    """Return where a list stands after this line."""
    condition = listed.warning.condition
    return Place(rank=condition.rank, changed_at=condition.received_at, warning=listed.warning.id)
