"""Under which address a format knows a device, and from when to when."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from typing_extensions import override

from sentinel.bundle.table import Chunk, Fault, Faults
from sentinel.domain.registry import Address

Spell = tuple[str, int | None, int | None]
"""An address with its from and to; None is open."""


@dataclass(frozen=True, slots=True)
class Instants:
    """Reads the dates and times of devices.csv; one without a zone is the city's.

    zone: IANA name.
    """

    zone: str

    def parse(self, text: str) -> int | Fault | None:
        """Return milliseconds since 1970, None for no text."""
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return Fault(f"a time is written 2026-06-18 or 2026-06-18T08:00; got {text!r}")
        if found.tzinfo is None:
            found = found.replace(tzinfo=ZoneInfo(self.zone))
        return round(found.timestamp() * 1000)

    def parse_spells(self, text: str) -> tuple[Spell, ...] | Fault:
        """Return the addresses of `A4C1@2024-01-01..2025-06-01;B7@2025-06-01..`."""
        found: list[Spell] = []
        for part in filter(None, (part.strip() for part in text.split(";"))):
            spell = self._spell(part)
            if isinstance(spell, Fault):
                return spell
            found.append(spell)
        return tuple(found)

    def _spell(self, text: str) -> Spell | Fault:
        address, at, window = text.rpartition("@")
        if not at or ".." not in window:
            address, window = text, ".."
        valid_from, valid_to = (self.parse(side.strip()) for side in window.split("..", 1))
        if isinstance(valid_from, Fault):
            return valid_from
        if isinstance(valid_to, Fault):
            return valid_to
        if not address or not address.isprintable():
            return Fault(f"an address is a text without control characters; got {text!r}")
        if valid_from is not None and valid_to is not None and valid_from >= valid_to:
            return Fault(f"an address is valid from an earlier to a later time; got {text!r}")
        return address, valid_from, valid_to


class AddressColumn:
    """A column of addresses on its way in.

    Args:
        index: Its position in the table.
        instants: Reads the times in it.
    """

    def __init__(self, index: int, instants: Instants) -> None:
        self._index = index
        self._instants = instants
        self._texts: list[str] | None = []
        self._spells: list[tuple[Spell, ...]] = []

    @property
    def texts(self) -> list[str] | None:
        """By row its one address, empty for none; None if a row has several, or one with a time."""
        return self._texts

    @property
    def spells(self) -> list[tuple[Spell, ...]]:
        """By row its addresses."""
        if self._texts is None:
            return self._spells
        return [((text, None, None),) if text else () for text in self._texts]

    def feed(self, chunk: Chunk, context: Callable[[int], str], faults: Faults) -> None:
        """Take the next rows; `context` names one of them for a problem."""
        cells = chunk.columns[self._index]
        joined = "".join(cells)
        if self._texts is not None and not _SPECIAL.search(joined) and joined.isprintable():
            self._texts += cells
            return
        self._spells = self.spells
        self._texts = None
        for row, text in enumerate(cells):
            found = self._instants.parse_spells(text)
            if isinstance(found, Fault):
                faults.add(int(chunk.lines[row]), self._index, context(row), found)
                found = ()
            self._spells.append(found)


class AddressBook(Mapping[str, Sequence[Address]]):
    """The addresses of one format; filled while the registry is read, then left alone.

    An address that only ever meant one device, the usual case, costs one entry of a dict.
    """

    __slots__ = ("_always", "_spells")

    def __init__(self) -> None:
        self._always: dict[str, int] = {}
        self._spells: dict[str, tuple[_Window, ...]] = {}

    @classmethod
    def of_different(
        cls,
        addresses: Sequence[str],
        devices: Sequence[int],
        begins: Sequence[int | None],
        ends: Sequence[int | None],
    ) -> "AddressBook | None":
        """Return the book of rows with one address each, empty for none; None if two are alike.

        Args:
            addresses: By row.
            devices: By row, whom it means.
            begins: By row, from when.
            ends: By row, until when.
        """
        book = cls()
        if begins.count(None) == len(begins) and ends.count(None) == len(ends):
            book._always = dict(zip(addresses, devices, strict=True))
        else:
            windows = zip(zip(devices, begins, ends, strict=True), strict=True)
            book._spells = dict(zip(addresses, windows, strict=True))
        book._always.pop("", None)
        book._spells.pop("", None)
        return book if len(book) == len(addresses) - addresses.count("") else None

    def add(self, spell: Spell, device: int) -> int:
        """Note that the address means `device` in that time.

        Returns:
            -1, or the other device that it means at some moment of that time already.
        """
        address, valid_from, valid_to = spell
        new = (device, valid_from, valid_to)
        if address not in self._always and address not in self._spells:
            if valid_from is None and valid_to is None:
                self._always[address] = device
            else:
                self._spells[address] = (new,)
            return -1
        known = self._windows(address)
        for other in known:
            if other[0] != device and _overlap(other, new):
                return other[0]
        self._spells[address] = (*known, new)
        self._always.pop(address, None)
        return -1

    def among(self, names: Mapping[str, int]) -> list[str]:
        """Return the addresses that are one of the names."""
        return sorted((self._always.keys() | self._spells.keys()) & names.keys())

    def _windows(self, address: str) -> "tuple[_Window, ...]":
        if address in self._always:
            return ((self._always[address], None, None),)
        return self._spells[address]

    @override
    def __getitem__(self, address: str) -> Sequence[Address]:
        return tuple(
            Address(device=device, valid_from=valid_from, valid_to=valid_to)
            for device, valid_from, valid_to in self._windows(address)
        )

    @override
    def __iter__(self) -> Iterator[str]:
        yield from self._always
        yield from self._spells

    @override
    def __len__(self) -> int:
        return len(self._always) + len(self._spells)

    @override
    def __contains__(self, address: object) -> bool:
        return address in self._always or address in self._spells


_Window = tuple[int, int | None, int | None]
"""A device with its from and to."""
_SPECIAL = re.compile(r"[@;\s]")


def _overlap(one: _Window, other: _Window) -> bool:
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _begins_before_end(one: _Window, other: _Window) -> bool:
    return one[1] is None or other[2] is None or one[1] < other[2]
