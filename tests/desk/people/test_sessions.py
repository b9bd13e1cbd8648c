import pytest
from sqlalchemy import func, select

from sentinel.desk.people.sessions import MOST_DEVICES, MOST_SESSIONS
from sentinel.desk.people.settings import PeopleSettings
from sentinel.desk.people.tables import devices, sessions
from sentinel.domain.access import Denial, Denied, Weak
from sentinel.domain.person import Person
from tests.desk.people.conftest import ADDRESS, PASSWORD, Desk

MINUTE = 60_000
HOUR = 60 * MINUTE
NEW = "staple of another kind"


def test_a_session_ends_by_idleness(desk: Desk) -> None:
    token = desk.sign_in().token
    desk.clock.at += 30 * MINUTE - 1
    assert desk.people.session(token)
    desk.clock.at += 30 * MINUTE - 1
    assert desk.people.session(token)
    desk.clock.at += 30 * MINUTE

    assert desk.people.session(token) is None


def test_a_session_ends_in_all_however_much_it_is_used(desk: Desk) -> None:
    token = desk.sign_in().token
    for _ in range(14 * 4 - 1):
        desk.clock.at += 15 * MINUTE
        assert desk.people.session(token)
    desk.clock.at += 15 * MINUTE

    assert desk.people.session(token) is None


def test_a_session_tells_when_it_will_end(desk: Desk) -> None:
    began = desk.clock.at
    session = desk.sign_in().session

    assert session.idle_at == began + PeopleSettings().idle
    assert session.ends_at == began + PeopleSettings().whole


@pytest.mark.parametrize("forged", ["", "x", "../..", "\0", "é", "a" * 5_000])
def test_a_forged_session_is_nobodys(desk: Desk, forged: str) -> None:
    token = desk.sign_in().token

    assert desk.people.session(forged) is None
    assert desk.people.session(token[:-1]) is None
    assert desk.people.session(token.swapcase()) is None


def test_the_hash_that_is_kept_opens_nothing(desk: Desk) -> None:
    desk.sign_in()
    with desk.engine.connect() as connection:
        (kept,) = connection.scalars(select(sessions.c.id))

    assert desk.people.session(kept) is None


def test_signing_out_ends_it_and_is_in_the_trail_once(desk: Desk) -> None:
    token = desk.sign_in().token
    desk.people.sign_out(token)
    desk.people.sign_out(token)
    desk.people.sign_out("never was one")

    assert desk.people.session(token) is None
    assert desk.trail.acts() == [("sign_in", "wang.fang"), ("sign_out", "wang.fang")]


def test_a_change_of_user_ends_the_session_before(desk: Desk) -> None:
    first = desk.sign_in()
    second = desk.sign_in("li.qiang", former=first.token, device=first.device)

    assert desk.people.session(first.token) is None
    assert second.device == first.device
    assert desk.trail.acts()[1:] == [("sign_out", "wang.fang"), ("sign_in", "li.qiang")]
    assert desk.trail.entries[1].detail == {"changed_to": "li.qiang"}


def test_a_failed_change_of_user_leaves_who_was_there(desk: Desk) -> None:
    first = desk.sign_in()
    desk.people.sign_in("li.qiang", "wrong", ADDRESS, former=first.token)

    assert desk.people.session(first.token)


def test_signing_in_again_after_the_end_is_no_signing_out(desk: Desk) -> None:
    first = desk.sign_in()
    desk.clock.at += HOUR
    desk.sign_in(former=first.token)

    assert desk.trail.acts() == [("sign_in", "wang.fang")] * 2


def test_a_user_has_so_many_sessions_and_a_further_one_ends_the_oldest(desk: Desk) -> None:
    tokens = []
    for _ in range(MOST_SESSIONS + 2):
        desk.clock.at += 1
        tokens.append(desk.sign_in().token)

    held = [desk.people.session(token) is not None for token in tokens]
    assert held == [False] * 2 + [True] * MOST_SESSIONS


def test_sessions_that_are_over_are_not_kept(desk: Desk) -> None:
    desk.sign_in("li.qiang")
    desk.clock.at += HOUR
    desk.sign_in()

    with desk.engine.connect() as connection:
        assert connection.scalars(select(sessions.c.person)).all() == ["wang.fang"]


def test_so_many_browsers_of_a_user_are_remembered(desk: Desk) -> None:
    for _ in range(MOST_DEVICES + 3):
        desk.clock.at += 1
        desk.sign_in()

    with desk.engine.connect() as connection:
        counted = connection.scalars(select(func.count()).select_from(devices)).one()
    assert counted == MOST_DEVICES


def test_a_browsers_secret_that_somebody_planted_is_not_taken_over(desk: Desk) -> None:
    assert desk.sign_in(device="planted").device != "planted"


def test_a_new_password_of_ones_own_ends_the_other_sessions(desk: Desk) -> None:
    here, there = desk.sign_in(), desk.sign_in()
    person = here.session.person
    done = desk.people.change_password(person, PASSWORD, NEW, ADDRESS, keep=here.token)

    assert done is None
    assert desk.people.session(here.token)
    assert desk.people.session(there.token) is None
    assert desk.people.sign_in("wang.fang", PASSWORD, ADDRESS) == Denied(reason=Denial.WRONG)
    assert desk.trail.entries[2].act == "password_changed"


def test_a_new_password_needs_the_old_one_and_guessing_it_is_slowed(desk: Desk) -> None:
    person = desk.sign_in().session.person
    told = [desk.people.change_password(person, "guess", NEW, ADDRESS) for _ in range(6)]

    assert told[0] == Denied(reason=Denial.WRONG)
    assert told[-1] == Denied(reason=Denial.SLOWED, wait_seconds=1)


def test_a_new_password_that_is_weak_is_told_so_in_both_languages(desk: Desk) -> None:
    person = desk.sign_in().session.person
    told = desk.people.change_password(person, PASSWORD, "too short", ADDRESS)

    assert isinstance(told, Weak)
    assert set(told.why) == {"zh", "en"}
    desk.sign_in()


def test_a_machine_has_no_password_to_change(desk: Desk) -> None:
    machine = Person(id="token:ab12", name="gauge")

    told = desk.people.change_password(machine, "", NEW, ADDRESS)
    assert told == Denied(reason=Denial.WRONG)
