"""What in a text looks like a person's number: no message may carry it unseen."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from sentinel.publish.cap.message import Content

_PATTERNS = {
    "id_number": re.compile(
        r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx](?![\dA-Za-z])"
    ),
    "mobile": re.compile(r"(?<!\d)(?:\+?86[\s.-]?)?1[3-9]\d[\s.-]?\d{4}[\s.-]?\d{4}(?!\d)"),
    "landline": re.compile(r"(?<!\d)(?:\(0\d{2,3}\)|0\d{2,3})[\s.-]?[2-9]\d{6,7}(?!\d)"),
    "mail": re.compile(r"[\w.+-]+@[\w-]+\.[\w.]*\w"),
}
"""What it is to what it looks like; each number is told once, as the first of these."""
_SHOWN = 3
"""Characters at either end that a worry repeats: enough to find it, too few to pass it on."""


class Worry(msgspec.Struct, frozen=True, kw_only=True):
    """Something in a draft that may belong to a person.

    what: `id_number`, `mobile`, `landline` or `mail`. field, language: Where it stands; language
        empty for a field that has none. shown: Its ends only.
    """

    what: str
    field: str
    language: str
    shown: str


def worries(content: Content) -> tuple[Worry, ...]:
    """Return what in the texts of a draft looks like a number or address of a person."""
    found = [
        Worry(what=what, field=field, language=language, shown=shown)
        for field, language, text in _texts(content)
        for what, shown in _found(text)
    ]
    return tuple(found)


def _texts(content: Content) -> Iterator[tuple[str, str, str]]:
    yield "restriction", "", content.restriction
    words: Mapping[str, Mapping[str, str]] = {
        "event": content.event,
        "headline": content.headline,
        "description": content.description,
        "instruction": content.instruction,
    }
    for field, by_language in words.items():
        for language, text in by_language.items():
            yield field, language, text


def _found(text: str) -> Iterator[tuple[str, str]]:
    plain = unicodedata.normalize("NFKC", text)  # full-width digits are digits too
    for what, pattern in _PATTERNS.items():
        for match in pattern.finditer(plain):
            yield what, f"{match[0][:_SHOWN]}…{match[0][-_SHOWN:]}"
        plain = pattern.sub(" ", plain)
