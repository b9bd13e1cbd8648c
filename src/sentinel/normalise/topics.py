"""Topic patterns: MQTT's `+` and `#`, and `{name}` for a level, or a part of one, to be kept."""

import re
from dataclasses import dataclass

_FIELD = re.compile(r"\{([^{}/]*)\}")
_SPACE = 0x20
_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class TopicPattern:
    """A compiled pattern.

    text: As it was written.
    expression: Matches whole topics; its groups are called as `fields`.
    rank: Sorts the more exact pattern first: by level 0 written out, 1 partly, 2 any, 3 the rest.
    """

    text: str
    expression: re.Pattern[str]
    fields: tuple[str, ...]
    rank: tuple[int, ...]

    def match(self, topic: str) -> dict[str, str] | None:
        """Return the fields of a topic, None if it is not of this pattern."""
        found = self.expression.fullmatch(topic)
        return None if found is None else found.groupdict()

    @property
    def subscription(self) -> str:
        """The MQTT filter that brings every topic of this pattern."""
        levels = self.text.split("/")
        return "/".join("+" if _FIELD.search(level) else level for level in levels)


def parse_topic(text: str) -> TopicPattern | str:
    """Return the pattern, or in words what is wrong with it.

    >>> parse_topic("tele/{device}/SENSOR").match("tele/bath/SENSOR")
    {'device': 'bath'}
    >>> parse_topic("a/#/b")
    '`#` may stand only at the end'
    """
    levels = text.split("/")
    fields = _FIELD.findall(text)
    wrong = _wrong_levels(levels) or _wrong_fields(fields)
    if wrong:
        return wrong
    expression = "/".join(_level(level) for level in levels).removesuffix("/#")
    rest = r"(?:/.*)?" if len(levels) > 1 else r".*"
    if levels[-1] == "#":
        expression = (expression if len(levels) > 1 else "") + rest
    hidden = r"(?!\$)" if _rank(levels[0]) else ""  # as MQTT has it: no wildcard shows $SYS
    return TopicPattern(
        text,
        re.compile(hidden + expression, re.DOTALL),
        tuple(fields),
        tuple(_rank(level) for level in levels),
    )


def _wrong_levels(levels: list[str]) -> str:
    if levels == [""]:
        return "a topic must not be empty"
    if any(ord(char) < _SPACE for level in levels for char in level):
        return "a topic has no control characters"  # a broker ends the connection over one
    if "#" in "".join(levels[:-1]) or (levels[-1] != "#" and "#" in levels[-1]):
        return "`#` may stand only at the end"
    if any("+" in level and level != "+" for level in levels):
        return "`+` stands for a whole level"
    return ""


def _wrong_fields(fields: list[str]) -> str:
    for field in fields:
        if not _NAME.match(field):
            return f"a field is a word in small letters, such as {{device}}; got {{{field}}}"
    if len(set(fields)) < len(fields):
        return "a field may stand once"
    return ""


def _level(level: str) -> str:
    if level == "+":
        return "[^/]*"
    if level == "#":
        return "#"
    pieces = _FIELD.split(level)
    return "".join(
        f"(?P<{piece}>[^/]+)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces)
    )


def _rank(level: str) -> int:
    if level == "#":
        return 3
    if level == "+" or _FIELD.fullmatch(level):
        return 2
    return 1 if _FIELD.search(level) else 0
