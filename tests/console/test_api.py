from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sentinel.console.ports import ServiceState
from sentinel.domain.errors import StoreDown
from sentinel.domain.finding import Finding
from sentinel.domain.rank import RANK_WORDS
from tests.console.conftest import Client, Served
from tests.console.crowd import LI, WANG
from tests.console.night import night_city

API = "/api/v1"


def get(client: Client, path: str, **query: Any) -> Any:  # noqa: ANN401 -- JSON
    answer = client.get(f"{API}/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def first_open(served: Served) -> dict[str, Any]:
    found: dict[str, Any] = get(served.client, "warnings", limit=1)["warnings"][0]
    return found


def test_the_list_runs_from_red_down_with_names_of_places(served: Served) -> None:
    page = get(served.client, "warnings", limit=500)

    ranks = [RANK_WORDS[line["rank"]] for line in page["warnings"]]
    assert ranks == sorted(ranks, reverse=True)
    assert page["total"] == len(page["warnings"])
    assert page["warnings"][0]["place"] == {
        "zh": "北港区 · 海关街道 · 海关第三网格",
        "en": "Beigang · Customs House · Customs House grid 3",
    }


def test_pages_follow_one_another_without_a_gap(served: Served) -> None:
    whole = [line["id"] for line in get(served.client, "warnings", limit=500)["warnings"]]
    seen, after = [], ""
    while after is not None:
        page = get(served.client, "warnings", limit=7, after=after)
        seen += [line["id"] for line in page["warnings"]]
        after = page["next"]

    assert seen == whole


def test_the_list_can_be_narrowed_by_rank_and_area(served: Served) -> None:
    page = get(served.client, "warnings", rank="orange", area="guqiao", limit=500)

    assert page["warnings"]
    assert {line["rank"] for line in page["warnings"]} <= {"orange", "red"}
    assert all(line["area"].startswith("guqiao") for line in page["warnings"])


def test_the_citys_own_code_means_everywhere(served: Served) -> None:
    assert (
        get(served.client, "warnings", area="lancheng")["total"]
        == get(served.client, "warnings")["total"]
    )


def test_a_warning_comes_with_why_and_what_happened_and_what_to_draw(served: Served) -> None:
    found = get(served.client, f"warnings/{first_open(served)['id']}")

    assert [finding["number"] for finding in found["findings"]] == [1, 2]
    assert found["findings"][0]["evidence"][1]["words"] == {
        "zh": "30分钟内水位的变化速度",
        "en": "trend of water level over 30 min",
    }
    assert [(episode["rank"], episode["end"] is None) for episode in found["episodes"]] == [
        ("orange", False),
        ("red", True),
    ]
    assert [act["act"] for act in found["acts"]] == ["open", "dispatch"]
    assert found["case"]
    (shown,) = found["inputs"]
    assert (shown["metric"], shown["unit"]) == ("water_level", "m")
    assert shown["thresholds"][-1] == {
        "rank": "red",
        "value": 4.2,
        "above": True,
        "strict": False,
        "words": {"zh": "", "en": ""},
    }


def test_a_rank_comes_with_the_mark_that_holds(served: Served) -> None:
    found = get(served.client, f"warnings/{first_open(served)['id']}")
    (reason,) = found["findings"][-1]["reasons"]

    assert (reason["words"]["en"], reason["op"]) == ("water level", ">=")
    assert (round(reason["value"], 2), reason["limit"], reason["unit"]) == (4.28, 4.2, "m")


def test_a_mark_of_todays_rule_is_no_reason_for_what_an_earlier_bundle_found(
    served: Served,
) -> None:
    assert served.city
    warning = first_open(served)["id"]

    served.city = replace(served.city, hash="another bundle")

    assert get(served.client, f"warnings/{warning}")["findings"][-1]["reasons"] == []


def test_todays_marks_are_drawn_for_what_is_open_and_not_for_what_ended_under_another_bundle(
    served: Served,
) -> None:
    assert served.city
    is_open = first_open(served)["id"]
    ended = get(served.client, "warnings", state="ended", limit=1)["warnings"][0]["id"]

    def marks(warning: str) -> bool:
        return any(one["thresholds"] for one in get(served.client, f"warnings/{warning}")["inputs"])

    assert (marks(is_open), marks(ended)) == (True, True)
    served.city = replace(served.city, hash="another bundle")
    assert (marks(is_open), marks(ended)) == (True, False)


def test_a_state_of_an_earlier_bundle_keeps_its_number_for_today_it_may_mean_another(
    served: Served,
) -> None:
    assert served.city
    lines = get(served.client, "warnings", limit=500)["warnings"]
    warning = next(line["id"] for line in lines if line["rule"] == "underpass-flooded")

    def states() -> set[str]:
        findings = get(served.client, f"warnings/{warning}")["findings"]
        return {one["state"] for finding in findings for one in finding["evidence"]}

    assert "FAULT" in states()
    served.city = replace(served.city, hash="another bundle")
    assert states() == {""}


def test_accepting_answers_with_the_order(served: Served) -> None:
    path = f"{API}/warnings/{first_open(served)['id']}/accept"

    answer = served.of(WANG).post(path, json={"how": "screen"})

    assert answer.status_code == 200
    order = answer.json()
    assert (order["state"], order["accepted_by"], order["how"]) == ("accepted", "王芳", "screen")
    assert (order["accepted_by_id"], order["waits"]) == ("wang.fang", False)
    assert get(served.client, "warnings", state="waiting")["total"] == (
        get(served.client, "warnings")["total"] - 1
    )


def test_a_second_acceptance_is_a_conflict_that_names_the_first(served: Served) -> None:
    path = f"{API}/warnings/{first_open(served)['id']}/accept"
    served.of(WANG).post(path, json={})

    answer = served.of(LI).post(path, json={})

    assert answer.status_code == 409
    assert answer.json()["order"]["accepted_by"] == "王芳"
    assert "accepted it at" in answer.json()["error"]
    assert "接单" in answer.json()["words"]["zh"]


def test_the_desk_accepts_for_a_unit_that_called_and_says_so(served: Served) -> None:
    path = f"{API}/warnings/{first_open(served)['id']}/accept"

    alone = served.client.post(path, json={})
    called = served.client.post(path, json={"how": "phone", "on_behalf_of": " wang.fang "})

    assert (alone.status_code, alone.json()["code"]) == (403, "forbidden")
    assert called.status_code == 200
    assert (called.json()["accepted_by"], called.json()["accepted_for"]) == ("赵敏", "王芳")


@pytest.mark.parametrize(
    "body",
    [
        {"on_behalf_of": "x" * 81},
        {"how": "shout"},
        {"how": "rule"},
        {"by": "wang.fang"},
    ],
)
def test_an_acceptance_that_makes_no_sense_is_refused(served: Served, body: dict[str, Any]) -> None:
    answer = served.client.post(f"{API}/warnings/{first_open(served)['id']}/accept", json=body)

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("`")


def test_what_nobody_knows_is_said_in_plain_words(served: Served) -> None:
    for path in ("warnings/none", "areas?within=nowhere", "areas.geojson?within=nowhere"):
        answer = served.client.get(f"{API}/{path}")
        assert answer.status_code == 404
        assert answer.json()["error"].startswith("there is no")
    answer = served.client.post(f"{API}/warnings/none/accept", json={})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("warnings?limit=0", "`limit`"),
        ("warnings?rank=purple", "`rank`"),
        ("warnings?after=page2", "`after` must be the `next` of a page"),
        (f"warnings?after=4.{'9' * 26}.x", "`after` must be the `next` of a page"),
        ("readings?device=lj-01&metric=water_level&from=9&to=9", "`to` must lie after `from`"),
        ("readings?device=lj-01", "`metric`"),
    ],
)
def test_a_question_that_has_no_sense_is_refused_in_plain_words(
    served: Served, path: str, told: str
) -> None:
    answer = served.client.get(f"{API}/{path}")

    assert answer.status_code == 400
    assert told in answer.json()["error"]


def test_areas_are_a_tree_in_which_each_counts_what_is_below_it(served: Served) -> None:
    found = get(served.client, "areas")
    by_parent: dict[str, int] = {}
    for area in found["below"]:
        by_parent.setdefault(area["parent"], 0)
        by_parent[area["parent"]] += area["standing"]["open"]

    assert found["area"]["standing"]["open"] == get(served.client, "warnings")["total"]
    assert by_parent["lancheng"] == found["area"]["standing"]["open"]
    assert {area["level"] for area in found["below"]} == {"district", "street", "grid", "building"}


def test_one_area_tells_the_way_down_to_it(served: Served) -> None:
    found = get(served.client, "areas", within="guqiao/hq", depth=1)

    assert [area["code"] for area in found["path"]] == ["lancheng", "guqiao", "guqiao/hq"]
    assert {area["level"] for area in found["below"]} == {"grid"}


def test_a_district_with_something_blind_is_not_shown_as_seen(served: Served) -> None:
    blind = [area for area in get(served.client, "areas")["below"] if area["standing"]["blind"]]

    assert blind
    assert all(area["standing"]["sight"] == "blind" for area in blind)


def test_while_the_listener_is_cut_off_every_area_is_blind(
    served: Served, link_lost: Callable[[], Finding]
) -> None:
    served.desk.take([link_lost()], 2)

    found = get(served.client, "areas")

    assert {area["standing"]["sight"] for area in [found["area"], *found["below"]]} == {"blind"}


def test_a_warning_names_its_device_and_where_it_stands(served: Served) -> None:
    device = get(served.client, "warnings", limit=500, area="guqiao/hq/g01")["warnings"][0][
        "device"
    ]

    assert device["name"] == {"zh": "燃气探测器19号", "en": "Gas sensor 19"}
    assert (round(device["lon"], 1), round(device["lat"], 1)) == (121.5, 31.3)


def test_the_devices_of_an_area_can_be_asked_for(served: Served) -> None:
    found = get(served.client, "devices/placed", within="guqiao/hq/g01")["devices"]

    assert {device["area"] for device in found} == {"guqiao/hq/g01"}
    assert len(get(served.client, "devices", limit=5)["devices"]) == 5


def test_a_warning_says_when_its_words_were_so_and_once_ended_what_its_worst_was(
    served: Served,
) -> None:
    for line in get(served.client, "warnings", state="all", limit=500)["warnings"]:
        told = get(served.client, f"warnings/{line['id']}")["findings"]
        if line["state"] == "ended":
            told = [one for one in told if one["rank"] == line["worst"]][:1]
        told = [one for one in told if one["ending"] is None]

        assert (line["title"], line["said_at"]) == (told[-1]["title"], told[-1]["decided_at"])


def test_the_map_is_geojson_of_what_lies_below(served: Served) -> None:
    answer = served.client.get(f"{API}/areas.geojson", params={"within": "guqiao"})

    assert answer.headers["content-type"].startswith("application/geo+json")
    drawn = answer.json()["features"]
    assert {one["properties"]["code"] for one in drawn} == {
        "guqiao/minde",
        "guqiao/hq",
        "guqiao/wenmiao",
    }
    assert all(one["geometry"]["type"] == "Polygon" for one in drawn)


def test_an_area_with_nothing_below_it_is_drawn_itself(served: Served) -> None:
    drawn = get(served.client, "areas.geojson", within="xiling/shimen/g01")["features"]

    assert [one["properties"]["code"] for one in drawn] == ["xiling/shimen/g01"]


def test_readings_are_three_columns_thinned_to_what_is_asked(served: Served) -> None:
    found = get(
        served.client,
        "readings",
        **{"device": "lj-01", "metric": "water_level", "from": 1_781_600_000_000},
        to=1_781_723_000_000,
        points=100,
    )

    assert found["thinned"]
    assert len(found["time"]) == len(found["value"]) == len(found["quality"]) <= 110
    assert (found["unit"], found["time"]) == ("m", sorted(found["time"]))


def test_a_store_that_is_down_is_said_and_the_list_goes_on(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise StoreDown("store: it does not answer")  # noqa: EM101, TRY003

    monkeypatch.setattr("sentinel.console.city_view.thin", broken)
    query = {"device": "lj-01", "metric": "water_level", "from": 1_781_700_000_000}

    answer = served.client.get(f"{API}/readings", params={**query, "to": 1_781_723_000_000})

    assert (answer.status_code, answer.json()["error"]) == (503, "store: it does not answer")
    assert get(served.client, "warnings")["total"]


def test_a_mistake_of_our_own_gives_nothing_away(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError("secret detail")  # noqa: EM101, TRY003

    monkeypatch.setattr("sentinel.console.city_view.thin", broken)
    query = {"device": "lj-01", "metric": "water_level", "from": 1_781_700_000_000}

    answer = served.client.get(f"{API}/readings", params={**query, "to": 1_781_723_000_000})

    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_status_tells_of_each_service_in_its_own_words(served: Served) -> None:
    words = {"zh": "数据库不可用", "en": "the store is down"}
    served.services.append(ServiceState(service="record", state="the store is down", words=words))

    found = get(served.client, "status")

    assert (found["zone"], found["city"]["en"]) == ("Asia/Shanghai", "Lancheng")
    assert found["services"] == [
        {"service": "record", "state": "the store is down", "words": words, "lag_seconds": None}
    ]


def test_a_reload_that_leaves_the_areas_as_they_were_is_taken_in(served: Served) -> None:
    before = get(served.client, "warnings", area="guqiao")
    served.city = night_city()

    assert get(served.client, "warnings", area="guqiao") == before


def test_a_reload_that_renames_the_city_is_shown_at_once(served: Served) -> None:
    assert get(served.client, "status")["city"] != {"en": "Renamed"}
    city = night_city()
    first, *others = city.registry.areas
    areas = [replace(first, name={"en": "Renamed"}), *others]
    served.city = replace(city, registry=replace(city.registry, areas=areas))

    assert get(served.client, "status")["city"]["en"] == "Renamed"


def test_without_a_bundle_the_list_is_there_and_the_map_is_empty(served: Served) -> None:
    served.city = None

    assert get(served.client, "warnings")["total"]
    assert get(served.client, "areas")["below"] == []
    assert get(served.client, "areas.geojson")["features"] == []
    assert get(served.client, f"warnings/{first_open(served)['id']}")["inputs"] == []


def test_the_api_describes_itself(served: Served) -> None:
    described = get(served.client, "openapi.json")

    assert f"{API}/warnings/{{warning}}/accept" in described["paths"]
    assert "409" in described["paths"][f"{API}/warnings/{{warning}}/accept"]["post"]["responses"]
    assert {"Line", "Detail", "StatusShape"} <= set(described["components"]["schemas"])
