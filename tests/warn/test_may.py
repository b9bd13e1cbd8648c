import msgspec
import pytest

from sentinel.warn.acts import (
    Accept,
    Act,
    Actor,
    AnswerDefer,
    Dispatch,
    Link,
    Merge,
    Note,
    Reassign,
    Reopen,
    Resolve,
    RunPlan,
    TakeOver,
    Urge,
    Verify,
)
from sentinel.warn.case import CaseFile, Verdict
from sentinel.warn.handling import Code, Refused, do
from sentinel.warn.order import How
from tests.warn.town import CITY, NOW, acted, after, did, only, opened, refused

EVERYBODY = ("zhang", "wu", "hao", "olga", "petra", "sun", "carl", "vera")


def allowed(file: CaseFile, act: Act) -> list[str]:
    """Who is not refused for who they are."""
    answers = {name: acted(file, name, act) for name in EVERYBODY}
    return [
        name
        for name, answer in answers.items()
        if not (isinstance(answer, Refused) and answer.code is Code.FORBIDDEN)
    ]


@pytest.mark.parametrize(
    ("act", "people"),
    [
        (Accept(order=1), ["zhang", "hao"]),
        (Note(text="x"), ["zhang", "hao", "olga", "petra", "sun", "carl"]),
        (Dispatch(unit="fire-city"), ["olga", "petra", "sun", "carl"]),
        (RunPlan(plan="x"), ["olga", "petra", "sun", "carl"]),
        (Merge(into="x"), ["olga", "petra", "sun", "carl"]),
        (Link(warning="x"), ["olga", "petra", "sun", "carl"]),
        (AnswerDefer(order=1, granted=True), ["olga", "petra", "sun", "carl"]),
        (Reassign(order=1, unit="fire-city", reason="x"), ["olga", "petra", "sun", "carl"]),
        (Urge(reason="x"), ["sun", "carl"]),
        (TakeOver(centre="pudong", reason="x"), ["sun", "carl"]),
        (TakeOver(centre="", reason="x"), ["carl"]),
        (Verify(verdict=Verdict.TRUE), ["olga", "petra", "sun", "carl"]),
        (Reopen(reason="x"), ["olga", "petra", "sun", "carl"]),
    ],
)
def test_who_may_do_what_to_an_order_of_the_street(act: Act, people: list[str]) -> None:
    assert allowed(opened().file, act) == people


def test_nobody_is_above_the_city_so_its_own_supervisors_urge_there() -> None:
    assert allowed(opened(area="").file, Urge(reason="x")) == ["carl"]


def test_after_it_went_up_a_tier_the_lower_centre_no_longer_decides() -> None:
    file = did(opened().file, "sun", TakeOver(centre="pudong", reason="x")).file

    assert allowed(file, Dispatch(unit="fire-city")) == ["petra", "sun", "carl"]
    assert allowed(file, Urge(reason="x")) == ["carl"]


def test_the_operators_of_a_centre_work_on_its_own_orders() -> None:
    file = opened(dispatch_to="").file

    assert allowed(file, Accept(order=1)) == ["olga", "petra", "sun", "carl"]


def test_who_acts_for_others_says_for_whom_and_how() -> None:
    file = opened().file

    assert refused(file, "olga", Accept(order=1)).startswith("you are not of this unit")
    assert refused(file, "olga", Accept(order=1), on_behalf_of="zhang").startswith("on somebody's")
    assert refused(file, "vera", Accept(order=1), on_behalf_of="z", how=How.PHONE) == (
        "this order is not your unit's"
    )
    colleague = did(file, "zhang", Accept(order=1), on_behalf_of="li", how=How.RADIO)
    assert only(colleague.file).accepted_for == "li"


def test_nobody_acts_under_another_name() -> None:
    answer = do(opened().file, Accept(order=1), Actor(by="zhang"), NOW, CITY)

    assert isinstance(answer, Refused)
    assert answer.code is Code.FORBIDDEN


def test_a_member_of_a_unit_that_is_no_longer_known_has_no_part() -> None:
    file = opened().file
    order = file.orders[0]
    gone = msgspec.structs.replace(file, orders=(msgspec.structs.replace(order, unit="gone"),))

    assert allowed(gone, Accept(order=1)) == ["hao"]


def test_an_order_of_another_area_is_not_the_units() -> None:
    file = after(opened().file, ("olga", Dispatch(unit="fire-city")))

    assert allowed(file, Resolve(order=2, found="a", done="b")) == []
