"""An early warning: one condition of one subject, as told by its findings so far."""

from enum import StrEnum

import msgspec

from sentinel.domain.finding import Change, Ending, Finding
from sentinel.domain.rank import Rank, Sight


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """How a warning stood from one of its findings on.

    number: Of the finding that said so. since: When it was decided, the subject's clock.
    received_at: The listener's time at the decision; instants are milliseconds since 1970 UTC.
    blind_since: None while seen. ending: Set once the condition has ended.
    """

    number: int
    rank: Rank
    sight: Sight
    blind_since: int | None
    since: int
    received_at: int
    ending: Ending | None
    unjudged: tuple[str, ...] = ()


class Peak(msgspec.Struct, frozen=True, kw_only=True):
    """What was said when a warning first reached its worst rank.

    number: Of the finding that said it. at: When it was decided, the subject's clock.
    """

    rank: Rank
    number: int
    at: int
    title: dict[str, str]


class WarningState(StrEnum):
    """Where a warning stands."""

    HELD_BACK = "held back"
    """Only delayed findings so far: nobody is told before one that is not."""
    OPEN = "open"
    ENDED = "ended"
    NEVER_TOLD = "never told"
    """It ended while it was held back: kept, but nobody need ever hear of it."""


class EarlyWarning(msgspec.Struct, frozen=True, kw_only=True):
    """One warning, folded from findings; nobody but the detector moves it.

    told: The newest condition before the end that people may be told; None: held back so far.
    newest: The newest condition of all; newer than `told` while a delayed change is held back,
        and after the end.
    worst: The highest rank told so far; none while held back.
    told_at: The listener's time at the first finding that was told; None: held back so far.
    described_by: Of the finding whose words (`title`, `instruction`, `area`, `dispatch_to`)
        these are: whether it was told, whether it came before the end, its number.
    peak: As it was at its worst; None: held back so far, or kept by an older program.
    """

    id: str
    rule: str
    scenario: str
    subject: str
    onset: int
    exercise: bool
    area: str
    title: dict[str, str]
    instruction: dict[str, str]
    dispatch_to: str
    described_by: tuple[bool, bool, int]
    told: Condition | None
    newest: Condition
    worst: Rank
    told_at: int | None
    peak: Peak | None = None

    @property
    def condition(self) -> Condition:
        """How it stands for people: as told; but an end counts even if it was delayed."""
        if self.told is None or self.newest.ending is not None:
            return self.newest
        return self.told

    @property
    def said_at(self) -> int:
        """When what `title` says was so, the subject's clock."""
        return (self.told or self.newest).since

    @property
    def state(self) -> WarningState:
        """Where the warning stands for people."""
        ended = self.newest.ending is not None
        if self.told is None:
            return WarningState.NEVER_TOLD if ended else WarningState.HELD_BACK
        return WarningState.ENDED if ended else WarningState.OPEN

    @property
    def holds_back(self) -> bool:
        """Whether a delayed change waits to be confirmed."""
        return self.newest.ending is None and (
            self.told is None or self.newest.number > self.told.number
        )


def fold_finding(warning: EarlyWarning | None, finding: Finding) -> EarlyWarning:
    """Return the warning as it stands with one more of its findings; None: it is the first.

    A finding says the whole condition from then on, so the one with the highest number counts.
    In whatever order findings come, and however often, the same ones make the same warning; and
    one that is missing never holds back a later one: better a hole in the history than a red that
    nobody sees.
    """
    if warning is None:
        return _opened(finding)
    condition = _condition(finding)
    told = _is_told(finding)
    changes: dict[str, object] = {"newest": _newer(warning.newest, condition)}
    if told:
        changes |= {
            "told": _newer(warning.told, condition),
            "worst": max(warning.worst, finding.rank),
            "told_at": min(finding.received_at, warning.told_at or finding.received_at),
            "peak": _peak_of(warning, finding),
        }
    if _description_rank(finding) > warning.described_by:
        changes |= _description(finding)
    return msgspec.structs.replace(warning, **changes)


def _opened(finding: Finding) -> EarlyWarning:
    told = _is_told(finding)
    condition = _condition(finding)
    return EarlyWarning(
        id=finding.warning,
        rule=finding.rule,
        scenario=finding.scenario,
        subject=finding.subject,
        onset=finding.onset,
        exercise=finding.exercise,
        told=condition if told else None,
        newest=condition,
        worst=finding.rank if told else Rank.NONE,
        told_at=finding.received_at if told else None,
        peak=_peak(finding) if told else None,
        area=finding.area,
        title=finding.title,
        instruction=finding.instruction,
        dispatch_to=finding.dispatch_to,
        described_by=_description_rank(finding),
    )


def _is_told(finding: Finding) -> bool:
    """A delayed finding waits for a later one that is not; an end alone is no news."""
    if finding.ending is not None:
        return False
    return not finding.delayed or finding.change is Change.CONFIRMED


def _condition(finding: Finding) -> Condition:
    return Condition(
        number=finding.number,
        rank=finding.rank,
        sight=finding.sight,
        blind_since=finding.blind_since,
        since=finding.decided_at,
        received_at=finding.received_at,
        ending=finding.ending,
        unjudged=finding.unjudged,
    )


def _newer(known: Condition | None, condition: Condition) -> Condition:
    return condition if known is None or condition.number > known.number else known


def _peak(finding: Finding) -> Peak:
    return Peak(
        rank=finding.rank, number=finding.number, at=finding.decided_at, title=finding.title
    )


def _peak_of(warning: EarlyWarning, finding: Finding) -> Peak | None:
    """Of two as bad as one another the first, so that their order does not matter.

    A warning that an older program kept has a worst rank but no peak: what is less bad is none.
    """
    known, peak = warning.peak, _peak(finding)
    if known is None:
        return peak if peak.rank >= warning.worst else None
    return max(known, peak, key=lambda one: (one.rank, -one.number))


def _description_rank(finding: Finding) -> tuple[bool, bool, int]:
    """What people may be told first; then what was said while it held; then the newest."""
    return (_is_told(finding), finding.ending is None, finding.number)


def _description(finding: Finding) -> dict[str, object]:
    return {
        "described_by": _description_rank(finding),
        "area": finding.area,
        "title": finding.title,
        "instruction": finding.instruction,
        "dispatch_to": finding.dispatch_to,
    }
