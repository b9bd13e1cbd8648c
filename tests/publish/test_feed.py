"""The Atom feed: one entry a message, newest first, always the same for the same messages."""

from xml.etree import ElementTree as ET

from sentinel.publish.cap.feed import write_feed
from sentinel.publish.cap.message import Issuer
from sentinel.publish.cap.publication import State
from tests.publish.small import ISSUER, NOW, content, publication

ATOM = "{http://www.w3.org/2005/Atom}"
BASE = "https://duty.example.cn"
OUT = publication(state=State.ISSUED, sent_at=NOW, expires_at=NOW + 1)


def feed(*issued: object, issuer: Issuer = ISSUER) -> ET.Element:
    return ET.fromstring(write_feed(issued, issuer, BASE))  # type: ignore[arg-type] # noqa: S314


def test_an_entry_leads_to_its_message() -> None:
    entry = feed(OUT).find(f"{ATOM}entry")

    assert entry is not None
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.attrib == {
        "rel": "alternate",
        "type": "application/cap+xml",
        "href": "https://duty.example.cn/feeds/cap/p1.xml",
    }
    assert entry.findtext(f"{ATOM}updated") == "2026-06-17T19:12:00Z"
    assert "花桥" in entry.findtext(f"{ATOM}title", "")


def test_the_feed_is_as_new_as_its_newest_entry_and_names_its_office() -> None:
    older = publication(id="p0", state=State.ISSUED, sent_at=NOW - 60_000)
    root = feed(OUT, older)

    assert root.findtext(f"{ATOM}updated") == "2026-06-17T19:12:00Z"
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "澜城市应急指挥中心"
    assert len(root.findall(f"{ATOM}entry")) == 2


def test_ids_stay_and_are_no_two_alike() -> None:
    ids = [found.text for found in feed(OUT).iter(f"{ATOM}id")]

    assert ids == [
        "tag:duty@lancheng.example.cn,2026:cap",
        "tag:duty@lancheng.example.cn,2026:cap/p1",
    ]


def test_an_empty_feed_is_a_feed() -> None:
    root = feed(issuer=Issuer(sender="", name={}, zone="UTC"))

    assert root.findtext(f"{ATOM}title") == "sentinel · CAP 1.2"
    assert root.findall(f"{ATOM}entry") == []


def test_an_exercise_and_a_script_are_shown_as_what_they_are() -> None:
    odd = content(headline={"zh": "<script>", "en": "<script>"})
    entry = feed(publication(state=State.ISSUED, sent_at=NOW, exercise=True, content=odd))[-1]

    assert entry.findtext(f"{ATOM}title") == "【演练】<script> / EXERCISE: <script>"
