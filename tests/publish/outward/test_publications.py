"""CAP messages by API: written, approved, issued; and the feed that others read."""

from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.publish.conftest import Check
from tests.publish.outward.conftest import Caller

AT = "/api/v1/publications"
ATOM = "{http://www.w3.org/2005/Atom}"


def draft(writer: Caller) -> dict[str, Any]:
    answer = writer.post(AT, case="c1")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def send(writer: Caller, publisher: Caller, scope: str = "Public") -> dict[str, Any]:
    """Take a draft the whole way."""
    one = draft(writer)
    words = one["content"] | {"scope": scope}
    one = writer.ask(
        "PUT", f"{AT}/{one['id']}", json={"revision": one["revision"], "content": words}
    ).json()
    one = publisher.post(f"{AT}/{one['id']}/approve", revision=one["revision"]).json()
    answer = publisher.post(f"{AT}/{one['id']}/issue", revision=one["revision"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def entries(answer: httpx.Response) -> list[ET.Element]:
    return ET.fromstring(answer.content).findall(f"{ATOM}entry")  # noqa: S314 -- our own


def test_a_message_goes_from_a_case_to_the_feed(
    writer: Caller, publisher: Caller, stranger: Caller
) -> None:
    out = send(writer, publisher)
    feed = stranger.get("/feeds/cap.atom")
    link = entries(feed)[0].find(f"{ATOM}link")
    assert link is not None
    document = stranger.get(link.attrib["href"])

    assert out["state"] == "issued"
    assert feed.headers["content-type"] == "application/atom+xml"
    assert document.headers["content-type"] == "application/cap+xml"
    assert b"<identifier>" + out["id"].encode() in document.content


def test_what_goes_out_holds_to_the_schema(
    writer: Caller,
    publisher: Caller,
    stranger: Caller,
    against_schema: Check,
) -> None:
    out = send(writer, publisher)
    later = writer.post(f"{AT}/{out['id']}/follow", kind="Update").json()

    assert against_schema(stranger.get(f"/feeds/cap/{out['id']}.xml").content) == ""
    assert against_schema(writer.get(f"{AT}/{later['id']}/cap.xml").content) == ""


def test_strangers_read_what_is_public_and_people_what_is_theirs_too(
    writer: Caller, publisher: Caller, elsewhere: Caller, stranger: Caller
) -> None:
    inside = send(writer, publisher, "Restricted")
    path = f"/feeds/cap/{inside['id']}.xml"

    assert [len(entries(who.get("/feeds/cap.atom"))) for who in (stranger, elsewhere, writer)] == [
        0,
        0,
        1,
    ]
    assert [who.get(path).status_code for who in (stranger, elsewhere, writer)] == [404, 404, 200]


def test_a_feed_that_has_not_changed_is_not_sent_again(
    writer: Caller, publisher: Caller, stranger: Caller
) -> None:
    first = stranger.get("/feeds/cap.atom")
    known = {"if-none-match": f'"other", W/{first.headers["etag"]}'}
    again = stranger.get("/feeds/cap.atom", headers=known)
    send(writer, publisher)

    assert (again.status_code, again.content) == (304, b"")
    assert stranger.get("/feeds/cap.atom", headers=known).status_code == 200
    assert stranger.ask("HEAD", "/feeds/cap.atom").status_code == 200


def test_a_draft_shows_what_is_wrong_with_it_and_who_may_do_what(
    writer: Caller, publisher: Caller
) -> None:
    one = draft(writer)
    words = one["content"] | {"headline": {"zh": "致电 13812345678"}}
    one = writer.ask("PUT", f"{AT}/{one['id']}", json={"revision": 1, "content": words}).json()

    assert one["faults"] == [{"zh": "标题缺少英文", "en": "the headline is missing in English"}]
    assert one["worries"] == [
        {"what": "mobile", "field": "headline", "language": "zh", "shown": "138…678"}
    ]
    assert one["may"] == ["edit", "discard"]
    seen = publisher.get(f"{AT}/{one['id']}").json()
    assert seen["may"] == ["edit", "approve", "discard"]


def test_a_refusal_is_told_in_both_languages(writer: Caller, publisher: Caller) -> None:
    one = draft(writer)
    mine = writer.post(f"{AT}/{one['id']}/approve", revision=1)
    early = publisher.post(f"{AT}/{one['id']}/issue", revision=1)

    assert (mine.status_code, mine.json()["code"]) == (403, "forbidden")
    assert (early.status_code, early.json()["words"]["zh"]) == (409, "尚未审核")


def test_a_discarded_draft_is_listed_as_that(writer: Caller) -> None:
    one = draft(writer)
    writer.post(f"{AT}/{one['id']}/discard", revision=1, reason="not needed")
    listed = writer.get(f"{AT}?state=discarded&state=issued&case=c1").json()

    assert [(line["id"], line["reason"]) for line in listed["publications"]] == [
        (one["id"], "not needed")
    ]


def test_the_list_goes_on_after_its_end(writer: Caller) -> None:
    made = {draft(writer)["id"] for _ in range(3)}
    first = writer.get(f"{AT}?limit=2").json()
    rest = writer.get(f"{AT}?limit=2&after={first['next']}").json()

    assert {line["id"] for line in first["publications"] + rest["publications"]} == made
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", AT, {"case": "c1", "area": "pudong"}),
        ("POST", AT, {}),
        ("POST", f"{AT}/p1/follow", {"kind": "Alert"}),
        ("PUT", f"{AT}/p1", {"revision": 1, "content": {"scope": "Private"}}),
        ("POST", f"{AT}/p1/approve", {"revision": 0}),
        ("POST", f"{AT}/p1/discard", {"revision": 1, "reason": "  "}),
        ("GET", f"{AT}?after=yesterday", None),
        ("GET", f"{AT}?after=٣.p1", None),
        ("GET", f"{AT}?after={'9' * 40}.p1", None),
        ("GET", f"{AT}?limit=1000", None),
        ("GET", f"{AT}?state=lost", None),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(
    writer: Caller, method: str, path: str, body: object
) -> None:
    answer = writer.ask(method, path, json=body)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_what_is_not_there_is_not_found(writer: Caller, elsewhere: Caller) -> None:
    one = draft(writer)

    for who, number in ((writer, "p9"), (elsewhere, one["id"])):
        assert who.get(f"{AT}/{number}").status_code == 404
        assert who.get(f"{AT}/{number}/cap.xml").status_code == 404
        assert who.post(f"{AT}/{number}/issue", revision=1).status_code == 404


def test_strangers_write_and_list_nothing(stranger: Caller) -> None:
    assert stranger.get(AT).status_code == 401
    assert stranger.post(AT, case="c1").status_code == 401
