from datetime import UTC, date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from sentinel.warn.duty import Duty, Override, Shift, Unit
from sentinel.warn.roster import (
    Signed,
    gaps,
    is_manned,
    needs_signature,
    next_flip,
    on_duty,
    to_be_told,
    watches,
    week,
)
from tests.warn.town import unit

SHANGHAI, BERLIN = "Asia/Shanghai", "Europe/Berlin"
ALL_DAYS = frozenset(range(7))
HOUR = 3_600_000


def at(text: str, zone: str = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def shift(name: str, starts: str, ends: str, *who: str, days: frozenset[int] = ALL_DAYS) -> Shift:
    return Shift(
        name=name,
        days=days,
        starts=time.fromisoformat(starts),
        ends=time.fromisoformat(ends),
        who=who,
    )


def team(*shifts: Shift, overrides: tuple[Override, ...] = ()) -> Unit:
    return unit("water", "pudong", "water", "zhang", "li", shifts=shifts, overrides=overrides)


DAY = shift("day", "08:00", "20:00", "zhang")
NIGHT = shift("night", "20:00", "08:00", "li")


def test_a_night_shift_goes_on_across_midnight() -> None:
    watch = on_duty(team(DAY, NIGHT), at("2026-06-18T03:00"), SHANGHAI)

    assert (watch.shift, watch.who, watch.is_fallback) == ("night", ("li",), False)
    assert (watch.starts_at, watch.ends_at) == (at("2026-06-17T20:00"), at("2026-06-18T08:00"))


def test_at_the_very_change_the_next_watch_is_on_duty() -> None:
    assert on_duty(team(DAY, NIGHT), at("2026-06-18T08:00"), SHANGHAI).shift == "day"


def test_a_gap_falls_back_and_says_so() -> None:
    watch = on_duty(team(DAY), at("2026-06-18T03:00"), SHANGHAI)

    assert (watch.who, watch.is_fallback, watch.shift) == (("water-fallback",), True, "")
    assert watch.ends_at == at("2026-06-18T08:00")
    assert not is_manned(team(DAY), at("2026-06-18T03:00"), SHANGHAI)
    assert not is_manned(None, 0, SHANGHAI)


def test_a_unit_without_shifts_has_all_its_members_on_duty_always() -> None:
    assert on_duty(team(), at("2026-06-18T03:00"), SHANGHAI).who == ("zhang", "li")
    assert watches(team(), 5, 9, SHANGHAI)[0].ends_at == 9
    assert next_flip(team(), 5, SHANGHAI) is None
    assert to_be_told(team(), 5, SHANGHAI) == ("zhang", "li")


def test_a_unit_with_neither_shifts_nor_members_has_its_fallback() -> None:
    bare = msgspec.structs.replace(team(), members=())

    assert on_duty(bare, at("2026-06-18T03:00"), SHANGHAI).is_fallback


def test_a_shift_only_on_some_days_leaves_the_others_open() -> None:
    weekdays = team(shift("day", "08:00", "20:00", "zhang", days=frozenset(range(5))))

    found = gaps(weekdays, at("2026-06-19T12:00"), at("2026-06-22T12:00"), SHANGHAI)

    assert [(gap.starts_at, gap.ends_at) for gap in found] == [
        (at("2026-06-19T20:00"), at("2026-06-22T08:00"))
    ]


def test_gaps_are_cut_to_the_span_that_is_asked_for() -> None:
    (gap,) = gaps(team(DAY), at("2026-06-18T22:00"), at("2026-06-18T23:00"), SHANGHAI)

    assert (gap.starts_at, gap.ends_at) == (at("2026-06-18T22:00"), at("2026-06-18T23:00"))


def test_who_stands_in_takes_one_shift_with_the_reason() -> None:
    stand_in = Override(day=date(2026, 6, 17), shift="night", who=("wu",), reason="li is ill")
    unit_ = team(DAY, NIGHT, overrides=(stand_in,))

    tonight = on_duty(unit_, at("2026-06-18T03:00"), SHANGHAI)

    assert (tonight.who, tonight.reason) == (("wu",), "li is ill")
    assert on_duty(unit_, at("2026-06-18T21:00"), SHANGHAI).who == ("li",)


def test_a_shift_can_be_called_off_and_an_extra_one_set_for_a_day() -> None:
    off = Override(day=date(2026, 6, 17), shift="night", who=(), reason="strike")
    monday = shift("day", "08:00", "20:00", "zhang", days=frozenset({0}))
    extra = Override(day=date(2026, 6, 18), shift="day", who=("li",), reason="flood")

    assert on_duty(team(DAY, NIGHT, overrides=(off,)), at("2026-06-18T03:00"), SHANGHAI).is_fallback
    thursday = on_duty(team(monday, overrides=(extra,)), at("2026-06-18T09:00"), SHANGHAI)
    assert (thursday.who, thursday.reason) == (("li",), "flood")


def test_shifts_that_overlap_are_on_duty_together() -> None:
    late = shift("late", "18:00", "22:00", "wu", "zhang")

    watch = on_duty(team(DAY, late), at("2026-06-18T19:00"), SHANGHAI)

    assert (watch.shift, watch.who) == ("day+late", ("zhang", "wu"))
    assert watch.ends_at == at("2026-06-18T20:00")


def test_the_night_on_which_the_clock_goes_forward_is_an_hour_shorter() -> None:
    night = on_duty(team(DAY, NIGHT), at("2026-03-29T00:30", BERLIN), BERLIN)

    assert night.ends_at - night.starts_at == 11 * HOUR


def test_the_night_on_which_the_clock_goes_back_is_an_hour_longer() -> None:
    night = on_duty(team(DAY, NIGHT), at("2026-10-25T00:30", BERLIN), BERLIN)

    assert night.ends_at - night.starts_at == 13 * HOUR


def test_a_change_at_a_time_that_the_clock_jumps_over_comes_at_the_jump() -> None:
    early = shift("early", "20:00", "02:30", "li")
    late = shift("late", "02:30", "08:00", "wu")

    watch = on_duty(team(early, late), at("2026-03-29T00:30", BERLIN), BERLIN)

    assert datetime.fromtimestamp(watch.ends_at / 1000, UTC) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert on_duty(team(early, late), watch.ends_at, BERLIN).shift == "late"


def test_a_change_at_a_time_that_comes_twice_comes_at_the_first() -> None:
    early = shift("early", "20:00", "02:30", "li")
    late = shift("late", "02:30", "08:00", "wu")

    watch = on_duty(team(early, late), at("2026-10-25T00:30", BERLIN), BERLIN)

    assert datetime.fromtimestamp(watch.ends_at / 1000, UTC) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_when_a_unit_loses_its_last_officer_and_gets_one_again_is_known_ahead() -> None:
    now = at("2026-06-18T09:00")

    assert next_flip(team(DAY), now, SHANGHAI) == at("2026-06-18T20:00")
    assert next_flip(team(DAY), at("2026-06-18T21:00"), SHANGHAI) == at("2026-06-19T08:00")
    assert next_flip(team(DAY, NIGHT), now, SHANGHAI) is None
    assert next_flip(None, now, SHANGHAI) is None


def test_until_the_incoming_watch_has_signed_both_are_told() -> None:
    unit_, now = team(DAY, NIGHT), at("2026-06-18T08:05")
    signed = Signed(unit="water", watch_at=at("2026-06-18T08:00"))

    assert to_be_told(unit_, now, SHANGHAI) == ("zhang", "li")
    assert to_be_told(unit_, now, SHANGHAI, (signed,)) == ("zhang",)
    waiting = needs_signature(unit_, now, SHANGHAI)
    assert waiting is not None
    assert (waiting.shift, waiting.starts_at) == ("day", signed.watch_at)
    assert needs_signature(unit_, now, SHANGHAI, (signed,)) is None


def test_after_a_gap_there_is_nobody_to_take_over_from() -> None:
    now = at("2026-06-18T08:05")

    assert to_be_told(team(DAY), now, SHANGHAI) == ("zhang",)
    assert to_be_told(team(DAY), at("2026-06-18T03:00"), SHANGHAI) == ("water-fallback",)


def test_whoever_follows_themselves_signs_nothing() -> None:
    early, late = shift("a", "08:00", "20:00", "li"), shift("b", "20:00", "08:00", "li")

    assert needs_signature(team(early, late), at("2026-06-18T08:05"), SHANGHAI) is None


def test_a_week_shows_every_watch_of_every_unit() -> None:
    duty = Duty(
        zone=SHANGHAI,
        departments={},
        units={"water": team(DAY, NIGHT), "all": unit("all", "", "x", "wu")},
        centres=(),
        contacts={},
    )

    found = week(duty, date(2026, 6, 15))

    assert len(found["water"]) == 15
    assert [watch.who for watch in found["all"]] == [("wu",)]


TIMES = st.integers(0, 95).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
SHIFTS = st.lists(
    st.builds(
        lambda name, starts, ends, days: shift(
            name, starts, ends, f"who-{name}", days=frozenset(days)
        ),
        st.sampled_from("abc"),
        TIMES,
        TIMES,
        st.sets(st.integers(0, 6)),
    ),
    max_size=3,
    unique_by=lambda one: one.name,
)


@given(shifts=SHIFTS, minutes=st.integers(0, 60 * 24 * 400))
def test_at_every_instant_of_a_year_exactly_one_watch_is_on_duty(
    shifts: list[Shift], minutes: int
) -> None:
    now = at("2026-01-01T00:00", BERLIN) + minutes * 60_000
    unit_ = team(*shifts)

    watch = on_duty(unit_, now, BERLIN)
    line = watches(unit_, now - 40 * HOUR, now + 40 * HOUR, BERLIN)

    assert watch.starts_at <= now < watch.ends_at
    assert watch.who
    assert sum(one.starts_at <= now < one.ends_at for one in line) == 1
    assert all(one.ends_at == two.starts_at for one, two in pairwise(line))
