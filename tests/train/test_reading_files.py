"""CSV files as people export them, and what is wrong with them."""

from datetime import timedelta, timezone
from pathlib import Path

import pytest

from sentinel.document import Problems
from sentinel.train import Series, read_series


def read(tmp_path: Path, text: str, **further: object) -> tuple[list[Series], list[str]]:
    path = tmp_path / "river.csv"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    found = read_series([path], "level", problems, **further)  # type: ignore[arg-type]  # passed on
    return found, [str(problem).removeprefix(f"{tmp_path}/") for problem in problems.in_order()]


def plain(series: list[Series]) -> dict[str, list[tuple[int, float]]]:
    return {
        one.sensor: list(zip(one.times.tolist(), one.values.tolist(), strict=True))
        for one in series
    }


def test_devices_and_metrics_are_told_apart(tmp_path: Path) -> None:
    text = (
        "device,metric,time,value\n"
        "b,level,1970-01-01T00:00:02Z,2\n"
        "a,level,1970-01-01T00:00:01Z,1.5\n"
        "a,rain,1970-01-01T00:00:01Z,9\n"
        "b,level,1970-01-01T00:00:01Z,3\n"
        "b,level,1970-01-01T00:00:01Z,4\n"
    )
    found, told = read(tmp_path, text)
    assert told == []
    assert plain(found) == {"a": [(1000, 1.5)], "b": [(1000, 3), (2000, 2)]}
    assert plain(read(tmp_path, text, devices={"a"})[0]) == {"a": [(1000, 1.5)]}


def test_a_file_without_devices_is_one_series(tmp_path: Path) -> None:
    found, told = read(tmp_path, "timestamp,value\n1970-01-01 08:00:00,0.18\n\n")
    assert told == []
    assert plain(found) == {"river": [(28_800_000, 0.18)]}


def test_a_time_without_a_zone_is_in_the_one_given(tmp_path: Path) -> None:
    zone = timezone(timedelta(hours=8))
    found, _ = read(tmp_path, "time,value\n1970-01-01 08:00:00,1\n86400000,2\n", zone=zone)
    assert plain(found) == {"river": [(0, 1), (86_400_000, 2)]}


def test_bad_lines_are_told_with_their_places(tmp_path: Path) -> None:
    text = "time,value\nsoon,1\n0,x\n1,nan\n2,\n3,4\n"
    found, told = read(tmp_path, text)
    assert plain(found) == {"river": [(3, 4)]}
    assert told == [
        "river.csv:2:1: a time must be 2026-06-18T08:00:00Z or milliseconds since 1970; got 'soon'",
        "river.csv:3:1: a value must be a number; got 'x'",
        "river.csv:4:1: a value must be finite; got 'nan'",
    ]


def test_a_wrong_file_is_told_in_twenty_lines(tmp_path: Path) -> None:
    assert len(read(tmp_path, "time,value\n" + "x,y\n" * 100)[1]) == 20


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("tme,value", "a file of readings needs a column 'time'; got tme, value; "),
        ("time,level", "a file of readings needs a column 'value'; got time, level"),
    ],
)
def test_a_missing_column_is_told(tmp_path: Path, header: str, expected: str) -> None:
    found, told = read(tmp_path, header + "\n1,2\n")
    assert found == []
    assert told[0].startswith(f"river.csv:1:1: {expected}")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    problems = Problems()
    assert read_series([tmp_path / "none.csv"], "level", problems) == []
    assert "cannot be read: No such file" in str(problems.found[0])


@pytest.mark.parametrize("time", ["--5", "²", "9" * 30, "9" * 5000])
def test_a_time_that_is_none_is_told(tmp_path: Path, time: str) -> None:
    found, (told,) = read(tmp_path, f"time,value\n{time},1\n", zone=timezone(timedelta(hours=8)))

    assert (found, told.startswith("river.csv:2:1: a time must be")) == ([], True)


def test_a_cell_beyond_all_sense_ends_the_file_and_is_told(tmp_path: Path) -> None:
    text = "time,value,x\n1,2,\n3,4," + "y" * 140_000 + "\n"
    found, (told,) = read(tmp_path, text)

    assert plain(found) == {"river": [(1, 2)]}
    assert told.startswith("river.csv:3:1: this is not CSV: field larger")
