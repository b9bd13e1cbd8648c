"""Titles and instructions: texts by language with places to be filled in."""

from collections.abc import Collection, Iterable, Mapping
from re import findall
from string import Formatter

from sentinel.detect.rules.report import Inside, Report
from sentinel.document.node import Node
from sentinel.document.problems import nearest

FIXED = ("area.name", "device.id", "device.name", "rank")
"""What can be filled in whatever the rule watches; further `x.value` for each watch `x`."""
_DIGITS = 2
"""Of a width or precision: a width of ten digits is a text of ten gigabytes."""


def read_texts(node: Node | None, watches: Collection[str], report: Report) -> dict[str, str]:
    """Return the texts by language after checking what they ask to be filled in."""
    if node is None:
        return {}
    if isinstance(node.value, dict):
        texts: Mapping[str, Node] = node.value
    else:
        texts = {"zh": node, "en": node}
    for text in {id(text): text for text in texts.values()}.values():
        if isinstance(text.value, str):
            _check(text.value, watches, Inside(report, text))
    return {language: str(text.value) for language, text in texts.items()}


def values_asked_for(texts: Iterable[str]) -> list[str]:
    """Return the watches whose values the texts show, in order, each once."""
    names = (name for text in texts for name, _ in _safe_places(text))
    asked = (name.removesuffix(".value") for name in names if name.endswith(".value"))
    return list(dict.fromkeys(asked))


def _check(text: str, watches: Collection[str], tell: Inside) -> None:
    try:
        places = _places(text)
    except ValueError as error:
        tell(max(text.find("{"), 0), f"a text's braces must be in pairs; {error}", "write {{ for {")
        return
    known = [*FIXED, *(f"{watch}.value" for watch in watches)]
    at = 0
    plain = text.replace("{{", "\0\0")  # an escaped brace opens no place
    for name, form in places:
        at = plain.find("{" + name, at)
        if name not in known:
            hint = nearest(name, known) or f"there are {', '.join(known)}"
            tell(at, f"there is no {{{name}}} to fill in", hint)
        elif form and not _is_form(name, form):
            tell(at, f"{{{name}:{form}}} has no form that a value can take", "such as :.2f")
        at += 1


def _places(text: str) -> list[tuple[str, str]]:
    """Return (name, form) of each place; a conversion (`!r`) counts as part of the name."""
    found = []
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None:
            found.append((name + (f"!{conversion}" if conversion else ""), form or ""))
    return found


def _safe_places(text: str) -> list[tuple[str, str]]:
    """The places of a text whose problems have been told."""
    try:
        return _places(text)
    except ValueError:
        return []


def _is_form(name: str, form: str) -> bool:
    if any(len(number) > _DIGITS for number in findall(r"\d+", form)):
        return False
    try:
        format(1.0 if name.endswith(".value") else "x", form)
    except ValueError:
        return False
    return True
