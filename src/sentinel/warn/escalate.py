"""What a clock does: whoever is late is told, then the tier above, again and again at the top."""

from sentinel.domain.rank import Rank
from sentinel.warn.case import CaseFile, CaseState
from sentinel.warn.city import City
from sentinel.warn.due import again_at, earliest
from sentinel.warn.duty import Centre
from sentinel.warn.notice import Audience, Occasion
from sentinel.warn.order import Order
from sentinel.warn.outcome import Done
from sentinel.warn.quiet import look_again
from sentinel.warn.route import centres_around
from sentinel.warn.step import Step
from sentinel.warn.telling import TIMER


def next_at(file: CaseFile) -> int | None:
    """Return when `overdue` next has something to do, milliseconds since 1970 UTC; None: never."""
    if not file.case.is_live:
        return None
    return earliest(file.case.next_at, *(order.next_at for order in file.active))


def overdue(file: CaseFile, now: int, city: City) -> Done | None:
    """Return what the clocks of a case have to say at `now`; None: nothing yet.

    However late it is called (the desk was down), each lateness goes one step up, not many at once.
    """
    at = next_at(file)
    if at is None or at > now:
        return None
    step = Step(file, now, city, TIMER)
    for order in file.active:
        if order.next_at is not None and order.next_at <= now:
            _order(step, order)
    if file.case.next_at is not None and file.case.next_at <= now:
        _case(step)
    return step.done()


def _order(step: Step, order: Order) -> None:
    step.mind_roster(order.number)
    if order.climb_at is None or order.climb_at > step.now:
        return
    occasion = Occasion.NOT_RESOLVED
    if order.is_waiting and order.due.accept_by is not None:
        occasion = Occasion.NOT_ACCEPTED
        step.tell(occasion, Audience.UNIT, order.unit, order)
    centre = _tier(step, order.centre, order.climbed)
    step.tell_centre(occasion, centre.area, order)
    step.log("escalated", order.number, to=centre.area, why=occasion.value, nth=order.climbed + 1)
    again = again_at(step.case, step.now, step.city)
    step.set(order.number, climbed=order.climbed + 1, climb_at=again)


def _case(step: Step) -> None:
    if step.case.quiet:
        look_again(step, Occasion.SILENCE_ENDED)
    elif step.case.state is CaseState.RESOLVED:
        _climb(step, Occasion.NOT_VERIFIED, None)
    else:
        _climb(step, Occasion.NO_UNIT, Rank.RED)


def _climb(step: Step, occasion: Occasion, rank: Rank | None) -> None:
    case = step.case
    centre = _tier(step, case.centre, case.climbed)
    step.tell_centre(occasion, centre.area, rank=rank)
    step.log("escalated", to=centre.area, why=occasion.value, nth=case.climbed + 1)
    step.change(climbed=case.climbed + 1, next_at=again_at(case, step.now, step.city))


def _tier(step: Step, area: str, climbed: int) -> Centre:
    """The dispatching centre first, then each one above it; at the top again and again."""
    tiers = centres_around(area, step.city.duty)
    return tiers[min(climbed, len(tiers) - 1)]
