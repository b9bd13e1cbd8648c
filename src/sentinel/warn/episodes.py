"""What happened when: the findings of one warning as a line of conditions."""

from collections.abc import Iterable
from itertools import pairwise

import msgspec

from sentinel.domain.finding import Finding
from sentinel.domain.rank import Rank, Sight


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of one condition, on the subject's clock; `end` None: it still lasts."""

    start: int
    end: int | None
    rank: Rank
    sight: Sight


def episodes(findings: Iterable[Finding]) -> list[Episode]:
    """Return the conditions of one warning, oldest first, each until the next finding.

    The first begins when it was decided, not at the onset: before that, the hold was served.
    """
    line = sorted(findings, key=lambda finding: finding.number)
    found: list[Episode] = []
    for finding, following in pairwise([*line, None]):
        if finding is None or finding.ending is not None:
            continue
        found.append(
            Episode(
                start=finding.decided_at,
                end=None if following is None else following.decided_at,
                rank=finding.rank,
                sight=finding.sight,
            )
        )
    return _joined(found)


def missing_numbers(findings: Iterable[Finding]) -> list[int]:
    """Return the numbers of findings that ought to have come before the newest and have not."""
    known = {finding.number for finding in findings}
    return [number for number in range(1, max(known, default=0)) if number not in known]


def _joined(line: list[Episode]) -> list[Episode]:
    """Neighbours of one condition become one: a CONFIRMED changes nothing."""
    joined: list[Episode] = []
    for episode in line:
        before = joined[-1] if joined else None
        if before and (before.rank, before.sight) == (episode.rank, episode.sight):
            joined[-1] = msgspec.structs.replace(before, end=episode.end)
        else:
            joined.append(episode)
    return joined
