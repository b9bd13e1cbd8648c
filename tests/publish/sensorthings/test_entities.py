"""Devices, series and kinds as entities: what they say, where they lead, who sees them."""

import pytest

from sentinel.publish.sensorthings.answer import Plain
from sentinel.publish.sensorthings.refusal import BadQueryError, NotThereError
from tests.publish.sensorthings.small import BASE, NOW, SQUARE, Asker, Store, readings


@pytest.fixture(scope="module")
def city() -> Asker:
    """Somebody who sees everything."""
    return Asker()


def test_the_root_names_every_set_and_what_is_answered(city: Asker) -> None:
    root = city.ask("")

    assert [one["name"] for one in root["value"]] == [
        "Things",
        "Locations",
        "HistoricalLocations",
        "Datastreams",
        "Sensors",
        "ObservedProperties",
        "FeaturesOfInterest",
        "Observations",
    ]
    assert root["value"][0]["url"] == f"{BASE}/Things"
    assert len(root["serverSettings"]["conformance"]) > 5


def test_a_device_is_a_thing(city: Asker) -> None:
    assert city.ask("Things('lv-01')") == {
        "@iot.id": "lv-01",
        "@iot.selfLink": f"{BASE}/Things('lv-01')",
        "name": "O'Brien weir",
        "description": "河道 / river gauge",
        "properties": {"owner": "water", "kind": "river", "area": "pudong/hq"},
        "Locations@iot.navigationLink": f"{BASE}/Things('lv-01')/Locations",
        "HistoricalLocations@iot.navigationLink": f"{BASE}/Things('lv-01')/HistoricalLocations",
        "Datastreams@iot.navigationLink": f"{BASE}/Things('lv-01')/Datastreams",
    }


def test_a_metric_of_a_device_is_a_datastream(city: Asker) -> None:
    stream = city.ask("Datastreams('lv-01/level')")

    assert stream["name"] == "O'Brien weir · 水位 / water level"
    assert stream["observationType"].endswith("OM_Measurement")
    assert stream["unitOfMeasurement"] == {
        "name": "m",
        "symbol": "m",
        "definition": "urn:sentinel:unit:m",
    }
    state = city.ask("Datastreams('pump-1/state')")
    assert state["observationType"].endswith("OM_CategoryObservation")
    assert state["unitOfMeasurement"]["name"] is None


def test_a_device_is_at_its_point_or_in_its_area(city: Asker) -> None:
    locations = {one["@iot.id"]: one for one in city.ask("Locations")["value"]}

    assert locations["lv-02"]["location"] == {"type": "Point", "coordinates": [121.5, 31.2]}
    assert locations["lv-01"]["location"]["coordinates"] == [SQUARE]
    assert locations["lv-01"]["name"] == "浦东 / Pudong · 花桥 / Huaqiao"
    assert locations["free-1"]["location"]["geometries"] == []


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("Things('pump-1')/Datastreams", ["pump-1/state", "pump-1/level"]),
        ("Things('lv-01')/Locations", ["lv-01"]),
        ("Locations('lv-01')/Things", ["lv-01"]),
        ("Things('lv-01')/HistoricalLocations", []),
        ("HistoricalLocations", []),
        ("Sensors('river')/Datastreams", ["lv-01/level", "lv-02/level", "lv-03/level"]),
        ("ObservedProperties('state')/Datastreams", ["pump-1/state", "free-1/state"]),
        ("Sensors", ["pump", "river"]),
        ("FeaturesOfInterest", ["lancheng", "pudong", "pudong/hq", "jiading"]),
    ],
)
def test_links_lead_to_what_belongs_together(city: Asker, path: str, ids: list[str]) -> None:
    assert city.ids(path) == ids


@pytest.mark.parametrize(
    ("path", "ident"),
    [
        ("Datastreams('lv-01/level')/Thing", "lv-01"),
        ("Datastreams('lv-01/level')/ObservedProperty", "level"),
        ("Datastreams('lv-01/level')/Sensor", "river"),
        ("Things('pump-1')/Datastreams('pump-1/state')", "pump-1/state"),
        ("Observations('lv-01/level/1781723520000')/Datastream", "lv-01/level"),
        ("Observations('lv-01/level/1781723520000')/FeatureOfInterest", "pudong/hq"),
        ("Observations('lv-01/level/1781723520000')/Datastream/Thing/Locations('lv-01')", "lv-01"),
    ],
)
def test_a_path_goes_on_from_one_entity_to_the_next(city: Asker, path: str, ident: str) -> None:
    assert city.ask(path)["@iot.id"] == ident


def test_every_link_that_an_entity_names_leads_somewhere(city: Asker) -> None:
    for name in ("Things", "Locations", "Datastreams", "Sensors", "ObservedProperties"):
        for one in city.ask(name)["value"]:
            assert city.ask(one["@iot.selfLink"]) == one
            for key, link in one.items():
                if key.endswith("@iot.navigationLink"):
                    assert city.ask(link)


def test_a_property_is_asked_for_by_its_name(city: Asker) -> None:
    assert city.ask("Things('lv-01')/name") == {"name": "O'Brien weir"}
    assert city.ask("Things('lv-01')/name/$value") == Plain("O'Brien weir")
    assert city.ask("Observations('lv-01/level/1781723520000')/result/$value") == Plain("9.0")
    assert city.ask("Things('lv-01')/id") == {"@iot.id": "lv-01"}


def test_addresses_alone_are_asked_for_by_ref(city: Asker) -> None:
    assert city.ask("Sensors/$ref")["value"] == [
        {"@iot.selfLink": f"{BASE}/Sensors('pump')"},
        {"@iot.selfLink": f"{BASE}/Sensors('river')"},
    ]


def test_people_see_what_lies_in_their_areas() -> None:
    pudong = Asker("pudong")

    assert pudong.ids("Things") == ["lv-01", "lv-02", "pump-1"]
    assert pudong.ids("Locations") == ["lv-01", "lv-02", "pump-1"]
    assert pudong.ids("FeaturesOfInterest") == ["pudong", "pudong/hq"]
    assert pudong.ids("ObservedProperties('level')/Datastreams") == [
        "lv-01/level",
        "lv-02/level",
        "pump-1/level",
    ]
    assert pudong.ask("Datastreams?$count=true&$top=0") == {"@iot.count": 4, "value": []}


@pytest.mark.parametrize(
    "path",
    [
        "Things('lv-03')",
        "Locations('lv-03')",
        "Datastreams('lv-03/level')",
        "Datastreams('lv-03/level')/Observations",
        "Observations('lv-03/level/1781723520000')",
        "FeaturesOfInterest('jiading')",
        "Things('free-1')",
        "Things('old-1')",
        "Datastreams('old-1/level')",
        "Things('lv-09')",
        "Datastreams('lv-01/gas')",
        "Datastreams('lv-01')",
        "Sensors('boat')",
        "Thing",
        "Things('lv-01')/Sensors",
        "Things('lv-01')/Datastreams('lv-02/level')",
        "Things('lv-01')/colour",
        "Things/name",
        "HistoricalLocations('x')",
        "Observations('lv-01/level/1')",
        "Observations('lv-01/level/yesterday')",
        "Observations('lv-01/level/٣')",
        "Observations('x')",
        f"Observations('lv-01/level/{'9' * 40}')",
        "Datastreams('lv-01/level')/Observations('lv-02/level/1781723520000')",
    ],
)
def test_what_is_elsewhere_or_nowhere_is_not_there(path: str) -> None:
    with pytest.raises(NotThereError):
        Asker("pudong").ask(path)


def test_a_reading_of_a_device_without_an_area_is_of_no_feature() -> None:
    free = Asker(store=Store({"free-1/state": readings(1)}))

    with pytest.raises(NotThereError):
        free.ask(f"Observations('free-1/state/{NOW}')/FeatureOfInterest")


def test_readings_elsewhere_are_an_empty_list_to_a_filter() -> None:
    pudong = Asker("pudong")

    assert pudong.ask("Observations?$filter=Datastream/id eq 'lv-03/level'&$count=true") == {
        "@iot.count": 0,
        "value": [],
    }


@pytest.mark.parametrize(
    "path",
    [
        "Things('lv-01",
        "Things()",
        "Things('lv-01')Datastreams",
        "Things/<script>",
        "a/b/c/d/e/f/g",
        "$value",
        "Things/$value",
        "Things('lv-01')/$ref",
        "FeaturesOfInterest('pudong')/Observations",
        "Observations",
        "Observations/x?$filter=Datastream/id eq 'lv-01/level'",
    ],
)
def test_paths_that_make_no_sense_are_refused(city: Asker, path: str) -> None:
    with pytest.raises(BadQueryError):
        city.ask(path)


def test_an_id_is_written_so_that_it_is_read_again(city: Asker) -> None:
    assert city.ask(f"{BASE}/Datastreams('lv-01%2Flevel')/Thing")["@iot.id"] == "lv-01"
    with pytest.raises(NotThereError, match='no "o\'brien"'):
        city.ask("Things('o''brien')")
