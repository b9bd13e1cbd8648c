"""Where the members of a JSON collection stand: enough to say on which line a feature is wrong."""

import json
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from sentinel.document.node import Place
from sentinel.document.problems import Problems

_BLANK = " \t\r\n"


@dataclass(frozen=True, slots=True)
class Member:
    """One element of a list inside a document: its value, and its text from `start` to `end`."""

    value: Any
    start: int
    end: int


@dataclass(slots=True)
class JsonText:
    """A JSON document with places."""

    text: str
    file: str
    _breaks: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._breaks = [at for at, char in enumerate(self.text) if char == "\n"]

    def place(self, offset: int) -> Place:
        """Return line and column of the character at `offset`."""
        line = bisect_right(self._breaks, offset - 1) if offset else 0
        start = self._breaks[line - 1] + 1 if line else 0
        return Place(self.file, line + 1, offset - start + 1)

    def key_in(self, member: Member, key: str) -> Place:
        """Return where `key` first stands as a key, else as a value; else the member's place."""
        word = json.dumps(key, ensure_ascii=False)
        found = re.compile(re.escape(word) + r"\s*:").search(self.text, member.start, member.end)
        at = found.start() if found else self.text.find(word, member.start, member.end)
        return self.place(at if at >= 0 else member.start)

    def members(self, key: str, problems: Problems) -> list[Member] | None:
        """Return the elements of the list under `key` of the outermost object.

        None, and a problem, if the text is not JSON; None without one if there is no such list.
        """
        try:
            _check(self.text)
            return self._members(key)
        except json.JSONDecodeError as error:
            place = Place(self.file, error.lineno, error.colno)
            problems.add(place, "", f"this is not JSON: {error.msg.lower()}")
        except (RecursionError, ValueError) as error:
            why = "nested too deeply" if isinstance(error, RecursionError) else error
            problems.add(Place(self.file), "", f"this is not JSON: {why}")
        return None

    def _members(self, key: str) -> list[Member] | None:
        """Walk the keys of the outermost object; the text is known to be JSON."""
        at = self._past_blank(0)
        while self.text[at : at + 1] in ("{", ","):
            at = self._past_blank(at + 1)
            if self.text[at : at + 1] == "}":
                break
            name, at = _decoder.raw_decode(self.text, at)
            at = self._past_blank(self._past_blank(at) + 1)
            if name == key and self.text[at] == "[":
                return self._elements(at)
            _, at = _decoder.raw_decode(self.text, at)
            at = self._past_blank(at)
        return None

    def _elements(self, at: int) -> list[Member]:
        found: list[Member] = []
        while self.text[at] != "]":
            start = self._past_blank(at + 1)
            if self.text[start] == "]":
                break
            value, end = _decoder.raw_decode(self.text, start)
            found.append(Member(value, start, end))
            at = self._past_blank(end)
        return found

    def _past_blank(self, at: int) -> int:
        while self.text[at : at + 1] and self.text[at] in _BLANK:
            at += 1
        return at


def _check(text: str) -> None:
    _decoder.decode(text)


def _refuse(name: str) -> None:
    message = f"{name} is no number of JSON"
    raise ValueError(message)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        message = f"a key may stand once; got {twice!r} again"
        raise ValueError(message)
    return found


_decoder = json.JSONDecoder(parse_constant=_refuse, object_pairs_hook=_without_repeats)
