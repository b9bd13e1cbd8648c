from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from sentinel.desk.people import attempts as module
from sentinel.desk.people.tables import attempts
from sentinel.domain.access import Denial, Denied, SignedIn
from tests.desk.people.conftest import ADDRESS, PASSWORD, Desk

ELSEWHERE = "203.0.113.9"


def guess(desk: Desk, name: str = "wang.fang", address: str = ELSEWHERE) -> Denied:
    done = desk.people.sign_in(name, "guess", address)
    assert isinstance(done, Denied)
    return done


def rows(desk: Desk) -> int:
    with desk.engine.connect() as connection:
        return connection.scalars(select(func.count()).select_from(attempts)).one()


def test_four_slips_cost_nothing_then_each_wait_is_double(desk: Desk) -> None:
    waits = []
    for _ in range(4):
        assert guess(desk).reason is Denial.WRONG
    for _ in range(11):
        assert guess(desk).reason is Denial.WRONG
        waits.append(guess(desk).wait_seconds)
        desk.clock.at += 1000 * waits[-1]

    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_while_it_waits_even_the_right_password_is_not_looked_at(desk: Desk) -> None:
    for _ in range(5):
        guess(desk, address=ADDRESS)

    told = desk.people.sign_in("wang.fang", PASSWORD, ADDRESS)
    assert told == Denied(reason=Denial.SLOWED, wait_seconds=1)
    desk.clock.at += 1000
    desk.sign_in()


def test_coming_too_early_lengthens_no_wait(desk: Desk) -> None:
    for _ in range(6):
        guess(desk)
        desk.clock.at += 1000
    for _ in range(50):
        assert guess(desk).reason is Denial.SLOWED
    desk.clock.at += 1000

    assert guess(desk).reason is Denial.WRONG


def test_names_that_nobody_has_are_slowed_alike(desk: Desk) -> None:
    """Else the waits would tell who exists."""
    told = [(guess(desk), guess(desk, "nobody", "203.0.113.10")) for _ in range(6)]

    assert all(known == unknown for known, unknown in told)


def test_guessing_at_many_names_from_one_address_is_slowed(desk: Desk) -> None:
    told = [guess(desk, f"user{number}").reason for number in range(32)]

    assert told == [Denial.WRONG] * 31 + [Denial.SLOWED]


def test_guessing_at_one_name_from_many_addresses_is_slowed(desk: Desk) -> None:
    told = [guess(desk, address=f"203.0.{number}.9").reason for number in range(32)]

    assert told == [Denial.WRONG] * 31 + [Denial.SLOWED]


def test_an_ipv6_subscriber_is_one_address_however_many_they_have(desk: Desk) -> None:
    told = [guess(desk, f"user{n}", f"2001:db8:1:2::{n:x}").reason for n in range(32)]

    assert told[-1] is Denial.SLOWED
    assert guess(desk, "userx", "2001:db8:1:3::1").reason is Denial.WRONG


def test_a_stranger_elsewhere_does_not_slow_down_a_colleague(desk: Desk) -> None:
    for _ in range(20):
        desk.clock.at += 1000 * guess(desk).wait_seconds

    desk.sign_in(address=ADDRESS)


def test_no_flood_of_strangers_keeps_a_colleague_from_their_own_browser(desk: Desk) -> None:
    browser = desk.sign_in().device
    for number in range(200):
        guess(desk, address=f"203.0.{number}.9")
    assert guess(desk, address="203.0.250.9").reason is Denial.SLOWED

    assert isinstance(desk.people.sign_in("wang.fang", PASSWORD, ADDRESS, device=browser), SignedIn)


def test_a_stranger_in_the_same_house_does_not_slow_down_a_known_browser(desk: Desk) -> None:
    browser = desk.sign_in().device
    for number in range(40):
        guess(desk, f"user{number}", ADDRESS)
    for _ in range(9):
        guess(desk, address=ADDRESS)

    desk.sign_in(device=browser)


def test_in_a_known_browser_guessing_is_slowed_too(desk: Desk) -> None:
    browser = desk.sign_in().device
    told = [desk.people.sign_in("wang.fang", "guess", ADDRESS, device=browser) for _ in range(6)]

    assert told[-1] == Denied(reason=Denial.SLOWED, wait_seconds=1)


def test_a_browser_known_for_one_user_gives_no_free_guesses_at_another(desk: Desk) -> None:
    browser = desk.sign_in().device
    told = [desk.people.sign_in("li.qiang", "guess", ADDRESS, device=browser) for _ in range(6)]
    again = desk.people.sign_in("li.qiang", "guess", ADDRESS)

    assert told[-1] == again == Denied(reason=Denial.SLOWED, wait_seconds=1)


def test_an_hour_after_the_last_failure_all_is_forgotten(desk: Desk) -> None:
    for _ in range(12):
        desk.clock.at += 1000 * guess(desk).wait_seconds
    desk.clock.at += 3_600_000

    assert [guess(desk).reason for _ in range(5)] == [Denial.WRONG] * 5
    assert rows(desk) == 3


def test_signing_in_ends_the_count_of_slips(desk: Desk) -> None:
    for _ in range(3):
        for _ in range(4):
            guess(desk, address=ADDRESS)
        desk.sign_in()


def test_a_right_password_of_ones_own_does_not_buy_guesses_at_others(desk: Desk) -> None:
    """Every success takes back its own attempt, and no failure."""
    told = []
    for number in range(32):
        told.append(guess(desk, f"user{number}", ADDRESS).reason)
        desk.people.sign_in("li.qiang", PASSWORD, ADDRESS)

    assert told[-1] is Denial.SLOWED


def test_guesses_at_the_same_time_are_counted_like_others(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(lambda _: guess(desk).reason, range(30)))

    assert told.count(Denial.WRONG) <= 5
    assert Denial.SLOWED in told or Denial.BUSY in told


def test_an_administrator_can_end_the_wait(desk: Desk) -> None:
    for _ in range(5):
        guess(desk, address=ADDRESS)
    desk.staff.release("wang.fang")

    desk.sign_in()


def test_memory_is_bounded_and_a_flood_does_not_wash_away_what_slows_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST", 40)
    for number in range(100):
        desk.clock.at += 1
        guess(desk, f"user{number}")
    assert guess(desk, "one more").reason is Denial.SLOWED

    assert rows(desk) <= 40 + 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(pauses=st.lists(st.integers(0, 400), min_size=10, max_size=60))
def test_however_a_guesser_waits_they_get_few_guesses_an_hour(
    desk: Desk, pauses: list[int]
) -> None:
    desk.clock.at += 2 * 3_600_000
    began, looked_at = desk.clock.at, 0
    for pause in pauses:
        desk.clock.at += 1000 * pause
        looked_at += guess(desk).reason is Denial.WRONG

    hours = 1 + (desk.clock.at - began) / 3_600_000
    assert looked_at <= 25 * hours
