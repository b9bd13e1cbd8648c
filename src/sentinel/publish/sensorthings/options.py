"""The options of a question: `$filter`, `$orderby`, `$top` and the others."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from sentinel.document import nearest
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.syntax import parse_filter
from sentinel.publish.sensorthings.tree import Expression

PAGE = 100
"""Entities in an answer that does not say how many."""
MOST = 1_000
"""Entities in an answer, whatever it says; the rest is behind `@iot.nextLink`."""
_MOST_DIGITS = 9
_MOST_NAMES = 20
_DIRECTIONS = {"asc": False, "desc": True}


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One property to sort by."""

    path: str
    goes_down: bool = False


class Expand(msgspec.Struct, frozen=True, kw_only=True):
    """One link whose entities come along. pairs: Its options as they were written."""

    link: str
    options: "Options"
    pairs: tuple[tuple[str, str], ...] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of a set.

    top: None: not said. after: Where the page before ended (`$skiptoken`), for Observations.
    """

    filter: Expression | None = None
    order: tuple[Order, ...] = ()
    top: int | None = None
    skip: int = 0
    after: int | None = None
    count: bool = False
    select: tuple[str, ...] = ()
    expand: tuple[Expand, ...] = ()


def parse_options(pairs: Iterable[tuple[str, str]], *, nested: bool = False) -> Options:
    """Return the options of a query.

    nested: Inside an `$expand`, which has no `$expand` of its own: one level is enough to show.

    Raises:
        BadQueryError: An option that there is not, twice the same, or one that makes no sense.
    """
    values: dict[str, Any] = {}
    for name, text in pairs:
        if name not in _READERS or (nested and name in {"$expand", "$skiptoken"}):
            raise BadQueryError(_unknown(name, nested=nested))
        field, read = _READERS[name]
        if field in values:
            message = f"`{name}` may stand once"
            raise BadQueryError(message)
        values[field] = read(text)
    return Options(**values)


def split_outside(text: str, mark: str) -> list[str]:
    """Return the parts of a text between marks that stand in no quotes and no parentheses.

    >>> split_outside("a($top=1,b),c'd,e'", ",")
    ['a($top=1,b)', "c'd,e'"]
    """
    parts, depth, quoted = [""], 0, False
    for sign in text:
        quoted ^= sign == "'"
        depth += 0 if quoted else (sign == "(") - (sign == ")")
        if sign == mark and not quoted and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _unknown(name: str, *, nested: bool) -> str:
    if nested and name in {"$expand", "$skiptoken"}:
        return f"`$expand` goes one level deep; `{name}` stands inside it"
    hint = nearest(name, _READERS) or f"there are {', '.join(_READERS)}"
    return f"there is no option {name!r:.80}; {hint}"


def _whole(name: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal()) or len(text) > _MOST_DIGITS:
            message = (
                f"`{name}` is a whole number of at most {_MOST_DIGITS} digits; got {text!r:.80}"
            )
            raise BadQueryError(message)
        return int(text)

    return read


def _token(text: str) -> int:
    """Milliseconds since 1970, as `@iot.nextLink` has them."""
    plain = text.removeprefix("-")
    if not (plain.isascii() and plain.isdecimal()) or len(plain) > 15:  # noqa: PLR2004 -- year 33658
        message = f"`$skiptoken` comes from an `@iot.nextLink`; got {text!r:.80}"
        raise BadQueryError(message)
    return int(text)


def _truth(text: str) -> bool:
    if text not in {"true", "false"}:
        message = f"`$count` is true or false; got {text!r:.80}"
        raise BadQueryError(message)
    return text == "true"


def _order(text: str) -> tuple[Order, ...]:
    return tuple(_one_order(part) for part in _names("$orderby", text))


def _one_order(text: str) -> Order:
    path, _, word = text.partition(" ")
    direction = word.strip() or "asc"
    if direction not in _DIRECTIONS:
        message = f"`$orderby` goes asc or desc; got {direction!r:.80}"
        raise BadQueryError(message)
    return Order(path=path, goes_down=_DIRECTIONS[direction])


def _select(text: str) -> tuple[str, ...]:
    return tuple(_names("$select", text))


def _expand(text: str) -> tuple[Expand, ...]:
    found = tuple(_one_expand(part) for part in _names("$expand", text))
    links = [one.link for one in found]
    if len(set(links)) < len(links):
        message = "`$expand` names each link once"
        raise BadQueryError(message)
    return found


def _one_expand(text: str) -> Expand:
    link, bracket, rest = text.partition("(")
    if "/" in link:
        message = f"`$expand` goes one level deep; got {text!r:.80}"
        raise BadQueryError(message)
    if not bracket:
        return Expand(link=link, options=Options())
    if not rest.endswith(")"):
        message = f"`$expand`: a parenthesis is open; got {text!r:.80}"
        raise BadQueryError(message)
    pairs = tuple(_pair(part) for part in split_outside(rest[:-1], ";") if part)
    return Expand(link=link.strip(), options=parse_options(pairs, nested=True), pairs=pairs)


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip(), value.strip()


def _names(option: str, text: str) -> Sequence[str]:
    parts = split_outside(text, ",")
    if len(parts) > _MOST_NAMES or not all(parts):
        message = (
            f"`{option}` names 1 to {_MOST_NAMES} properties, parted by commas; got {text!r:.80}"
        )
        raise BadQueryError(message)
    return parts


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "$filter": ("filter", parse_filter),
    "$orderby": ("order", _order),
    "$top": ("top", _whole("$top")),
    "$skip": ("skip", _whole("$skip")),
    "$skiptoken": ("after", _token),
    "$count": ("count", _truth),
    "$select": ("select", _select),
    "$expand": ("expand", _expand),
}
"""Option to the field it fills, and what reads it."""
