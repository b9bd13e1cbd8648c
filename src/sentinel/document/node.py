"""A parsed YAML value and the place of each part of it."""

from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from sentinel.document.inside import line_and_column, steps


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in which file; line and column counted from 1; line 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    @override
    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document.

    value: A scalar (str, int, float, bool, None), a dict of key to Node, or a list of Nodes.
    keys: For a dict, the place of each key; otherwise empty.
    source: For a scalar, as the file writes it, quotes and block header included.
    style: For a scalar, `'`, `"`, `|`, `>`, or None for a plain one.
    """

    value: Any
    place: Place
    keys: dict[str, Place]
    source: str = ""
    style: str | None = None

    def inside(self, offset: int) -> Place:
        """Return the place of character `offset` of a scalar's text, or of its end."""
        if not self.source or not isinstance(self.value, str):
            return self.place
        positions = steps(self.source, self.style, self.value)
        position = positions[min(max(offset, 0), len(positions) - 1)]
        line, column = line_and_column(self.source, position, self.place.line, self.place.column)
        return Place(self.place.file, line, column)

    def plain(self) -> Any:  # noqa: ANN401 -- a YAML value can be anything
        """Return the value without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: tuple[str | int, ...]) -> "Node":
        """Return the node at `path`, or the deepest one on the way that exists."""
        node = self
        for step in path:
            if not node.has(step):
                break
            node = node.value[step]
        return node

    def has(self, step: str | int) -> bool:
        """Return whether there is a node under this key or at this index."""
        if isinstance(self.value, dict):
            return step in self.value
        return isinstance(self.value, list) and step in range(len(self.value))
