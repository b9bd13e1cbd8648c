"""How often a rule was right, by the verdicts of the people who looked."""

from collections.abc import Iterable

import msgspec

from sentinel.warn.case import Case, Verdict


class Precision(msgspec.Struct, frozen=True, kw_only=True):
    """The verdicts on one rule's cases. unjudged: Duplicates, drills and tests."""

    true: int = 0
    false: int = 0
    unjudged: int = 0

    @property
    def ratio(self) -> float | None:
        """True over judged; None while nothing is."""
        judged = self.true + self.false
        return self.true / judged if judged else None


def precision(cases: Iterable[Case]) -> dict[str, Precision]:
    """Return the precision of every rule of which a case was verified; exercises do not count."""
    found: dict[str, Precision] = {}
    for case in cases:
        if case.verified is None or not case.rule or case.exercise:
            continue
        name = _FIELDS.get(case.verified.verdict, "unjudged")
        before = found.get(case.rule, Precision())
        count = getattr(before, name) + 1
        found[case.rule] = msgspec.structs.replace(before, **{name: count})
    return found


_FIELDS = {Verdict.TRUE: "true", Verdict.FALSE_ALARM: "false"}
