"""Entities as JSON, with their addresses, and only what was selected."""

from collections.abc import Iterable, Mapping
from string import ascii_letters, digits
from typing import Any, Protocol

from sentinel.document import nearest
from sentinel.publish.sensorthings.refusal import BadQueryError

ID = "@iot.id"
SELF = "@iot.selfLink"
_LINK = "@iot.navigationLink"


class Shown(Protocol):
    """A set whose entities can be shown."""

    @property
    def name(self) -> str:
        """As a path begins."""
        ...

    @property
    def links(self) -> Mapping[str, str]:
        """What an entity leads to."""
        ...

    def ident(self, row: int) -> str:
        """Return an entity's id."""
        ...

    def properties(self, row: int) -> dict[str, Any]:
        """Return what an entity says of itself."""
        ...


def address(base: str, of: str, ident: str) -> str:
    """Return where an entity is.

    >>> address("http://x/sta/v1.1", "Things", "o'b 1")
    "http://x/sta/v1.1/Things('o''b%201')"
    """
    doubled = ident.replace("'", "''")
    return f"{base}/{of}('{encoded(doubled)}')"


def entity(shown: Shown, row: int, base: str, select: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an entity; of it only what is selected, if anything is.

    Raises:
        BadQueryError: It has no such property or link.
    """
    at = address(base, shown.name, shown.ident(row))
    whole = {ID: shown.ident(row), SELF: at, **shown.properties(row)}
    whole |= {f"{link}{_LINK}": f"{at}/{link}" for link in shown.links}
    if not select:
        return whole
    found: dict[str, Any] = {}
    for name in select:
        key = {"id": ID}.get(name, f"{name}{_LINK}" if name in shown.links else name)
        if key in whole:
            found[key] = whole[key]
        elif name not in _SOMETIMES:
            raise BadQueryError(_unknown(shown, name, whole))
    return found


_SOMETIMES = frozenset({"parameters", "properties"})
"""What only some entities have; to select it is no mistake."""


def with_expanded(
    written: dict[str, Any], link: str, found: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return an entity with what a link leads to in place of the link.

    found: One entity, or a page with its `value`; None: there is none.
    """
    kept = {key: value for key, value in written.items() if key != f"{link}{_LINK}"}
    if found is None or "value" not in found:
        return kept | {link: found}
    more = {f"{link}{key}": value for key, value in found.items() if key != "value"}
    return kept | {link: found["value"]} | more


def next_link(at: str, pairs: Iterable[tuple[str, str]], changed: Mapping[str, int | None]) -> str:
    """Return the address of the next page. changed: Options that differ there; None: gone."""
    kept = [(name, text) for name, text in pairs if name not in changed]
    more = [(name, str(value)) for name, value in changed.items() if value is not None]
    return f"{at}?{'&'.join(f'{encoded(name)}={encoded(text)}' for name, text in [*kept, *more])}"


def encoded(text: str) -> str:
    """Return text for an address (RFC 3986); what it may hold and people read stays.

    >>> encoded("Things('泵 1')")
    "Things('%E6%B3%B5%201')"
    """
    return "".join(one if one in _PLAIN else _percents(one) for one in text)


def _percents(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode("utf-8", "replace"))


_PLAIN = frozenset(f"{ascii_letters}{digits}-._~/:@$',()")


def _unknown(shown: Shown, name: str, whole: Mapping[str, Any]) -> str:
    own = [key for key in whole if "@" not in key]
    known = ["id", *own, *shown.links]
    hint = nearest(name, known) or f"there are {', '.join(known)}"
    return f"{shown.name} have no {name!r:.80}; {hint}"
