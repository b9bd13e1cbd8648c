"""Cases by the API: who sees which, what may be done, and what comes of it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sentinel.domain.finding import Finding
from sentinel.domain.person import Grant, Person, Role
from tests.console.asking import API, act, get, post
from tests.console.conftest import Served
from tests.console.crowd import CHEN, HE, LI, NOBODY, SUN, WANG, ZHANG, ZHAO
from tests.console.night import MINUTE, NOW

JSON = {"content-type": "application/json"}
More = Callable[..., list[Finding]]


def river(served: Served, place: str = "") -> dict[str, Any]:
    """The first case of the rivers."""
    found: list[dict[str, Any]] = get(served, "cases", limit=500)["cases"]
    return next(
        one for one in found if one["rule"] == "river-level" and one["area"].startswith(place)
    )


def offered(case: dict[str, Any]) -> set[tuple[str, int | None, bool]]:
    return {(one["do"], one["order"], one["on_behalf"]) for one in case["offers"]}


def test_the_list_runs_from_red_down_and_pages_follow_without_a_gap(served: Served) -> None:
    whole = [one["id"] for one in get(served, "cases", limit=500)["cases"]]
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        page = get(served, "cases", limit=7, after=after)
        seen += [one["id"] for one in page["cases"]]
        after = page["next"]

    assert seen == whole
    assert len(whole) == get(served, "cases")["total"]


def test_a_case_comes_with_orders_warnings_evidence_trail_and_buttons(served: Served) -> None:
    found = get(served, f"cases/{river(served)['id']}", WANG)

    (order,) = found["orders"]
    assert (order["unit"], order["state"], order["waits"]) == ("water-affairs", "dispatched", True)
    assert order["why"]["en"] == "the unit `water-affairs` is named"
    assert order["accept_by"] == NOW + 3 * MINUTE
    (warning,) = found["warnings"]
    assert warning["findings"][0]["evidence"][1]["words"]["en"].startswith("trend of water level")
    assert warning["inputs"][0]["thresholds"][-1]["rank"] == "red"
    assert warning["episodes"]
    assert [line["act"] for line in found["acts"]] == ["open", "dispatch"]
    assert {("accept", 1, False), ("resolve", 1, False), ("note", None, False)} <= offered(found)
    assert "verify" not in {do for do, _, _ in offered(found)}


def test_a_case_travels_the_whole_way_with_three_people(served: Served) -> None:
    case = river(served, "guqiao")

    accepted = act(served, case, WANG, "accept", order=1)
    assert accepted["orders"][0]["accepted_by"] == "王芳"
    act(served, case, WANG, "on_site", order=1)
    resolved = act(served, case, WANG, "resolve", order=1, found="水位高", done="关闸")
    assert resolved["case"]["state"] == "resolved"
    assert get(served, "cases", CHEN, queue="to_verify")["total"] == 1
    closed = act(served, case, CHEN, "verify", verdict="true", reason="seen on the spot")

    assert closed["case"]["state"] == "closed"
    assert closed["verified"] == {
        "verdict": "true",
        "reason": "seen on the spot",
        "by": "陈杰",
        "by_id": "chen.jie",
        "at": NOW,
    }
    assert [line["by"] for line in closed["acts"] if line["act"] in {"accept", "verify"}] == [
        "王芳",
        "陈杰",
    ]
    (following,) = [
        one for one in get(served, "cases", CHEN)["cases"] if one["follows"] == case["id"]
    ]
    assert following["orders"][0]["unit"] == "water-affairs"


def test_who_resolved_cannot_verify_and_is_told_so_in_both_languages(served: Served) -> None:
    case = river(served)
    said = {"how": "phone", "on_behalf_of": "wang.fang"}
    act(served, case, ZHAO, "resolve", order=1, found="water", done="pumped", **said)

    refused = act(served, case, ZHAO, "verify", 403, verdict="true")

    assert refused["code"] == "forbidden"
    assert set(refused["words"]) == {"zh", "en"}
    assert refused["error"] == "who resolved it cannot verify it; somebody else has to"


def test_nobody_verifies_what_was_resolved_in_their_name_however_it_is_spelt(
    served: Served,
) -> None:
    case = river(served)
    said = {"how": "phone", "on_behalf_of": "张伟"}
    resolved = act(served, case, ZHAO, "resolve", order=1, found="x", done="y", **said)

    assert resolved["orders"][0]["resolved_for"] == "张伟"
    act(served, case, ZHANG, "verify", 403, verdict="true")


@pytest.mark.parametrize(
    ("who", "act_sent", "status", "code"),
    [
        (CHEN, {"do": "accept", "order": 1}, 403, "forbidden"),
        (SUN, {"do": "note", "text": "seen"}, 403, "forbidden"),
        (WANG, {"do": "resolve", "order": 1, "found": " ", "done": "x"}, 422, "invalid"),
        (WANG, {"do": "accept", "order": 7}, 404, "unknown"),
        (WANG, {"do": "accept", "order": 10**40}, 404, "unknown"),
        (CHEN, {"do": "reopen", "reason": "no"}, 409, "conflict"),
        (CHEN, {"do": "dispatch", "unit": "nobody"}, 404, "unknown"),
        (WANG, {"do": "note", "text": "x", "links": ["javascript:alert(1)"]}, 422, "invalid"),
    ],
)
def test_an_act_that_cannot_be_is_refused_with_a_code_and_words(
    served: Served, who: Person, act_sent: dict[str, Any], status: int, code: str
) -> None:
    case = river(served, "guqiao")

    refused = post(served, f"cases/{case['id']}/acts", who, status, act=act_sent)

    assert refused["code"] == code
    assert refused["words"]["zh"] != refused["words"]["en"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"act": {"do": "explode"}}, "`do` must be one of accept, answer_defer"),
        ({"act": {"do": ["accept"]}}, "`do` must be one of"),
        ({"act": {}}, "`do` must be one of"),
        ({"act": {"do": "accept"}}, "missing required field `order`"),
        ({"act": {"do": "accept", "order": "1"}}, "expected `int`"),
        ({"act": {"do": "accept", "order": 1, "sudo": True}}, "'accept' has no 'sudo'"),
        ({"act": {"do": "defer", "order": 1, "reason": "x", "until": 10**30}}, "year 2100"),
        ({"act": {"do": "verify", "verdict": "true", "mute": {"until": 5, "cap": 4}}}, "mute.cap"),
        ({"act": {"do": "note", "text": "a\x00b"}}, "zero byte"),
        ({"act": {"do": "note", "text": "\ud800"}}, "halves of characters"),
        ({"act": {"do": "note", "text": "x"}, "how": "timer"}, "`how`"),
        ({}, "`act`"),
    ],
)
def test_what_is_no_act_is_refused_in_plain_words(
    served: Served, body: dict[str, Any], told: str
) -> None:
    path = f"{API}/cases/{river(served)['id']}/acts"
    answer = served.of(WANG).post(path, content=json.dumps(body), headers=JSON)

    assert answer.status_code == 400
    assert told in answer.json()["error"]


def test_a_second_acceptance_changes_nothing_and_says_who_was_first(served: Served) -> None:
    case = river(served)
    act(served, case, WANG, "accept", order=1)

    refused = act(served, case, LI, "accept", 409, order=1)

    assert refused["error"].startswith("wang.fang accepted it at 03:12")


def test_nobody_sees_or_touches_what_lies_elsewhere(served: Served) -> None:
    elsewhere = next(
        one
        for one in get(served, "cases", limit=500)["cases"]
        if not one["area"].startswith("guqiao")
    )
    (warning,) = get(served, f"cases/{elsewhere['id']}")["warnings"]
    warning_id = warning["warning"]["id"]

    for path in (f"cases/{elsewhere['id']}", f"warnings/{warning_id}", "areas?within=xiling"):
        assert served.of(CHEN).get(f"{API}/{path}").status_code == 404
    act(served, elsewhere, CHEN, "note", 404, text="hello")
    post(served, f"cases/{elsewhere['id']}/accept_all", CHEN, 404)
    post(served, f"warnings/{warning_id}/accept", CHEN, 404)
    act(served, river(served, "guqiao"), CHEN, "link", 404, warning=warning_id)
    device = elsewhere["subject"]
    query = {
        "device": device,
        "metric": warning["inputs"][0]["metric"],
        "from": NOW - MINUTE,
        "to": NOW,
    }
    assert served.of(CHEN).get(f"{API}/readings", params=query).status_code == 404
    assert served.of(ZHAO).get(f"{API}/readings", params=query).status_code == 200


def test_every_list_holds_only_what_lies_in_ones_own_areas(served: Served) -> None:
    for path, name in (("cases", "cases"), ("warnings", "warnings")):
        everything, own = get(served, path, limit=500), get(served, path, CHEN, limit=500)
        there = [one["id"] for one in everything[name] if one["area"].startswith("guqiao")]
        assert [one["id"] for one in own[name]] == there
        assert own["total"] == len(there) < everything["total"]
    areas = get(served, "areas", CHEN)
    assert areas["area"]["standing"]["open"] == get(served, "warnings", CHEN)["total"]
    assert {area["code"].split("/")[0] for area in areas["below"]} == {"guqiao"}
    assert get(served, "status", CHEN)["standing"] == areas["area"]["standing"]


@pytest.mark.parametrize("area", ["' OR '1'='1", "%", "_uqiao", "GUQIAO", "guqiao/", "guqia"])
def test_an_area_is_never_more_than_its_name(served: Served, area: str) -> None:
    """Neither SQL, nor a pattern, nor the same in capitals, nor a beginning."""
    served.crowd["eve"] = Person(id="eve", name="Eve", grants=(Grant(role=Role.VIEWER, area=area),))

    for path in ("warnings", "cases", "devices"):
        assert get(served, path, ZHAO, area=area)[path] == []
        assert get(served, path, served.crowd["eve"])[path] == []


def test_whoever_holds_nothing_sees_nothing(served: Served) -> None:
    assert get(served, "cases", NOBODY)["cases"] == []
    assert get(served, "warnings", NOBODY)["total"] == 0
    assert get(served, "status", NOBODY)["standing"]["open"] == 0
    assert served.of(NOBODY).get(f"{API}/areas").status_code == 404


def test_strangers_and_forged_sessions_get_no_further(served: Served) -> None:
    for headers in (
        {"authorization": "Bearer forged"},
        {"authorization": "", "cookie": "sentinel_session=forged"},
        {"authorization": "Basic x"},
    ):
        answer = served.client.get(f"{API}/cases", headers=headers)
        assert (answer.status_code, answer.json()["reason"]) == (401, "signed_out")


def test_a_case_opened_by_hand_is_sent_to_its_unit_once(served: Served) -> None:
    wanted = {
        "key": "call-7",
        "title": "a child trapped in the underpass",
        "area": "guqiao/hq",
        "rank": "red",
        "report": {"source": "hotline", "text": "one voice", "reference": "12345-7"},
        "department": "water",
    }

    opened = post(served, "cases", CHEN, **wanted)
    again = post(served, "cases", CHEN, **wanted)
    other = post(served, "cases", ZHAO, **wanted)

    assert opened["case"]["id"] == again["case"]["id"] != other["case"]["id"]
    assert opened["case"]["origin"] == "reported"
    assert opened["report"]["reference"] == "12345-7"
    assert opened["orders"][0]["unit"] == "water-affairs"


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"area": "xiling"}, 403),
        ({"area": "nowhere"}, 404),
        ({"department": "magic"}, 404),
        ({"title": "  "}, 400),
        ({"key": "a b"}, 400),
        ({"rank": "purple"}, 400),
    ],
)
def test_a_case_that_cannot_be_opened_is_refused(
    served: Served, change: dict[str, Any], status: int
) -> None:
    wanted = {"key": "k", "title": "smoke", "area": "guqiao/hq", "rank": "blue"}

    post(served, "cases", CHEN, status, **wanted | change)


def test_buttons_offer_what_is_chosen_between(served: Served) -> None:
    case = river(served)
    act(served, case, ZHAO, "plan", plan="flood")
    offers = get(served, f"cases/{case['id']}", ZHAO)["offers"]
    choices = {(one["do"], one["order"]): one["choices"] for one in offers}

    assert choices["plan", None] == ["flood"]
    assert choices["tick", 1] == ["0"]
    done = act(served, case, WANG, "tick", order=1, item=0)
    assert done["orders"][0]["checklist"][0]["done_by"] == "王芳"


def test_a_silence_keeps_new_cases_quiet_until_it_is_lifted(served: Served, more: More) -> None:
    wanted = {
        "key": "s1",
        "reason": "dredging",
        "ends_at": NOW + 60 * MINUTE,
        "cap": "orange",
        "area": "guqiao",
    }
    made = post(served, "silences", CHEN, **wanted)
    served.desk.take(more(60, seed=11), 2)
    quiet = get(served, "cases", CHEN, queue="quiet")["cases"]

    assert quiet
    assert {(one["quiet"], one["quiet_by"]) for one in quiet} == {("silence", made["id"])}
    assert get(served, "silences", HE)["silences"][0]["may_lift"] is False
    lifted = post(served, f"silences/{made['id']}/lift", CHEN, reason="done early")
    assert (lifted["lifted_at"], lifted["holds"]) == (NOW, False)
    assert get(served, "cases", CHEN, queue="quiet")["cases"] == []
    post(served, f"silences/{made['id']}/lift", CHEN, 404, reason="again")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"area": "xiling"}, 403),
        ({"area": "", "scenario": "safety"}, 403),
        ({"area": "nowhere"}, 404),
        ({"cap": "red"}, 422),
        ({"ends_at": NOW - 1}, 422),
        ({"ends_at": 10**20}, 400),
        ({"reason": " "}, 422),
        ({"area": "", "subject": "no-such-device"}, 404),
    ],
)
def test_a_silence_that_cannot_be_is_refused(
    served: Served, change: dict[str, Any], status: int
) -> None:
    wanted = {"key": "s", "reason": "x", "ends_at": NOW + MINUTE, "area": "guqiao"}

    post(served, "silences", CHEN, status, **wanted | change)


def test_a_device_is_silenced_where_it_is_even_for_reds(served: Served) -> None:
    case = river(served, "guqiao")
    wanted = {"key": "s", "reason": "stuck", "ends_at": NOW + MINUTE, "cap": "red"}

    made = post(served, "silences", CHEN, subject=case["subject"], **wanted)

    assert made["area"] == case["area"]


def test_a_false_alarm_closes_with_its_silence_in_one_act(served: Served) -> None:
    case = river(served, "guqiao")
    act(served, case, WANG, "resolve", order=1, found="nothing", done="looked")
    mute = {"until": NOW + 60 * MINUTE, "cap": "red"}

    closed = act(served, case, CHEN, "verify", verdict="false alarm", mute=mute)

    assert closed["case"]["verdict"] == "false alarm"
    assert get(served, "silences", CHEN)["silences"][0]["subject"] == case["subject"]


def test_a_script_in_a_name_is_only_ever_text(served: Served) -> None:
    title = "<script>alert(1)</script>"
    opened = post(
        served, "cases", CHEN, key="k", title=title, area="guqiao/hq", rank="blue", department="gas"
    )
    answer = served.of(CHEN).get(f"{API}/cases/{opened['case']['id']}")

    assert answer.json()["case"]["title"]["en"] == title
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
