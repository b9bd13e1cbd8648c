# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Many cases of one rule in one area, shown and told as one; handled as before.

A parent is a case without orders. Its children keep owner, limits and state; who looks at one tier
sees the parent with the children there. Reds stay listed, and are told, one by one. When few are
left it unfolds.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sentinel.domain.area import Level
from sentinel.domain.person import is_inside
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.case import Case, CaseFile, CaseState, Origin, case_id
from sentinel.warn.city import City
from sentinel.warn.notice import Occasion
from sentinel.warn.outcome import Done
from sentinel.warn.route import centre_of
from sentinel.warn.step import Step
from sentinel.warn.telling import RULE
from sentinel.warn.terms import RuleTerms
from sentinel.warn.words import LANGUAGES, in_language, place


class Folded(msgspec.Struct, frozen=True, kw_only=True):
    """What folding changed. children: Those that joined or left; everything else of them stays."""

    done: Done
    children: tuple[Case, ...]


def fold_place(area: str, rule: RuleTerms) -> str | None:
    """Return the area into which a rule folds the cases of `area`; None: it does not.

    >>> fold_place("pudong/hq/g07", RuleTerms(rule="r", fold_into="district", fold_count=20))
    'pudong'
    """
    if not rule.fold_into:
        return None
    depth = Level[rule.fold_into.upper()].value
    parts = area.split("/") if area else []
    return "/".join(parts[:depth]) if len(parts) >= depth else None


def fold(
    rule: RuleTerms,
    where: str,
    cases: Iterable[Case],
    parent: CaseFile | None,
    subjects: int,
    now: int,
    city: City,
) -> Folded | None:
    """Fold, count again, or unfold the cases of a rule in an area; None: all is as it should be.

    Called once for each batch that touched one of them.

    where: As `fold_place` says. cases: The rule's live cases there, all real or all exercise.
    parent: The live parent there; None: there is none. subjects: How many subjects the rule judges
    there, for a share; 0: not known, so that only the count counts.
    """
    there = [case for case in cases if _counts(case, rule, where)]
    at = threshold(rule, subjects)
    if parent is not None:
        if at is None or len(there) * 2 < at:
            return _unfold(parent, there, now, city)
        return _count_again(parent, there, now, city)
    if at is None or len(there) < at:
        return None
    return _count_again(_parent(there, where, now, city), there, now, city)


def threshold(rule: RuleTerms, subjects: int) -> int | None:
    """Return from how many cases on a rule folds: the count or the share, whichever is fewer.

    Never less than two: one case is not many.
    """
    limits = [] if rule.fold_count is None else [rule.fold_count]
    if rule.fold_share is not None and subjects:
        limits.append(math.ceil(rule.fold_share * subjects))
    return max(2, min(limits)) if limits else None


def sum_of(there: Sequence[Case]) -> dict[str, Any]:
    """Return how a parent stands by these children, as fields of the case."""
    return {
        "children": len(there),
        "rank": max((case.rank for case in there), default=Rank.NONE),
        "worst": max((case.worst for case in there), default=Rank.NONE),
        "sight": max((case.sight for case in there), default=Sight.SEEN),
        "holds": any(case.holds for case in there),
        "episodes": sum(case.episodes for case in there) or 1,
    }


def title_of(parent: Case, there: Sequence[Case], city: City) -> dict[str, str]:
    """Return what a parent is called: where, how many, and the worst of them."""
    names, worst = place(parent.area, city), worst_of(there).title
    such = {language: in_language(worst, language) for language in LANGUAGES}
    return {
        "zh": f"{names['zh']}：{len(there)} 起同类，如“{such['zh']}”",
        "en": f"{names['en']}: {len(there)} alike, such as “{such['en']}”",
    }


def _counts(case: Case, rule: RuleTerms, where: str) -> bool:
    """A quiet case is neither told nor folded; a parent is none of its own children."""
    return (
        case.rule == rule.rule
        and case.is_live
        and not case.quiet
        and case.origin is Origin.DETECTED
        and is_inside(case.area, where)
    )


def _parent(there: Sequence[Case], where: str, now: int, city: City) -> CaseFile:
    """A new parent; its id comes of the children that made it, so that a later one is another."""
    first = min(there, key=lambda case: case.id)
    ids = "\x00".join(sorted(case.id for case in there))
    case = Case(
        id=case_id(f"folded\x00{first.rule}\x00{where}\x00{ids}"),
        state=CaseState.OPEN,
        origin=Origin.FOLDED,
        rule=first.rule,
        scenario=first.scenario,
        subject=where,
        area=where,
        centre=centre_of(where, city.duty).area,
        title={},
        instruction={},
        rank=Rank.NONE,
        sight=Sight.SEEN,
        worst=Rank.NONE,
        opened_at=now,
        opened_by=RULE.by,
        exercise=first.exercise,
        version=0,
    )
    return CaseFile(case=case)


def _count_again(parent: CaseFile, there: Sequence[Case], now: int, city: City) -> Folded | None:
    joining = [case for case in there if case.parent != parent.case.id]
    new = sum_of(there)
    new["worst"] = max(parent.case.worst, new["worst"])
    if not joining and all(getattr(parent.case, name) == value for name, value in new.items()):
        return None
    step = Step(parent, now, city, RULE)
    before = step.case
    step.change(**new)
    step.change(
        title=title_of(step.case, there, city),
        instruction=worst_of(there).instruction,
    )
    step.log("folded" if not before.children else "counted", children=len(there))
    if not before.children or step.case.rank > before.worst:
        step.tell_centre(Occasion.SUMMARY, step.case.centre)
    return Folded(done=step.done(), children=_moved_to(parent.case.id, joining))


def _unfold(parent: CaseFile, there: Sequence[Case], now: int, city: City) -> Folded:
    step = Step(parent, now, city, RULE)
    step.change(state=CaseState.CLOSED, children=0, rank=Rank.NONE, holds=False)
    step.log("unfolded", children=len(there))
    leaving = [case for case in there if case.parent == parent.case.id]
    return Folded(done=step.done(), children=_moved_to("", leaving))


def _moved_to(parent: str, cases: Iterable[Case]) -> tuple[Case, ...]:
    return tuple(
        msgspec.structs.replace(case, parent=parent, version=case.version + 1) for case in cases
    )


def worst_of(there: Sequence[Case]) -> Case:
    """Return the worst of these cases, the newest of those."""
    return max(there, key=lambda case: (case.rank, case.opened_at, case.id))
