from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.rank import Rank, Sight
from sentinel.warn.picture import CITY, Standing, Tally, paint

CODES = ["", "pudong", "pudong/hq", "pudong/hq/g07", "pudong/hqx", "minhang"]
tallies = st.lists(
    st.builds(
        Tally,
        area=st.sampled_from(CODES),
        rank=st.sampled_from(Rank),
        sight=st.sampled_from(Sight),
        accepted=st.booleans(),
        count=st.integers(1, 5),
    )
)


def test_an_area_is_as_bad_as_the_worst_below_it() -> None:
    red = Tally(area="pudong/hq", rank=Rank.RED, sight=Sight.SEEN, accepted=False, count=1)
    blue = Tally(area="pudong", rank=Rank.BLUE, sight=Sight.SEEN, accepted=False, count=3)

    picture = paint([red, blue])

    assert (picture["pudong"].worst, picture["pudong"].open) == (Rank.RED, 4)
    assert picture["pudong/hq"].open == 1


def test_blind_at_rank_none_is_counted_as_blind() -> None:
    blind = Tally(area="pudong", rank=Rank.NONE, sight=Sight.BLIND, accepted=False, count=2)

    assert paint([blind])["pudong"].blind == 2


def test_a_warning_without_an_area_counts_in_the_city() -> None:
    lost = Tally(area="", rank=Rank.RED, sight=Sight.SEEN, accepted=False, count=1)

    assert paint([lost])[CITY].waiting_red == 1


def test_a_quiet_city_still_has_a_standing() -> None:
    assert paint([])[CITY] == Standing()


def test_while_nothing_of_the_city_can_be_seen_every_area_is_blind() -> None:
    link = Tally(
        area="", rank=Rank.NONE, sight=Sight.BLIND, accepted=True, count=1, everywhere=True
    )
    red = Tally(area="pudong/hq", rank=Rank.RED, sight=Sight.SEEN, accepted=False, count=1)

    picture = paint([link, red])

    for area in (CITY, "pudong", "pudong/hq", "minhang"):
        assert picture[area].sight is Sight.BLIND
    assert (picture["pudong/hq"].worst, picture["minhang"].open) == (Rank.RED, 0)


def test_a_device_without_an_area_that_is_blind_does_not_darken_the_city() -> None:
    stray = Tally(area="", rank=Rank.NONE, sight=Sight.BLIND, accepted=False, count=1)

    assert paint([stray])["minhang"].sight is Sight.SEEN


@given(tallies)
def test_the_city_counts_every_warning_once(counted: list[Tally]) -> None:
    city = paint(counted)[CITY]

    assert city.open == sum(tally.count for tally in counted)
    assert city.waiting == sum(tally.count for tally in counted if not tally.accepted)
    assert city.worst == max((tally.rank for tally in counted), default=Rank.NONE)
