import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Notice, Occasion
from sentinel.warn.rate import Limits, Meter, pass_on, sum_up
from sentinel.warn.summary import catch_up, is_late
from tests.warn.town import MINUTE, NOW, warning

LIMITS = Limits(each_minute=2, reds_each_minute=3)
METER = Meter(audience=Audience.UNIT, to="water-hq")


def notice(
    number: int, rank: Rank = Rank.YELLOW, *, to: str = "water-hq", drill: bool = False
) -> Notice:
    return Notice(
        key=f"k{number}",
        occasion=Occasion.DISPATCHED,
        audience=Audience.UNIT,
        to=to,
        rank=rank,
        title={"zh": f"第 {number} 条", "en": f"notice {number}"},
        text={"zh": "x", "en": "x"},
        case=f"c{number}",
        exercise=drill,
    )


def passed(meter: Meter, notices: list[Notice], now: int = NOW) -> tuple[Meter, list[Notice]]:
    out: list[Notice] = []
    for each in notices:
        step = pass_on(meter, each, now, LIMITS, "Asia/Shanghai")
        meter = step.meter
        out += step.notices
    return meter, out


def test_beyond_the_limit_one_announcement_goes_out_and_then_nothing() -> None:
    meter, out = passed(METER, [notice(n) for n in range(9)])

    assert [each.key for each in out[:2]] == ["k0", "k1"]
    assert len(out) == 3
    assert out[2].title["en"] == (
        "Too many notices: the others come as a summary at 03:05, reds one by one"
    )
    assert len(meter.held) == 7


def test_reds_have_an_allowance_of_their_own_and_a_sooner_summary() -> None:
    meter, out = passed(METER, [notice(n) for n in range(4)])
    meter, reds = passed(meter, [notice(n, Rank.RED) for n in range(10, 15)])

    assert [each.key for each in reds] == ["k10", "k11", "k12"]
    assert meter.next_at == NOW + MINUTE
    assert len(out) == 3
    _, red_only = passed(METER, [notice(n, Rank.RED) for n in range(4)])
    assert red_only[-1].title["en"] == ("Too many notices: the others come as a summary at 03:01")
    assert red_only[-1].rank is Rank.RED


def test_a_new_minute_is_a_new_allowance() -> None:
    meter, _ = passed(METER, [notice(1), notice(2)])

    assert passed(meter, [notice(3)], NOW + MINUTE)[1] == [notice(3)]


def test_while_a_summary_is_due_the_others_wait_for_it_in_later_minutes_too() -> None:
    meter, _ = passed(METER, [notice(n) for n in range(3)])

    assert passed(meter, [notice(9)], NOW + 2 * MINUTE)[1] == []


def test_the_summary_says_how_many_of_each_rank_and_names_the_worst() -> None:
    held = [notice(n) for n in range(5)] + [notice(9, Rank.ORANGE)]
    meter, _ = passed(METER, held)

    assert sum_up(meter, NOW + 5 * MINUTE - 1) is None
    done = sum_up(meter, NOW + 5 * MINUTE)

    assert done is not None
    (summary,) = done.notices
    assert summary.rank is Rank.ORANGE
    assert summary.text["en"] == (
        "Summary of 4 notices. orange 1, yellow 3. notice 9, notice 2, notice 3. Look at the list"
    )
    assert done.meter == Meter(
        audience=Audience.UNIT, to="water-hq", minute=(NOW + 5 * MINUTE) // MINUTE
    )
    assert sum_up(done.meter, NOW + 60 * MINUTE) is None


def test_what_is_held_is_never_lost_between_announcements_and_summaries() -> None:
    meter, out = passed(METER, [notice(n) for n in range(50)])
    done = sum_up(meter, NOW + 5 * MINUTE)

    assert done is not None
    assert len([each for each in out if each.occasion is Occasion.DISPATCHED]) == 2
    assert done.notices[0].title["en"] == "Summary of 48 notices"
    assert len(done.notices[0].text["zh"]) <= 280


def test_a_drill_is_marked_in_its_summary() -> None:
    drills = msgspec.structs.replace(METER, exercise=True)
    meter, _ = passed(drills, [notice(n, drill=True) for n in range(5)])
    done = sum_up(meter, NOW + 5 * MINUTE)

    assert done is not None
    assert done.notices[0].exercise
    assert done.notices[0].title["zh"].startswith("【演练】汇总")
    assert done.meter.exercise


def test_after_an_outage_reds_go_out_at_once_and_the_rest_as_one_summary() -> None:
    late = [notice(1), notice(2, Rank.RED), notice(3, Rank.BLUE), notice(4, to="fire-city")]

    red, summed, single = catch_up(late, NOW)

    assert (red.key, single.key) == ("k2", "k4")
    assert summed.occasion is Occasion.SUMMARY
    assert summed.rank is Rank.YELLOW
    assert summed.text["en"].startswith("After an interruption, what happened meanwhile. yellow 1")
    assert catch_up(late, NOW)[1].key == summed.key


def test_a_condition_is_late_when_it_was_heard_of_long_ago() -> None:
    assert not is_late(warning(), NOW + 5 * MINUTE)
    assert is_late(warning(), NOW + 5 * MINUTE + 1)
