"""What a run came to, in words and as JSON."""

import json

from sentinel.app.figures import final_line, final_words, rank_words

FIGURES = {
    "readings": 33626,
    "warnings": {"none": 2, "blue": 12, "yellow": 0, "orange": 0, "red": 1},
    "rejected": {"unknown_device": 4, "unreadable": 1},
    "duplicates": 0,
    "late": 0,
    "lost": 0,
}


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


def test_a_machine_gets_one_line_of_json() -> None:
    line = final_line(FIGURES)

    assert "\n" not in line
    assert json.loads(line) == FIGURES
