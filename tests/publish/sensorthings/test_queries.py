"""`$filter`, `$orderby`, `$top`, `$skip`, `$count`, `$select`, `$expand`; and what is refused."""

import re
from collections.abc import Callable
from math import isnan
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.publish.sensorthings.evaluate import arrange
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.syntax import parse_filter
from sentinel.publish.sensorthings.vectors import numbers, texts
from tests.publish.sensorthings.small import BASE, DEVICES, Asker, registry

THINGS = {
    one[0]: {
        "id": one[0],
        "properties/kind": one[1],
        "properties/area": one[2] or None,
        "properties/owner": one[3].get("owner"),
    }
    for one in DEVICES
    if not one[4]
}


@pytest.fixture(scope="module")
def city() -> Asker:
    """Somebody who sees everything."""
    return Asker()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("id eq 'lv-01'", ["lv-01"]),
        ("@iot.id ge 'lv-03' and id le 'pump-1'", ["lv-03", "pump-1"]),
        ("name eq 'O''Brien weir'", ["lv-01"]),
        ("properties/kind ne 'river'", ["pump-1", "free-1"]),
        ("startswith(id,'lv') and not endswith(id,'2')", ["lv-01", "lv-03"]),
        ("substringof('brien',tolower(name))", ["lv-01"]),
        ("substringof('BRIEN',toupper(name)) eq true", ["lv-01"]),
        ("(id eq 'lv-01' or id eq 'lv-02') and properties/owner eq 'water'", ["lv-01", "lv-02"]),
        ("id eq 'lv-01' or id eq 'lv-02' and properties/owner eq 'city'", ["lv-01"]),
        ("properties/owner eq null", ["pump-1", "free-1"]),
        ("null ne properties/owner", ["lv-01", "lv-02", "lv-03"]),
        ("not (properties/owner eq 'water')", ["lv-03"]),
        ("not properties/owner ne null", ["pump-1", "free-1"]),
        ("'lv-02' lt id and startswith(properties/area,'pudong')", ["pump-1"]),
    ],
)
def test_a_filter_chooses(city: Asker, text: str, ids: list[str]) -> None:
    assert city.ids(f"Things?$filter={text}") == ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("ObservedProperty/id eq 'state'", ["pump-1/state", "free-1/state"]),
        ("Thing/properties/area eq 'pudong'", ["pump-1/state", "pump-1/level"]),
        ("properties/owner eq 'city'", ["lv-03/level"]),
        ("Sensor/id eq 'pump' and unitOfMeasurement/symbol eq 'm'", ["pump-1/level"]),
        ("startswith(observationType,'http') and id eq 'lv-01/level'", ["lv-01/level"]),
        ("endswith(name,'pump') and Thing/id eq 'pump-1'", ["pump-1/state"]),
    ],
)
def test_a_filter_looks_through_links(city: Asker, text: str, ids: list[str]) -> None:
    assert city.ids(f"Datastreams?$filter={text}") == ids


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("$orderby=id desc", ["pump-1", "lv-03", "lv-02", "lv-01", "free-1"]),
        ("$orderby=properties/kind,id desc", ["pump-1", "free-1", "lv-03", "lv-02", "lv-01"]),
        ("$orderby=properties/owner", ["pump-1", "free-1", "lv-03", "lv-01", "lv-02"]),
        ("$orderby=properties/owner desc", ["lv-01", "lv-02", "lv-03", "pump-1", "free-1"]),
        ("$top=2", ["lv-01", "lv-02"]),
        ("$skip=3", ["pump-1", "free-1"]),
        ("$skip=1&$top=1&$orderby=id asc", ["lv-01"]),
        ("$top=0", []),
        ("$skip=99", []),
    ],
)
def test_order_and_pages(city: Asker, query: str, ids: list[str]) -> None:
    assert city.ids(f"Things?{query}") == ids


def test_pages_go_on_until_all_was_seen_once(city: Asker) -> None:
    assert city.pages("Things?$top=2&$orderby=id") == sorted(THINGS)
    last = city.ask("Datastreams?$filter=startswith(id,'lv')&$count=true&$skip=2&$top=1")
    assert (last["@iot.count"], "@iot.nextLink" in last) == (3, False)


def test_without_a_top_the_server_cuts_the_pages() -> None:
    many = _many(250)
    first = many.ask("Things?$filter=id ne 'd-0000'&$orderby=id desc")

    assert len(first["value"]) == 100
    assert first["@iot.nextLink"] == (
        f"{BASE}/Things?$filter=id%20ne%20'd-0000'&$orderby=id%20desc&$skip=100"
    )
    assert many.pages("Things?$orderby=id") == [f"d-{number:04}" for number in range(250)]


def test_whatever_top_says_an_answer_is_bounded_and_the_rest_follows() -> None:
    many = _many(2_500)
    first = many.ask("Things?$top=2300&$count=true")

    assert (len(first["value"]), first["@iot.count"]) == (1_000, 2_500)
    assert first["@iot.nextLink"].endswith("?$top=2300&$count=true&$skip=1000")
    assert len(many.pages("Things?$top=2300")) == 2_500


def _many(count: int) -> Asker:
    """A city of many devices without metrics."""
    small = registry()
    ids = [f"d-{number:04}" for number in range(count)]
    none = np.empty(0, np.int32)
    changed = small.__class__(
        areas=small.areas,
        area_number=small.area_number,
        area_parent=small.area_parent,
        metrics=small.metrics,
        metric_number=small.metric_number,
        device_ids=ids,
        device_number={ident: number for number, ident in enumerate(ids)},
        device_area=np.zeros(count, np.int32),
        device_kind=["river"] * count,
        device_retired=np.zeros(count, np.bool_),
        attributes={},
        sensor_device=none,
        sensor_metric=none,
        sensor_offset=np.empty(0),
    )
    return Asker(city=changed)


def test_select_leaves_the_rest_out(city: Asker) -> None:
    assert city.ask("Things('lv-01')?$select=id,name,Datastreams") == {
        "@iot.id": "lv-01",
        "name": "O'Brien weir",
        "Datastreams@iot.navigationLink": f"{BASE}/Things('lv-01')/Datastreams",
    }
    assert city.ask("Sensors?$select=metadata")["value"][0] == {"metadata": "pump"}


def test_expand_brings_what_a_link_leads_to(city: Asker) -> None:
    one = city.ask(
        "Things('pump-1')?$select=name&$expand=Datastreams($select=id;$top=1;$count=true),Locations"
    )

    assert one["Datastreams"] == [{"@iot.id": "pump-1/state"}]
    assert one["Datastreams@iot.count"] == 2
    assert one["Datastreams@iot.nextLink"] == (
        f"{BASE}/Things('pump-1')/Datastreams?$select=id&$top=1&$count=true&$skip=1"
    )
    assert one["Locations"][0]["@iot.id"] == "pump-1"


def test_expand_of_one_is_that_one(city: Asker) -> None:
    streams = city.ask("Datastreams?$expand=Thing($select=name),ObservedProperty&$top=1")["value"]

    assert streams[0]["Thing"] == {"name": "O'Brien weir"}
    assert streams[0]["ObservedProperty"]["@iot.id"] == "level"
    assert "Thing@iot.navigationLink" not in streams[0]
    assert "Sensor@iot.navigationLink" in streams[0]


BAD = [
    "Things?$filter=",
    "Things?$filter=name eq",
    "Things?$filter=name",
    "Things?$filter=5",
    "Things?$filter=name eq 5",
    "Things?$filter=name eq 2026-06-18T00:00:00Z",
    "Things?$filter=colour eq 'red'",
    "Things?$filter=location eq 'x'",
    "Things?$filter=name eq 'x' and",
    "Things?$filter=(name eq 'x'",
    "Things?$filter=name eq 'x",
    "Things?$filter=name like 'x'",
    "Things?$filter=name add 1 eq 2",
    "Things?$filter=geo.distance(location,'x') lt 1",
    "Things?$filter=startswith(name)",
    "Things?$filter=startswith(name,5)",
    "Things?$filter=tolower(name)",
    "Things?$filter=startswith(name,'x') gt true",
    "Things?$filter=name gt null",
    "Things?$filter=name eq 'x'; drop table devices",
    f"Things?$filter={'not ' * 60}name eq 'x'",
    f"Things?$filter={'x' * 2_001}",
    "Things?$orderby=colour",
    "Things?$orderby=name up",
    "Things?$orderby=",
    f"Things?$orderby={','.join(['id'] * 21)}",
    "Things?$top=-1",
    "Things?$top=x",
    "Things?$top=٣",
    "Things?$top=1e3",
    f"Things?$skip={'9' * 10}",
    "Things?$count=yes",
    "Things?$skiptoken=5",
    "Things?$select=colour",
    "Things?$select=",
    "Things?$expand=Sensors",
    "Things?$expand=Datastreams/Observations",
    "Things?$expand=Datastreams($expand=Thing)",
    "Things?$expand=Datastreams($skiptoken=5)",
    "Things?$expand=Datastreams($top=1",
    "Things?$expand=Datastreams(top=1)",
    "Things?$expand=Datastreams,Datastreams",
    "Things?$top=1&$top=2",
    "Things?filter=name eq 'x'",
    "Things?$resultFormat=dataArray",
    "Things('lv-01')?$top=1",
    "Things('lv-01')?$filter=name eq 'x'",
    "Things('lv-01')/name?$top=1",
    "FeaturesOfInterest?$expand=Observations",
    "HistoricalLocations?$filter=colour eq 'x'",
]


@pytest.mark.parametrize("address", BAD)
def test_what_makes_no_sense_is_refused_in_plain_words(city: Asker, address: str) -> None:
    with pytest.raises(BadQueryError) as refused:
        city.ask(address)

    words = str(refused.value)
    assert 10 < len(words) < 500
    assert not re.search(r"Traceback|lark|numpy|Error\b", words)


def test_the_nearest_name_is_offered(city: Asker) -> None:
    with pytest.raises(BadQueryError, match="did you mean 'properties/kind'"):
        city.ask("Things?$filter=properties/knd eq 'x'")
    with pytest.raises(BadQueryError, match=r"did you mean '\$filter'"):
        city.ask("Things?$filtr=x")


Row = dict[str, Any]
Truth = bool | None
"""None: nobody knows."""


def _atoms() -> st.SearchStrategy[tuple[str, Callable[[Row], Truth]]]:
    paths = st.sampled_from(["id", "properties/kind", "properties/area", "properties/owner"])
    values = st.sampled_from(["lv-01", "lv-02", "river", "pump", "pudong", "water", "a'b", ""])
    ops = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
    compared = st.builds(_compared, paths, ops, values)
    called = st.builds(_called, paths, st.sampled_from(["startswith", "endswith"]), values)
    return compared | called | st.builds(_is_null, paths, st.booleans())


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _compared(path: str, op: str, value: str) -> tuple[str, Callable[[Row], Truth]]:
    def holds(row: Row) -> Truth:
        found = row[path]
        if found is None:
            return None
        signs = {"eq": found == value, "ne": found != value, "gt": found > value}
        signs |= {"ge": found >= value, "lt": found < value, "le": found <= value}
        return bool(signs[op])

    return f"{path} {op} {_quoted(value)}", holds


def _called(path: str, name: str, value: str) -> tuple[str, Callable[[Row], Truth]]:
    def holds(row: Row) -> Truth:
        found = row[path]
        return None if found is None else bool(getattr(found, name)(value))

    return f"{name}({path},{_quoted(value)})", holds


def _is_null(path: str, wanted: bool) -> tuple[str, Callable[[Row], Truth]]:
    return f"{path} {'eq' if wanted else 'ne'} null", lambda row: (row[path] is None) is wanted


def _joined(
    one: tuple[str, Callable[[Row], Truth]], op: str, other: tuple[str, Callable[[Row], Truth]]
) -> tuple[str, Callable[[Row], Truth]]:
    decides = op == "or"

    def holds(row: Row) -> Truth:
        both = {one[1](row), other[1](row)}
        if decides in both:
            return decides
        return None if None in both else not decides

    return f"({one[0]} {op} {other[0]})", holds


def _negated(one: tuple[str, Callable[[Row], Truth]]) -> tuple[str, Callable[[Row], Truth]]:
    def holds(row: Row) -> Truth:
        truth = one[1](row)
        return None if truth is None else not truth

    return f"not {one[0]}", holds


FILTERS = st.recursive(
    _atoms(),
    lambda inner: (
        st.builds(_joined, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds(_negated, inner)
    ),
    max_leaves=8,
)


@given(FILTERS)
def test_a_filter_means_what_logic_says(filtered: tuple[str, Callable[[Row], Truth]]) -> None:
    text, holds = filtered
    expected = [ident for ident, row in THINGS.items() if holds(row) is True]

    assert CITY.ids(f"Things?$filter={text.replace('%', '%25')}") == expected


CITY = Asker()


@given(st.text(max_size=60))
def test_any_text_is_a_filter_or_refused(text: str) -> None:
    try:
        parse_filter(text)
    except BadQueryError:
        return


VALUES = st.lists(st.floats(allow_nan=True, allow_infinity=False, width=16), max_size=12)


@given(VALUES, st.lists(st.sampled_from(["", "a", "b"]), min_size=12, max_size=12), st.booleans())
def test_order_is_pythons_with_gaps_at_the_low_end(
    values: list[float], words: list[str], goes_down: bool
) -> None:
    words = words[: len(values)]
    order = [(texts(words, gaps=True), goes_down), (numbers(values), not goes_down)]

    def key(row: int) -> tuple[tuple[bool, str], tuple[bool, float]]:
        gap = isnan(values[row])
        return (words[row] != "", words[row]), (not gap, 0 if gap else values[row])

    expected = sorted(range(len(values)), key=lambda r: key(r)[1], reverse=not goes_down)
    expected = sorted(expected, key=lambda r: key(r)[0], reverse=goes_down)
    assert arrange(order, len(values)).tolist() == expected
