"""What keeps a case quiet: a silence, or a case that explains it; and what ends that."""

from collections.abc import Iterable

from sentinel.domain.person import EVERYWHERE, is_inside
from sentinel.warn.case import EXPLAINED, SILENCED, Case, CaseFile
from sentinel.warn.city import City
from sentinel.warn.notice import Occasion
from sentinel.warn.outcome import Done
from sentinel.warn.silence import Silence
from sentinel.warn.step import Step
from sentinel.warn.telling import RULE
from sentinel.warn.terms import RuleTerms

LOOK_AGAIN = 900_000
"""How often an explained case looks whether it still is, should nobody have woken it."""


def why_quiet(case: Case, now: int, city: City) -> str:
    """Return what keeps a case quiet at its rank, as its `quiet` says it; empty: nothing does.

    A rank above the silence's cap, or above the case that explains it, breaks through.
    """
    silence = silence_for(case, city.silences, now)
    if silence is not None:
        return f"{SILENCED}{silence.id}"
    for other in city.cases.values():
        if explains(other.case, case, city):
            return f"{EXPLAINED}{other.case.id}"
    return ""


def silence_for(case: Case, silences: Iterable[Silence], now: int) -> Silence | None:
    """Return the silence that quiets a case now; of several, the one that ends last."""
    fitting = [
        silence
        for silence in silences
        if silence.holds_at(now)
        and case.weight <= silence.cap
        and silence.fits(area=case.area, scenario=case.scenario, subject=case.subject)
    ]
    return max(fitting, key=lambda silence: (silence.until, silence.id), default=None)


def explains(other: Case, case: Case, city: City) -> bool:
    """Return whether `other` is of a rule that explains the case's, raised in the same area.

    The same area: one lies in the other (a gauge's grid, the street around it). A case that is
    itself quiet, or that is no longer raised, explains nothing: somebody must be told of one.
    """
    named = city.rules.get(other.rule, RuleTerms(rule=other.rule)).explains
    return (
        case.rule in named
        and other.is_live
        and other.holds
        and not other.quiet
        and other.exercise == case.exercise
        and other.rank >= case.weight
        and _is_same_place(other.area, case.area)
    )


def _is_same_place(one: str, two: str) -> bool:
    if EVERYWHERE in {one, two}:
        return one == two
    return is_inside(one, two) or is_inside(two, one)


def hush(step: Step, why: str) -> None:
    """Keep the case quiet, and set its clock to when that ends."""
    until = next((s.until for s in step.city.silences if f"{SILENCED}{s.id}" == why), None)
    if why != step.case.quiet:
        step.log("quieted", why=why, until=until)
    step.change(quiet=why, climbed=0, next_at=until or step.now + LOOK_AGAIN)


def look_again(step: Step, occasion: Occasion) -> None:
    """Keep a quiet case quiet, if anything still does; else tell of it."""
    why = why_quiet(step.case, step.now, step.city)
    if why:
        hush(step, why)
    else:
        speak(step, occasion)


def wake(file: CaseFile, now: int, city: City) -> Done | None:
    """Tell of a quiet case that nothing keeps quiet any more; None: something does, as before.

    Called when a silence ends or is lifted, and when the case that explains this one is closed or
    no longer raised; `city.cases` has those that may explain it. What still holds is dispatched and
    told. What does not is not told, but waits to be verified: a recovery never closes a case.
    """
    if not file.case.quiet or why_quiet(file.case, now, city) == file.case.quiet:
        return None
    step = Step(file, now, city, RULE)
    look_again(step, Occasion.SILENCE_ENDED)
    return step.done()


def speak(step: Step, occasion: Occasion) -> None:
    """End the quiet of the case."""
    step.log("spoke", why=step.case.quiet)
    step.change(quiet="", climbed=0, next_at=None)
    if step.case.holds:
        step.send(step.case.department, occasion)
    else:
        step.await_verdict()
