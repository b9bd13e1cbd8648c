"""What is remembered, who is on duty, rules, devices and reasons, by the API."""

from typing import Any

import pytest
from sqlalchemy import update

from sentinel.desk.outbox.tables import outbox
from sentinel.desk.transactions import writing
from sentinel.domain.person import Grant, Person, Role
from tests.console.asking import API, act, get, post
from tests.console.conftest import Served
from tests.console.crowd import CHEN, HE, LI, NOBODY, SUN, WANG, ZHAO
from tests.console.night import MINUTE, NOW

HOUR = 60 * MINUTE


def first(served: Served, place: str = "", rule: str = "river-level") -> dict[str, Any]:
    found: list[dict[str, Any]] = get(served, "cases", limit=500)["cases"]
    return next(one for one in found if one["rule"] == rule and one["area"].startswith(place))


def closed(served: Served, place: str, verdict: str) -> dict[str, Any]:
    case = first(served, place)
    act(served, case, WANG, "accept", order=1)
    act(served, case, WANG, "resolve", order=1, found="water", done="gates shut")
    act(served, case, ZHAO, "verify", verdict=verdict)
    return case


def test_auditors_read_the_trail_newest_first_page_by_page(served: Served) -> None:
    case = closed(served, "guqiao", "true")

    lines = get(served, "trail", SUN, case=case["id"])["lines"]
    first_page = get(served, "trail", SUN, limit=2)
    second = get(served, "trail", SUN, limit=2, before=first_page["next"])

    told = [(line["act"], line["by"]) for line in lines][::-1]
    assert told[-3:] == [("resolve", "王芳"), ("resolved", "王芳"), ("verify", "赵敏")]
    assert all(len(line["hash"]) == 64 for line in lines)
    numbers = [line["number"] for line in first_page["lines"] + second["lines"]]
    assert numbers == list(range(numbers[0], numbers[0] - 4, -1))


def test_the_trail_is_for_auditors_and_each_reads_their_own_areas(served: Served) -> None:
    served.crowd["lu"] = Person(
        id="lu", name="Lu", grants=(Grant(role=Role.AUDITOR, area="guqiao"),)
    )

    areas = {line["area"] for line in get(served, "trail", served.crowd["lu"], limit=500)["lines"]}
    everything = {line["area"] for line in get(served, "trail", SUN, limit=500)["lines"]}

    assert all(area.startswith("guqiao") for area in areas)
    assert areas < everything
    for who in (ZHAO, WANG, CHEN, NOBODY):
        assert served.of(who).get(f"{API}/trail").status_code == 403


def test_dead_letters_are_seen_by_supervisors_of_their_area(served: Served) -> None:
    case = first(served, "guqiao", "cabinet-hot")
    with writing(served.engine) as connection:
        dead = update(outbox).where(outbox.c.case == case["id"])
        connection.execute(dead.values(state="dead", reason="the gateway refuses"))
    served.crowd["ma"] = Person(
        id="ma", name="Ma", grants=(Grant(role=Role.SUPERVISOR, area="xiling"),)
    )

    found = get(served, "outbox", ZHAO)["messages"]

    assert found
    assert {(one["case"], one["reason"]) for one in found} == {(case["id"], "the gateway refuses")}
    assert {one["channel"] for one in found} == {"app"}
    assert get(served, "outbox", served.crowd["ma"])["messages"] == []
    assert get(served, "outbox", ZHAO, state="waiting", limit=1)["messages"]
    for who in (WANG, CHEN, SUN):
        assert served.of(who).get(f"{API}/outbox").status_code == 403


def test_times_to_answer_are_told_against_their_targets(served: Served) -> None:
    closed(served, "beigang", "true")
    served.clock.at = NOW + HOUR

    told = get(served, "times")
    by_step = {(one["step"], one["rank"]): one for one in told["times"]}

    assert by_step["accept", "red"]["judged"] > by_step["accept", "red"]["in_time"] == 1
    assert by_step["verify", None]["share"] == 1.0
    assert told["cases"] == get(served, "cases", queue="all", limit=500)["total"]
    assert get(served, "times", CHEN)["cases"] < told["cases"]
    assert get(served, "times", since=0, until=1)["cases"] == 0


def test_rules_show_what_they_found_and_how_often_they_were_right(served: Served) -> None:
    closed(served, "guqiao", "true")
    closed(served, "xiling", "false alarm")

    rules = {one["rule"]: one for one in get(served, "rules")["rules"]}
    river = rules["river-level"]

    assert river["precision"] == {"true": 1, "false": 1, "unjudged": 0, "ratio": 0.5}
    assert river["watches"] == {"x": "water_level"}
    assert river["ranks"] == ["red", "orange", "yellow", "blue"]
    total = get(served, "warnings")["total"]
    assert sum(sum(one["open"].values()) for one in rules.values()) == total
    own = {one["rule"]: one for one in get(served, "rules", CHEN)["rules"]}
    assert own["river-level"]["precision"]["ratio"] == 1.0


def test_devices_come_with_their_last_reading_and_what_is_wrong(served: Served) -> None:
    whole: list[dict[str, Any]] = []
    after: str | None = ""
    while after is not None:
        page = get(served, "devices", area="guqiao", limit=20, after=after)
        whole += page["devices"]
        after = page["next"]

    assert len({one["id"] for one in whole}) == len(whole)
    assert all(one["area"].startswith("guqiao") for one in whole)
    sensor = whole[0]["sensors"][0]
    assert sensor["read_at"] <= NOW + MINUTE
    assert (sensor["silent"], sensor["quality"] in {1, 3}) == (False, True)
    blind = get(served, "devices", troubled=True, limit=100)["devices"]
    assert blind
    assert {one["health"] for one in blind} == {"blind"}
    assert all(one["maintenance"][0]["sight"] == "blind" for one in blind)


def test_devices_are_found_by_kind_and_part_of_their_id_within_ones_areas(served: Served) -> None:
    every = get(served, "devices", kind="river", text="LJ-0", limit=100)["devices"]
    own = get(served, "devices", CHEN, limit=100)["devices"]

    assert every
    assert all(one["kind"] == "river" and one["id"].startswith("lj-0") for one in every)
    assert {one["area"].split("/")[0] for one in own} == {"guqiao"}
    assert get(served, "devices", NOBODY)["devices"] == []


def test_who_is_on_duty_now_and_in_the_week_is_shown_around_one(served: Served) -> None:
    told = get(served, "duty", HE)
    now = {one["unit"]["id"]: one for one in told["on_duty"]}

    assert set(now) == {"water-affairs", "gas-company", "city-desk", "guqiao-desk"}
    assert now["guqiao-desk"]["watch"]["who"] == [{"id": "chen.jie", "name": "陈杰"}]
    assert now["gas-company"]["unit"]["mine"] is True
    assert told["first"] == "2026-06-18"
    fallbacks = [one for one in told["week"] if one["unit"] == "guqiao-desk"]
    assert {one["is_fallback"] for one in fallbacks} == {True, False}
    assert get(served, "duty", first="2026-07-01")["first"] == "2026-07-01"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "tomorrow"])
def test_a_week_that_nobody_plans_is_refused(served: Served, day: str) -> None:
    assert served.client.get(f"{API}/duty", params={"first": day}).status_code == 400


def test_whoever_comes_on_duty_signs_once(served: Served) -> None:
    signed = post(served, "duty/guqiao-desk/sign", CHEN)

    assert signed["unit"]["id"] == "guqiao-desk"
    assert (signed["unsigned"], signed["may_sign"]) == (False, False)
    assert post(served, "duty/guqiao-desk/sign", CHEN, 409)["code"] == "conflict"
    assert post(served, "duty/guqiao-desk/sign", LI, 403)["code"] == "forbidden"
    post(served, "duty/no-such/sign", CHEN, 404)


def test_units_departments_and_plans_can_be_chosen_from(served: Served) -> None:
    told = get(served, "units", CHEN)

    assert {one["id"]: one["mine"] for one in told["units"]} == {
        "water-affairs": False,
        "gas-company": False,
        "city-desk": False,
        "guqiao-desk": True,
    }
    assert told["plans"] == [
        {"id": "flood", "title": {"zh": "内涝", "en": "Flooding"}, "to": ["water"]}
    ]
    assert get(served, "units", NOBODY)["units"] == []


def test_a_warning_explains_who_sees_it_who_was_told_and_why(served: Served) -> None:
    case = first(served, "guqiao", "cabinet-hot")
    (warning,) = get(served, f"cases/{case['id']}")["warnings"]

    told = get(served, f"explain/{warning['warning']['id']}", CHEN)

    assert told["case"] == case["id"]
    assert told["why"][0]["words"]["en"] == "temperature"
    assert [one["id"] for one in told["centres"]] == ["guqiao", ""]
    (route,) = told["routes"]
    assert route["why"]["en"] == "no department is named: the duty centre sees to it"
    assert {(one["to"], one["occasion"], one["state"]) for one in told["told"]} == {
        ("guqiao-desk", "dispatched", "waiting")
    }
    assert [step["act"] for step in told["steps"]] == ["open", "dispatch"]
    other = get(served, "warnings", limit=500)["warnings"]
    foreign = next(one["id"] for one in other if not one["area"].startswith("guqiao"))
    assert served.of(CHEN).get(f"{API}/explain/{foreign}").status_code == 404


def test_a_warning_that_was_told_in_a_summary_says_so(served: Served) -> None:
    """What detection caught up with is told as one."""
    case = first(served, "xiling")
    (warning,) = get(served, f"cases/{case['id']}")["warnings"]

    told = get(served, f"explain/{warning['warning']['id']}")

    assert told["told"] == []
    assert [(step["act"], step["detail"].get("to")) for step in told["steps"]][-1] == (
        "in_summary",
        "water-affairs",
    )
