import msgspec
import pytest

from sentinel.domain.rank import Rank
from sentinel.warn.acts import (
    Accept,
    Act,
    AnswerDefer,
    AskDefer,
    Dispatch,
    GiveBack,
    Note,
    OnSite,
    Reassign,
    Reopen,
    Resolve,
    RunPlan,
    Seen,
    TakeOver,
    Tick,
    Urge,
    Verify,
)
from sentinel.warn.case import CaseFile, CaseState, Verdict
from sentinel.warn.opening import Known, told
from sentinel.warn.order import How, OrderState
from sentinel.warn.plan import Plan, PlanOrder
from tests.warn.town import (
    CITY,
    HOUR,
    MINUTE,
    NOW,
    acts_of,
    after,
    did,
    heard,
    only,
    opened,
    refused,
    warning,
)

ACCEPT = ("zhang", Accept(order=1))
RESOLVE = ("zhang", Resolve(order=1, found="water", done="gates shut"))


def test_accepting_takes_it_in_hand_and_cancels_its_reminders() -> None:
    file = opened(Rank.RED).file

    done = did(file, "zhang", Accept(order=1))

    order = only(done.file)
    assert (order.state, order.accepted_by, order.accepted_rank) == (
        OrderState.ACCEPTED,
        "zhang",
        Rank.RED,
    )
    assert done.cancelled == {(file.case.id, 1)}
    assert order.next_at == order.due.resolve_by
    assert heard(done) == []


def test_a_second_acceptance_says_who_was_first_and_when() -> None:
    taken = after(opened().file, ACCEPT)

    assert refused(taken, "li", Accept(order=1)) == "zhang accepted it at 03:01"


def test_the_desk_accepts_on_behalf_of_who_called() -> None:
    done = did(opened().file, "olga", Accept(order=1), on_behalf_of="Zhang San", how=How.PHONE)

    order = only(done.file)
    assert (order.accepted_by, order.accepted_for, order.how) == ("olga", "Zhang San", How.PHONE)
    assert (done.entries[0].on_behalf_of, done.entries[0].how) == ("Zhang San", "phone")
    assert refused(done.file, "zhang", Accept(order=1)) == "Zhang San accepted it at 03:01"


@pytest.mark.parametrize("act", [Accept(order=1), Seen(order=1)])
def test_a_rise_is_seen_by_either_button_and_the_order_stays_with_who_has_it(act: Act) -> None:
    taken = after(opened(Rank.YELLOW).file, ACCEPT)
    risen = told(warning(Rank.RED, number=2), Known(file=taken), NOW + 5 * MINUTE, CITY)
    assert risen is not None

    done = did(risen.file, "li", act, at=NOW + 6 * MINUTE)

    order = only(done.file)
    assert (order.accepted_by, order.accepted_rank, order.rose_at) == ("zhang", Rank.RED, None)
    assert done.cancelled == {(taken.case.id, 1)}
    assert acts_of(done) == ["seen"]
    assert refused(done.file, "li", Seen(order=1)) == "there is no rise to be seen"


def test_being_on_site_or_done_accepts_too() -> None:
    there = did(opened().file, "zhang", OnSite(order=1))
    done = did(opened().file, *RESOLVE)

    assert only(there.file).state is OrderState.ON_SITE
    assert only(there.file).accepted_by == only(done.file).accepted_by == "zhang"
    assert refused(there.file, "zhang", OnSite(order=1)) == (
        "it is known already that the unit is there"
    )


def test_the_last_resolved_order_resolves_the_case_and_the_centre_is_to_verify_it() -> None:
    done = did(opened().file, *RESOLVE)

    case = done.file.case
    assert (case.state, case.resolved_at) == (CaseState.RESOLVED, NOW + MINUTE)
    assert case.verify_by == case.next_at == NOW + MINUTE + 8 * HOUR
    assert heard(done) == [("desk-hq", "resolved")]
    assert "water; gates shut" in done.notices[0].text["en"]


def test_verifying_closes_the_case_and_tells_the_unit_the_verdict() -> None:
    over = opened(ended=True).file

    done = did(after(over, RESOLVE), "olga", Verify(verdict=Verdict.TRUE), at=NOW + HOUR)

    assert done.file.case.state is CaseState.CLOSED
    assert heard(done) == [("water-hq", "closed")]
    assert done.follow == ()


def test_nobody_verifies_what_they_resolved_nor_who_called_it_in() -> None:
    file = did(
        opened().file,
        "olga",
        Resolve(order=1, found="a", done="b"),
        on_behalf_of="oscar",
        how=How.RADIO,
    ).file

    for name in ("olga", "oscar"):
        assert refused(file, name, Verify(verdict=Verdict.TRUE)).startswith("who resolved it")
        assert refused(file, name, Reopen(reason="x")).startswith("who resolved it")
    closed = did(file, "petra", Verify(verdict=Verdict.TRUE)).file
    assert closed.case.state is CaseState.CLOSED


def test_closing_while_it_still_holds_opens_a_case_that_follows_to_the_same_unit() -> None:
    file = after(opened(Rank.RED).file, RESOLVE)

    done = did(file, "olga", Verify(verdict=Verdict.TRUE), at=NOW + HOUR)

    (follow,) = done.follow
    assert (follow.case.follows, follow.case.state) == (file.case.id, CaseState.OPEN)
    assert (only(follow).unit, only(follow).dispatched_at) == ("water-hq", NOW + HOUR)
    assert heard(done) == [("water-hq", "closed"), ("water-hq", "dispatched")]
    assert follow.case.version == 1


def test_a_case_with_an_active_order_cannot_be_closed() -> None:
    assert refused(opened().file, "olga", Verify(verdict=Verdict.FALSE_ALARM)) == (
        "order 1 is not done yet, so the case cannot be closed"
    )


def test_reopening_sends_the_same_unit_again() -> None:
    done = did(after(opened().file, RESOLVE), "olga", Reopen(reason="still wet"))

    assert [order.unit for order in done.file.orders] == ["water-hq", "water-hq"]
    assert (done.file.case.state, done.file.case.resolved_at) == (CaseState.OPEN, None)
    assert heard(done) == [("water-hq", "reopened")]
    assert done.file.orders[1].why["en"] == "reopened: still wet"


def test_reopening_goes_by_the_rule_if_the_unit_is_gone() -> None:
    units = {key: unit for key, unit in CITY.duty.units.items() if key != "water-hq"}
    city = msgspec.structs.replace(CITY, duty=msgspec.structs.replace(CITY.duty, units=units))

    done = did(after(opened().file, RESOLVE), "olga", Reopen(reason="wet"), city=city)

    assert heard(done) == [("water-pd", "reopened")]


def test_only_what_waits_to_be_verified_is_reopened() -> None:
    assert refused(opened().file, "olga", Reopen(reason="x")).startswith("only a case that waits")


def test_what_is_given_back_waits_for_another_unit_and_the_clock_runs_on() -> None:
    file = opened(Rank.RED).file

    done = did(file, "zhang", GiveBack(order=1, reason="not ours"))

    assert (done.file.case.unmet, done.file.case.state) == (1, CaseState.OPEN)
    assert done.file.case.next_at == NOW + 3 * MINUTE
    assert heard(done) == [("desk-hq", "returned")]
    sent = did(done.file, "olga", Dispatch(unit="water-pd", reason="they can"), at=NOW + HOUR)
    assert sent.file.orders[1].due.resolve_by == NOW + 2 * HOUR
    assert (sent.file.case.unmet, sent.file.case.next_at) == (0, None)
    assert sent.file.orders[1].returns == 1
    assert sent.file.orders[1].why["en"] == "sent by olga: they can"


def test_a_second_return_goes_up_a_tier() -> None:
    file = after(
        opened().file,
        ("zhang", GiveBack(order=1, reason="not ours")),
        ("olga", Dispatch(unit="water-pd")),
    )

    done = did(file, "wu", GiveBack(order=2, reason="not ours either"), at=NOW + HOUR)

    assert done.file.case.centre == "pudong"
    assert heard(done) == [("desk-pd", "returned")]
    assert done.file.case.next_at == NOW + HOUR + 10 * MINUTE
    assert refused(done.file, "olga", Dispatch(unit="fire-city")).startswith("only the dispatching")


def test_at_the_top_a_return_stays_there() -> None:
    file = opened(area="", dispatch_to="parks").file
    back = after(
        file,
        ("carl", Dispatch(unit="fire-city")),
        ("feng", GiveBack(order=1, reason="no")),
        ("carl", Dispatch(unit="fire-city")),
    )

    done = did(back, "feng", GiveBack(order=2, reason="no"), at=NOW + HOUR)

    assert done.file.case.centre == ""
    assert heard(done) == [("desk-city", "returned")]


def test_more_time_is_asked_by_the_unit_and_granted_by_the_dispatching_tier() -> None:
    taken = after(opened(Rank.RED).file, ACCEPT)
    asked = did(taken, "zhang", AskDefer(order=1, reason="mud", until=NOW + 5 * HOUR))

    granted = did(asked.file, "olga", AnswerDefer(order=1, granted=True))
    turned_down = did(asked.file, "olga", AnswerDefer(order=1, granted=False))

    assert heard(asked) == [("desk-hq", "defer asked")]
    assert only(granted.file).due.resolve_by == only(granted.file).next_at == NOW + 5 * HOUR
    assert only(turned_down.file).due.resolve_by == NOW + 2 * HOUR
    assert heard(granted) == heard(turned_down) == [("water-hq", "defer answered")]
    assert refused(granted.file, "olga", AnswerDefer(order=1, granted=True)) == (
        "nobody waits for more time"
    )


def test_nobody_grants_what_they_asked_for() -> None:
    ask = AskDefer(order=1, reason="mud", until=NOW + HOUR)
    file = did(opened().file, "olga", ask, on_behalf_of="zhang", how=How.PHONE).file

    assert refused(file, "olga", AnswerDefer(order=1, granted=True)).startswith("who asked")


def test_reassigning_withdraws_the_order_and_keeps_the_limit() -> None:
    done = did(opened(Rank.RED).file, "olga", Reassign(order=1, unit="water-pd", reason="nearer"))

    assert [order.state for order in done.file.orders] == [
        OrderState.WITHDRAWN,
        OrderState.DISPATCHED,
    ]
    assert done.file.orders[1].due.resolve_by == NOW + 2 * HOUR
    assert heard(done) == [("water-hq", "withdrawn"), ("water-pd", "dispatched")]
    assert done.file.case.unmet == 0


def test_urging_reaches_whoever_has_the_next_thing_to_do() -> None:
    dispatched = opened().file
    resolved = after(dispatched, RESOLVE)

    assert heard(did(dispatched, "sun", Urge(reason="hurry"))) == [("water-hq", "urged")]
    assert heard(did(resolved, "sun", Urge(reason="hurry"))) == [("desk-hq", "urged")]


def test_taking_over_what_nobody_accepted_puts_it_into_the_hands_of_the_higher_centre() -> None:
    done = did(opened().file, "sun", TakeOver(centre="pudong", reason="too slow"))

    old, new = done.file.orders
    assert (old.state, new.state, new.unit) == (
        OrderState.WITHDRAWN,
        OrderState.ACCEPTED,
        "desk-pd",
    )
    assert (done.file.case.centre, new.accepted_by) == ("pudong", "sun")
    assert heard(done) == [("water-hq", "withdrawn"), ("desk-hq", "taken over")]


def test_taking_over_leaves_a_unit_that_is_at_it_alone() -> None:
    done = did(after(opened().file, ACCEPT), "sun", TakeOver(centre="pudong", reason="big"))

    assert (only(done.file).state, only(done.file).centre) == (OrderState.ACCEPTED, "pudong")


def test_taking_over_what_waits_to_be_verified_sends_nobody() -> None:
    done = did(after(opened().file, RESOLVE), "sun", TakeOver(centre="pudong", reason="big"))

    assert (done.file.case.state, done.file.case.centre) == (CaseState.RESOLVED, "pudong")


def test_a_centre_that_takes_over_without_a_unit_of_its_own_still_has_to_find_one() -> None:
    units = {key: unit for key, unit in CITY.duty.units.items() if key != "desk-pd"}
    city = msgspec.structs.replace(CITY, duty=msgspec.structs.replace(CITY.duty, units=units))

    done = did(opened().file, "sun", TakeOver(centre="pudong", reason="x"), city=city)

    assert done.file.case.unmet == 1
    assert ("desk-city", "no unit") in heard(done)


def test_only_a_centre_above_the_present_one_takes_over() -> None:
    file = opened().file
    own = did(file, "carl", TakeOver(centre="pudong", reason="x")).file

    assert refused(own, "carl", TakeOver(centre="pudong", reason="x")).startswith("only a duty")
    assert refused(file, "carl", TakeOver(centre="minhang", reason="x")).startswith("only a duty")
    assert refused(file, "sun", TakeOver(centre="", reason="x")).startswith("you can take it over")
    assert did(own, "carl", TakeOver(centre="", reason="x")).file.case.centre == ""


PLAN = Plan(
    id="flood",
    title={"en": "Flood"},
    orders=(
        PlanOrder(to="water", checklist=({"en": "shut"}, {"en": "pump"})),
        PlanOrder(to="fire"),
        PlanOrder(to="parks"),
    ),
)
PLANNED = msgspec.structs.replace(CITY, plans={"flood": PLAN})


def test_a_plan_sends_everybody_at_once_each_with_a_list() -> None:
    done = did(opened().file, "olga", RunPlan(plan="flood"), city=PLANNED)

    assert [(order.unit, len(order.checklist)) for order in done.file.orders] == [
        ("water-hq", 2),
        ("fire-city", 0),
    ]
    assert heard(done) == [
        ("water-hq", "dispatched"),
        ("fire-city", "dispatched"),
        ("desk-hq", "no unit"),
    ]
    assert done.file.case.unmet == 1
    assert refused(done.file, "olga", RunPlan(plan="x")) == "there is no plan `x`"


def test_items_are_ticked_once_and_what_is_left_is_kept_with_the_report() -> None:
    file = did(opened().file, "olga", RunPlan(plan="flood"), city=PLANNED).file

    done = did(file, "zhang", Tick(order=1, item=0))
    resolved = did(done.file, *RESOLVE)

    assert [item.done_by for item in done.file.orders[0].checklist] == ["zhang", ""]
    assert resolved.entries[0].detail["unticked"] == 1
    assert refused(done.file, "zhang", Tick(order=1, item=0)) == "this item is done already"
    assert refused(done.file, "zhang", Tick(order=1, item=2)) == "the checklist has no such item"


def test_a_case_stays_open_until_every_order_is_done() -> None:
    file = after(opened().file, ("olga", Dispatch(unit="fire-city")), RESOLVE)

    assert file.case.state is CaseState.OPEN
    resolve = Resolve(order=2, found="a", done="b")
    assert after(file, ("feng", resolve)).case.state is CaseState.RESOLVED


def test_a_task_that_no_unit_has_keeps_a_case_open_until_someone_closes_it() -> None:
    file = after(
        opened().file,
        ("olga", Dispatch(unit="fire-city")),
        ("feng", GiveBack(order=2, reason="no")),
        RESOLVE,
    )

    assert (file.case.state, file.case.unmet) == (CaseState.OPEN, 1)
    closed = did(file, "olga", Verify(verdict=Verdict.TRUE)).file.case
    assert (closed.state, closed.unmet, closed.next_at) == (CaseState.CLOSED, 0, None)


def test_a_note_with_links_is_kept_in_the_trail_even_after_the_end() -> None:
    file = after(opened(ended=True).file, RESOLVE, ("olga", Verify(verdict=Verdict.TRUE)))

    done = did(file, "zhang", Note(text="", links=("https://a/1.jpg",)))

    assert done.entries[0].detail == {"links": ("https://a/1.jpg",)}


@pytest.mark.parametrize(
    ("by", "act", "words"),
    [
        ("zhang", Resolve(order=1, found=" ", done="x"), "the text is empty"),
        ("zhang", Resolve(order=1, found="x", done="x" * 5_000), "more than 4000"),
        ("zhang", Note(text=""), "the text is empty"),
        ("zhang", Note(text="x", links=("javascript:alert(1)",)), "must begin with http"),
        ("zhang", Note(text="x" * 5_000, links=("https://a/b",)), "more than 4000"),
        ("zhang", AskDefer(order=1, reason="x", until=NOW), "lie in the future"),
        ("olga", Verify(verdict=Verdict.TRUE, reason="x" * 5_000), "is not done yet"),
        ("olga", Dispatch(unit="nobody"), "there is no unit `nobody`"),
        ("olga", Dispatch(unit="water-hq"), "water-hq has an order of this case already"),
        ("olga", Reassign(order=1, unit="nobody", reason="x"), "there is no unit `nobody`"),
        ("olga", Reassign(order=1, unit="water-hq", reason="x"), "has an order of this case"),
        ("zhang", Accept(order=2), "there is no order 2"),
    ],
)
def test_what_says_too_little_or_cannot_be_is_refused(by: str, act: Act, words: str) -> None:
    assert words in refused(opened().file, by, act)


def test_what_is_over_stays_over() -> None:
    resolved = after(opened(ended=True).file, RESOLVE)
    closed = after(resolved, ("olga", Verify(verdict=Verdict.TRUE)))

    assert refused(resolved, "zhang", Accept(order=1)) == "order 1 is over: resolved"
    assert refused(resolved, "olga", Dispatch(unit="fire-city")).startswith("the case waits")
    assert refused(closed, "zhang", Accept(order=1)) == "the case is over"
    assert refused(closed, "olga", Verify(verdict=Verdict.TRUE)) == "the case is over"


def test_an_exercise_is_closed_as_a_drill_or_a_test_only() -> None:
    drill = after(opened(exercise=True, ended=True).file, RESOLVE)

    assert refused(drill, "olga", Verify(verdict=Verdict.TRUE)).startswith("an exercise is closed")
    assert did(drill, "olga", Verify(verdict=Verdict.DRILL)).file.case.verified


def test_the_same_act_on_the_same_file_comes_out_the_same_at_every_desk() -> None:
    file = opened().file

    assert did(file, *RESOLVE) == did(file, *RESOLVE)
    assert did(file, *RESOLVE).file.case.version == file.case.version + 1


def test_everything_survives_being_kept_as_json() -> None:
    file = did(opened().file, "olga", RunPlan(plan="flood"), city=PLANNED).file

    assert msgspec.json.decode(msgspec.json.encode(file), type=CaseFile) == file
