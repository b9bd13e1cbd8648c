"""YAML with places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.document import Problems, parse_yaml


def read(text: str) -> tuple[object, list[str]]:
    problems = Problems()
    node = parse_yaml(text, "a.yaml", problems)
    return (node.plain() if node else None), [str(p) for p in problems.in_order()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: no", "no"),
        ("a: on", "on"),
        ("a: 19:30", "19:30"),
        ("a: 06-01", "06-01"),
        ("a: 2026-06-18", "2026-06-18"),
        ("a: 010", 10.0),
        ("a: 0x10", "0x10"),
        ("a: 1e3", 1000.0),
        ("a: .5", 0.5),
        ("a: -7", -7),
        ("a: '7'", "7"),
        ("a: true", True),
        ("a: ~", None),
        ("a:", None),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, expected: object) -> None:
    assert read(text) == ({"a": expected}, [])


def test_a_key_stands_once() -> None:
    _, told = read("a: 1\nb: 2\na: 3\n")

    assert told == ["a.yaml:3:1: a key may stand once; got 'a' again; first: a.yaml:1:1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "a.yaml: the file is empty"),
        ("a: [1", "a.yaml:1:6: this is not YAML: expected ',' or ']', but got '<stream end>'"),
        ("a: &x 1\nb: *x\n", "a.yaml:1:4: a value must be written out where it stands"),
        ("a: !!python/object:os.system x", "a.yaml:1:4: a value has no tag"),
        ("? [1]\n: 2\n", "a.yaml:1:3: a key must be a word"),
        ("a: 1\n---\nb: 2\n", "a.yaml:2:1: this is not YAML"),
        ("a: \x01", "a.yaml: this is not YAML"),
    ],
)
def test_what_is_no_document_of_ours_is_told_with_its_place(text: str, expected: str) -> None:
    _, told = read(text)

    assert told[0].startswith(expected)


def test_deep_nesting_is_told_and_not_followed() -> None:
    _, told = read("[" * 60 + "]" * 60)

    assert "nested too deeply" in told[0]


@pytest.mark.parametrize("text", ["!", "a: ! 5\n", "a: ! [1]\n", "a: !!str 5\n"])
def test_a_tag_is_refused_even_one_that_changes_nothing(text: str) -> None:
    _, told = read(text)

    assert len(told) == 1
    assert "a value has no tag" in told[0]


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    node, told = read(text)

    assert node is not None or told or text.strip().split("#")[0].lower() in {"~", "null", "---"}
