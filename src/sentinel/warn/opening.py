"""What the desk does when a warning is told, changes or ends; and when somebody opens a case."""

import msgspec

from sentinel.domain.rank import Sight
from sentinel.warn.acts import Actor, Open
from sentinel.warn.case import Case, CaseFile, CaseState, Origin, case_id
from sentinel.warn.city import City
from sentinel.warn.condition import is_open, refresh
from sentinel.warn.fitness import blank
from sentinel.warn.may import forbids_opening
from sentinel.warn.moving import tell_again, tell_change
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.route import centre_of
from sentinel.warn.starting import start
from sentinel.warn.step import Step
from sentinel.warn.telling import RULE
from sentinel.warn.warning import EarlyWarning

CAME_BACK = 86_400_000
"""For so long after its closing a case is followed by one of the same rule and subject: the same
unit goes, and sees what it did. Later it is a matter of its own; this summer's flood does not
follow last summer's."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk already has that a warning may belong to.

    file: The newest case that has this warning; None: none does.
    last: The newest case of the same rule, subject and exercise mark, or the one into which that
        was merged; None: there was none.
    parent: Id of the live parent into which the rule's cases there are folded; empty: they are not.
    """

    file: CaseFile | None = None
    last: CaseFile | None = None
    parent: str = ""


def told(warning: EarlyWarning, known: Known, now: int, city: City) -> Done | None:
    """Return what comes of a warning as it now stands; None: nothing that is new.

    Calling it again with the same warning does nothing. Nobody hears of one that is held back.
    """
    if warning.told is None:
        return None
    if known.file is not None and known.file.case.is_live:
        return _moved(known.file, warning, now, city)
    if known.file is not None and not is_open(warning):
        return None
    last = known.last
    if last is not None and _goes_on(last.case, warning):
        return _came_again(last, warning, now, city)
    return _opened(warning, known, now, city)


def open_by_hand(act: Open, key: str, actor: Actor, now: int, city: City) -> Done | Refused:
    """Return a reported case. key: Of the request or the hotline's call; twice is the same case."""
    refused = forbids_opening(act, actor, city) or blank(act.title)
    if refused:
        return refused
    case = Case(
        id=case_id(f"reported\x00{act.report.source}\x00{key}"),
        state=CaseState.OPEN,
        origin=Origin.REPORTED,
        rule="",
        scenario=act.scenario,
        subject="",
        area=act.area,
        centre=centre_of(act.area, city.duty).area,
        title=dict.fromkeys(("zh", "en"), act.title),
        instruction={},
        rank=act.rank,
        sight=Sight.SEEN,
        worst=act.rank,
        opened_at=now,
        opened_by=actor.by,
        department=act.department,
        exercise=act.exercise,
        report=act.report,
        version=0,
    )
    step = Step(CaseFile(case=case), now, city, actor)
    step.log("open", rank=act.rank.word, source=act.report.source)
    start(step)
    return step.done()


def _goes_on(last: Case, warning: EarlyWarning) -> bool:
    """An exercise joins exercises only; a parent has warnings through its children alone."""
    return last.is_live and last.exercise == warning.exercise and last.origin is not Origin.FOLDED


def _moved(file: CaseFile, warning: EarlyWarning, now: int, city: City) -> Done | None:
    if warning in file.warnings:
        return None
    step = Step(file, now, city, RULE)
    step.put(warning)
    before = refresh(step)
    _log(step, before, warning)
    tell_change(step, before)
    return step.done()


def _came_again(file: CaseFile, warning: EarlyWarning, now: int, city: City) -> Done:
    """The same case, a new episode."""
    step = Step(file, now, city, RULE)
    step.put(warning)
    step.change(episodes=step.case.episodes + 1)
    before = refresh(step)
    _log(step, before, warning, episode=step.case.episodes)
    if is_open(warning):
        tell_again(step, before)
    return step.done()


def _opened(warning: EarlyWarning, known: Known, now: int, city: City) -> Done:
    before = _just_closed(known, warning, now)
    seed = before.case.id if before and warning.id in before.case.warnings else warning.id
    case = Case(
        id=case_id(seed),
        state=CaseState.OPEN,
        origin=Origin.DETECTED,
        rule=warning.rule,
        scenario=warning.scenario,
        subject=warning.subject,
        area=warning.area,
        centre=centre_of(warning.area, city.duty).area,
        title=warning.title,
        instruction=warning.instruction,
        rank=warning.condition.rank,
        sight=warning.condition.sight,
        worst=warning.worst,
        opened_at=now,
        opened_by=RULE.by,
        department=warning.dispatch_to,
        exercise=warning.exercise,
        parent=known.parent,
        follows=before.case.id if before else "",
        version=0,
    )
    step = Step(CaseFile(case=case, warnings=(warning,)), now, city, RULE)
    refresh(step)
    step.log("open", warning=warning.id, rank=step.case.weight.word, follows=step.case.follows)
    start(step, Step(before, now, city).last_unit if before else None)
    return step.done()


def _just_closed(known: Known, warning: EarlyWarning, now: int) -> CaseFile | None:
    """The closed case that this one follows."""
    for file in (known.file, known.last):
        if file and file.case.verified and file.case.exercise == warning.exercise:
            its_own = warning.id in file.case.warnings
            if its_own or now - file.case.verified.at <= CAME_BACK:
                return file
    return None


def _log(step: Step, before: Case, warning: EarlyWarning, episode: int | None = None) -> None:
    condition = warning.condition
    step.log(
        "warned",
        warning=warning.id,
        number=condition.number,
        rank=step.case.rank.word,
        rank_before=before.rank.word,
        sight=condition.sight.name.lower(),
        ending=condition.ending.value if condition.ending else None,
        episode=episode,
    )
