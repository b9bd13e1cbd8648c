"""How serious a condition is, and whether it can be seen."""

from enum import IntEnum


class Rank(IntEnum):
    """Seriousness in the four colours of the emergency law; ordered, none lowest.

    The law counts the other way (I is red, IV is blue), so a rank is never sorted by name.
    """

    NONE = 0
    BLUE = 1
    YELLOW = 2
    ORANGE = 3
    RED = 4

    @property
    def word(self) -> str:
        """The colour as rule files and screens write it: `"orange"`."""
        return self.name.lower()


class Sight(IntEnum):
    """Whether every input of a subject is still heard from."""

    SEEN = 0
    BLIND = 1


RANK_WORDS = {rank.word: rank for rank in Rank}
