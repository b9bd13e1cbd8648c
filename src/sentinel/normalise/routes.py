"""Which format a topic belongs to: the one whose pattern says it most exactly."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sentinel.normalise.format import Format
from sentinel.normalise.topics import TopicPattern

_MOST = 50_000
"""Routes remembered, half a kilobyte each."""


class Route(NamedTuple):
    """Where a topic leads.

    format: Number of the format. is_alive: The message says that a device is there or gone.
    words: The topic's fields.
    """

    format: int
    is_alive: bool
    words: Mapping[str, str]


class Routes:
    """The topics of all formats, the most exact first; of equals the earlier in the files.

    patterns: With the number of the format, and whether they are its `alive`'s.
    """

    def __init__(self, formats: Sequence[Format]) -> None:
        found: list[tuple[TopicPattern, int, bool]] = []
        for number, form in enumerate(formats):
            found += [(topic, number, False) for topic in form.topics]
            found += [(topic, number, True) for topic in (form.alive.topics if form.alive else ())]
        self.patterns = sorted(found, key=lambda entry: entry[0].rank)
        self._known: dict[str, Route] = {}

    def find(self, topic: str) -> Route | None:
        """Return where a topic leads, None if no format has it; quick when asked again."""
        known = self._known.get(topic)
        if known is not None:
            return known
        found = self.search(topic)
        if found is not None:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[topic] = found
        return found

    def search(self, topic: str) -> Route | None:
        """Return the same without remembering it, for callers who do."""
        for pattern, number, is_alive in self.patterns:
            words = pattern.match(topic)
            if words is not None:
                return Route(number, is_alive, words)
        return None
