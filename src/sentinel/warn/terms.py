"""How long each thing may take, by rank."""

import msgspec

from sentinel.domain.rank import Rank

_MINUTE = 60_000


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds by rank; a rank that is not named has no limit.

    accept: From the dispatch (or a rise of rank) to acceptance. resolve: From the dispatch.
    verify: From the report that it is resolved. again: Between two steps up the tiers.
    """

    accept: dict[Rank, int]
    resolve: dict[Rank, int]
    verify: dict[Rank, int]
    again: dict[Rank, int]


USUAL = Terms(
    accept={
        Rank.BLUE: 60 * _MINUTE,
        Rank.YELLOW: 30 * _MINUTE,
        Rank.ORANGE: 10 * _MINUTE,
        Rank.RED: 3 * _MINUTE,
    },
    resolve={
        Rank.BLUE: 24 * 60 * _MINUTE,
        Rank.YELLOW: 12 * 60 * _MINUTE,
        Rank.ORANGE: 4 * 60 * _MINUTE,
        Rank.RED: 2 * 60 * _MINUTE,
    },
    verify={
        Rank.BLUE: 48 * 60 * _MINUTE,
        Rank.YELLOW: 24 * 60 * _MINUTE,
        Rank.ORANGE: 8 * 60 * _MINUTE,
        Rank.RED: 4 * 60 * _MINUTE,
    },
    again={
        Rank.BLUE: 60 * _MINUTE,
        Rank.YELLOW: 30 * _MINUTE,
        Rank.ORANGE: 10 * _MINUTE,
        Rank.RED: 3 * _MINUTE,
    },
)
"""Where neither the configuration nor the rule says otherwise."""


class RuleTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule itself says of handling (`dispatch:`, `explains:`, `fold:`).

    fold_into: A level such as `district`; empty: warnings are not folded. fold_count, fold_share:
        From so many of them, or such a share of the area's subjects; None: that does not count.
    """

    rule: str
    dispatch_to: str = ""
    accept: dict[Rank, int] = {}
    resolve: dict[Rank, int] = {}
    explains: tuple[str, ...] = ()
    fold_into: str = ""
    fold_count: int | None = None
    fold_share: float | None = None
