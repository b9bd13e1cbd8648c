"""What a desk hands out: warnings with their orders, chosen and in order."""

from enum import StrEnum

import msgspec

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Rank
from sentinel.warn.order import Order
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

    least: Not below this rank. area: In it or below it; empty: anywhere. after: Not before here.
    """

    which: Which = Which.OPEN
    least: Rank = Rank.NONE
    area: str = ""
    limit: int = 100
    after: Place | None = None


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the audit trail."""

    at: int
    act: str
    by: str
    how: str
    detail: str


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """One warning with everything that belongs to it, findings by number, acts oldest first."""

    listed: Listed
    findings: list[Finding]
    acts: list[Act]


def place_of(listed: Listed) -> Place:
    """Return where a list stands after this line."""
    condition = listed.warning.condition
    return Place(rank=condition.rank, changed_at=condition.received_at, warning=listed.warning.id)
