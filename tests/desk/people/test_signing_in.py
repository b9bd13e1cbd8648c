from typing import Literal

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from typing_extensions import override

from sentinel.desk.people.passwords import Passwords
from sentinel.desk.people.people import People
from sentinel.desk.people.tables import devices, sessions, users
from sentinel.domain.access import Denial, Denied, SignedIn
from sentinel.domain.person import Grant, Role
from tests.desk.people.conftest import ADDRESS, PASSWORD, QUICK, Desk

WRONG = Denied(reason=Denial.WRONG)
WIDE = "".join(chr(ord(char) + 0xFEE0) for char in "wang.fang")
"""As a Chinese keyboard may write it."""


def test_the_right_password_lets_in_whom_it_belongs_to(desk: Desk) -> None:
    done = desk.sign_in()

    person = desk.people.person_of_session(done.token)
    assert person == done.session.person
    assert (person.id, person.name) == ("wang.fang", "王芳")
    assert person.grants == (Grant(role=Role.OPERATOR, area="pudong"),)
    assert desk.trail.acts() == [("sign_in", "wang.fang")]
    assert desk.trail.entries[0].detail == {"address": ADDRESS}


@pytest.mark.parametrize("typed", ["Wang.Fang", "  wang.fang ", "WANG.FANG", WIDE])
def test_however_the_name_is_typed_it_is_the_same(desk: Desk, typed: str) -> None:
    assert desk.sign_in(typed).session.person.id == "wang.fang"


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("wang.fang", "correct horse batterz"),
        ("wang.fang", ""),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("wang.fang\0", PASSWORD),
        ("wang.fang' OR '1'='1", PASSWORD),
        ("王芳", PASSWORD),
        ("wang.fang", "\ud800 half a character"),
        ("\udfff", "\udfff"),
    ],
)
def test_anything_else_is_wrong_and_nobody_is_told_what(
    desk: Desk, name: str, password: str
) -> None:
    assert desk.people.sign_in(name, password, ADDRESS) == WRONG
    assert [entry.act for entry in desk.trail.entries] == ["sign_in_failed"]


def test_what_a_stranger_typed_as_a_name_is_not_written_down(desk: Desk) -> None:
    desk.people.sign_in("my-secret-by-mistake", "x", ADDRESS)
    desk.people.sign_in("wang.fang", "x", ADDRESS)

    assert desk.trail.acts() == [("sign_in_failed", ""), ("sign_in_failed", "wang.fang")]
    assert "secret-by-mistake" not in desk.dump()


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(desk: Desk) -> None:
    """By the hashes that are made, not by a clock."""
    worked: list[str] = []

    class Counting(PasswordHasher):
        @override
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            worked.append(str(hash).split("$")[3])
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    people = People(desk.engine, desk.clock, desk.trail, passwords=Passwords(hasher))
    for name in ("wang.fang", "nobody", "\0"):
        assert people.sign_in(name, "wrong", ADDRESS) == WRONG

    assert worked == ["m=8,t=1,p=1"] * 3


def test_neither_a_password_nor_a_secret_is_in_the_database(desk: Desk) -> None:
    done = desk.sign_in()
    _, token = desk.staff.add_token("gauge", [Grant(role=Role.VIEWER)], desk.clock.at + 1)
    told = desk.dump()

    assert "wang.fang" in told
    assert not any(secret in told for secret in (PASSWORD, done.token, done.device, token))


def test_a_password_kept_with_weaker_parameters_is_kept_anew(desk: Desk) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    people = People(desk.engine, desk.clock, desk.trail, passwords=stronger)
    done = people.sign_in("wang.fang", PASSWORD, ADDRESS)

    assert isinstance(done, SignedIn)
    with desk.engine.connect() as connection:
        (kept,) = connection.scalars(select(users.c.password).where(users.c.id == "wang.fang"))
    assert "m=16,t=2" in kept
    assert QUICK.is_right(kept, PASSWORD)


def test_a_disabled_user_is_not_let_in_and_is_out_at_once(desk: Desk) -> None:
    done = desk.sign_in()
    desk.staff.disable("wang.fang")

    assert desk.people.person_of_session(done.token) is None
    assert desk.people.sign_in("wang.fang", PASSWORD, ADDRESS) == WRONG
    desk.staff.enable("wang.fang")
    assert desk.people.person_of_session(done.token) is None
    assert desk.sign_in().session.person.name == "王芳"


def test_who_is_disabled_while_their_password_is_looked_at_stays_out(desk: Desk) -> None:
    class Slow(Passwords):
        @override
        def is_right(self, kept: str | None, password: str) -> bool:
            desk.staff.disable("wang.fang")
            return QUICK.is_right(kept, password)

        @override
        def is_old(self, kept: str) -> bool:
            return QUICK.is_old(kept)

    people = People(desk.engine, desk.clock, desk.trail, passwords=Slow())

    assert people.sign_in("wang.fang", PASSWORD, ADDRESS) == WRONG
    with desk.engine.connect() as connection:
        assert connection.execute(select(sessions)).all() == []


def test_a_sign_in_that_the_trail_does_not_take_did_not_happen(desk: Desk) -> None:
    desk.trail.fails = True
    with pytest.raises(RuntimeError):
        desk.people.sign_in("wang.fang", PASSWORD, ADDRESS)

    with desk.engine.connect() as connection:
        assert connection.execute(select(sessions)).all() == []
        assert connection.execute(select(devices)).all() == []


def test_what_somebody_holds_changes_at_once(desk: Desk) -> None:
    done = desk.sign_in()
    desk.staff.grant("wang.fang", Grant(role=Role.SUPERVISOR))
    desk.staff.revoke("wang.fang", Grant(role=Role.OPERATOR, area="pudong"))

    person = desk.people.person_of_session(done.token)
    assert person
    assert person.grants == (Grant(role=Role.SUPERVISOR),)


def test_of_too_many_at_once_some_are_told_to_come_again(desk: Desk) -> None:
    """An attempt takes memory and time; a flood of them must not take everybody's."""

    class Stuck(Passwords):
        @override
        def is_right(self, kept: str | None, password: str) -> bool:
            answers.append(desk.people.sign_in(f"user{len(answers)}", PASSWORD, ADDRESS))
            return kept is not None and password == PASSWORD

        @override
        def is_old(self, kept: str) -> bool:
            return QUICK.is_old(kept)

    answers: list[SignedIn | Denied] = []
    desk.people = People(desk.engine, desk.clock, desk.trail, passwords=Stuck())

    assert isinstance(desk.people.sign_in("wang.fang", PASSWORD, ADDRESS), SignedIn)
    assert Denied(reason=Denial.BUSY, wait_seconds=1) in answers
    assert isinstance(desk.people.sign_in("wang.fang", PASSWORD, ADDRESS), SignedIn)
