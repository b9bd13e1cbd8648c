"""Every character of a text is found where it stands in the file, however YAML writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.document import Node, Place, Problems, parse_yaml

STYLES = {
    "plain": "a: one two\n",
    "plain over lines": "a: one\n  two\n\n  three\n",
    "single quotes": "a: 'it''s one ''two'''\n",
    "double quotes": 'a: "one \\"two\\" \\u0041"\n',
    "double quotes over lines": 'a: "one \\\n   two\n\n   three"\n',
    "folded": "a: >-\n  one\n  two\n\n  three\n",
    "folded, kept end": "a: >+  # note\n    one\n    two\n\n",
    "literal": "a: |\n  one\n    two\n  three\n",
    "after a key of many bytes": "水位: {a: '水位 >= 3'}\n",
}


def value(text: str) -> Node:
    problems = Problems()
    root = parse_yaml(text, "f", problems)
    assert root is not None
    assert problems.found == []
    node = root
    while isinstance(node.value, dict):
        node = next(iter(node.value.values()))
    return node


def at(text: str, place: Place) -> str:
    return text.split("\n")[place.line - 1][place.column - 1]


@pytest.mark.parametrize("style", STYLES)
def test_a_character_is_shown_where_it_stands(style: str) -> None:
    text = STYLES[style]
    node = value(text)
    shown = [
        (at(text, node.inside(offset)), char)
        for offset, char in enumerate(node.value)
        if not char.isspace()
    ]
    different = [(seen, char) for seen, char in shown if seen != char]

    assert different in ([], [("\\", '"'), ("\\", '"'), ("\\", "A")])


def test_the_end_of_a_text_is_behind_its_last_character() -> None:
    assert value("a: one\n").inside(3) == Place("f", 1, 7)
    assert value("a: 'one'\n").inside(99) == Place("f", 1, 8)


def test_a_number_is_shown_at_its_beginning() -> None:
    assert value("a: 3\n").inside(5) == Place("f", 1, 4)


@given(st.text(st.characters(codec="utf-8"), max_size=60), st.sampled_from(["'", '"', "|", ">"]))
def test_no_text_breaks_it(text: str, style: str) -> None:
    node = Node(text, Place("f", 1, 1), {}, style + text, style)
    for offset in range(-1, len(text) + 2):
        assert node.inside(offset).line >= 1
