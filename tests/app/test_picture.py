"""What a person sees in the terminal, whatever strangers have written."""

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
        "rank": "red",
        "sight": "seen",
        "place": {"en": "Minde"},
        "title": {"en": "river"},
        "order": {"accepted_by": "Wang"},
    } | changes


def shown(areas: list[dict[str, Any]], *warnings: dict[str, Any]) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        listed = {"warnings": list(warnings), "total": len(warnings)}
        console.print(picture(CALM, areas, listed))
    return captured.get()


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
