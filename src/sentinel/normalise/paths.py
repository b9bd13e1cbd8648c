"""Where in a payload a value stands: `data.level`, `*.Temperature`, `list.0."odd.name"`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sentinel.normalise.failure import MISSING

Scope = Sequence[Any]
"""The payload, then the current element of each `each`, outermost first."""

_STEP = re.compile(r'"([^"]+)"|([^."\s][^."]*)')
_STAR = "*"


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path.

    text: As it was written.
    anchor: Where it starts: 0 at the payload, n at the current element of the n-th `each`.
    steps: Keys, numbers of list elements, or `*` for any key.
    """

    text: str
    anchor: int
    steps: tuple[str, ...]

    @property
    def stars(self) -> int:
        """How many keys are left open."""
        return self.steps.count(_STAR)

    def find(self, scope: Scope) -> Any:  # noqa: ANN401 -- JSON holds anything
        """Return the value there, MISSING if there is none; `*` is taken literally."""
        at = scope[self.anchor]
        for step in self.steps:
            at = _child(at, step)
        return at

    def find_all(self, scope: Scope) -> Iterator[tuple[tuple[str, ...], Any]]:
        """Yield (the keys that stood for each `*`, the value) of every match, in their order."""
        yield from _matches(scope[self.anchor], self.steps, ())


def parse_steps(text: str) -> tuple[str, ...] | None:
    """Return the steps of a path, none for `.` (the whole); None if it is no path.

    >>> parse_steps('list.0."odd.name"'), parse_steps("a..b")
    (('list', '0', 'odd.name'), None)
    """
    if text == ".":
        return ()
    steps = []
    at = 0
    while match := _STEP.match(text, at):
        steps.append(match[1] or match[2])
        if match.end() == len(text):
            return tuple(steps)
        at = match.end() + 1 if text[match.end()] == "." else len(text)
    return None


def anchored(text: str, each: Sequence[Path]) -> Path | None:
    """Return the path as seen from inside the loops `each`; None if `text` is no path.

    A path that begins with the name of a loop means its current element, the innermost first.
    """
    steps = parse_steps(text)
    if steps is None:
        return None
    for number in range(len(each), 0, -1):
        for name in _names(each, number):
            if name and steps[: len(name)] == name:
                return Path(text, number, steps[len(name) :])
    inside_root = 1 if each and not each[0].steps else 0
    return Path(text, inside_root, steps)


def _names(each: Sequence[Path], number: int) -> list[tuple[str, ...]]:
    """The names of a loop: as it was written, and in full from the payload."""
    full: list[str] = []
    loop = number
    while loop > 0:
        full[:0] = each[loop - 1].steps
        loop = each[loop - 1].anchor
    written = parse_steps(each[number - 1].text) or ()
    return [tuple(full), written, each[number - 1].steps]


def _child(at: Any, step: str) -> Any:  # noqa: ANN401 -- JSON holds anything
    if isinstance(at, dict):
        return at.get(step, MISSING)
    if isinstance(at, list) and step.isascii() and step.isdecimal():
        number = int(step)
        return at[number] if number < len(at) else MISSING
    return MISSING


def _matches(
    at: Any,  # noqa: ANN401 -- JSON holds anything
    steps: tuple[str, ...],
    stars: tuple[str, ...],
) -> Iterator[tuple[tuple[str, ...], Any]]:
    for number, step in enumerate(steps):
        if step == _STAR:
            for key, inner in at.items() if isinstance(at, dict) else ():
                yield from _matches(inner, steps[number + 1 :], (*stars, key))
            return
        at = _child(at, step)
    if at is not MISSING:
        yield stars, at
