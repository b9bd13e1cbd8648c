"""How each area stands: the open warnings in it and below it, in numbers."""

from collections.abc import Iterable

import msgspec

from sentinel.domain.rank import Rank, Sight

CITY = ""
"""The key of the whole city in a picture; warnings without an area count only there."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many open warnings of one area are alike."""

    area: str
    rank: Rank
    sight: Sight
    accepted: bool
    count: int


class Standing(msgspec.Struct, kw_only=True):
    """How one area stands, everything below it included.

    ranks: Open warnings by rank. blind: Those that cannot be seen, of whatever rank.
    waiting: Those that nobody has accepted at their rank. waiting_red: The reds of those.
    """

    ranks: dict[Rank, int] = msgspec.field(default_factory=lambda: dict.fromkeys(Rank, 0))
    blind: int = 0
    waiting: int = 0
    waiting_red: int = 0

    @property
    def worst(self) -> Rank:
        """The highest rank that is open."""
        return max((rank for rank, count in self.ranks.items() if count), default=Rank.NONE)

    @property
    def open(self) -> int:
        """All open warnings."""
        return sum(self.ranks.values())

    def add(self, tally: Tally) -> None:
        """Count some more."""
        self.ranks[tally.rank] += tally.count
        self.blind += tally.count * (tally.sight is Sight.BLIND)
        if not tally.accepted:
            self.waiting += tally.count
            self.waiting_red += tally.count * (tally.rank is Rank.RED)


def paint(tallies: Iterable[Tally]) -> dict[str, Standing]:
    """Return how every area stands that has open warnings in it or below it, by area code.

    >>> one = Tally(area="pudong/hq", rank=Rank.RED, sight=Sight.SEEN, accepted=False, count=2)
    >>> {area: standing.open for area, standing in paint([one]).items()}
    {'': 2, 'pudong': 2, 'pudong/hq': 2}
    """
    picture: dict[str, Standing] = {CITY: Standing()}
    for tally in tallies:
        for area in around(tally.area):
            picture.setdefault(area, Standing()).add(tally)
    return picture


def around(area: str) -> list[str]:
    """Return the city, the areas around `area` and itself, widest first.

    >>> around("pudong/hq/g07")
    ['', 'pudong', 'pudong/hq', 'pudong/hq/g07']
    """
    parts = area.split("/") if area else []
    return [CITY, *("/".join(parts[: n + 1]) for n in range(len(parts)))]
