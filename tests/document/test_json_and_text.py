"""JSON with places, and bytes that are no text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.document import Place, Problems
from sentinel.document.json import JsonText
from sentinel.document.text import decode_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.lists(VALUES, max_size=5), VALUES, st.sampled_from([None, 1, 2]))
def test_members_are_found_with_their_text(
    items: list[object], other: object, indent: int | None
) -> None:
    text = json.dumps({"before": {"features": other}, "features": items, "x": 1}, indent=indent)
    document = JsonText(text, "a.json")

    members = document.members("features", Problems())

    assert members is not None
    assert [member.value for member in members] == items
    assert [json.loads(text[m.start : m.end]) for m in members] == items


def test_a_place_is_counted_from_one() -> None:
    document = JsonText('{\n "features": [\n  {"code": 1}]}', "a.json")
    (member,) = document.members("features", Problems()) or []

    assert document.place(member.start) == Place("a.json", 3, 3)
    assert document.key_in(member, "code") == Place("a.json", 3, 4)
    assert document.key_in(member, "other") == Place("a.json", 3, 3)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a.json:1:1: this is not JSON: expecting value"),
        ('{"features": [}', "a.json:1:15: this is not JSON: expecting value"),
        ('{"a": NaN}', "a.json: this is not JSON: NaN is no number of JSON"),
        ('{"a": 1, "a": 2}', "a.json: this is not JSON: a key may stand once; got 'a' again"),
        ("[" * 100_000, "a.json: this is not JSON: nested too deeply"),
    ],
)
def test_what_is_no_json_is_told(text: str, expected: str) -> None:
    problems = Problems()

    assert JsonText(text, "a.json").members("features", problems) is None
    assert [str(p) for p in problems.found] == [expected]


@pytest.mark.parametrize("text", ["[]", "1", '"x"', "{}", '{"features": {}}', '{"x": [1]}'])
def test_a_document_without_the_list_has_no_members(text: str) -> None:
    problems = Problems()

    assert JsonText(text, "a.json").members("features", problems) is None
    assert problems.found == []


def decode(data: bytes) -> tuple[str | None, list[str]]:
    problems = Problems()
    return decode_text(data, "a.csv", problems), [str(p) for p in problems.found]


def test_a_byte_order_mark_is_no_text() -> None:
    assert decode("\ufeff水位".encode()) == ("水位", [])


def test_an_export_of_excel_in_gbk_is_told_plainly() -> None:
    _, told = decode("id,name\nlv-1,浦东\n".encode("gbk"))

    assert told == [
        "a.csv:2:6: must be a UTF-8 text; this looks like GBK: in Excel, save it as 'CSV UTF-8'"
    ]


def test_a_workbook_is_told_plainly() -> None:
    _, told = decode(b"PK\x03\x04rest")

    assert told[0].endswith("an Excel workbook or another archive: save it as CSV UTF-8")


@given(st.binary(max_size=60))
def test_no_bytes_break_the_decoder(data: bytes) -> None:
    text, told = decode(data)

    assert (text is None) == bool(told)
