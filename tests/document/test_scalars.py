"""Durations and sizes as files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from sentinel.document import Problems, parse_yaml, validate
from sentinel.document.scalars import (
    DurationMs,
    SizeBytes,
    format_duration,
    format_size,
    parse_duration,
    parse_size,
)


class Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")

    hold: DurationMs = 0
    most: SizeBytes = 0


def read(text: str) -> tuple[Settings | None, list[str]]:
    problems = Problems()
    node = parse_yaml(text, "a.yaml", problems)
    assert node is not None
    found = validate(Settings, node, problems)
    return found, [str(problem) for problem in problems.in_order()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0s", 0),
        ("250ms", 250),
        ("5m", 300_000),
        ("1h30m", 5_400_000),
        ("1d2h3m4s5ms", 93_784_005),
        ("0.1s", 100),
        ("2w", 1_209_600_000),
    ],
)
def test_a_duration_is_a_number_with_its_unit(text: str, expected: int) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text", ["", "5", "m", "5 m", "30m1h", "5m5m", "-5m", "5M", "1.5ms", "1e3s"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert parse_duration(text) is None


@given(st.integers(0, 10**12))
def test_a_duration_written_out_reads_back(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0B", 0),
        ("256kB", 256_000),
        ("256 KiB", 262_144),
        ("1.5GB", 1_500_000_000),
        ("2TB", 2 * 10**12),
    ],
)
def test_a_size_is_a_number_with_its_unit(text: str, expected: int) -> None:
    assert parse_size(text) == expected


@pytest.mark.parametrize("text", ["", "256", "kB", "1.5B", "-1kB", "5XB", "5 k", "1kiB "])
def test_what_is_no_size_is_none(text: str) -> None:
    assert parse_size(text) is None


@given(st.integers(0, 10**15))
def test_a_size_is_told_in_three_digits(size: int) -> None:
    told = parse_size(format_size(size))

    assert told is not None
    assert abs(told - size) <= size * 0.005


def test_a_file_must_say_what_it_counts() -> None:
    found, told = read("hold: 5\nmost: 256\n")

    assert found is None
    assert told == [
        'a.yaml:1:7: `hold`: must be a duration such as "5m" or "1h30m"; got 5',
        'a.yaml:2:7: `most`: must be a size such as "256kB" or "2GB"; got 256',
    ]


def test_a_file_says_durations_and_sizes_in_words() -> None:
    found, told = read("hold: 2m\nmost: 4kB\n")

    assert told == []
    assert found == Settings(hold=120_000, most=4000)


def test_code_may_hand_in_the_base_unit() -> None:
    assert Settings(hold=5).hold == 5


def test_the_schema_tells_editors_how_a_duration_is_written() -> None:
    schema = Settings.model_json_schema()["properties"]["hold"]

    assert schema["type"] == "string"
    assert "5m" in schema["examples"]
