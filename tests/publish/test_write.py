"""Messages as XML, held against the OASIS schema and against CAP's own words."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.rank import Rank
from sentinel.publish.cap.message import (
    Category,
    Certainty,
    Kind,
    Message,
    Reference,
    Response,
    Scope,
    Severity,
    Status,
    Urgency,
    Where,
)
from sentinel.publish.cap.write import NAMESPACE, cap_time, write
from tests.publish.conftest import Check
from tests.publish.small import AREA, ISSUER, NOW, WHERE, content

TAGS = f"{{{NAMESPACE}}}"


def message(**changes: object) -> Message:
    values: dict[str, object] = {
        "identifier": "p1",
        "issuer": ISSUER,
        "sent_at": NOW,
        "status": Status.ACTUAL,
        "kind": Kind.ALERT,
        "content": content(),
        "where": WHERE,
        "rank": Rank.ORANGE,
        "scenario": "flood-control",
        "incident": "c1",
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]


def texts(document: bytes, *path: str) -> list[str]:
    steps = "/".join(f"{TAGS}{name}" for name in path)
    return [found.text or "" for found in ET.fromstring(document).findall(steps)]  # noqa: S314 -- our own


def test_a_message_is_whole_and_in_the_order_of_the_schema() -> None:
    root = ET.fromstring(write(message()))  # noqa: S314 -- our own
    names = [child.tag.removeprefix(TAGS) for child in root]
    inside = [child.tag.removeprefix(TAGS) for child in root.find(f"{TAGS}info") or ()]

    assert " ".join(names) == (
        "identifier sender sent status msgType scope restriction incidents info info"
    )
    assert " ".join(inside) == (
        "language category event urgency severity certainty eventCode effective onset expires "
        "senderName headline description instruction web parameter area"
    )


def test_it_speaks_chinese_and_english() -> None:
    document = write(message())

    assert texts(document, "info", "language") == ["zh-CN", "en-US"]
    assert texts(document, "info", "event") == ["洪水", "flood"]
    assert texts(document, "info", "area", "areaDesc") == ["浦东 · 花桥", "Pudong · Huaqiao"]


def test_the_area_goes_out_as_polygon_and_code() -> None:
    document = write(message())

    assert texts(document, "info", "area", "polygon")[0] == "31,121 31,122 32,122 31,121"
    assert texts(document, "info", "area", "geocode", "value") == [AREA, AREA]


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Asia/Shanghai", "2026-06-18T03:12:00+08:00"),
        ("UTC", "2026-06-17T19:12:00-00:00"),
        ("Atlantic/Reykjavik", "2026-06-17T19:12:00-00:00"),
        ("America/St_Johns", "2026-06-17T16:42:00-02:30"),
    ],
)
def test_times_have_an_offset_and_utc_has_minus_zero(zone: str, expected: str) -> None:
    assert expected == cap_time(NOW + 999, zone)


def test_it_always_expires() -> None:
    assert texts(write(message()), "info", "expires") == ["2026-06-18T05:12:00+08:00"] * 2


def test_an_exercise_says_so_everywhere() -> None:
    document = write(message(status=Status.EXERCISE))

    assert texts(document, "status") == ["Exercise"]
    assert "演练" in texts(document, "note")[0]
    assert [text[:4] for text in texts(document, "info", "headline")] == ["【演练】", "EXER"]


def test_a_public_message_has_no_restriction() -> None:
    document = write(message(content=content(scope=Scope.PUBLIC)))

    assert (texts(document, "scope"), texts(document, "restriction")) == (["Public"], [])


def test_an_update_names_what_it_replaces() -> None:
    old = [
        Reference(sender="duty@lancheng.example.cn", identifier=name, sent_at=NOW - 60_000)
        for name in ("p1", "p2")
    ]
    document = write(message(identifier="p3", kind=Kind.UPDATE, references=tuple(old)))

    assert texts(document, "references")[0].split() == [
        "duty@lancheng.example.cn,p1,2026-06-18T03:11:00+08:00",
        "duty@lancheng.example.cn,p2,2026-06-18T03:11:00+08:00",
    ]


def test_what_xml_cannot_hold_is_shown_as_a_gap() -> None:
    odd = content(headline={"zh": "水\x00位<b>&", "en": "water\x0b \ud800level"})

    assert texts(write(message(content=odd)), "info", "headline") == [
        "水\N{REPLACEMENT CHARACTER}位<b>&",
        "water\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}level",
    ]


def test_a_point_goes_out_as_a_circle() -> None:
    document = write(message(where=Where(code="b1", place={}, circles=("31,121 0.1",))))

    assert texts(document, "info", "area", "circle") == ["31,121 0.1"] * 2


def test_an_area_without_an_outline_or_name_is_told_by_its_code() -> None:
    document = write(message(where=Where(code="g07", place={})))

    assert texts(document, "info", "area", "areaDesc") == ["g07", "g07"]
    assert texts(document, "info", "area", "polygon") == []


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("scope", Scope)
def test_every_kind_of_message_holds_to_the_schema(
    status: Status, kind: Kind, scope: Scope, against_schema: Check
) -> None:
    old = Reference(sender=ISSUER.sender, identifier="p0", sent_at=NOW - 60_000)
    document = write(
        message(status=status, kind=kind, content=content(scope=scope), references=(old,))
    )

    assert against_schema(document) == ""


WORDS = st.text(max_size=40)
SPOKEN = st.fixed_dictionaries({"zh": WORDS, "en": WORDS})
CONTENTS = st.builds(
    content,
    scope=st.sampled_from(Scope),
    restriction=WORDS,
    categories=st.lists(st.sampled_from(Category), min_size=1, max_size=3).map(tuple),
    responses=st.lists(st.sampled_from(Response), max_size=3).map(tuple),
    urgency=st.sampled_from(Urgency),
    severity=st.sampled_from(Severity),
    certainty=st.sampled_from(Certainty),
    headline=SPOKEN,
    description=SPOKEN,
    instruction=SPOKEN,
    onset=st.none() | st.integers(0, 4_102_444_800_000),
)


@given(content=CONTENTS, zone=st.sampled_from(["UTC", "Asia/Shanghai", "Asia/Kathmandu"]))
def test_whatever_people_write_the_document_holds_to_the_schema(
    content: object, zone: str, against_schema: Check
) -> None:
    issuer = ISSUER.__class__(sender="s", name={}, zone=zone)

    assert against_schema(write(message(content=content, issuer=issuer))) == ""
