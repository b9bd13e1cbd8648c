"""A case: one thing to be dealt with, from the first warning (or call) to its verified end.

A warning is moved by the detector alone, a case by people and by its orders. A recovery never
closes a case, and closing never hides a condition that still holds: that is a new case, which
follows the closed one.
"""

from enum import StrEnum
from hashlib import blake2b

import msgspec

from sentinel.domain.rank import Rank, Sight
from sentinel.warn.order import Order
from sentinel.warn.warning import EarlyWarning

SILENCED = "silence "
EXPLAINED = "explained by "
"""How `quiet` begins, before the id of a silence or of a case."""


class CaseState(StrEnum):
    """How far a case has come. Verifying closes it."""

    OPEN = "open"
    RESOLVED = "resolved"
    """Every order is: somebody else is to verify it."""
    CLOSED = "closed"
    MERGED = "merged"
    """Another case carries on for it."""


class Origin(StrEnum):
    """Who noticed."""

    DETECTED = "detected"
    REPORTED = "reported"
    """A call, a patrol, one voice: opened by hand."""
    FOLDED = "folded"
    """Many cases of one rule in one area, shown as one: it has no orders and no verdict of its
    own, and closes by itself when it unfolds."""


class Verdict(StrEnum):
    """What it turned out to be; a label for judging rules."""

    TRUE = "true"
    FALSE_ALARM = "false alarm"
    DUPLICATE = "duplicate"
    DRILL = "drill"
    TEST = "test"


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """How a case was closed."""

    verdict: Verdict
    reason: str
    by: str
    at: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What a case opened by hand says.

    source: `hotline`, `patrol`, `department`, `desk`. reference: The hotline's own number, so that
        the outcome can go back.
    """

    source: str
    text: str
    reference: str = ""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to be dealt with.

    area: Where. centre: Code of the area of the duty centre whose it is; `""` is the city's.
    department: Who is to act: a department, or the id of a unit; empty: the centre itself.
    rank, sight: The worst of its open warnings now; of a reported case as given. worst: The
        highest rank so far.
    warnings: Ids, oldest first. episodes: How often its condition began, at least 1.
    parent: The case into which this one is folded, or was merged. children: How many are folded
        into this one.
    follows: The closed case whose condition still held, or came back.
    quiet: Why nobody is told (`silence ID`, `explained by CASE`); empty: people are told.
    unmet: How many tasks no unit has: none looks after the area, or one gave its order back and
        nobody else was sent yet. While there are any, the case is open.
    verify_by: Until when it is to be verified; None while it is not resolved.
    climbed, next_at: As for an order: the clock of what waits for no unit (no order, verifying,
        the end of a silence).
    barred: Who may not verify it, because they resolved orders of cases merged into it.
    version: How many transitions it has been through; part of every notice key, and what a desk
        compares before it writes, so that two desks never both do one step.
    """

    id: str
    state: CaseState
    origin: Origin
    rule: str
    scenario: str
    subject: str
    area: str
    centre: str
    title: dict[str, str]
    instruction: dict[str, str]
    rank: Rank
    sight: Sight
    worst: Rank
    opened_at: int
    opened_by: str
    department: str = ""
    exercise: bool = False
    warnings: tuple[str, ...] = ()
    episodes: int = 1
    holds: bool = True
    report: Report | None = None
    parent: str = ""
    children: int = 0
    follows: str = ""
    quiet: str = ""
    unmet: int = 0
    resolved_at: int | None = None
    verify_by: int | None = None
    verified: Verified | None = None
    climbed: int = 0
    next_at: int | None = None
    barred: tuple[str, ...] = ()
    version: int = 1

    @property
    def is_live(self) -> bool:
        """Whether people have still to do something about it."""
        return self.state in {CaseState.OPEN, CaseState.RESOLVED}

    @property
    def weight(self) -> Rank:
        """The rank that terms go by: as it holds now or, once that has ended, as it was."""
        return self.rank if self.rank is not Rank.NONE else self.worst

    @property
    def silenced_by(self) -> str:
        """Id of the silence that keeps it quiet; empty: none does."""
        return self.quiet.removeprefix(SILENCED) if self.quiet.startswith(SILENCED) else ""

    @property
    def explained_by(self) -> str:
        """Id of the case that explains it; empty: none does."""
        return self.quiet.removeprefix(EXPLAINED) if self.quiet.startswith(EXPLAINED) else ""


class CaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """A case with what belongs to it: all that an act needs to know, and all that it may change.

    orders: By number, also those that are over. warnings: As they stand.
    """

    case: Case
    orders: tuple[Order, ...] = ()
    warnings: tuple[EarlyWarning, ...] = ()

    @property
    def active(self) -> tuple[Order, ...]:
        """The orders on which somebody has still to act."""
        return tuple(order for order in self.orders if order.is_active)


def case_id(warning: str, nth: int = 1) -> str:
    """Return the id of the `nth` case that a warning opens: the same at every desk and replay."""
    return blake2b(f"case\x00{warning}\x00{nth}".encode(), digest_size=12).hexdigest()


def order_id(case: str, number: int) -> str:
    """Return the id of a case's order number `number`, from 1."""
    return blake2b(f"order\x00{case}\x00{number}".encode(), digest_size=12).hexdigest()
