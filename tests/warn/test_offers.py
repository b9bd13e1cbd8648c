import msgspec

from sentinel.warn.acts import Accept, OnSite, Resolve
from sentinel.warn.case import CaseFile
from sentinel.warn.offers import Offer, offers
from sentinel.warn.order import ChecklistItem
from sentinel.warn.plan import Plan
from tests.warn.town import CITY, PEOPLE, after, opened


def buttons(file: CaseFile, name: str) -> list[str]:
    plan = Plan(id="p", title={}, orders=())
    city = msgspec.structs.replace(CITY, person=PEOPLE[name], plans={"p": plan})
    return [f"{one.do}{'*' * one.on_behalf}" for one in offers(file, city)]


def test_a_unit_sees_the_buttons_of_its_order() -> None:
    file = opened().file

    assert buttons(file, "zhang") == ["accept", "on_site", "resolve", "return", "defer", "note"]
    taken = after(file, ("zhang", Accept(order=1)), ("zhang", OnSite(order=1)))
    assert buttons(taken, "zhang") == ["resolve", "return", "defer", "note"]


def test_the_desk_sees_what_it_decides_and_what_it_does_for_who_calls() -> None:
    assert buttons(opened().file, "olga") == [
        "accept*", "on_site*", "resolve*", "return*", "defer*", "reassign",
        "note", "dispatch", "merge", "link", "plan",
    ]  # fmt: skip


def test_a_higher_tier_urges_and_takes_over() -> None:
    assert {"urge", "take_over"} <= set(buttons(opened().file, "sun"))
    assert "take_over" not in buttons(opened(area="").file, "carl")


def test_a_viewer_has_no_buttons() -> None:
    assert buttons(opened().file, "vera") == []


def test_who_resolved_it_is_not_offered_the_verdict() -> None:
    file = after(opened(dispatch_to="").file, ("olga", Resolve(order=1, found="a", done="b")))

    assert "verify" not in buttons(file, "olga")
    assert {"verify", "reopen"} <= set(buttons(file, "oscar"))


def test_the_next_item_of_a_list_is_a_button() -> None:
    file = opened().file
    order = msgspec.structs.replace(
        file.orders[0], checklist=(ChecklistItem(text={}, done_by="x"), ChecklistItem(text={}))
    )
    file = msgspec.structs.replace(file, orders=(order,))

    assert "tick" in buttons(file, "zhang")
    city = msgspec.structs.replace(CITY, person=PEOPLE["zhang"])
    assert offers(file, city)[0] == Offer(do="accept", order=1)
