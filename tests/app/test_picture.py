"""What a person sees in the terminal, whatever strangers have written."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from sentinel.app.picture import picture
from sentinel.app.status import Status

CALM = Status(
    services={"listen": {"state": "ok"}, "desk": {"state": "ok"}},
    journal_rows=0,
    journal_bytes=0,
    findings_rows=0,
    rates={},
    lag={},
    waiting={},
)
STANDING = {"worst": "red", "sight": "seen", "open": 1}


def warning(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field of a line
    return {
        "id": "w1",
        "onset": 1_781_740_800_000,
        "rank": "red",
        "sight": "seen",
        "place": {"en": "Minde"},
        "title": {"en": "river"},
        "order": {"accepted_by": "Wang"},
    } | changes


def shown(
    areas: list[dict[str, Any]],
    *warnings: dict[str, Any],
    newest: Sequence[dict[str, Any]] = (),
    height: int = 40,
) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        listed = {"warnings": list(warnings), "total": len(warnings)}
        found = picture(CALM, areas, listed, newest, zone="Asia/Shanghai", height=height)
        console.print(found)
    return captured.get()


def many(count: int, word: str, first: int = 0) -> list[dict[str, Any]]:
    return [
        warning(id=f"{word}{at}", title={"en": f"{word} {at}."})
        for at in range(first, first + count)
    ]


def test_square_brackets_in_what_strangers_write_are_text() -> None:
    odd = "[/] [bold]Pump [/old]"
    found = shown(
        [{"name": {"en": odd}, "standing": STANDING}],
        warning(title={"en": odd}, place={"en": odd}, order={"accepted_by": odd}),
    )

    assert found.count(odd) == 4


def test_what_would_steer_the_terminal_is_shown_and_does_not() -> None:
    assert "\\x1b[2J" in shown([], warning(title={"en": "\x1b[2J"}))


def test_a_warning_without_an_order_has_an_empty_place_for_the_name() -> None:
    assert "river" in shown([], warning(order=None))


def test_each_warning_has_the_time_since_when_it_is() -> None:
    assert "06-18 08:00:00" in shown([], warning())


def test_the_newest_have_lines_of_their_own_where_not_all_fit() -> None:
    worst, newest = many(60, "bad"), many(9, "new")
    lines = shown([], *worst, newest=newest).splitlines()

    assert len([line for line in lines if "bad " in line]) == 18
    assert [at for at in range(9) if any(f"new {at}." in line for line in lines)] == [*range(5)]
    assert any("changed last" in line for line in lines)
    assert any("(and 37 more)" in line for line in lines)
    assert len(lines) <= 40


def test_none_is_shown_twice_and_no_line_is_left_empty() -> None:
    worst = many(60, "bad")
    lines = shown([], *worst, newest=[worst[0], worst[3], worst[59]]).splitlines()

    assert len([line for line in lines if "bad 0." in line]) == 1
    assert len([line for line in lines if "bad " in line]) == 23
    assert len([line for line in lines if "bad 59." in line]) == 1


def test_where_all_fit_the_newest_are_among_them() -> None:
    few = many(6, "bad")
    told = shown([], *few, newest=few)

    assert told.count("bad ") == 6
    assert "changed last" not in told


def test_a_high_terminal_shows_the_newest_beyond_what_was_listed() -> None:
    console = Console(width=200)
    listed = {"warnings": many(3, "bad"), "total": 500}
    with console.capture() as captured:
        console.print(picture(CALM, [], listed, many(2, "new"), zone="UTC", height=400))

    told = captured.get()
    assert (told.count("bad "), told.count("new "), "(and 495 more)" in told) == (3, 2, True)


def test_a_low_terminal_shows_the_worst_and_nothing_else() -> None:
    told = shown([], *many(9, "bad"), newest=many(5, "new"), height=18)

    assert (told.count("bad "), told.count("new ")) == (2, 0)
