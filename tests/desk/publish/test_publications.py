"""Publications on both databases: who sees and does what, and what the trail says of it."""

from collections.abc import Callable, Sequence
from itertools import count
from threading import Barrier, Thread
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.desk import open_database
from sentinel.desk.publish.publications import Publications
from sentinel.desk.publish.settings import PublishSettings
from sentinel.domain.area import Area, Level
from sentinel.domain.person import EVERYWHERE, Grant, Person, Role
from sentinel.domain.registry import Registry
from sentinel.publish.cap.grade import Basis
from sentinel.publish.cap.listing import Chosen
from sentinel.publish.cap.message import Kind, Scope, Urgency
from sentinel.publish.cap.publication import Publication, State
from sentinel.warn.case import CaseFile
from sentinel.warn.outcome import Code, Refused
from sentinel.warn.trail import Entry
from tests.desk.conftest import HandClock
from tests.publish.small import NOW, PUBLISHER, WRITER, case, content, person, warning

SETTINGS = PublishSettings.model_validate(
    {
        "sender": "duty@lancheng.example.cn",
        "name": {"zh": "澜城", "en": "Lancheng"},
        "valid": {"orange": "3h"},
    }
)
ELSEWHERE = person("wu", Role.PUBLISHER, "jiading")
CITY = Person(id="ma", name="Ma", grants=(Grant(role=Role.VIEWER, area=EVERYWHERE),))
RING = [[121.0, 31.0], [122.0, 31.0], [122.0, 32.0], [121.0, 31.0]]


class Trail:
    """Keeps the entries that it is handed, in a transaction."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.fails = False

    def __call__(self, connection: Connection, entries: Sequence[Entry]) -> None:
        assert connection.in_transaction()
        if self.fails:
            raise RuntimeError
        self.entries += entries


class Lancheng:
    """A city of one district with one street, which is drawn."""

    zone = "Asia/Shanghai"

    def __init__(self) -> None:
        areas = [
            place("lancheng", "", Level.CITY, "澜城"),
            place("pudong", "", Level.DISTRICT, "浦东"),
            place("pudong/hq", "pudong", Level.STREET, "花桥"),
        ]
        none = np.empty(0, np.int32)
        self.registry = Registry(
            areas=areas,
            area_number={area.code: number for number, area in enumerate(areas)},
            area_parent=np.array([-1, 0, 1], np.int32),
            metrics=[],
            metric_number={},
            device_ids=[],
            device_number={},
            device_area=none,
            device_kind=[],
            device_retired=np.empty(0, np.bool_),
            attributes={},
            sensor_device=none,
            sensor_metric=none,
            sensor_offset=np.empty(0),
        )


def place(code: str, parent: str, level: Level, name: str) -> Area:
    drawn = {"type": "Polygon", "coordinates": [RING]} if level is Level.STREET else None
    return Area(
        code=code, parent=parent, level=level, name={"zh": name}, geometry=drawn, attributes={}
    )


@pytest.fixture
def trail() -> Trail:
    return Trail()


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW)


Make = Callable[..., Publications]


@pytest.fixture
def make(engine: Engine, clock: HandClock, trail: Trail) -> Make:
    """Open a desk's publications; ids are p1, p2, ..."""
    ids = count(1)
    files = {"c1": CaseFile(case=case(), warnings=(warning(),)), "c2": CaseFile(case=case(2))}

    def made(engine: Engine = engine, **changes: Any) -> Publications:  # noqa: ANN401
        values: dict[str, Any] = {
            "cases": lambda _connection, number: files.get(number),
            "city": Lancheng,
            "settings": SETTINGS,
            "new_id": lambda: f"p{next(ids)}",
        }
        return Publications(engine, clock, trail, **{**values, **changes})

    return made


@pytest.fixture
def desk(make: Make) -> Publications:
    return make()


def done(answer: Publication | Refused) -> Publication:
    assert isinstance(answer, Publication), answer
    return answer


def code(answer: object) -> Code:
    assert isinstance(answer, Refused)
    return answer.code


def send(desk: Publications, draft: Publication, scope: Scope = Scope.PUBLIC) -> Publication:
    """Take a draft the whole way."""
    words = done(desk.edit(WRITER, draft.id, content(scope=scope), draft.revision))
    approved = done(desk.approve(PUBLISHER, draft.id, words.revision))
    return done(desk.issue(PUBLISHER, draft.id, approved.revision))


def test_a_case_goes_out_in_four_steps_each_in_the_trail(desk: Publications, trail: Trail) -> None:
    out = send(desk, done(desk.draft(WRITER, "c1")))

    assert out.state is State.ISSUED
    assert [(entry.act, entry.by, entry.case, entry.area) for entry in trail.entries] == [
        ("publication_drafted", "wang", "c1", "pudong/hq"),
        ("publication_edited", "wang", "c1", "pudong/hq"),
        ("publication_approved", "li", "c1", "pudong/hq"),
        ("publication_issued", "li", "c1", "pudong/hq"),
    ]
    assert trail.entries[-1].detail["content"]["headline"]["en"].startswith("Orange warning")


def test_a_draft_has_the_areas_outline_name_and_usual_validity(desk: Publications) -> None:
    draft = done(desk.draft(WRITER, "c1"))

    assert draft.where.polygons == ("31,121 31,122 32,122 31,121",)
    assert draft.where.place == {"zh": "浦东 · 花桥", "en": "浦东 · 花桥"}
    assert draft.content.valid_ms == 3 * 3_600_000


def test_before_there_is_a_registry_the_code_tells_where(make: Make) -> None:
    draft = done(make(city=lambda: None).draft(WRITER, "c1", Basis.SOON))

    assert (draft.where.place["en"], draft.where.polygons) == ("pudong/hq", ())
    assert draft.content.urgency is Urgency.EXPECTED


def test_what_was_issued_is_handed_out_to_the_letter_for_ever(
    desk: Publications, make: Make, clock: HandClock
) -> None:
    out = send(desk, done(desk.draft(WRITER, "c1")))
    before = desk.document(None, out.id)
    clock.at += 86_400_000
    renamed = make(settings=PublishSettings(sender="other.example.cn"))

    assert before
    assert renamed.document(None, out.id) == before
    assert renamed.preview(WRITER, out.id) == before


def test_a_look_at_a_draft_says_that_it_is_one(desk: Publications) -> None:
    draft = done(desk.draft(WRITER, "c1"))

    assert b"<status>Draft</status>" in (desk.preview(WRITER, draft.id) or b"")
    assert desk.preview(ELSEWHERE, draft.id) is None
    assert desk.document(WRITER, draft.id) is None


def test_strangers_see_what_is_public_and_nothing_else(desk: Publications) -> None:
    public = send(desk, done(desk.draft(WRITER, "c1")))
    inside = send(desk, done(desk.draft(WRITER, "c1")), Scope.RESTRICTED)
    draft = done(desk.draft(WRITER, "c1"))

    assert [one.id for one in desk.issued(None)] == [public.id]
    assert desk.document(None, public.id)
    assert desk.document(None, inside.id) is None
    assert desk.document(None, draft.id) is None


def test_people_see_what_is_restricted_where_they_see_the_area(desk: Publications) -> None:
    out = send(desk, done(desk.draft(WRITER, "c1")), Scope.RESTRICTED)

    assert [one.id for one in desk.issued(CITY)] == [out.id]
    assert desk.issued(ELSEWHERE) == []
    assert desk.document(ELSEWHERE, out.id) is None


def test_who_does_not_see_the_area_finds_nothing_there(desk: Publications, trail: Trail) -> None:
    draft = done(desk.draft(WRITER, "c1"))
    trail.entries.clear()

    assert code(desk.draft(ELSEWHERE, "c1")) is Code.UNKNOWN
    assert code(desk.edit(ELSEWHERE, draft.id, content(), 1)) is Code.UNKNOWN
    assert code(desk.approve(ELSEWHERE, draft.id, 1)) is Code.UNKNOWN
    assert code(desk.issue(ELSEWHERE, draft.id, 1)) is Code.UNKNOWN
    assert code(desk.discard(ELSEWHERE, draft.id, 1, "")) is Code.UNKNOWN
    assert code(desk.follow_up(ELSEWHERE, draft.id, Kind.UPDATE)) is Code.UNKNOWN
    assert (desk.find(ELSEWHERE, draft.id), desk.listed(ELSEWHERE, Chosen())) == (None, [])
    assert trail.entries == []


def test_who_only_looks_drafts_nothing(desk: Publications) -> None:
    assert code(desk.draft(CITY, "c1")) is Code.FORBIDDEN
    assert code(desk.draft(WRITER, "c9")) is Code.UNKNOWN


def test_an_update_and_a_cancel_name_what_they_replace(
    desk: Publications, clock: HandClock
) -> None:
    first = send(desk, done(desk.draft(WRITER, "c1")))
    clock.at += 60_000
    second = send(desk, done(desk.follow_up(WRITER, first.id, Kind.UPDATE)))
    clock.at += 60_000
    third = send(desk, done(desk.follow_up(WRITER, second.id, Kind.CANCEL)))

    assert [one.replaced_by for one in (kept(desk, first), kept(desk, second))] == ["p2", "p3"]
    document = (desk.document(None, third.id) or b"").decode()
    assert "<msgType>Cancel</msgType>" in document
    assert (
        "<references>duty@lancheng.example.cn,p1,2026-06-18T03:12:00+08:00 "
        "duty@lancheng.example.cn,p2,2026-06-18T03:13:00+08:00</references>"
    ) in document
    assert code(desk.follow_up(WRITER, third.id, Kind.UPDATE)) is Code.CONFLICT


def kept(desk: Publications, one: Publication) -> Publication:
    found = desk.find(WRITER, one.id)
    assert found
    return found


def test_what_follows_is_drafted_once_at_a_time(desk: Publications) -> None:
    first = send(desk, done(desk.draft(WRITER, "c1")))
    draft = done(desk.follow_up(WRITER, first.id, Kind.UPDATE))

    assert code(desk.follow_up(WRITER, first.id, Kind.CANCEL)) is Code.CONFLICT
    done(desk.discard(WRITER, draft.id, 1, "again"))
    done(desk.follow_up(WRITER, first.id, Kind.CANCEL))


def test_an_expired_message_is_not_updated(desk: Publications, clock: HandClock) -> None:
    first = send(desk, done(desk.draft(WRITER, "c1")))
    draft = done(desk.follow_up(WRITER, first.id, Kind.UPDATE))
    approved = done(desk.approve(PUBLISHER, draft.id, 1))
    clock.at += 24 * 3_600_000

    assert code(desk.issue(PUBLISHER, draft.id, approved.revision)) is Code.CONFLICT


def test_if_the_trail_cannot_be_written_nothing_goes_out(desk: Publications, trail: Trail) -> None:
    draft = done(desk.draft(WRITER, "c1"))
    approved = done(desk.approve(PUBLISHER, draft.id, 1))
    trail.fails = True
    with pytest.raises(RuntimeError):
        desk.issue(PUBLISHER, draft.id, approved.revision)

    assert kept(desk, draft) == approved
    assert desk.issued(WRITER) == []


def test_of_two_who_issue_at_once_one_does(
    make: Make, database_url: str, desk: Publications, trail: Trail
) -> None:
    draft = done(desk.draft(WRITER, "c1"))
    revision = done(desk.approve(PUBLISHER, draft.id, 1)).revision
    other_engine = open_database(database_url)
    answers: list[object] = []
    start = Barrier(2)

    def go(one: Publications) -> None:
        start.wait()
        answers.append(one.issue(PUBLISHER, draft.id, revision))

    threads = [Thread(target=go, args=(one,)) for one in (desk, make(other_engine))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other_engine.dispose()

    assert sorted(type(answer).__name__ for answer in answers) == ["Publication", "Refused"]
    assert [entry.act for entry in trail.entries].count("publication_issued") == 1


def test_a_list_is_read_in_pages_and_by_case_and_state(
    desk: Publications, clock: HandClock
) -> None:
    for number in range(4):
        done(desk.draft(WRITER, "c2" if number else "c1"))
        clock.at += number % 2
    first = desk.listed(WRITER, Chosen(limit=2))
    last = first[-1]
    rest = desk.listed(WRITER, Chosen(after=(last.changed_at, last.id)))

    assert [one.id for one in first + rest] == ["p4", "p3", "p2", "p1"]
    assert [one.id for one in desk.listed(WRITER, Chosen(case="c1"))] == ["p1"]
    assert desk.listed(WRITER, Chosen(states=(State.ISSUED, State.APPROVED))) == []


def test_the_feed_is_bounded(make: Make) -> None:
    desk = make(settings=PublishSettings(sender="d.example.cn", most_entries=1))
    send(desk, done(desk.draft(WRITER, "c1")))
    newest = send(desk, done(desk.draft(WRITER, "c1")))

    assert [one.id for one in desk.issued(None)] == [newest.id]
