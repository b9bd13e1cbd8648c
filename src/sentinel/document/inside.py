"""Places inside a scalar: where in the file a character of its text stands.

A YAML text reaches us without its quotes, escapes, line breaks and indentation, and a problem in
the middle of a condition must still be shown at the line and column where the analyst sees it.
"""

from functools import lru_cache

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}
_BLANK = " \t\r\n"


@lru_cache(maxsize=256)
def steps(source: str, style: str | None, text: str) -> tuple[int, ...]:
    """Return for each character of `text`, and for its end, the position in `source`.

    Args:
        source: The scalar as the file writes it, quotes and block header included.
        style: `'`, `"`, `|`, `>` or None for a plain one.
        text: What it means. Blanks may have been folded; everything else is in order.

    >>> steps("'it''s'", "'", "it's")
    (1, 2, 3, 5, 6)
    """
    at = _start(source, style)
    found: list[int] = []
    for char in text:
        if char in _BLANK and not _is_escape(source, at, style):
            found.append(at)
            at = _past_blank(source, at, char)
            continue
        at = _past_folds(source, at, style)
        found.append(at)
        at += _length(source, at, style)
    found.append(_past_folds(source, at, style) if at < len(source) and not style else at)
    return tuple(min(position, len(source)) for position in found)


def line_and_column(source: str, position: int, line: int, column: int) -> tuple[int, int]:
    """Return where `position` of `source` stands, if `source` starts at `line` and `column`."""
    before = source[:position]
    breaks = before.count("\n")
    if not breaks:
        return line, column + position
    return line + breaks, position - before.rfind("\n")


def _start(source: str, style: str | None) -> int:
    if style in ("'", '"'):
        return 1
    if style in ("|", ">"):
        return source.find("\n") + 1 or len(source)
    return 0


def _is_escape(source: str, at: int, style: str | None) -> bool:
    return style == '"' and source[at : at + 1] == "\\" and source[at + 1 : at + 2] not in "\r\n"


def _past_blank(source: str, at: int, char: str) -> int:
    """One blank of the text: a blank of the same line, or a fold of any size."""
    if source[at : at + 1] == char and char != "\n":
        rest = source[at:]
        if rest.lstrip(" \t")[:1] not in ("\n", "\r"):
            return at + 1
    while at < len(source) and source[at] in _BLANK:
        at += 1
    return at


def _past_folds(source: str, at: int, style: str | None) -> int:
    while at < len(source):
        if source[at] in _BLANK:
            at += 1
        elif style == '"' and source[at] == "\\" and source[at + 1 : at + 2] in ("\n", "\r"):
            at += 2
        else:
            break
    return at


def _length(source: str, at: int, style: str | None) -> int:
    if style == "'" and source[at : at + 2] == "''":
        return 2
    if style == '"' and source[at : at + 1] == "\\":
        return _ESCAPE_LENGTHS.get(source[at + 1 : at + 2], 2)
    return 1
