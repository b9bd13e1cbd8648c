from collections.abc import Callable

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Rank
from sentinel.warn.order import AlreadyAccepted, How, Order, OrderState, accept, dispatch
from sentinel.warn.warning import fold_finding

Build = Callable[..., Finding]


def dispatched(finding: Build) -> Order:
    return dispatch(fold_finding(None, finding(dispatch_to="water-affairs")), at=5_000)


def test_an_order_goes_to_the_unit_that_the_rule_names(finding: Build) -> None:
    order = dispatched(finding)

    assert (order.unit, order.state) == ("water-affairs", OrderState.DISPATCHED)


def test_whoever_accepts_is_kept_with_the_rank_that_was_seen(finding: Build) -> None:
    order = accept(dispatched(finding), by="Wang Fang", how=How.PHONE, rank=Rank.RED, at=6_000)

    assert isinstance(order, Order)
    assert order.state is OrderState.ACCEPTED
    assert (order.accepted_by, order.how, order.accepted_at) == ("Wang Fang", How.PHONE, 6_000)
    assert order.accepted_rank is Rank.RED


def test_a_second_acceptance_says_who_was_first(finding: Build) -> None:
    first = accept(dispatched(finding), by="Wang", how=How.SCREEN, rank=Rank.RED, at=6_000)
    assert isinstance(first, Order)

    second = accept(first, by="Li", how=How.SCREEN, rank=Rank.RED, at=7_000)

    assert second == AlreadyAccepted(order=first)


def test_a_rise_after_acceptance_can_be_seen_once_and_the_order_stays(finding: Build) -> None:
    first = accept(dispatched(finding), by="Wang", how=How.SCREEN, rank=Rank.BLUE, at=6_000)
    assert isinstance(first, Order)

    seen = accept(first, by="Li", how=How.SCREEN, rank=Rank.RED, at=7_000)
    assert isinstance(seen, Order)
    again = accept(seen, by="Zhao", how=How.SCREEN, rank=Rank.RED, at=8_000)

    assert (seen.accepted_by, seen.accepted_at, seen.accepted_rank) == ("Wang", 6_000, Rank.RED)
    assert again == AlreadyAccepted(order=seen)
