from datetime import time

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.acts import Accept, AnswerDefer, AskDefer, Dispatch, Resolve, Verify
from sentinel.warn.case import CaseFile, Verdict
from sentinel.warn.city import City
from sentinel.warn.duty import Shift
from sentinel.warn.escalate import next_at, overdue
from sentinel.warn.opening import Known, told
from sentinel.warn.outcome import Done
from sentinel.warn.quiet import LOOK_AGAIN
from sentinel.warn.silence import Silence
from sentinel.warn.terms import USUAL, RuleTerms
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
    warning,
)

ACCEPT = ("zhang", Accept(order=1))
RESOLVE = ("zhang", Resolve(order=1, found="water", done="gates shut"))


def rung(file: CaseFile, times: int, city: City = CITY) -> list[list[tuple[str, str]]]:
    """What is told each time that the clock has run to its next step."""
    steps = []
    for _ in range(times):
        at = next_at(file)
        assert at is not None
        done = overdue(file, at, city)
        assert done is not None
        steps.append(heard(done))
        file = done.file
    return steps


def test_before_its_time_a_clock_says_nothing() -> None:
    file = opened(Rank.RED).file

    assert overdue(file, NOW + 3 * MINUTE - 1, CITY) is None
    assert next_at(file) == NOW + 3 * MINUTE


def test_what_is_not_accepted_climbs_the_tiers_and_goes_on_at_the_top() -> None:
    unit = ("water-hq", "not accepted")

    assert rung(opened(Rank.RED).file, 5) == [
        [unit, ("desk-hq", "not accepted")],
        [unit, ("desk-pd", "not accepted")],
        [unit, ("desk-city", "not accepted")],
        [unit, ("desk-city", "not accepted")],
        [unit, ("desk-city", "not accepted")],
    ]


def test_however_late_the_clock_is_asked_it_goes_one_step() -> None:
    done = overdue(opened(Rank.RED).file, NOW + 9 * HOUR, CITY)

    assert done is not None
    assert len(done.notices) == 2
    assert only(done.file).next_at == NOW + 9 * HOUR + 3 * MINUTE


def test_accepting_stops_the_climb_and_the_next_limit_starts_at_the_first_tier() -> None:
    late = overdue(opened(Rank.RED).file, NOW + 3 * MINUTE, CITY)
    assert late is not None
    taken = did(late.file, *ACCEPT, at=NOW + 4 * MINUTE).file

    assert (only(taken).climbed, next_at(taken)) == (0, NOW + 2 * HOUR)
    assert rung(taken, 2) == [[("desk-hq", "not resolved")], [("desk-pd", "not resolved")]]


def test_a_rise_that_nobody_has_seen_climbs_like_an_order_that_nobody_accepted() -> None:
    taken = after(opened(Rank.YELLOW).file, ACCEPT)
    risen = told(warning(Rank.RED, number=2), Known(file=taken), NOW + 5 * MINUTE, CITY)
    assert risen is not None

    assert rung(risen.file, 1) == [[("water-hq", "not accepted"), ("desk-hq", "not accepted")]]


def test_what_is_not_verified_climbs_too() -> None:
    file = after(opened(ended=True).file, RESOLVE)

    assert rung(file, 2) == [[("desk-hq", "not verified")], [("desk-pd", "not verified")]]
    closed = after(file, ("olga", Verify(verdict=Verdict.TRUE)))
    assert next_at(closed) is None


def test_what_no_unit_has_climbs_from_the_tier_above() -> None:
    assert rung(opened(dispatch_to="parks").file, 2) == [
        [("desk-pd", "no unit")],
        [("desk-city", "no unit")],
    ]


def test_a_granted_delay_moves_the_clock() -> None:
    file = after(
        opened(Rank.RED).file,
        ACCEPT,
        ("zhang", AskDefer(order=1, reason="mud", until=NOW + 9 * HOUR)),
        ("olga", AnswerDefer(order=1, granted=True)),
    )

    assert next_at(file) == NOW + 9 * HOUR


def test_a_rank_without_limits_waits_without_a_clock() -> None:
    assert next_at(opened(Rank.NONE).file) is None


def test_a_rank_without_an_interval_is_told_again_each_hour() -> None:
    terms = msgspec.structs.replace(USUAL, again={})
    city = msgspec.structs.replace(CITY, terms=terms)

    done = overdue(opened(Rank.RED).file, NOW + 3 * MINUTE, city)

    assert done is not None
    assert next_at(done.file) == NOW + 3 * MINUTE + HOUR


def shift(starts: int, ends: int) -> Shift:
    days = frozenset(range(7))
    return Shift(name="day", days=days, starts=time(starts), ends=time(ends), who=("zhang",))


def staffed(**shifts: tuple[Shift, ...]) -> City:
    units = dict(CITY.duty.units)
    for key, value in shifts.items():
        name = key.replace("_", "-")
        units[name] = msgspec.structs.replace(units[name], shifts=value)
    return msgspec.structs.replace(CITY, duty=msgspec.structs.replace(CITY.duty, units=units))


def test_nobody_on_duty_is_told_at_once_and_loudly_with_the_fallback() -> None:
    city = staffed(water_hq=(shift(8, 17),))

    done = opened(Rank.BLUE, city=city)

    assert heard(done) == [("water-hq", "dispatched"), ("desk-hq", "nobody on duty")]
    assert done.notices[1].rank is Rank.RED
    assert only(done.file).unmanned
    assert next_at(done.file) == NOW + HOUR


def test_where_nobody_is_on_duty_in_the_centre_either_the_next_one_is_told_as_well() -> None:
    city = staffed(water_hq=(shift(8, 17),), desk_hq=(shift(8, 17),))

    assert heard(opened(Rank.BLUE, city=city))[1:] == [
        ("desk-hq", "nobody on duty"),
        ("desk-pd", "nobody on duty"),
    ]


def test_a_roster_that_runs_dry_while_an_order_waits_is_told_then() -> None:
    city = staffed(water_hq=(shift(22, 4),))
    file = opened(Rank.YELLOW, city=city, now=NOW + 45 * MINUTE).file
    assert next_at(file) == NOW + HOUR

    done = overdue(file, NOW + HOUR, city)

    assert done is not None
    assert heard(done) == [("desk-hq", "nobody on duty")]
    assert only(done.file).climbed == 0
    assert next_at(done.file) == NOW + 75 * MINUTE


def test_who_comes_on_duty_again_ends_it_silently_and_the_next_gap_is_told_again() -> None:
    slow = msgspec.structs.replace(USUAL, accept={})
    slow = msgspec.structs.replace(slow, resolve={})
    city = msgspec.structs.replace(staffed(water_hq=(shift(8, 17),)), terms=slow)
    file = opened(Rank.BLUE, city=city).file

    assert next_at(file) == NOW + 5 * HOUR
    assert rung(file, 2, city) == [[], [("desk-hq", "nobody on duty")]]


def test_what_is_in_hand_is_not_asked_who_is_on_duty() -> None:
    city = staffed(water_hq=(shift(22, 4),))
    file = did(opened(Rank.YELLOW, city=city).file, *ACCEPT, city=city).file

    assert next_at(file) == NOW + 12 * HOUR


def test_an_order_of_a_unit_that_is_gone_has_nobody_on_duty() -> None:
    file = opened(Rank.RED).file
    units = {key: unit for key, unit in CITY.duty.units.items() if key != "water-hq"}
    city = msgspec.structs.replace(CITY, duty=msgspec.structs.replace(CITY.duty, units=units))

    done = overdue(file, NOW + 3 * MINUTE, city)

    assert done is not None
    assert ("desk-hq", "nobody on duty") in heard(done)
    assert acts_of(done) == ["nobody_on_duty", "escalated"]


SILENCE = Silence(
    id="s1",
    author="olga",
    reason="works",
    starts_at=NOW - HOUR,
    ends_at=NOW + HOUR,
    cap=Rank.ORANGE,
    area="pudong",
)


def test_the_end_of_a_silence_is_a_clock_as_well() -> None:
    city = msgspec.structs.replace(CITY, silences=(SILENCE,))

    assert rung(opened(city=city).file, 1, city) == [[("water-hq", "silence ended")]]


def test_an_explained_case_looks_now_and_then_whether_it_still_is() -> None:
    river = opened(Rank.RED).file
    rules = {"river-level": RuleTerms(rule="river-level", explains=("waterlogging",))}
    city = msgspec.structs.replace(CITY, rules=rules, cases={river.case.id: river})
    done = told(warning(rule="waterlogging", subject="pudong/hq"), Known(), NOW, city)
    assert isinstance(done, Done)

    still = overdue(done.file, NOW + LOOK_AGAIN, city)

    assert still is not None
    assert (heard(still), next_at(still.file)) == ([], NOW + 2 * LOOK_AGAIN)
    gone = msgspec.structs.replace(city, cases={})
    assert rung(still.file, 1, gone) == [[("water-hq", "silence ended")]]


def test_each_order_has_a_clock_of_its_own() -> None:
    file = after(opened(Rank.RED).file, ("olga", Dispatch(unit="fire-city")))

    done = overdue(file, NOW + 3 * MINUTE, CITY)

    assert done is not None
    assert [order.climbed for order in done.file.orders] == [1, 0]


def test_if_nobody_is_on_duty_up_to_the_city_every_tier_is_told() -> None:
    off = (shift(8, 17),)
    city = staffed(desk_hq=off, desk_pd=off, desk_city=off)

    assert [to for to, _ in heard(opened(dispatch_to="parks", city=city))] == [
        "desk-hq",
        "desk-pd",
        "desk-city",
    ]


def test_a_rise_that_finds_nobody_on_duty_any_more_is_told_loudly_as_well() -> None:
    city = staffed(water_hq=(shift(22, 4),))
    taken = did(opened(Rank.YELLOW, city=city).file, *ACCEPT, city=city).file

    risen = told(warning(Rank.RED, number=2), Known(file=taken), NOW + 2 * HOUR, city)

    assert risen is not None
    assert heard(risen) == [("water-hq", "rose"), ("desk-hq", "nobody on duty")]


def test_an_act_between_two_looks_at_the_roster_makes_it_look_at_once() -> None:
    city = staffed(water_hq=(shift(22, 4),))
    file = opened(Rank.BLUE, city=city).file
    ask = AskDefer(order=1, reason="mud", until=NOW + 30 * HOUR)

    asked = did(file, "zhang", ask, at=NOW + HOUR, city=city).file

    assert next_at(asked) == NOW + HOUR
    assert ("desk-hq", "nobody on duty") in rung(asked, 1, city)[0]
