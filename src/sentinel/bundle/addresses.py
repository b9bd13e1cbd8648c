"""Under which address a format knows a device, and from when to when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from typing_extensions import override

from sentinel.bundle.table import Fault
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


class AddressBook(Mapping[str, Sequence[Address]]):
    """The addresses of one format; filled while the registry is read, then left alone.

    An address that only ever meant one device, the usual case, costs one entry of a dict.
    """

    __slots__ = ("_always", "_spells")

    def __init__(self) -> None:
        self._always: dict[str, int] = {}
        self._spells: dict[str, tuple[Address, ...]] = {}

    def add(self, spell: Spell, device: int) -> int:
        """Note that the address means `device` in that time.

        Returns:
            -1, or the other device that it means at some moment of that time already.
        """
        address, valid_from, valid_to = spell
        if valid_from is None and valid_to is None and address not in self._spells:
            known = self._always.setdefault(address, device)
            return -1 if known == device else known
        new = Address(device=device, valid_from=valid_from, valid_to=valid_to)
        for other in self.get(address, ()):
            if other.device != device and _overlap(other, new):
                return other.device
        self._spells[address] = (*self.get(address, ()), new)
        self._always.pop(address, None)
        return -1

    @override
    def __getitem__(self, address: str) -> Sequence[Address]:
        if address in self._always:
            return (Address(device=self._always[address]),)
        return self._spells[address]

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


def _overlap(one: Address, other: Address) -> bool:
    return _begins_before_end(one, other) and _begins_before_end(other, one)


def _begins_before_end(one: Address, other: Address) -> bool:
    return one.valid_from is None or other.valid_to is None or one.valid_from < other.valid_to
