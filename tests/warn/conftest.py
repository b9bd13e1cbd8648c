"""A builder of findings in which only what matters is said."""

from collections.abc import Callable
from typing import Any

import pytest

from sentinel.domain.finding import Change, Ending, Finding, finding_id, warning_id
from sentinel.domain.rank import Rank, Sight

FindingBuilder = Callable[..., Finding]


@pytest.fixture(scope="session")
def finding() -> FindingBuilder:
    """Build finding `number` of one warning of the rule `river-level` on `lv-01`."""
    return _finding


def _finding(number: int = 1, *, rank: Rank = Rank.ORANGE, **changes: Any) -> Finding:  # noqa: ANN401 -- any field
    warning = warning_id("river-level", changes.get("subject", "lv-01"), 1_000)
    values: dict[str, Any] = {
        "id": finding_id(warning, number),
        "warning": warning,
        "number": number,
        "rule": "river-level",
        "subject": "lv-01",
        "area": "pudong/hq/g07",
        "scenario": "flood-control",
        "change": Change.OPENED if number == 1 else Change.RANK,
        "rank": rank,
        "previous_rank": Rank.NONE,
        "sight": Sight.SEEN,
        "blind_since": None,
        "onset": 1_000,
        "decided_at": 1_000 + 100 * number,
        "received_at": 2_000 + 100 * number,
        "title": {"en": f"river, finding {number}", "zh": f"水位 {number}"},
        "evidence": (),
        "bundle": "b1",
        "row": number,
        "index": 0,
    }
    values |= changes
    if "ending" in changes:
        values |= {"change": Change.ENDED, "rank": Rank.NONE, "ending": Ending(changes["ending"])}
    return Finding(**values)
