"""One mapping of a format file, read key by key; whatever is wrong is told with its place."""

from collections.abc import Mapping
from fractions import Fraction

from sentinel.document import Node, Problems, nearest
from sentinel.document.validate import shortened
from sentinel.normalise.keys import Key


class Entries:
    """A mapping with a known set of keys.

    name: Where it stands in the format, as problems tell it: `time`; empty for the format itself.
    """

    def __init__(
        self, node: Node, keys: Mapping[str, Key], problems: Problems, context: str, name: str = ""
    ) -> None:
        self.node = node
        self.problems = problems
        self.context = context
        self.name = name
        self._values: dict[str, Node] = {}
        if not isinstance(node.value, dict):
            self.wrong(node, f"{self._dotted('')} must be keys with values", node)
            return
        for key, value in node.value.items():
            if key in keys:
                self._values[key] = value
            else:
                hint = nearest(key, keys)
                problems.add(node.keys[key], context, f"there is no such key: {key!r}", hint)

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def get(self, key: str) -> Node | None:
        """Return what stands at `key`."""
        return self._values.get(key)

    def text(self, key: str, default: str = "") -> str:
        """Return text, also where YAML reads a number: `constant: 12`."""
        node = self._values.get(key)
        if node is None:
            return default
        word = plain_word(node)
        if word is None:
            self.wrong(node, f"{self._dotted(key)} must be text", node)
        return default if word is None else word

    def texts(self, key: str) -> tuple[str, ...]:
        """Return one text or a list of them."""
        found = []
        for node in self.several(key):
            word = plain_word(node)
            if word is None:
                self.wrong(node, f"{self._dotted(key)} must be text, or a list of it", node)
            else:
                found.append(word)
        return tuple(found)

    def scalars(self, key: str) -> tuple[str | float, ...]:
        """Return one text or number, or a list of them, each as it is written."""
        found: list[str | float] = []
        for node in self.several(key):
            value = node.value
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                found.append(value)
            else:
                self.wrong(node, f"{self._dotted(key)} holds texts and numbers", node)
        return tuple(found)

    def several(self, key: str) -> list[Node]:
        """Return the nodes of a list, or the one that stands there without a list."""
        node = self._values.get(key)
        if node is None:
            return []
        return node.value if isinstance(node.value, list) else [node]

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """Return one of `choices`, of which the first is the default."""
        word = self.text(key, choices[0])
        if word not in choices:
            wanted = " or ".join(f"`{choice}`" for choice in choices)
            node = self._values[key]
            self.wrong(node, f"{self._dotted(key)} must be {wanted}", node, nearest(word, choices))
            return choices[0]
        return word

    def yes(self, key: str) -> bool:
        """Return a truth, false unless said."""
        node = self._values.get(key)
        if node is not None and not isinstance(node.value, bool):
            self.wrong(node, f"{self._dotted(key)} must be `true` or `false`", node)
        return node is not None and node.value is True

    def fraction(self, key: str, default: int) -> Fraction:
        """Return a number exactly as it is written: 0.001 is a thousandth."""
        node = self._values.get(key)
        if node is None:
            return Fraction(default)
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            self.wrong(node, f"{self._dotted(key)} must be a number", node)
            return Fraction(default)
        if isinstance(node.value, float) and abs(node.value) > _LARGEST:
            self.wrong(node, f"{self._dotted(key)} must be a number of this world", node)
            return Fraction(default)
        return Fraction(repr(node.value))

    def integer(self, key: str) -> int | None:
        """Return a whole number, None where there is none."""
        node = self._values.get(key)
        if node is not None and type(node.value) is not int:
            self.wrong(node, f"{self._dotted(key)} must be a whole number", node)
            return None
        return None if node is None else node.value

    def words(self, key: str) -> dict[str, str] | None:
        """Return a map of words to words, None where there is none."""
        node = self._values.get(key)
        if node is None:
            return None
        if not isinstance(node.value, dict) or not node.value:
            self.wrong(node, f"{self._dotted(key)} must be words with what they mean", node)
            return None
        found = {}
        for word, meaning in node.value.items():
            text = plain_word(meaning)
            if text is None:
                self.wrong(meaning, f"{self._dotted(key)}: {word!r} must mean a word", meaning)
            else:
                found[word] = text
        return found

    def wrong(self, place: Node, message: str, got: Node | None = None, hint: str = "") -> None:
        """Tell a problem at `place`."""
        tail = "" if got is None else f"; got {shortened(got.plain())}"
        self.problems.add(place.place, self.context, message + tail, hint)

    def _dotted(self, key: str) -> str:
        dotted = ".".join(part for part in (self.name, key) if part)
        return f"`{dotted}`" if dotted else "a format"


_LARGEST = 1e30


def plain_word(node: Node) -> str | None:
    """Return a scalar as a device would write it, None for a list, a mapping or nothing."""
    value = node.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and node.source and node.style is None:
        return node.source  # 0012 is an address, and no dozen
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST:
        return str(int(value))
    return str(value) if isinstance(value, str | int | float) else None
