"""The bulletin: what is counted, how long people took, how often rules were right; nobody named."""

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.clock import Step
from sentinel.publish.bulletin.columns import columns_of
from sentinel.publish.bulletin.figures import Asked, Figures, gather
from sentinel.publish.bulletin.markup import tag
from sentinel.publish.bulletin.page import write_bulletin
from sentinel.publish.bulletin.speech import Names
from sentinel.publish.bulletin.words import duration
from sentinel.warn.case import CaseFile, CaseState, Origin, Verdict
from sentinel.warn.order import Due, OrderState
from tests.publish.small import MINUTE, NOW, case, closed, order, warning

DAY = 24 * 60 * MINUTE
ASKED = Asked(start=NOW - 7 * DAY, end=NOW, now=NOW, zone="Asia/Shanghai")


def figures(*files: CaseFile, asked: Asked = ASKED) -> Figures:
    return gather(files, asked)


def live(number: int = 1, *orders: object, **changes: object) -> CaseFile:
    return CaseFile(
        case=case(number, **changes),
        orders=tuple(orders),  # type: ignore[arg-type]
        warnings=(warning(number),),
    )


def test_warnings_are_counted_by_scenario_area_and_rank() -> None:
    gas = msgspec.structs.replace(warning(3), scenario="gas", worst=Rank.RED, area="jiading/am")
    found = figures(closed(1), closed(2), CaseFile(case=case(3), warnings=(gas,)))

    assert [(one.name, one.ranks) for one in found.scenarios] == [
        ("flood-control", {Rank.ORANGE: 2}),
        ("gas", {Rank.RED: 1}),
    ]
    assert [(one.name, one.total) for one in found.areas] == [("pudong", 2), ("jiading", 1)]
    assert (found.totals.warnings, found.totals.cases, found.totals.live) == (3, 3, 1)


def test_within_an_area_what_lies_directly_below_it_is_told() -> None:
    asked = msgspec.structs.replace(ASKED, area="pudong")
    deep = msgspec.structs.replace(warning(2), area="pudong/hq/g07")
    whole = msgspec.structs.replace(warning(3), area="pudong")
    files = [CaseFile(case=case(), warnings=(one,)) for one in (warning(), deep, whole)]

    assert [(one.name, one.total) for one in figures(*files, asked=asked).areas] == [
        ("pudong/hq", 2),
        ("pudong", 1),
    ]


def test_a_warning_that_outlives_its_case_counts_once() -> None:
    later = msgspec.structs.replace(live(2, follows="c1"), warnings=(warning(1),))
    found = figures(closed(1), later)

    assert (found.totals.warnings, found.totals.cases, found.totals.followed) == (1, 2, 1)


def test_what_was_opened_at_another_time_does_not_count() -> None:
    early, late = ASKED.start - 1, ASKED.end
    found = figures(closed(1, opened_at=early), live(2, opened_at=late))

    assert found.totals.cases == 0


def test_exercises_are_counted_and_count_for_nothing_else() -> None:
    found = figures(closed(1, Verdict.DRILL, exercise=True))

    assert (found.totals.exercises, found.totals.warnings, found.precision) == (1, 0, [])
    assert found.timings[Step.ACCEPT][None].done == 0


def test_a_case_that_stands_for_many_counts_through_those() -> None:
    folded = live(9, origin=Origin.FOLDED, children=2)
    found = figures(folded, closed(1), closed(2))

    assert found.totals.cases == 2


def test_reported_quiet_and_false_ones_are_told_apart() -> None:
    found = figures(
        live(1, origin=Origin.REPORTED),
        live(2, quiet="silence s1"),
        closed(3, Verdict.FALSE_ALARM),
    )

    totals = found.totals
    assert (totals.reported, totals.quiet, totals.false_alarms, totals.verified) == (1, 1, 1, 1)


def test_times_are_medians_against_targets() -> None:
    files = [closed(n, accept=m, resolve=60, verify=90) for n, m in enumerate((2, 4, 30), 1)]
    found = figures(*files)
    accept, verify = found.timings[Step.ACCEPT][None], found.timings[Step.VERIFY][None]

    assert (accept.median_ms, accept.target_ms) == (4 * MINUTE, 10 * MINUTE)
    assert (accept.done, accept.in_time, accept.judged) == (3, 2, 3)
    assert accept.share == pytest.approx(2 / 3)
    assert (verify.median_ms, verify.target_ms) == (30 * MINUTE, 480 * MINUTE)
    assert found.timings[Step.RESOLVE][Rank.ORANGE].median_ms == 60 * MINUTE


def test_who_never_came_is_late_and_who_may_still_come_is_not() -> None:
    late = order(dispatched_at=NOW - 60 * MINUTE)
    fresh = order("c2", dispatched_at=NOW - 5 * MINUTE)
    free = order("c3", dispatched_at=NOW - 60 * MINUTE, due=Due())
    timing = figures(live(1, late), live(2, fresh), live(3, free)).timings[Step.ACCEPT][None]

    assert (timing.done, timing.judged, timing.in_time, timing.waiting) == (0, 1, 0, 2)
    assert (timing.median_ms, timing.share) == (None, 0.0)


def test_an_order_taken_back_before_anybody_had_it_was_nobodys_wait() -> None:
    gone = order(state=OrderState.WITHDRAWN)
    returned = order("c2", state=OrderState.RETURNED, accepted_at=NOW - 5 * MINUTE)
    found = figures(live(1, gone), live(2, returned)).timings

    assert (found[Step.ACCEPT][None].done, found[Step.RESOLVE][None].judged) == (1, 0)


def test_a_merged_case_is_verified_by_nobody() -> None:
    found = figures(live(1, state=CaseState.MERGED, resolved_at=NOW - 1))

    assert found.timings[Step.VERIFY][None].judged == 0


def test_rules_are_judged_by_verdicts() -> None:
    verdicts = [Verdict.TRUE, Verdict.TRUE, Verdict.FALSE_ALARM, Verdict.DUPLICATE]
    files = [closed(number, verdict) for number, verdict in enumerate(verdicts)]
    other = closed(9, Verdict.TRUE, rule="gas-leak")
    found = figures(*files, other).precision

    assert [(rule, one.true, one.false, one.unjudged) for rule, one in found] == [
        ("river-level", 2, 1, 1),
        ("gas-leak", 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("days", "whole", "count", "first"),
    [
        (1, "hour", 25, "06-17 03:00"),
        (7, "day", 8, "2026-06-11"),
        (90, "week", 14, "2026-03-16"),
        (1000, "month", 34, "2023-09"),
    ],
)
def test_time_is_cut_as_finely_as_a_chart_can_show(
    days: int, whole: str, count: int, first: str
) -> None:
    told = [(NOW - 1, Rank.RED), (NOW - days * DAY, Rank.BLUE), (NOW + DAY * 40, Rank.RED)]
    found = columns_of(told, NOW - days * DAY, NOW, "Asia/Shanghai")

    assert (found[0].whole, len(found), found[0].label) == (whole, count, first)
    assert [found[0].ranks, found[-1].ranks] == [{Rank.BLUE: 1}, {Rank.RED: 1}]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
@given(start=st.integers(1_700_000_000_000, 1_800_000_000_000), days=st.integers(1, 400))
def test_no_warning_of_the_time_falls_between_columns(zone: str, start: int, days: int) -> None:
    """Through both changes of daylight saving, and from any instant on."""
    end = start + days * DAY
    told = [(at, Rank.BLUE) for at in range(start, end, max(1, days // 3) * 5 * 60 * MINUTE)]
    found = columns_of(told, start, end, zone)

    assert sum(sum(column.ranks.values()) for column in found) == len(told)
    assert len({column.label for column in found}) == len(found)


NAMES = Names(areas={"pudong": {"zh": "浦东", "en": "Pudong <b>"}}, scenarios={})


def html(*files: CaseFile) -> str:
    return write_bulletin(figures(*files), NAMES)


def test_nobody_is_in_it() -> None:
    text = html(closed(1), closed(2, Verdict.FALSE_ALARM))

    assert all(word not in text for word in ("zhang", "Zhang", "li.si", "138", "pumped", "gauge"))


def test_the_file_needs_nothing_else() -> None:
    text = html(closed(1))

    assert re.findall(r"(?:src|href|url\(|@import|<script|<link)", text) == []


def test_it_speaks_chinese_and_english() -> None:
    text = html(closed(1))

    assert '<main lang="zh-CN" class="zh">' in text
    assert '<main lang="en" class="en">' in text
    assert ">浦东<" in text


def test_what_looks_like_markup_stays_a_text() -> None:
    odd = closed(1, rule="<script>alert(1)</script>")

    assert "<script" not in html(odd)
    assert "Pudong &lt;b&gt;" in html(odd)


def test_a_quiet_time_says_so() -> None:
    text = html()

    assert text.count("Nothing in this time.") == 7
    assert "NaN" not in text


def test_a_rule_with_few_verdicts_is_marked() -> None:
    assert "100% (few)" in html(closed(1))
    assert "(few)" not in html(*(closed(number) for number in range(10)))


def test_the_same_cases_make_the_same_file() -> None:
    assert html(closed(1), closed(2)) == html(closed(2), closed(1))


def test_text_after_an_element_stays_after_it() -> None:
    element = tag("p", "a", tag("b", "c"), "d", None, "e\x00")

    assert ET.tostring(element, encoding="unicode") == "<p>a<b>c</b>de\N{REPLACEMENT CHARACTER}</p>"


@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        (0, ("0 秒", "0 s")),
        (59_999, ("59 秒", "59 s")),
        (3_600_000, ("1 小时", "1 h")),
        (90_061_000, ("1 天 1 小时", "1 d 1 h")),
        (86_400_000 + 61_000, ("1 天", "1 d")),
    ],
)
def test_durations_are_told_in_their_two_largest_units(ms: int, expected: Sequence[str]) -> None:
    assert (duration(ms, "zh"), duration(ms, "en")) == expected
