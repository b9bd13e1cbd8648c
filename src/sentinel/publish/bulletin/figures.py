"""The numbers of a bulletin, gathered in one pass over cases.

Exercises are counted, and count for nothing else. A case that stands for many that were folded
counts through those.
"""

from collections.abc import Callable, Iterable

import msgspec

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.clock import Clockwork, Step, Timing
from sentinel.publish.bulletin.columns import Column, columns_of
from sentinel.warn.case import Case, CaseFile, CaseState, Origin, Verdict
from sentinel.warn.precision import Precision, precision
from sentinel.warn.warning import EarlyWarning

RANKS = (Rank.RED, Rank.ORANGE, Rank.YELLOW, Rank.BLUE)
"""As tables have them; a warning that was only ever blind is told as `Rank.NONE`."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Of which time and place. start, end: Milliseconds since 1970 UTC, end not included.

    now: When it is made; what is still open then may yet be late. area: Code; empty: the city.
    zone: IANA name; days begin there.
    """

    start: int
    end: int
    now: int
    zone: str
    area: str = ""


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many of one kind, by rank."""

    name: str
    ranks: dict[Rank, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.ranks.values())


class Totals(msgspec.Struct, kw_only=True):
    """The time in a few numbers.

    warnings: Told, each once. cases: Opened; reported: of these by hand. live: Of these not
    verified yet. verified: Of these seen through to their end. false_alarms: Of these false.
    followed: Of these that carried on for a closed one. quiet: Of these that nobody is told of.
    exercises: Cases that were drills.
    """

    warnings: int = 0
    cases: int = 0
    reported: int = 0
    live: int = 0
    verified: int = 0
    false_alarms: int = 0
    followed: int = 0
    quiet: int = 0
    exercises: int = 0


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """All that the page shows. scenarios, areas: Most first. areas: Those directly below `asked`.

    timings: By step; in each, by rank, and None for all ranks together.
    precision: By rule, most verdicts first.
    """

    asked: Asked
    totals: Totals
    scenarios: list[Counts]
    areas: list[Counts]
    columns: list[Column]
    timings: dict[Step, dict[Rank | None, Timing]]
    precision: list[tuple[str, Precision]]


def gather(files: Iterable[CaseFile], asked: Asked) -> Figures:
    """Return the numbers of the cases opened in a time; a long list is read once, and not kept."""
    gathering = _Gathering(asked)
    for file in files:
        if asked.start <= file.case.opened_at < asked.end:
            gathering.add(file)
    return gathering.figures()


class _Gathering:
    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._totals = Totals()
        self._known: set[str] = set()
        self._scenarios: dict[str, dict[Rank, int]] = {}
        self._areas: dict[str, dict[Rank, int]] = {}
        self._told: list[tuple[int, Rank]] = []
        self._clockwork = Clockwork(asked.now)
        self._precision: dict[str, Precision] = {}

    def add(self, file: CaseFile) -> None:
        case = file.case
        if case.exercise:
            self._totals.exercises += case.origin is not Origin.FOLDED
            return
        for warning in file.warnings:
            self._add_warning(warning)
        if case.origin is Origin.FOLDED:
            return
        self._count(case)
        self._clockwork.add(file)
        for rule, one in precision([case]).items():
            self._precision[rule] = _sum(self._precision.get(rule, Precision()), one)

    def figures(self) -> Figures:
        self._totals.warnings = len(self._told)
        judged = sorted(self._precision.items(), key=lambda item: (-_verdicts(item[1]), item[0]))
        return Figures(
            asked=self._asked,
            totals=self._totals,
            scenarios=_sorted(self._scenarios),
            areas=_sorted(self._areas),
            columns=columns_of(self._told, self._asked.start, self._asked.end, self._asked.zone),
            timings=self._clockwork.timings(),
            precision=judged,
        )

    def _add_warning(self, warning: EarlyWarning) -> None:
        """A condition that outlives its case has two cases, and is one warning."""
        if warning.told_at is None or warning.id in self._known:
            return
        self._known.add(warning.id)
        self._told.append((warning.told_at, warning.worst))
        _bump(self._scenarios, warning.scenario, warning.worst)
        _bump(self._areas, _below(warning.area, self._asked.area), warning.worst)

    def _count(self, case: Case) -> None:
        totals = self._totals
        totals.cases += 1
        for name, counts in _COUNTED.items():
            if counts(case):
                setattr(totals, name, getattr(totals, name) + 1)


_COUNTED: dict[str, Callable[[Case], bool]] = {
    "reported": lambda case: case.origin is Origin.REPORTED,
    "live": lambda case: case.is_live,
    "verified": lambda case: case.state is CaseState.CLOSED,
    "false_alarms": lambda case: (
        case.verified is not None and case.verified.verdict is Verdict.FALSE_ALARM
    ),
    "followed": lambda case: bool(case.follows),
    "quiet": lambda case: bool(case.quiet),
}


def _bump(counts: dict[str, dict[Rank, int]], name: str, rank: Rank) -> None:
    of = counts.setdefault(name, {})
    of[rank] = of.get(rank, 0) + 1


def _below(area: str, around: str) -> str:
    """Return the area directly below `around` in which `area` lies; itself if none is.

    >>> _below("pudong/hq/g07", ""), _below("pudong/hq/g07", "pudong"), _below("pudong", "pudong")
    ('pudong', 'pudong/hq', 'pudong')
    """
    depth = around.count("/") + 2 if around else 1
    return "/".join(area.split("/")[:depth])


def _sorted(counts: dict[str, dict[Rank, int]]) -> list[Counts]:
    found = [Counts(name=name, ranks=ranks) for name, ranks in counts.items()]
    return sorted(found, key=lambda one: (-one.total, one.name))


def _sum(one: Precision, other: Precision) -> Precision:
    return Precision(
        true=one.true + other.true,
        false=one.false + other.false,
        unjudged=one.unjudged + other.unjudged,
    )


def _verdicts(one: Precision) -> int:
    return one.true + one.false
