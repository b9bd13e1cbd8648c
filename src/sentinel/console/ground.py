"""What all answers are made with: the registry, names of places and people, how areas stand."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass

from sentinel.console.areas import Gazetteer
from sentinel.console.devices import Devices
from sentinel.console.fresh import BySight, Fresh
from sentinel.console.names import Names
from sentinel.console.plainly import NotFoundError
from sentinel.console.ports import City, Sources
from sentinel.domain.area import Area
from sentinel.domain.person import Person
from sentinel.domain.registry import Registry
from sentinel.warn.city import City as Handling
from sentinel.warn.picture import Picture, paint
from sentinel.warn.warning import EarlyWarning

_PICTURE_SECONDS = 30.0
"""The picture is made anew with every change anyway; this only bounds its age."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What holds for the whole of one answer.

    city: What is in force; None before the first bundle. handling: What the desk goes by.
    names: Of people, by id.
    """

    city: City | None
    gazetteer: Gazetteer
    devices: Devices
    handling: Handling
    names: Names

    def unit_name(self, unit: str) -> dict[str, str]:
        """Return a unit's name by language; empty if it is known no more."""
        known = self.handling.duty.units.get(unit)
        return known.name if known else {}


class Ground:
    """Kept once and shared by all questions; any thread may ask.

    Args:
        sources: What it asks.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.desk = sources.desk
        self.people = sources.people
        self.names = Names(sources.people.names, lambda: self.handling().duty.contacts)
        self._gazetteer = Fresh(
            self._read_gazetteer, seconds=1e9, version=self.registry, same=operator.is_
        )
        self._devices = Fresh(
            lambda: Devices(self.registry()), seconds=1e9, version=self.registry, same=operator.is_
        )
        self._pictures: BySight[Picture] = BySight(
            lambda seen: paint(self.desk.tallies(seen)),
            seconds=_PICTURE_SECONDS,
            version=lambda: self.desk.revision,
        )
        self._open: BySight[Sequence[EarlyWarning]] = BySight(
            sources.records.open_warnings,
            seconds=_PICTURE_SECONDS,
            version=lambda: self.desk.revision,
        )

    def now(self) -> int:
        """Return the desk's time."""
        return self.sources.clock.now()

    def glance(self) -> Glance:
        """Return what one answer is made with."""
        return Glance(
            city=self.sources.city(),
            gazetteer=self.gazetteer(),
            devices=self.devices(),
            handling=self.handling(),
            names=self.names,
        )

    def handling(self) -> Handling:
        """Return what the desk goes by: roster, terms, plans."""
        return self.sources.handling()

    def gazetteer(self) -> Gazetteer:
        """Return the areas by code and name."""
        return self._gazetteer()

    def devices(self) -> Devices:
        """Return the devices by what people call them."""
        return self._devices()

    def registry(self) -> Registry | None:
        """Return what there is in the city; None before the first bundle."""
        city = self.sources.city()
        return city.registry if city else None

    def meant(self, named: str) -> str:
        """Return the id of who was named, by id or by name; as named, if that is nobody, or many.

        Else somebody could verify what was done in their name, only because it was spelt so.
        """
        contacts = self.handling().duty.contacts
        if not named or named in contacts:
            return named
        users = {person.id: person.name for person in self.sources.records.people()}
        names = {one.id: one.name for one in contacts.values()} | users
        found = [person for person, name in names.items() if name == named]
        return found[0] if len(found) == 1 and named not in users else named

    def picture(self, who: Person) -> Picture:
        """Return how areas stand, counting only what somebody sees."""
        return self._pictures(who.areas)

    def open_warnings(self, who: Person) -> Sequence[EarlyWarning]:
        """Return all open warnings that somebody sees."""
        return self._open(who.areas)

    def area(self, who: Person, code: str) -> Area:
        """Return an area that somebody sees, or one around it.

        Raises:
            NotFoundError: There is none such, or not for them.
        """
        gazetteer = self.gazetteer()
        area = gazetteer.area(code)
        key = gazetteer.key(area.code) if area else ""
        if area is None or not (who.sees(key) or who.passes(key)):
            message = f"there is no area {code!r} in the registry"
            raise NotFoundError(message)
        return area

    def _read_gazetteer(self) -> Gazetteer:
        return Gazetteer.of(self.registry())
