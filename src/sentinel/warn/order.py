"""An order: one unit's task, from dispatch to what was done; moved by that unit and by timers."""

from enum import StrEnum

import msgspec

from sentinel.domain.rank import Rank


class OrderState(StrEnum):
    """How far an order has come."""

    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    ON_SITE = "on site"
    RESOLVED = "resolved"
    RETURNED = "returned"
    """The unit gave it back, with a reason; the clock of the case runs on."""
    WITHDRAWN = "withdrawn"
    """Reassigned, taken over, or its case merged: nobody need act on it."""


ACTIVE = frozenset({OrderState.DISPATCHED, OrderState.ACCEPTED, OrderState.ON_SITE})
"""Somebody has still to do something."""


class How(StrEnum):
    """The way in which an act reached the desk."""

    SCREEN = "screen"
    PHONE = "phone"
    RADIO = "radio"
    COMMAND = "command"
    API = "api"
    TIMER = "timer"
    RULE = "rule"


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """Until when what must have happened; milliseconds since 1970 UTC, None: no such limit."""

    accept_by: int | None = None
    resolve_by: int | None = None


class Deferral(msgspec.Struct, frozen=True, kw_only=True):
    """More time, asked for by the unit and granted by the tier that dispatched.

    until: The new time by which it is to be resolved. granted: None while nobody has answered.
    """

    reason: str
    until: int
    asked_by: str
    asked_at: int
    granted: bool | None = None
    answered_by: str = ""


class ChecklistItem(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a plan's order. text: By language. done_by: Empty while it is not done."""

    text: dict[str, str]
    done_by: str = ""
    done_at: int | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One unit's task.

    number: Of the orders of the case, from 1.
    why: The route that matched, or who sent it and their reason; for people, by language.
    centre: Code of the area of the duty centre that dispatched it: it grants, verifies, and is
        told first when time runs out.
    climbed: To how many tiers the lateness in the present state has been told.
    climb_at: When the next step up the tiers is due; None: there is no limit.
    next_at: When the clock of this order next has something to say (that step, or its unit's
        roster running dry); None: never.
    accepted_rank: The highest rank that someone has accepted or seen since; above it, it waits.
    rose_at: When the rank last rose above `accepted_rank`; None: it has not.
    unmanned: Nobody was on its unit's roster when its clock last looked, and this was told.
    accepted_for, resolved_for: Who called, if the desk entered it on their behalf.
    found, done, links: What the unit reports at the end; links to pictures.
    returns: How often orders of this case were given back before this one.
    """

    id: str
    case: str
    number: int
    unit: str
    department: str
    state: OrderState
    dispatched_at: int
    dispatched_by: str
    why: dict[str, str]
    centre: str
    due: Due = Due()
    climbed: int = 0
    climb_at: int | None = None
    next_at: int | None = None
    unmanned: bool = False
    accepted_at: int | None = None
    accepted_by: str = ""
    accepted_for: str = ""
    how: How | None = None
    accepted_rank: Rank | None = None
    rose_at: int | None = None
    on_site_at: int | None = None
    resolved_at: int | None = None
    resolved_by: str = ""
    resolved_for: str = ""
    found: str = ""
    done: str = ""
    links: tuple[str, ...] = ()
    deferral: Deferral | None = None
    checklist: tuple[ChecklistItem, ...] = ()
    returns: int = 0

    @property
    def is_active(self) -> bool:
        """Whether somebody has still to do something."""
        return self.state in ACTIVE

    @property
    def is_taken(self) -> bool:
        """Whether somebody has it in hand."""
        return self.state in {OrderState.ACCEPTED, OrderState.ON_SITE}

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for someone to accept it, or to see that its rank rose since."""
        return self.state is OrderState.DISPATCHED or (self.is_taken and self.rose_at is not None)
