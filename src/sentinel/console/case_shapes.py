"""What the API says of cases, their orders and what may be done to them."""

from typing import Literal

from sentinel.console.shapes import (
    ActShape,
    EpisodeShape,
    FindingShape,
    InputShape,
    Line,
    OrderShape,
    RankWord,
    Shape,
    SightWord,
    Words,
)

CaseWord = Literal["open", "resolved", "closed", "merged"]
OriginWord = Literal["detected", "reported", "folded"]
VerdictWord = Literal["true", "false alarm", "duplicate", "drill", "test"]


class CaseLine(Shape):
    """One case in a list.

    number: As people say it over the phone. state: `resolved` waits to be verified. origin:
    `reported` was opened by hand, `folded` stands for many of one rule in one area. rank: The one
    that terms go by; worst: the highest so far. holds: The condition lasts. episodes: How often it
    began. waits: Somebody has still to accept, to see a rise, or to be found. unmet: Tasks that no
    unit has. centre: Area of the duty centre whose it is. children: How many are folded into it, as
    far as the asker sees them; parent: the one into which it is folded, or was merged. follows: The
    closed case before it. quiet: Why nobody is told; quiet_by: which silence, or which case.
    orders: By number.
    """

    id: str
    number: str
    state: CaseWord
    origin: OriginWord
    rule: str
    scenario: str
    subject: str
    area: str
    place: Words
    centre: str
    department: str
    title: Words
    rank: RankWord
    worst: RankWord
    sight: SightWord
    opened_at: int
    opened_by: str
    changed_at: int
    exercise: bool
    holds: bool
    episodes: int
    children: int
    parent: str
    follows: str
    quiet: Literal["", "silence", "explained"]
    quiet_by: str
    waits: bool
    unmet: int
    next_at: int | None
    resolved_at: int | None
    verify_by: int | None
    verdict: VerdictWord | None
    orders: list[OrderShape]
    revision: int


class CasesShape(Shape):
    """A page of cases; `next` goes into `after` for the following one.

    total: How many the whole list has. revision: Changes after it come on the stream.
    """

    cases: list[CaseLine]
    total: int
    next: str | None
    revision: int


class ItemShape(Shape):
    """One step of a checklist; `done_by` is empty while it is not done."""

    text: Words
    done_by: str
    done_by_id: str
    done_at: int | None


class DeferralShape(Shape):
    """More time, asked for by the unit; `granted` is None while nobody has answered."""

    reason: str
    until: int
    asked_by: str
    asked_by_id: str
    asked_at: int
    granted: bool | None
    answered_by: str


class OrderDetail(OrderShape):
    """One unit's task, whole.

    why: The route that matched, or who sent it. centre: Area of the duty centre that sent it.
    accept_by, resolve_by: Until when; None: no limit. late: What has not happened in time.
    climbed: To how many tiers that was told. rose_at: When the rank rose above what was accepted.
    unmanned: Nobody was on the unit's roster. returns: How often the case's orders were given back.
    """

    department: str
    why: Words
    centre: str
    dispatched_by: str
    dispatched_by_id: str
    accept_by: int | None
    resolve_by: int | None
    late: Literal["", "accept", "resolve"]
    climbed: int
    unmanned: bool
    rose_at: int | None
    on_site_at: int | None
    resolved_at: int | None
    resolved_by: str
    resolved_by_id: str
    resolved_for: str
    found: str
    done: str
    links: tuple[str, ...]
    deferral: DeferralShape | None
    checklist: list[ItemShape]
    returns: int


class CaseWarning(Shape):
    """One warning of a case, with why it was raised and what to draw behind it."""

    warning: Line
    findings: list[FindingShape]
    missing: list[int]
    episodes: list[EpisodeShape]
    inputs: list[InputShape]


class ReportShape(Shape):
    """What somebody said who noticed it. reference: The hotline's own number."""

    source: str
    text: str
    reference: str


class VerifiedShape(Shape):
    """How a case was closed."""

    verdict: VerdictWord
    reason: str
    by: str
    by_id: str
    at: int


class OfferShape(Shape):
    """A button that this person may press now.

    do: The act's tag. order: Of which order; None: of the case. on_behalf: Only for somebody who
    called, who has to be named. choices: Of what the act names: verdicts, plans, centres that take
    over, steps of the checklist; empty where that is free.
    """

    do: str
    order: int | None
    on_behalf: bool
    choices: list[str]


class CaseDetail(Shape):
    """A case with everything that belongs to it.

    acts: Its trail, oldest first. children: Of a folded one, from red down; the first of them.
    may_accept_all: Whether `POST cases/{id}/accept_all` would find something to accept.
    """

    case: CaseLine
    instruction: Words
    report: ReportShape | None
    verified: VerifiedShape | None
    orders: list[OrderDetail]
    warnings: list[CaseWarning]
    acts: list[ActShape]
    children: list[CaseLine]
    offers: list[OfferShape]
    may_accept_all: bool


class SilenceShape(Shape):
    """Nobody is told of what it fits, up to a rank, until it ends.

    holds: It counts now; it may begin later. may_lift: Whether this person may end it.
    """

    id: str
    author: str
    author_id: str
    reason: str
    starts_at: int
    ends_at: int
    cap: RankWord
    area: str
    place: Words
    scenario: str
    subject: str
    out_of_service: bool
    lifted_at: int | None
    holds: bool
    may_lift: bool


class SilencesShape(Shape):
    """Those that count, or will, and touch what the asker sees."""

    silences: list[SilenceShape]
