"""What a step returns instead of a value when there is none to be had."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from sentinel.domain.rejection import Reason


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a part of a message becomes no reading.

    found: What was found and what was expected, for a person.
    """

    reason: Reason
    found: str


class Nothing(Enum):
    """Two ways of having no value that are not failures."""

    MISSING = "missing"
    """There is no such field."""
    IGNORED = "ignored"
    """The format says that this is not wanted; counted."""


MISSING: Final = Nothing.MISSING
IGNORED: Final = Nothing.IGNORED

_LONGEST = 60
"""What fits a line beside the words around it."""


def shown(value: object) -> str:
    """Return a value from a payload as a person may see it: short, and in one line.

    >>> shown("3,21"), shown({"a": 1}), shown(None)
    ("'3,21'", 'an object', 'null')
    """
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, int) and value.bit_length() > 64:  # noqa: PLR2004 -- too long to print
        return f"a number of {value.bit_length()} bits"
    text = repr(value[: _LONGEST + 1] if isinstance(value, str) else value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
