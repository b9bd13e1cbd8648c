import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.desk.people.passwords import weakness
from sentinel.domain.access import Denied
from sentinel.domain.errors import AccessError
from sentinel.domain.person import Grant, Role
from tests.desk.people.conftest import ADDRESS, PASSWORD, Desk

VIEWER = Grant(role=Role.VIEWER, area="pudong")


@pytest.mark.parametrize(
    "user", ["", "Wang", "wang fang", "token:ab12", "sentinel", "王芳", ".hidden", "a" * 65, "a\n"]
)
def test_an_id_that_could_be_taken_for_another_is_refused(desk: Desk, user: str) -> None:
    with pytest.raises(AccessError, match="a user's id is"):
        desk.staff.add_user(user, "Wang", PASSWORD)


@pytest.mark.parametrize("name", ["", "  ", "a" * 81, "two\nlines", "\x1b[2J"])
def test_a_name_is_one_line_that_shows_something(desk: Desk, name: str) -> None:
    with pytest.raises(AccessError, match="a name is one line"):
        desk.staff.add_user("zhao", name, PASSWORD)


def test_an_id_is_given_once_and_never_again(desk: Desk) -> None:
    desk.staff.disable("wang.fang")

    with pytest.raises(AccessError, match="there is a user 'wang"):
        desk.staff.add_user("wang.fang", "Another", PASSWORD)


@pytest.mark.parametrize(
    "grant",
    [Grant(role=Role.HANDLER, area="pudong"), Grant(role=Role.OPERATOR, department="water")],
)
def test_a_handler_has_a_department_and_nobody_else(desk: Desk, grant: Grant) -> None:
    for act in (
        lambda: desk.staff.grant("wang.fang", grant),
        lambda: desk.staff.add_user("zhao", "Zhao", PASSWORD, [grant]),
        lambda: desk.staff.add_token("gauge", [grant], desk.clock.at + 1),
    ):
        with pytest.raises(AccessError, match="a handler has a department"):
            act()


def test_a_role_is_granted_once_and_taken_as_it_was_given(desk: Desk) -> None:
    assert desk.staff.grant("wang.fang", VIEWER)
    assert not desk.staff.grant("wang.fang", VIEWER)
    with pytest.raises(AccessError, match="is not viewer in the whole city"):
        desk.staff.revoke("wang.fang", Grant(role=Role.VIEWER))
    desk.staff.revoke("wang.fang", VIEWER)

    held = {user.id: user.grants for user in desk.staff.users()}
    assert held["wang.fang"] == (Grant(role=Role.OPERATOR, area="pudong"),)
    assert desk.trail.acts() == [
        ("user_granted", "terminal:root"),
        ("user_revoked", "terminal:root"),
    ]
    assert desk.trail.entries[0].detail == {"user": "wang.fang", "grant": "viewer in pudong"}


def test_what_is_asked_of_nobody_is_refused_in_plain_words(desk: Desk) -> None:
    for act in (
        lambda: desk.staff.grant("nobody", VIEWER),
        lambda: desk.staff.revoke("nobody", VIEWER),
        lambda: desk.staff.disable("nobody"),
        lambda: desk.staff.enable("nobody"),
        lambda: desk.staff.release("nobody"),
        lambda: desk.staff.set_password("nobody", PASSWORD),
    ):
        with pytest.raises(AccessError, match="there is no user 'nobody'"):
            act()

    assert desk.trail.entries == []


def test_a_password_set_by_an_administrator_ends_all_sessions_and_waits(desk: Desk) -> None:
    token = desk.sign_in().token
    for _ in range(5):
        desk.people.sign_in("wang.fang", "wrong", ADDRESS)
    assert desk.staff.set_password("wang.fang", "another long password") == 1

    assert desk.people.session(token) is None
    assert not isinstance(
        desk.people.sign_in("wang.fang", "another long password", ADDRESS), Denied
    )


def test_disabling_says_how_many_sessions_ended_and_keeps_the_first_time(desk: Desk) -> None:
    desk.sign_in()
    desk.sign_in()
    assert desk.staff.disable("wang.fang") == 2
    first = desk.clock.at
    desk.clock.at += 1_000
    assert desk.staff.disable("wang.fang") == 0

    (wang,) = [user for user in desk.staff.users() if user.id == "wang.fang"]
    assert (wang.disabled_at, wang.signed_in_at) == (first, first)


@pytest.mark.parametrize(
    "password",
    ["", "elevenchars", "wang.fang1234", "WangFangWangFang", "王芳" * 10, "WANG.FANG wang.fang"],
)
def test_a_password_that_is_short_or_mostly_ones_own_name_is_refused(password: str) -> None:
    assert weakness(password, "wang.fang", "王芳", "Wang Fang", "WangFang")


@pytest.mark.parametrize("password", ["twelve chars", "wang.fang and twelve more", "密" * 12])
def test_any_other_password_is_taken(password: str) -> None:
    assert weakness(password, "wang.fang", "王芳") is None


@given(st.text(min_size=12, max_size=40))
def test_a_password_without_a_name_in_it_is_judged_by_its_length_alone(password: str) -> None:
    assert weakness(password + "x" * 12, "", "") is None
