import msgspec
import pytest

from sentinel.domain.rank import Rank
from sentinel.warn.acts import Actor
from sentinel.warn.outcome import Code, Refused
from sentinel.warn.silence import Silence
from sentinel.warn.silencing import Silenced, lift_silence, make_silence
from tests.warn.town import CITY, HOUR, NOW, PEOPLE


def wanted(**changes: object) -> Silence:
    values: dict[str, object] = {
        "id": "request-1",
        "author": "",
        "reason": "road works",
        "starts_at": NOW,
        "ends_at": NOW + HOUR,
        "cap": Rank.ORANGE,
        "area": "pudong/hq",
    }
    return Silence(**(values | changes))  # type: ignore[arg-type]


def made(silence: Silence, by: str = "olga") -> Silenced | Refused:
    return make_silence(
        silence, Actor(by=by), NOW, msgspec.structs.replace(CITY, person=PEOPLE[by])
    )


def test_a_silence_has_its_author_and_one_request_makes_one() -> None:
    one = made(wanted())

    assert isinstance(one, Silenced)
    assert one == made(wanted())
    assert one != made(wanted(id="request-2"))
    assert (one.silence.author, one.entry.act, one.entry.area) == ("olga", "silence", "pudong/hq")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "the text is empty"),
        ({"ends_at": NOW}, "lie in the future"),
        ({"ends_at": NOW + 31 * 24 * HOUR}, "at most 30 days"),
        ({"cap": Rank.RED}, "single devices only"),
        ({"out_of_service": True}, "name it"),
    ],
)
def test_what_cannot_be_silenced(changes: dict[str, object], words: str) -> None:
    answer = made(wanted(**changes))

    assert isinstance(answer, Refused)
    assert words in answer.reason["en"]


def test_a_device_can_be_silenced_at_red_and_be_out_of_service_for_a_year() -> None:
    year = {"subject": "lv-01", "out_of_service": True, "ends_at": NOW + 365 * 24 * HOUR}

    assert isinstance(made(wanted(subject="lv-01", cap=Rank.RED)), Silenced)
    assert isinstance(made(wanted(**year)), Silenced)


def test_nobody_silences_everything_or_what_is_not_theirs() -> None:
    everything = made(wanted(area=""), "carl")
    foreign = made(wanted(area="minhang"))

    assert isinstance(everything, Refused)
    assert isinstance(foreign, Refused)
    assert (everything.code, foreign.code) == (Code.INVALID, Code.FORBIDDEN)
    assert isinstance(made(wanted(area="", scenario="flood-control"), "carl"), Silenced)


def test_a_silence_is_lifted_once_with_a_reason() -> None:
    one = made(wanted())
    assert isinstance(one, Silenced)
    city = msgspec.structs.replace(CITY, person=PEOPLE["olga"])

    def lift(silence: Silence, reason: str, now: int) -> Silenced | Refused:
        return lift_silence(silence, reason, Actor(by="olga"), now, city)

    lifted = lift(one.silence, "done", NOW + 5)
    assert isinstance(lifted, Silenced)
    assert lifted.silence.until == NOW + 5
    assert not lifted.silence.holds_at(NOW + 5)
    assert lifted.entry.detail["why"] == "done"
    assert isinstance(lift(one.silence, "", NOW + 5), Refused)
    assert isinstance(lift(lifted.silence, "again", NOW + 6), Refused)


def test_a_silence_fits_area_scenario_and_device() -> None:
    silence = wanted(scenario="flood-control", subject="lv-01")

    def fits(
        area: str = "pudong/hq/g07", scenario: str = "flood-control", subject: str = "lv-01"
    ) -> bool:
        return silence.fits(area=area, scenario=scenario, subject=subject)

    assert fits()
    assert fits(subject="lv-01/water_level")
    assert [fits(area="pudong"), fits(scenario="gas"), fits(subject="lv-02")] == [False] * 3
