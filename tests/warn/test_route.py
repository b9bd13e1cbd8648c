import msgspec

from sentinel.warn.duty import Centre
from sentinel.warn.route import NoRoute, Route, centre_above, centre_of, centres_around, route
from tests.warn.town import DUTY, G07


def test_the_nearest_unit_of_the_department_is_asked_and_the_reason_says_so() -> None:
    way = route("water", G07, DUTY)

    assert isinstance(way, Route)
    assert (way.unit.id, way.centre.area) == ("water-hq", "pudong/hq")
    assert way.why["en"] == "nearest unit of Water Affairs at or above pudong/hq/g07: at pudong/hq"


def test_without_a_unit_in_the_street_the_district_and_then_the_city_is_asked() -> None:
    ways = [route("water", "pudong/other", DUTY), route("fire", G07, DUTY)]

    assert [way.unit.id for way in ways if isinstance(way, Route)] == ["water-pd", "fire-city"]


def test_a_unit_may_be_named_itself() -> None:
    way = route("water-pd", G07, DUTY)

    assert isinstance(way, Route)
    assert way.unit.id == "water-pd"
    assert way.why["en"] == "the unit `water-pd` is named"


def test_without_a_department_the_duty_centre_sees_to_it_itself() -> None:
    way = route("", G07, DUTY)

    assert isinstance(way, Route)
    assert way.unit.id == "desk-hq"


def test_a_department_without_units_and_one_that_is_not_known_are_no_route() -> None:
    whys = [way.why["en"] for way in (route("parks", "", DUTY), route("parcs", G07, DUTY))]

    assert whys == ["Parks has no unit at or above the city", "there is no department `parcs`"]


def test_a_centre_whose_unit_is_not_known_is_no_route() -> None:
    bare = msgspec.structs.replace(DUTY, centres=())

    way = route("", G07, bare)

    assert isinstance(way, NoRoute)
    assert way.centre == Centre(area="", unit="")


def test_centres_lead_from_the_street_to_the_city() -> None:
    assert [centre.area for centre in centres_around(G07, DUTY)] == ["pudong/hq", "pudong", ""]
    assert centre_of("lancheng", DUTY).area == ""


def test_the_city_has_no_centre_above_it() -> None:
    above = centre_above("pudong/hq", DUTY)

    assert above is not None
    assert above.area == "pudong"
    assert centre_above("", DUTY) is None
