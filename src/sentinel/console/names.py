"""Names of people instead of their ids, for screens."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from sentinel.warn.duty import Contact

_SECONDS = 60.0
"""Somebody who was renamed is called by the old name for so long at most."""
_MOST = 10_000


class Names:
    """Remembers names for a while, so that a list costs one question and most cost none.

    Args:
        users: Returns the names of those of the ids that are users'.
        contacts: Who is on the roster; names whoever is no user.
    """

    def __init__(
        self,
        users: Callable[[Sequence[str]], Mapping[str, str]],
        contacts: Callable[[], Mapping[str, Contact]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._users = users
        self._contacts = contacts
        self._monotonic = monotonic
        self._known: dict[str, tuple[str, float]] = {}

    def learn(self, ids: Iterable[str]) -> None:
        """Ask for those names that are not known, in one question."""
        now = self._monotonic()
        asked = sorted({one for one in ids if one and self._until(one) <= now})
        if not asked:
            return
        if len(self._known) > _MOST:
            self._known = {}
        found, contacts = self._users(asked), self._contacts()
        for one in asked:
            name = found.get(one) or (contacts[one].name if one in contacts else one)
            self._known[one] = (name, now + _SECONDS)

    def __call__(self, person: str) -> str:
        """Return somebody's name; of whom nobody knows, the id."""
        if person and self._until(person) <= self._monotonic():
            self.learn([person])
        known = self._known.get(person)
        return known[0] if known else person

    def _until(self, person: str) -> float:
        known = self._known.get(person)
        return known[1] if known else -1.0
