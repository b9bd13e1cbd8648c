"""How many a second."""

import pytest

from sentinel.observe.rate import Rate


class Wound:
    """Seconds, wound by hand."""

    def __init__(self) -> None:
        self.at = 1000.25

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Wound:
    return Wound()


def counted(clock: Wound, *seconds: float, many: int = 100) -> Rate:
    rate = Rate(clock)
    start = clock.at
    for second in seconds:
        clock.at = start + second
        rate.count(many)
    return rate


def test_it_is_that_of_the_last_ten_seconds(clock: Wound) -> None:
    rate = counted(clock, *[second / 2 for second in range(60)])
    clock.at = 1030.0

    assert rate.per_second() == 200.0


def test_it_falls_to_nothing_once_nothing_comes(clock: Wound) -> None:
    rate = counted(clock, *range(30))
    clock.at = 1034.5
    assert rate.per_second() == 60.0

    clock.at = 1041.0
    assert rate.per_second() == 0.0


def test_after_a_start_it_is_that_since_the_start(clock: Wound) -> None:
    rate = counted(clock, 0, 0.5, 1, 1.5)
    clock.at = 1002.1

    assert rate.per_second() == 200.0


def test_in_its_first_second_it_is_not_known_and_so_nothing(clock: Wound) -> None:
    assert counted(clock, 0, 0.1).per_second() == 0.0


def test_a_second_that_comes_round_again_is_another(clock: Wound) -> None:
    rate = counted(clock, 0, 12)
    clock.at = 1013.5

    assert rate.per_second() == 10.0
