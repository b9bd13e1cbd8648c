"""How each area stands: the open warnings in it and below it, in numbers."""

from collections.abc import Iterable, Mapping

import msgspec

from sentinel.domain.rank import Rank, Sight

CITY = ""
"""The key of the whole city in a picture; warnings without an area count only there."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many open warnings of one area are alike.

    everywhere: They are of the listener's own link: while it is lost, nothing can be seen.
    """

    area: str
    rank: Rank
    sight: Sight
    accepted: bool
    count: int
    everywhere: bool = False


class Standing(msgspec.Struct, kw_only=True):
    """How one area stands, everything below it included.

    ranks: Open warnings by rank. blind: Those that cannot be seen, of whatever rank.
    waiting: Those that nobody has accepted at their rank. waiting_red: The reds of those.
    dark: Nothing of the whole city can be seen, so nothing of this area either.
    """

    ranks: dict[Rank, int] = msgspec.field(default_factory=lambda: dict.fromkeys(Rank, 0))
    blind: int = 0
    waiting: int = 0
    waiting_red: int = 0
    dark: bool = False

    @property
    def worst(self) -> Rank:
        """The highest rank that is open."""
        return max((rank for rank, count in self.ranks.items() if count), default=Rank.NONE)

    @property
    def open(self) -> int:
        """All open warnings."""
        return sum(self.ranks.values())

    @property
    def sight(self) -> Sight:
        """Blind if anything that ought to be seen is not."""
        return Sight.BLIND if self.blind or self.dark else Sight.SEEN

    def add(self, tally: Tally) -> None:
        """Count some more."""
        self.ranks[tally.rank] += tally.count
        self.blind += tally.count * (tally.sight is Sight.BLIND)
        if not tally.accepted:
            self.waiting += tally.count
            self.waiting_red += tally.count * (tally.rank is Rank.RED)


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """How every area stands; ask for any, also for those of which nothing is open.

    standings: By code, of the areas with open warnings in them or below them.
    dark: Nothing of the city can be seen: a calm area is blind then, too.
    """

    standings: Mapping[str, Standing]
    dark: bool = False

    def __getitem__(self, area: str) -> Standing:
        """Return how one area stands."""
        return self.standings.get(area) or Standing(dark=self.dark)


def paint(tallies: Iterable[Tally]) -> Picture:
    """Return how the areas stand.

    >>> one = Tally(area="pudong/hq", rank=Rank.RED, sight=Sight.SEEN, accepted=False, count=2)
    >>> [paint([one])[area].open for area in (CITY, "pudong", "pudong/hq", "minhang")]
    [2, 2, 2, 0]
    """
    counted = list(tallies)
    dark = any(tally.everywhere and tally.sight is Sight.BLIND for tally in counted)
    standings = {CITY: Standing(dark=dark)}
    for tally in counted:
        for area in around(tally.area):
            standings.setdefault(area, Standing(dark=dark)).add(tally)
    return Picture(standings=standings, dark=dark)


def around(area: str) -> list[str]:
    """Return the city, the areas around `area` and itself, widest first.

    >>> around("pudong/hq/g07")
    ['', 'pudong', 'pudong/hq', 'pudong/hq/g07']
    """
    parts = area.split("/") if area else []
    return [CITY, *("/".join(parts[: n + 1]) for n in range(len(parts)))]
