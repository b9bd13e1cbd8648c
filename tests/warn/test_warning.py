import random
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from sentinel.domain.finding import Change, Ending, Finding
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.warning import EarlyWarning, WarningState, fold_finding

Build = Callable[..., Finding]


def folded(findings: Sequence[Finding]) -> EarlyWarning:
    warning = None
    for finding in findings:
        warning = fold_finding(warning, finding)
    assert warning is not None
    return warning


def test_the_first_finding_opens_a_warning_with_its_condition(finding: Build) -> None:
    warning = folded([finding(1, rank=Rank.YELLOW)])

    assert warning.state is WarningState.OPEN
    assert warning.condition.rank is Rank.YELLOW
    assert warning.told_at == 2_100


def test_a_rise_and_a_fall_move_the_rank_and_the_worst_is_kept(finding: Build) -> None:
    warning = folded([finding(1, rank=Rank.BLUE), finding(2, rank=Rank.RED), finding(3)])

    assert (warning.condition.rank, warning.worst) == (Rank.ORANGE, Rank.RED)


def test_losing_sight_keeps_the_rank(finding: Build) -> None:
    lost = finding(2, rank=Rank.RED, change=Change.SIGHT, sight=Sight.BLIND, blind_since=900)

    warning = folded([finding(1, rank=Rank.RED), lost])

    assert warning.condition.rank is Rank.RED
    assert warning.condition.sight is Sight.BLIND
    assert warning.condition.blind_since == 900


def test_an_end_closes_the_condition_and_keeps_the_words_that_were_told(finding: Build) -> None:
    warning = folded([finding(1), finding(2, ending=Ending.CLEARED)])

    assert warning.state is WarningState.ENDED
    assert warning.condition.ending is Ending.CLEARED
    assert warning.title["en"] == "river, finding 1"


def test_what_was_said_at_its_worst_is_kept_with_its_time(finding: Build) -> None:
    findings = [finding(1, rank=Rank.BLUE), finding(2, rank=Rank.RED), finding(3, rank=Rank.RED)]
    warning = folded([*findings, finding(4), finding(5, ending=Ending.CLEARED)])

    assert warning.peak
    assert (warning.peak.title["en"], warning.peak.at) == ("river, finding 2", 1_200)
    assert warning.said_at == 1_400


def test_what_is_less_bad_is_no_peak_of_a_warning_whose_peak_was_never_kept(finding: Build) -> None:
    red = folded([finding(1, rank=Rank.RED)])
    of_an_older_program = structs.replace(red, peak=None)

    eased = fold_finding(of_an_older_program, finding(2, rank=Rank.BLUE))
    red_again = fold_finding(eased, finding(3, rank=Rank.RED))

    assert (eased.worst, eased.peak) == (Rank.RED, None)
    assert red_again.peak
    assert (red_again.peak.rank, red_again.peak.number) == (Rank.RED, 3)


def test_the_same_finding_again_changes_nothing(finding: Build) -> None:
    once = folded([finding(1), finding(2, rank=Rank.RED)])

    assert folded([finding(1), finding(2, rank=Rank.RED), finding(1)]) == once


def test_a_missing_finding_never_holds_back_a_later_red(finding: Build) -> None:
    warning = folded([finding(3, rank=Rank.RED)])

    assert (warning.state, warning.condition.rank) == (WarningState.OPEN, Rank.RED)


def test_a_delayed_finding_is_held_back(finding: Build) -> None:
    warning = folded([finding(1, rank=Rank.RED, delayed=True)])

    assert warning.state is WarningState.HELD_BACK
    assert (warning.told, warning.told_at, warning.worst) == (None, None, Rank.NONE)
    assert warning.holds_back


@pytest.mark.parametrize("delayed", [True, False])
def test_a_confirmation_tells_what_was_held_back(finding: Build, delayed: bool) -> None:
    late = finding(1, rank=Rank.RED, delayed=True)
    sure = finding(2, rank=Rank.RED, change=Change.CONFIRMED, delayed=delayed)

    warning = folded([late, sure])

    assert (warning.state, warning.told_at) == (WarningState.OPEN, 2_200)
    assert not warning.holds_back


def test_a_delayed_rise_leaves_the_rank_as_told_until_it_is_confirmed(finding: Build) -> None:
    late = finding(2, rank=Rank.RED, delayed=True)

    warning = folded([finding(1, rank=Rank.BLUE), late])

    assert (warning.condition.rank, warning.newest.rank) == (Rank.BLUE, Rank.RED)
    assert warning.holds_back


def test_what_ended_while_it_was_held_back_is_never_told(finding: Build) -> None:
    warning = folded([finding(1, delayed=True), finding(2, ending=Ending.CLEARED)])

    assert warning.state is WarningState.NEVER_TOLD


def test_a_delayed_end_ends_a_warning_that_was_told(finding: Build) -> None:
    """Nothing follows an end, so that nothing could confirm it."""
    warning = folded([finding(1), finding(2, ending=Ending.CLEARED, delayed=True)])

    assert warning.state is WarningState.ENDED


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Rank, Sight, bool, Change]]:
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(Rank),
                st.sampled_from(Sight),
                st.booleans(),
                st.sampled_from([Change.RANK, Change.SIGHT, Change.CONFIRMED]),
            ),
            min_size=1,
            max_size=8,
        )
    )


@given(history=histories(), ends=st.booleans(), data=st.data())
def test_in_whatever_order_and_however_often_findings_come_the_warning_is_the_same(
    finding: Build,
    history: list[tuple[Rank, Sight, bool, Change]],
    ends: bool,
    data: st.DataObject,
) -> None:
    line = [
        finding(number, rank=rank, sight=sight, delayed=delayed, change=change)
        for number, (rank, sight, delayed, change) in enumerate(history, 1)
    ]
    if ends:
        line.append(finding(len(line) + 1, ending=Ending.CLEARED))
    repeats = data.draw(st.lists(st.sampled_from(line), max_size=8))
    arrived = [*line, *repeats]
    random.Random(data.draw(st.integers())).shuffle(arrived)  # noqa: S311 -- drawn, not secret

    assert folded(arrived) == folded(line)


@given(history=histories())
def test_people_are_told_of_nothing_worse_than_what_was_not_delayed(
    finding: Build, history: list[tuple[Rank, Sight, bool, Change]]
) -> None:
    line = [
        finding(number, rank=rank, sight=sight, delayed=delayed, change=change)
        for number, (rank, sight, delayed, change) in enumerate(history, 1)
    ]
    sure = [f.rank for f in line if not f.delayed or f.change is Change.CONFIRMED]

    warning = folded(line)

    assert warning.worst == max(sure, default=Rank.NONE)
