import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.case import case_id, order_id
from sentinel.warn.silence import Silence
from tests.warn.town import CITY, HOUR, NOW, opened


def test_what_keeps_a_case_quiet_is_named() -> None:
    hush = Silence(
        id="s7",
        author="olga",
        reason="x",
        starts_at=0,
        ends_at=NOW + HOUR,
        cap=Rank.ORANGE,
        area="pudong",
    )
    quiet = opened(city=msgspec.structs.replace(CITY, silences=(hush,))).file.case

    assert (quiet.silenced_by, quiet.explained_by) == ("s7", "")
    assert (opened().file.case.silenced_by, opened().file.case.explained_by) == ("", "")


def test_ids_follow_from_what_they_are_of() -> None:
    assert case_id("w") == case_id("w")
    assert len({case_id("w"), case_id("w", 2), case_id("v"), order_id("w", 1)}) == 4
