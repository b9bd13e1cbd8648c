"""Lines say what the readings said, whatever the names."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.area import Area, Level
from sentinel.domain.rank import Rank, Sight
from sentinel.store.line.encode import LineEncoder, line_head, tag_value
from sentinel.testing.samples import NOON, ODD_NAMES, a_finding, readings_of, stored_registry

names = st.text(min_size=1, max_size=12)


def parse(line: str) -> tuple[str, dict[str, str], dict[str, str], int]:
    """Read a line as the protocol is written down, one character after the other."""
    parts: list[list[str]] = [[""]]
    escaped = False
    for char in line:
        if escaped:
            parts[-1][-1] += char if char in ",= " else "\\" + char
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == " ":
            parts.append([""])
        elif char in ",=":
            parts[-1].append("")
        else:
            parts[-1][-1] += char
    (measurement, *tags), fields, (time,) = parts
    return (
        measurement,
        dict(zip(tags[::2], tags[1::2], strict=True)),
        dict(zip(fields[::2], fields[1::2], strict=True)),
        int(time),
    )


def test_a_reading_is_one_line() -> None:
    lines = LineEncoder({}).readings(readings_of([0], [NOON], [3.25]), stored_registry(["lv 01"]))

    assert lines == [f"reading,device=lv\\ 01,metric=water_level v=3.25,q=1i,lag_ms=250i {NOON}"]


def test_an_unknown_value_is_left_out_and_flags_are_told() -> None:
    batch = readings_of([0, 0], [NOON, NOON + 1], [np.nan, 2.0], flags=[0, 128])

    lines = LineEncoder({"db": "city"}).readings(batch, stored_registry(["x"]))

    assert lines == [
        f"reading,db=city,device=x,metric=water_level q=1i,lag_ms=250i {NOON}",
        f"reading,db=city,device=x,metric=water_level v=2.0,q=1i,lag_ms=250i,flags=128i {NOON + 1}",
    ]


def test_the_area_of_the_registry_in_force_is_told() -> None:
    registry = stored_registry(["x"])
    city = Area(code="city", parent="", level=Level.CITY, name={}, geometry=None, attributes={})
    moved = stored_registry(["x"])
    object.__setattr__(moved, "areas", (city,))
    object.__setattr__(moved, "device_area", np.zeros(1, np.int32))
    encoder = LineEncoder({})
    batch = readings_of([0], [NOON], [1.0])

    heads = [encoder.readings(batch, one)[0].split()[0] for one in (registry, moved, registry)]

    plain = "reading,device=x,metric=water_level"
    assert heads == [plain, f"{plain},area=city", plain]


@given(st.lists(names, min_size=1, max_size=5, unique=True), st.floats(allow_nan=False))
def test_a_line_reads_back_to_the_reading(devices: list[str], value: float) -> None:
    count = len(devices)
    batch = readings_of(range(count), [NOON] * count, [value] * count)

    for device, line in zip(
        devices, LineEncoder({}).readings(batch, stored_registry(devices)), strict=True
    ):
        measurement, tags, fields, time = parse(line)
        assert measurement == "reading"
        assert tags == {"device": tag_value(device), "metric": "water_level"}
        assert time == NOON
        if np.isfinite(value):
            assert float(fields["v"]) == value
        else:
            assert "v" not in fields


@given(names, names)
def test_no_two_names_become_the_same(one: str, other: str) -> None:
    assert (tag_value(one) == tag_value(other)) == (one == other)


@given(names)
def test_a_line_is_one_line_and_its_last_tag_ends_where_it_ends(name: str) -> None:
    head = line_head("reading", {"device": name})

    assert not re.search(r"[\x00-\x1f]", head)
    assert not head.removesuffix(" ").endswith("\\")


@pytest.mark.parametrize("name", ODD_NAMES)
def test_most_names_stay_readable(name: str) -> None:
    if not re.search(r"[\x00-\x1f%\\]", name):
        assert tag_value(name) == name


def test_a_finding_is_a_point_of_its_rule_and_subject() -> None:
    blind = a_finding(2, Rank.RED, at=NOON, sight=Sight.BLIND)

    assert LineEncoder({}).findings([blind]) == [
        f"finding,rule=river-level,subject=lv-01 rank=4i,blind=1i {NOON}"
    ]
