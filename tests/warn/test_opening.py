import msgspec

from sentinel.domain.rank import Rank, Sight
from sentinel.warn.acts import Accept, Actor, GiveBack, Open, Resolve, Verify
from sentinel.warn.case import CaseFile, CaseState, Origin, Report, Verdict, case_id
from sentinel.warn.notice import Audience, Occasion
from sentinel.warn.opening import Known, open_by_hand, told
from sentinel.warn.order import OrderState
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.quiet import LOOK_AGAIN, wake
from sentinel.warn.silence import Silence
from sentinel.warn.terms import RuleTerms
from tests.warn.town import (
    CITY,
    G07,
    HOUR,
    MINUTE,
    NOW,
    PEOPLE,
    acts_of,
    after,
    did,
    heard,
    only,
    opened,
    warning,
)

ACCEPT = ("zhang", Accept(order=1))
RESOLVE = ("zhang", Resolve(order=1, found="water", done="gates shut"))


def moved(file: CaseFile, rank: Rank, number: int = 2, *, city=CITY, now=NOW + 5 * MINUTE, **more):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN003, ANN201
    return told(warning(rank, number=number, **more), Known(file=file), now, city)


def test_a_warning_that_is_told_opens_a_case_with_one_order_to_the_nearest_unit() -> None:
    done = opened(Rank.RED)

    order = only(done.file)
    assert (done.file.case.state, done.file.case.centre) == (CaseState.OPEN, "pudong/hq")
    assert (order.unit, order.state, order.centre) == (
        "water-hq",
        OrderState.DISPATCHED,
        "pudong/hq",
    )
    assert (order.due.accept_by, order.due.resolve_by) == (NOW + 3 * MINUTE, NOW + 2 * HOUR)
    assert order.next_at == NOW + 3 * MINUTE
    assert heard(done) == [("water-hq", "dispatched")]
    assert acts_of(done) == ["open", "dispatch"]


def test_the_same_warning_opens_the_same_case_with_the_same_notices_at_every_desk() -> None:
    assert opened() == opened()
    assert opened().file.case.id == case_id(warning().id)
    assert opened().file.case.version == 1


def test_nobody_hears_of_a_warning_that_is_held_back() -> None:
    held = warning(told=None, worst=Rank.NONE, told_at=None)

    assert told(held, Known(), NOW, CITY) is None


def test_the_same_warning_once_more_changes_nothing() -> None:
    file = opened().file

    assert told(file.warnings[0], Known(file=file), NOW, CITY) is None


def test_what_came_and_went_unseen_is_still_dispatched_with_the_terms_of_its_worst_rank() -> None:
    done = opened(Rank.RED, ended=True)

    assert (done.file.case.rank, done.file.case.worst) == (Rank.NONE, Rank.RED)
    assert not done.file.case.holds
    assert only(done.file).due.accept_by == NOW + 3 * MINUTE
    assert done.notices[0].rank is Rank.RED


def test_terms_of_the_rule_come_before_those_of_the_city() -> None:
    own = RuleTerms(rule="river-level", accept={Rank.RED: MINUTE}, resolve={Rank.RED: HOUR})
    city = msgspec.structs.replace(CITY, rules={"river-level": own})

    due = only(opened(Rank.RED, city=city).file).due

    assert (due.accept_by, due.resolve_by) == (NOW + MINUTE, NOW + HOUR)


def test_without_a_unit_the_centre_is_told_loudly_and_its_clock_runs() -> None:
    done = opened(Rank.BLUE, dispatch_to="parks")

    assert (done.file.orders, done.file.case.unmet) == ((), 1)
    assert heard(done) == [("desk-hq", "no unit")]
    assert done.notices[0].rank is Rank.RED
    assert done.file.case.next_at == NOW + HOUR


def test_a_rise_before_acceptance_shortens_the_limits_and_tells_the_unit() -> None:
    done = moved(opened(Rank.YELLOW).file, Rank.RED)

    assert only(done.file).due.accept_by == NOW + 8 * MINUTE
    assert heard(done) == [("water-hq", "rose")]
    assert only(done.file).rose_at is None


def test_a_rise_never_lengthens_a_limit() -> None:
    done = moved(opened(Rank.ORANGE).file, Rank.RED, now=NOW + 9 * MINUTE)

    assert only(done.file).due.accept_by == NOW + 10 * MINUTE


def test_a_rise_above_what_was_accepted_waits_until_someone_says_seen() -> None:
    taken = after(opened(Rank.YELLOW).file, ACCEPT)

    done = moved(taken, Rank.RED)

    order = only(done.file)
    assert order.state is OrderState.ACCEPTED
    assert order.is_waiting
    assert order.next_at == NOW + 8 * MINUTE
    assert heard(done) == [("water-hq", "rose")]


def test_a_fall_and_a_rise_within_what_was_accepted_are_no_news() -> None:
    taken = after(opened(Rank.RED).file, ACCEPT)

    fallen = moved(taken, Rank.BLUE)
    risen = moved(fallen.file, Rank.ORANGE, 3)

    assert (heard(fallen), heard(risen)) == ([], [])
    assert risen.file.case.rank is Rank.ORANGE


def test_a_waiting_order_is_not_told_the_same_height_twice() -> None:
    first = moved(opened(Rank.ORANGE).file, Rank.BLUE)
    again = moved(first.file, Rank.ORANGE, 3)

    assert heard(again) == []


def test_a_rise_of_a_case_that_no_unit_has_is_told_to_the_centre() -> None:
    done = moved(opened(Rank.BLUE, dispatch_to="parks").file, Rank.RED)

    assert heard(done) == [("desk-hq", "no unit")]


def test_whoever_is_at_it_is_told_when_it_can_no_longer_be_seen() -> None:
    taken = after(opened(Rank.ORANGE).file, ACCEPT)

    done = moved(taken, Rank.ORANGE, sight=Sight.BLIND)

    assert heard(done) == [("water-hq", "blind")]
    assert "blind now" in done.notices[0].text["en"]


def test_losing_sight_of_a_yellow_and_seeing_again_is_for_the_screen() -> None:
    blind = moved(opened(Rank.YELLOW).file, Rank.YELLOW, sight=Sight.BLIND)
    seen = moved(blind.file, Rank.YELLOW, 3)

    assert heard(blind) == heard(seen) == []
    assert [entry.detail["sight"] for entry in blind.entries] == ["blind"]


def test_a_recovery_tells_the_unit_and_closes_nothing() -> None:
    done = moved(after(opened().file, ACCEPT), Rank.ORANGE, ended=True)

    assert heard(done) == [("water-hq", "ended")]
    assert (done.file.case.state, done.file.case.holds) == (CaseState.OPEN, False)
    assert only(done.file).is_active


def came_again(file: CaseFile, rank: Rank = Rank.ORANGE, *, now: int = NOW + HOUR, city=CITY):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN201
    return told(warning(rank, onset=2_000), Known(last=file), now, city)


def test_raised_again_before_it_is_resolved_is_a_new_episode_of_the_same_case() -> None:
    taken = after(opened().file, ACCEPT)
    ended = moved(taken, Rank.ORANGE, ended=True).file

    done = came_again(ended)

    assert (done.file.case.id, done.file.case.episodes) == (taken.case.id, 2)
    assert heard(done) == [("water-hq", "again")]
    assert len(done.file.warnings) == 2


def test_raised_again_and_higher_is_told_as_a_rise() -> None:
    taken = after(opened().file, ACCEPT)
    ended = moved(taken, Rank.ORANGE, ended=True).file

    assert heard(came_again(ended, Rank.RED)) == [("water-hq", "rose")]


def test_raised_again_after_it_was_resolved_reopens_it_to_the_same_unit() -> None:
    file = after(opened().file, ("zhang", Accept(order=1)), RESOLVE)
    resolved = moved(file, Rank.ORANGE, ended=True).file

    done = came_again(resolved)

    assert done.file.case.state is CaseState.OPEN
    assert [order.state for order in done.file.orders] == [
        OrderState.RESOLVED,
        OrderState.DISPATCHED,
    ]
    assert heard(done) == [("water-hq", "reopened")]
    assert done.file.case.verify_by is None


def test_raised_again_and_over_already_is_an_episode_of_which_nobody_is_told() -> None:
    file = after(opened().file, ACCEPT)

    done = told(warning(onset=2_000, ended=True), Known(last=file), NOW + HOUR, CITY)

    assert done is not None
    assert (heard(done), done.file.case.episodes) == ([], 2)


def test_a_rise_while_it_waits_to_be_verified_reopens_it() -> None:
    done = moved(after(opened().file, RESOLVE), Rank.RED)

    assert heard(done) == [("water-hq", "reopened")]


def test_an_exercise_never_joins_a_real_case() -> None:
    drill = told(warning(onset=2_000, exercise=True), Known(last=opened().file), NOW, CITY)

    assert drill is not None
    assert drill.file.case.exercise
    assert drill.file.case.follows == ""
    assert drill.notices[0].exercise
    assert drill.notices[0].title["zh"].startswith("【演练】")


def closed(**more) -> Done:  # type: ignore[no-untyped-def] # noqa: ANN003
    resolved = after(opened().file, RESOLVE)
    ended = moved(resolved, Rank.ORANGE, ended=True).file if more.pop("over", True) else resolved
    return did(ended, "olga", Verify(verdict=Verdict.TRUE), at=NOW + HOUR, **more)


def test_what_comes_back_within_a_day_follows_the_closed_case_to_the_same_unit() -> None:
    last = closed().file

    done = told(warning(onset=2_000), Known(last=last), NOW + 2 * HOUR, CITY)

    assert done is not None
    assert done.file.case.follows == last.case.id
    assert only(done.file).unit == "water-hq"
    assert done.file.case.id == case_id(warning(onset=2_000).id)


def test_what_comes_back_much_later_is_a_matter_of_its_own() -> None:
    done = told(warning(onset=2_000), Known(last=closed().file), NOW + 30 * HOUR, CITY)

    assert done is not None
    assert done.file.case.follows == ""


def test_the_end_of_a_warning_whose_case_is_closed_changes_nothing() -> None:
    file = closed().file

    assert told(warning(number=7, ended=True), Known(file=file), NOW + 2 * HOUR, CITY) is None


def test_a_warning_that_still_holds_though_its_case_is_closed_opens_one_that_follows() -> None:
    file = closed().file

    done = told(warning(Rank.RED, number=9), Known(file=file), NOW + 90 * HOUR, CITY)

    assert done is not None
    assert (done.file.case.follows, done.file.case.id) == (file.case.id, case_id(file.case.id))


def silence(cap: Rank = Rank.ORANGE, **changes) -> Silence:  # type: ignore[no-untyped-def] # noqa: ANN003
    values = {
        "id": "s1",
        "author": "olga",
        "reason": "works",
        "starts_at": NOW - HOUR,
        "ends_at": NOW + HOUR,
        "cap": cap,
        "area": "pudong",
    }
    return Silence(**(values | changes))  # type: ignore[arg-type]


QUIET = msgspec.structs.replace(CITY, silences=(silence(),))


def test_a_silenced_case_opens_undispatched_and_wakes_when_the_silence_ends() -> None:
    done = opened(city=QUIET)

    assert (done.file.orders, done.file.case.quiet, heard(done)) == ((), "silence s1", [])
    assert done.file.case.next_at == NOW + HOUR


def test_a_rank_above_the_cap_breaks_through() -> None:
    assert heard(opened(Rank.RED, city=QUIET)) == [("water-hq", "dispatched")]
    done = moved(opened(city=QUIET).file, Rank.RED, city=QUIET)
    assert heard(done) == [("water-hq", "dispatched")]
    assert done.file.case.quiet == ""


def test_changes_under_a_silence_are_kept_and_not_told() -> None:
    file = after(opened(Rank.YELLOW).file, ACCEPT)
    rise = moved(file, Rank.ORANGE, city=QUIET)
    again = came_again(file, city=QUIET, now=NOW + MINUTE)
    still = moved(opened(Rank.YELLOW, city=QUIET).file, Rank.ORANGE, city=QUIET)

    assert heard(rise) == heard(again) == heard(still) == []
    assert rise.file.case.rank is Rank.ORANGE
    assert still.file.case.quiet == "silence s1"


def test_a_quiet_case_that_comes_again_stays_quiet() -> None:
    done = came_again(opened(city=QUIET).file, city=QUIET, now=NOW + MINUTE)

    assert (heard(done), done.file.case.quiet) == ([], "silence s1")


def test_what_still_holds_when_the_silence_ends_is_told_then() -> None:
    done = wake(opened(city=QUIET).file, NOW + HOUR, QUIET)

    assert done is not None
    assert heard(done) == [("water-hq", "silence ended")]
    assert only(done.file).due.accept_by == NOW + HOUR + 10 * MINUTE


def test_what_ended_under_a_silence_is_not_told_but_waits_to_be_verified() -> None:
    quiet = moved(opened(city=QUIET).file, Rank.ORANGE, ended=True, city=QUIET).file

    done = wake(quiet, NOW + HOUR, QUIET)

    assert done is not None
    assert (heard(done), done.file.case.state) == ([], CaseState.RESOLVED)
    assert done.file.case.next_at == NOW + 9 * HOUR


def test_while_another_silence_goes_on_a_case_stays_quiet() -> None:
    longer = silence(id="s2", ends_at=NOW + 5 * HOUR)
    both = msgspec.structs.replace(CITY, silences=(silence(), longer))
    file = opened(city=QUIET).file

    done = wake(file, NOW + HOUR, both)

    assert done is not None
    assert (done.file.case.quiet, done.file.case.next_at) == ("silence s2", NOW + 5 * HOUR)
    assert wake(done.file, NOW + 2 * HOUR, both) is None
    assert wake(opened().file, NOW, CITY) is None


RULES = {"river-level": RuleTerms(rule="river-level", explains=("waterlogging",))}


def street(rank: Rank = Rank.ORANGE, **changes):  # type: ignore[no-untyped-def] # noqa: ANN003, ANN201
    return warning(rank, rule="waterlogging", subject="pudong/hq", area="pudong/hq", **changes)


def test_a_case_that_another_one_explains_is_quiet_until_that_is_over() -> None:
    river = opened(Rank.RED).file
    city = msgspec.structs.replace(CITY, rules=RULES, cases={river.case.id: river})

    done = told(street(), Known(), NOW, city)

    assert done is not None
    assert done.file.case.explained_by == river.case.id
    assert done.file.case.next_at == NOW + LOOK_AGAIN
    assert wake(done.file, NOW + MINUTE, city) is None
    over = msgspec.structs.replace(city, cases={})
    woken = wake(done.file, NOW + MINUTE, over)
    assert woken is not None
    assert heard(woken) == [("water-hq", "silence ended")]


def test_only_what_is_raised_told_and_near_explains_and_no_higher_rank() -> None:
    river = opened(Rank.ORANGE).file
    quiet = opened(Rank.ORANGE, city=QUIET).file
    nowhere = opened(Rank.ORANGE, area="").file
    far = opened(Rank.ORANGE, area="minhang").file
    drill = opened(Rank.ORANGE, exercise=True).file
    over = moved(river, Rank.ORANGE, ended=True).file

    def why(rank: Rank, *files: CaseFile) -> str:
        cases = {file.case.id: file for file in files}
        city = msgspec.structs.replace(CITY, rules=RULES, cases=cases)
        done = told(street(rank), Known(), NOW, city)
        assert done is not None
        return done.file.case.quiet

    assert why(Rank.ORANGE, river)
    assert why(Rank.RED, river) == ""
    assert [why(Rank.BLUE, one) for one in (quiet, nowhere, far, drill, over)] == [""] * 5


def test_a_reported_case_goes_to_the_department_that_is_named_or_to_the_desk_itself() -> None:
    report = Report(source="hotline", text="a child is trapped", reference="H-1")
    act = Open(title="Child trapped", area=G07, rank=Rank.RED, report=report, department="fire")
    city = msgspec.structs.replace(CITY, person=PEOPLE["olga"])

    done = open_by_hand(act, "H-1", Actor(by="olga"), NOW, city)
    bare = open_by_hand(
        msgspec.structs.replace(act, department=""), "H-2", Actor(by="olga"), NOW, city
    )

    assert isinstance(done, Done)
    assert isinstance(bare, Done)
    assert (done.file.case.origin, only(done.file).unit) == (Origin.REPORTED, "fire-city")
    assert only(bare.file).unit == "desk-hq"
    assert done == open_by_hand(act, "H-1", Actor(by="olga"), NOW, city)


def test_opening_by_hand_takes_a_role_in_the_area_and_a_title() -> None:
    act = Open(title=" ", area=G07, rank=Rank.RED, report=Report(source="patrol", text=""))
    viewer = msgspec.structs.replace(CITY, person=PEOPLE["vera"])
    operator = msgspec.structs.replace(CITY, person=PEOPLE["olga"])

    answers = [
        open_by_hand(act, "1", Actor(by="vera"), NOW, viewer),
        open_by_hand(act, "1", Actor(by="zhang"), NOW, operator),
        open_by_hand(act, "1", Actor(by="olga"), NOW, operator),
    ]

    assert [isinstance(answer, Refused) and answer.code.value for answer in answers] == [
        "forbidden",
        "forbidden",
        "invalid",
    ]


def test_a_recurrence_of_a_case_that_was_given_back_keeps_waiting_for_a_unit() -> None:
    back = after(opened().file, ("zhang", GiveBack(order=1, reason="not ours")))

    assert heard(came_again(back)) == []


def test_notices_reach_units_by_their_id_and_name_the_audience() -> None:
    (notice,) = opened().notices

    assert (notice.audience, notice.occasion, notice.order) == (
        Audience.UNIT,
        Occasion.DISPATCHED,
        1,
    )
    assert notice.facts["rule"] == "river-level"
