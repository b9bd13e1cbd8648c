"""One answer for many who ask."""

from collections.abc import Callable
from threading import Event, Thread

from sentinel.console.fresh import Fresh


def fresh(
    make: Callable[[], int], now: list[float], version: Callable[[], object] = int
) -> Fresh[int]:
    return Fresh(make, seconds=2.0, version=version, monotonic=lambda: now[0])


def test_an_answer_that_takes_as_long_as_it_is_good_is_good_from_when_it_is_made() -> None:
    now, made = [0.0], [0]

    def slowly() -> int:
        now[0] += 2.0
        made[0] += 1
        return made[0]

    ask = fresh(slowly, now)

    assert [ask() for _ in range(20)] == [1] * 20


def test_who_asks_while_somebody_renews_has_the_old_answer_at_once() -> None:
    now, began, may_end = [0.0], Event(), Event()
    answers = iter([1, 2])

    def make() -> int:
        answer = next(answers)
        if answer == 2:
            began.set()
            may_end.wait()
        return answer

    ask = fresh(make, now)
    ask()
    now[0] = 5.0
    renewer = Thread(target=ask)
    renewer.start()
    began.wait()
    meanwhile = ask()
    may_end.set()
    renewer.join()

    assert (meanwhile, ask()) == (1, 2)


def test_a_new_version_is_never_answered_with_the_old_one() -> None:
    version, made = [1], [0]

    def make() -> int:
        made[0] += 1
        return made[0]

    ask = fresh(make, [0.0], lambda: version[0])
    before = ask()
    version[0] = 2

    assert (before, ask()) == (1, 2)
