import pytest
from sqlalchemy import select

from sentinel.desk.people.drafts import MOST_BYTES, MOST_DRAFTS
from sentinel.desk.people.tables import drafts
from sentinel.domain.errors import AccessError
from sentinel.domain.person import Grant, Role
from tests.desk.people.conftest import Desk

DAY = 24 * 3_600_000
VIEWER = Grant(role=Role.VIEWER, area="pudong")


def test_a_token_is_a_person_that_holds_what_it_was_given(desk: Desk) -> None:
    number, secret = desk.staff.add_token("hotline", [VIEWER], desk.clock.at + DAY)

    machine = desk.people.person_of_token(secret)
    assert machine
    assert (machine.id, machine.name, machine.grants) == (f"token:{number}", "hotline", (VIEWER,))
    assert desk.trail.acts() == [("token_added", "terminal:root")]
    assert secret not in repr(desk.trail.entries)


@pytest.mark.parametrize("forged", ["", "sentinel_", "sentinel_x", "\0", "é" * 50])
def test_a_forged_token_is_nobodys(desk: Desk, forged: str) -> None:
    _, secret = desk.staff.add_token("hotline", [VIEWER], desk.clock.at + DAY)

    assert desk.people.person_of_token(forged) is None
    assert desk.people.person_of_token(secret[:-1]) is None


def test_a_token_ends_at_its_time(desk: Desk) -> None:
    _, secret = desk.staff.add_token("hotline", [VIEWER], desk.clock.at + DAY)
    desk.clock.at += DAY - 1
    assert desk.people.person_of_token(secret)
    desk.clock.at += 1

    assert desk.people.person_of_token(secret) is None


def test_a_revoked_token_holds_no_more_and_stays_listed(desk: Desk) -> None:
    number, secret = desk.staff.add_token("hotline", [VIEWER], desk.clock.at + DAY)
    assert desk.staff.revoke_token(number) == "hotline"

    assert desk.people.person_of_token(secret) is None
    (listed,) = desk.staff.tokens()
    assert (listed.id, listed.revoked_at, listed.grants) == (number, desk.clock.at, (VIEWER,))
    with pytest.raises(AccessError, match="no token"):
        desk.staff.revoke_token(number)


def test_a_session_is_no_token_and_a_token_no_session(desk: Desk) -> None:
    session = desk.sign_in().token
    _, token = desk.staff.add_token("hotline", [VIEWER], desk.clock.at + DAY)

    assert desk.people.person_of_token(session) is None
    assert desk.people.session(token) is None


def test_when_a_token_was_last_used_is_known_to_the_hour(desk: Desk) -> None:
    _, secret = desk.staff.add_token("hotline", [VIEWER], desk.clock.at + DAY)
    assert desk.staff.tokens()[0].used_at is None
    desk.clock.at += DAY // 2
    first = desk.clock.at
    for _ in range(3):
        desk.people.person_of_token(secret)
        desk.clock.at += 60_000

    assert desk.staff.tokens()[0].used_at == first


@pytest.mark.parametrize(("grants", "days"), [((), 1), ((VIEWER,), 0), ((VIEWER,), -1)])
def test_a_token_without_an_end_to_come_or_without_a_role_is_not_made(
    desk: Desk, grants: tuple[Grant, ...], days: int
) -> None:
    with pytest.raises(AccessError, match="until some time to come"):
        desk.staff.add_token("hotline", grants, desk.clock.at + days * DAY)


def test_a_draft_comes_back_as_it_was_and_to_its_author_only(desk: Desk) -> None:
    wang, li = (desk.sign_in(name).session.person for name in ("wang.fang", "li.qiang"))
    body = {"form": "resolve", "found": "井盖移位 🕳\n'; DROP TABLE drafts; --", "links": []}
    kept = desk.people.keep_draft(wang, "c1", body)

    assert desk.people.draft(wang, "c1") == kept
    assert (kept.body, kept.at) == (body, desk.clock.at)
    assert desk.people.draft(li, "c1") is None
    assert desk.people.drafts(li) == []
    assert not desk.people.drop_draft(li, "c1")
    assert desk.people.drafts(wang) == [kept]


def test_a_draft_takes_the_place_of_the_one_before_and_can_be_discarded(desk: Desk) -> None:
    wang = desk.sign_in().session.person
    desk.people.keep_draft(wang, "c1", {"found": "o"})
    desk.clock.at += 1
    desk.people.keep_draft(wang, "c2", {"found": "p"})
    desk.clock.at += 1
    desk.people.keep_draft(wang, "c1", {"found": "open manhole"})

    assert [draft.case for draft in desk.people.drafts(wang)] == ["c1", "c2"]
    assert desk.people.drafts(wang)[0].body == {"found": "open manhole"}
    assert desk.people.drop_draft(wang, "c1")
    assert [draft.case for draft in desk.people.drafts(wang)] == ["c2"]


def test_a_draft_outlives_its_session_but_not_a_week(desk: Desk) -> None:
    wang = desk.sign_in().session.person
    desk.people.keep_draft(wang, "c1", {"found": "x"})
    desk.clock.at += 7 * DAY - 1
    assert desk.people.draft(wang, "c1")
    desk.clock.at += 1
    assert desk.people.draft(wang, "c1") is None
    desk.people.keep_draft(wang, "c2", {"found": "y"})

    with desk.engine.connect() as connection:
        assert connection.scalars(select(drafts.c.case)).all() == ["c2"]


def test_drafts_are_bounded_in_size_and_number(desk: Desk) -> None:
    wang = desk.sign_in().session.person
    with pytest.raises(AccessError, match="bytes at most"):
        desk.people.keep_draft(wang, "c", {"found": "x" * MOST_BYTES})
    for number in range(MOST_DRAFTS):
        desk.people.keep_draft(wang, f"c{number}", {})
    with pytest.raises(AccessError, match="send or discard"):
        desk.people.keep_draft(wang, "one more", {})

    kept = desk.people.keep_draft(wang, "c0", {"found": "still changed"})
    assert desk.people.draft(wang, "c0") == kept
