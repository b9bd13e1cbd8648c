"""What a run came to, in words and as JSON."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sentinel.app import figures
from sentinel.app.figures import final_line, final_words, rank_words, rows_behind
from sentinel.app.status import Lag, Status
from sentinel.console.places import read_place

FIGURES = {
    "readings": 33626,
    "warnings": {"none": 2, "blue": 12, "yellow": 0, "orange": 0, "red": 1},
    "rejected": {"unknown_device": 4, "unreadable": 1},
    "duplicates": 0,
    "late": 0,
    "lost": 0,
    "behind": {},
}
STATUS = Status(
    services={}, journal_rows=0, journal_bytes=0, findings_rows=0, rates={}, lag={}, waiting={}
)


def test_ranks_are_told_from_red_down() -> None:
    assert rank_words({"blue": 12, "red": 1, "none": 2}) == "1 red, 12 blue, 2 only blind"


def test_no_warnings_are_none() -> None:
    assert rank_words({"red": 0}) == "none"


def test_what_the_desk_does_not_say_is_not_called_none() -> None:
    assert rank_words(None) == "not known: the desk does not answer"


def test_a_person_gets_four_lines() -> None:
    assert final_words(FIGURES) == [
        "readings  33,626",
        "warnings  1 red, 12 blue, 2 only blind",
        "rejected  5: 4 unknown device, 1 unreadable",
        "lost      0",
    ]


def test_a_reader_that_never_noted_a_place_is_behind_all_there_is() -> None:
    lag = {"detect": Lag(rows=1, seconds=0.0), "record": Lag(rows=7, seconds=2.0)}
    status = replace(STATUS, journal_rows=31_000, findings_rows=12, lag=lag)

    assert rows_behind(status) == {"record": 7, "desk": 12}
    assert rows_behind(replace(status, lag={})) == {"detect": 31_000, "record": 31_000, "desk": 12}
    assert rows_behind(STATUS) == {}


def test_figures_of_what_is_not_through_say_so() -> None:
    assert final_words(FIGURES | {"behind": {"detect": 24_000, "record": 31_000}})[-1] == (
        "not through yet: detect 24,000 rows, record 31,000 rows; "
        "they go on from there at the next start"
    )


def test_a_machine_gets_one_line_of_json() -> None:
    line = final_line(FIGURES)

    assert "\n" not in line
    assert json.loads(line) == FIGURES


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A desk with thirty red warnings, then as many yellow; return what it is asked."""
    lines: list[dict[str, Any]] = [
        {"id": f"{word}{at}", "rank": rank, "changed_at": 1_000 - 10 * at - first}
        for word, rank, first in (("r", 4, 0), ("y", 2, 5))
        for at in range(30)
    ]
    asked: list[str] = []

    def answer(_status: object, path: str, _key: str) -> dict[str, Any]:
        asked.append(path)
        query = parse_qs(urlsplit(path).query)
        limit = int(query["limit"][0])
        place = read_place(query["after"][0])
        assert place is not None
        after = [
            line
            for line in lines
            if (-line["rank"], -line["changed_at"]) > (-place.rank, -place.changed_at)
        ]
        return {"warnings": after[:limit], "total": len(lines)}

    monkeypatch.setattr(figures, "ask_desk", answer)
    return asked


def test_the_newest_of_every_rank_are_asked_for_where_not_all_are_listed(desk: list[str]) -> None:
    first = {"warnings": [{"id": "r0", "changed_at": 1_000}], "total": 60}

    found = figures.ask_newest(STATUS, first, 5, "key")

    assert [line["id"] for line in found] == ["r0", "y0", "r1", "y1", "r2"]
    assert len(desk) == 5


def test_where_all_are_listed_nobody_is_asked(desk: list[str]) -> None:
    lines = [{"id": "a", "changed_at": 1}, {"id": "b", "changed_at": 2}]

    found = figures.ask_newest(STATUS, {"warnings": lines, "total": 2}, 5, "key")

    assert [line["id"] for line in found] == ["b", "a"]
    assert desk == []


def test_a_desk_that_does_not_answer_has_no_newest(desk: list[str]) -> None:
    assert figures.ask_newest(STATUS, {}, 5, "key") == []
    assert desk == []
