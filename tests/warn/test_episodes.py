from collections.abc import Callable

from sentinel.domain.finding import Change, Ending, Finding
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.episodes import Episode, episodes, missing_numbers

Build = Callable[..., Finding]


def test_each_condition_lasts_until_the_next_finding(finding: Build) -> None:
    line = episodes([finding(1, rank=Rank.BLUE), finding(2, rank=Rank.RED)])

    assert line == [
        Episode(start=1_100, end=1_200, rank=Rank.BLUE, sight=Sight.SEEN),
        Episode(start=1_200, end=None, rank=Rank.RED, sight=Sight.SEEN),
    ]


def test_an_end_closes_the_last_episode_and_begins_none(finding: Build) -> None:
    line = episodes([finding(2, ending=Ending.CLEARED), finding(1)])

    assert line == [Episode(start=1_100, end=1_200, rank=Rank.ORANGE, sight=Sight.SEEN)]


def test_a_confirmation_does_not_cut_an_episode(finding: Build) -> None:
    line = episodes([finding(1), finding(2, change=Change.CONFIRMED)])

    assert line == [Episode(start=1_100, end=None, rank=Rank.ORANGE, sight=Sight.SEEN)]


def test_numbers_that_never_came_are_named(finding: Build) -> None:
    assert missing_numbers([finding(5), finding(2)]) == [1, 3, 4]
