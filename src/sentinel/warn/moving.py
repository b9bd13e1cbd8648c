"""What people are told when the condition of a case that they have changes."""

import msgspec

from sentinel.domain.rank import Rank, Sight
from sentinel.warn.case import Case, CaseState
from sentinel.warn.due import due_from, earliest
from sentinel.warn.notice import Audience, Occasion
from sentinel.warn.order import Due, Order
from sentinel.warn.quiet import look_again, silence_for
from sentinel.warn.starting import reopen
from sentinel.warn.step import Step

BLIND_FROM = Rank.ORANGE
"""From this rank on, the loss of sight of a case in hand is told: who stands at the river must
not trust a reading that no longer comes. Below it, screens show it."""


def tell_change(step: Step, before: Case) -> None:
    """Tell what changed since `before`; a silence keeps it back, a rank above its cap does not."""
    if step.case.quiet:
        look_again(step, Occasion.DISPATCHED)
    elif silence_for(step.case, step.city.silences, step.now) is None:
        _tell(step, before)


def tell_again(step: Step, before: Case) -> None:
    """Tell that the condition began again before the case was resolved, or verified."""
    if step.case.quiet:
        look_again(step, Occasion.DISPATCHED)
    elif step.case.state is CaseState.RESOLVED:
        reopen(step, Occasion.REOPENED)
    elif silence_for(step.case, step.city.silences, step.now) is None:
        rose = _rise(step, before)
        for order in step.active:
            if order.number not in rose:
                step.tell(Occasion.AGAIN, Audience.UNIT, order.unit, order)


def _tell(step: Step, before: Case) -> None:
    case = step.case
    if case.rank > before.rank and case.state is CaseState.RESOLVED:
        reopen(step, Occasion.REOPENED)
        return
    if case.rank > before.rank:
        _rise(step, before)
    if case.sight is Sight.BLIND and before.sight is Sight.SEEN and case.weight >= BLIND_FROM:
        step.tell_units(Occasion.BLIND)
    if before.holds and not case.holds:
        step.tell_units(Occasion.ENDED)


def _rise(step: Step, before: Case) -> set[int]:
    """Tell who has to know of a higher rank; return the numbers of their orders."""
    told = [order for order in step.active if _is_news(order, step.case, before)]
    for order in told:
        _raise(step, order)
    if step.case.unmet and step.case.rank > before.worst:
        step.tell_centre(Occasion.NO_UNIT, step.case.centre, rank=Rank.RED)
    return {order.number for order in told}


def _is_news(order: Order, case: Case, before: Case) -> bool:
    """Above what was accepted or, while nobody has accepted, above all that was told so far."""
    if order.is_taken and order.accepted_rank is not None:
        return case.rank > max(order.accepted_rank, before.rank)
    return case.rank > before.worst


def _raise(step: Step, order: Order) -> None:
    """New due times, never later than the old ones."""
    new = due_from(step.case, step.now, step.city)
    due = Due(
        accept_by=new.accept_by if order.is_taken else earliest(order.due.accept_by, new.accept_by),
        resolve_by=earliest(order.due.resolve_by, new.resolve_by),
    )
    rose_at = step.now if order.is_taken else None
    order = step.turn(order.number, due=due, rose_at=rose_at)
    step.log("rose", order.number, rank=step.case.rank.word, due=msgspec.to_builtins(due))
    step.tell(Occasion.ROSE, Audience.UNIT, order.unit, order)
    step.mind_roster(order.number)
