"""YAML 1.2 scalars, no duplicate keys, and a place for every value."""

import re

import yaml

from sentinel.document.node import Node, Place
from sentinel.document.problems import Problems

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge", "value")
)
"""Those that plain scalars get without one being written."""
_DEPTH = 40
"""Deeper nesting than any of our files needs; keeps hostile files from exhausting the stack."""


def parse_yaml(text: str, file: str, problems: Problems) -> Node | None:
    """Return the one document of `text`; None (and a problem) if it is not YAML or is empty.

    Scalars follow the YAML 1.2 core schema as far as our files need it: `no` and `19:30` are
    strings, `1e3` is a number. Anchors and merge keys are refused: a rule must read in one place.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
        problems.add(place, "", f"this is not YAML: {error.problem or error.context}")
        return None
    except (yaml.YAMLError, RecursionError) as error:
        problems.add(Place(file), "", f"this is not YAML: {error}")
        return None
    if root is None:
        problems.add(Place(file), "", "the file is empty")
        return None
    return _Reader(text, file, problems).read(root, 0)


class _Reader:
    def __init__(self, text: str, file: str, problems: Problems) -> None:
        self._text = text
        self._file = file
        self._problems = problems
        self._seen: set[int] = set()

    def read(self, node: yaml.Node, depth: int) -> Node:
        place = self._place(node)
        if depth > _DEPTH or id(node) in self._seen:
            why = "is nested too deeply" if depth > _DEPTH else "is an alias (`*name`)"
            rule = "a value must be written out where it stands"
            self._problems.add(place, "", f"{rule}; this {why}")
            return Node(None, place, {})
        self._seen.add(id(node))
        if node.tag not in _TAGS or self._text.startswith("!", node.start_mark.index):
            self._problems.add(place, "", f"a value has no tag; got {node.tag!r}")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, depth)
        if isinstance(node, yaml.SequenceNode):
            return Node([self.read(item, depth + 1) for item in node.value], place, {})
        if isinstance(node, yaml.ScalarNode):
            source = self._text[node.start_mark.index : node.end_mark.index]
            return Node(_scalar(node), place, {}, source, node.style)
        return Node(None, place, {})

    def _mapping(self, node: yaml.MappingNode, place: Place, depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for key_node, value_node in node.value:
            key_place = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._problems.add(key_place, "", "a key must be a word")
                continue
            key = key_node.value
            if key in values:
                self._problems.add(
                    key_place, "", f"a key may stand once; got {key!r} again", f"first: {keys[key]}"
                )
                continue
            keys[key] = key_place
            values[key] = self.read(value_node, depth + 1)
        return Node(values, place, keys)

    def _place(self, node: yaml.Node) -> Place:
        return Place(self._file, node.start_mark.line + 1, node.start_mark.column + 1)


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style is not None:
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text
