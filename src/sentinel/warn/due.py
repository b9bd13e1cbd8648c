"""Until when what must have happened, and when a clock next has something to say."""

from sentinel.domain.rank import Rank
from sentinel.warn.case import Case
from sentinel.warn.city import City
from sentinel.warn.order import Due, Order
from sentinel.warn.roster import is_manned, next_flip
from sentinel.warn.terms import RuleTerms

HOUR = 3_600_000
"""Between two steps up the tiers, for a rank of which `again` says nothing: never silence."""


def due_from(case: Case, now: int, city: City) -> Due:
    """Return the limits of an order dispatched (or of a rank risen) at `now`."""
    rule = city.rules.get(case.rule, RuleTerms(rule=case.rule))
    return Due(
        accept_by=_after(now, rule.accept, city.terms.accept, case.weight),
        resolve_by=_after(now, rule.resolve, city.terms.resolve, case.weight),
    )


def verify_by(case: Case, now: int, city: City) -> int | None:
    """Return until when a case resolved at `now` is to be verified."""
    return _after(now, {}, city.terms.verify, case.weight)


def again_at(case: Case, now: int, city: City) -> int:
    """Return when the next step up the tiers is due."""
    return now + city.terms.again.get(case.weight, HOUR)


def earliest(*instants: int | None) -> int | None:
    """Return the first of those that there are.

    >>> earliest(None, 7, 5), earliest(None)
    (5, None)
    """
    return min((instant for instant in instants if instant is not None), default=None)


def limit(order: Order) -> int | None:
    """Return by when what an order waits for must have happened; None: whenever."""
    if order.is_waiting and order.due.accept_by is not None:
        return order.due.accept_by
    return order.due.resolve_by


def roster_clock(order: Order, now: int, city: City) -> int | None:
    """Return when the roster of a waiting order's unit next runs dry, or has somebody again.

    Once somebody has it in hand, the end of a watch is no news: the people know.
    """
    if not order.is_waiting:
        return None
    unit = city.duty.units.get(order.unit)
    if is_manned(unit, now, city.duty.zone) is order.unmanned:
        return now
    return next_flip(unit, now, city.duty.zone)


def _after(now: int, own: dict[Rank, int], usual: dict[Rank, int], rank: Rank) -> int | None:
    span = own.get(rank, usual.get(rank))
    return None if span is None else now + span
