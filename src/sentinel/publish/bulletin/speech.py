"""How one language says what is on the page."""

from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import msgspec

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.markup import tag
from sentinel.publish.bulletin.words import RANKS, TEXTS


class Names(msgspec.Struct, frozen=True, kw_only=True):
    """What codes are called, each by language; one that is not named is told as it is."""

    areas: Mapping[str, dict[str, str]] = {}
    scenarios: Mapping[str, dict[str, str]] = {}


class Speech:
    """One language.

    Args:
        language: `zh` or `en`.
        names: What codes are called.
        zone: IANA name; times are told in it.
    """

    def __init__(self, language: str, names: Names, zone: str) -> None:
        self.language = language
        self._names = names
        self._zone = zone

    def say(self, key: str, **filled: str) -> str:
        """Return a text, with what it leaves open filled in."""
        return TEXTS[key][self.language].format(**filled)

    def rank(self, rank: Rank) -> ET.Element:
        """Return a rank as colour, shape and word."""
        return tag("span", RANKS[rank][self.language], class_=f"key rank-{rank.word}")

    def area(self, code: str) -> str:
        """Return an area's name."""
        if not code:
            return self.say("nowhere")
        return self._names.areas.get(code, {}).get(self.language) or code

    def scenario(self, name: str) -> str:
        """Return a scenario's name."""
        return self._names.scenarios.get(name, {}).get(self.language) or name

    def at(self, ms: int) -> str:
        """Return a local time."""
        return datetime.fromtimestamp(ms / 1000, ZoneInfo(self._zone)).strftime("%Y-%m-%d %H:%M")

    def nothing(self) -> ET.Element:
        """Return what stands where there is nothing to show."""
        return tag("p", self.say("nothing"), class_="dim")
