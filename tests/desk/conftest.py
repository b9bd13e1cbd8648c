"""A desk on a database of its own, a clock wound by hand, and a builder of findings."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sentinel.desk.database import open_database
from sentinel.desk.desk import Desk
from sentinel.domain.finding import Change, Ending, Finding, finding_id, warning_id
from sentinel.domain.rank import Rank, Sight
from tests.desk.small import FACTS


class HandClock:
    """Stands still until it is set."""

    def __init__(self, now: int) -> None:
        self.at = now

    def now(self) -> int:
        """Return the time that was set."""
        return self.at


@pytest.fixture
def clock() -> HandClock:
    """Start at a round number."""
    return HandClock(1_000_000)


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock) -> Iterator[Desk]:
    """An empty desk."""
    desk = Desk(open_database(tmp_path / "desk.sqlite"), clock, lambda: FACTS)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def finding() -> Callable[..., Finding]:
    """Build finding `number` of the warning on `subject`."""
    return _finding


def _finding(
    subject: str = "lv-01",
    number: int = 1,
    **changes: Any,  # noqa: ANN401 -- any field of a finding
) -> Finding:
    warning = warning_id("river-level", subject, 1_000)
    values: dict[str, Any] = {
        "id": finding_id(warning, number),
        "warning": warning,
        "number": number,
        "rule": "river-level",
        "subject": subject,
        "area": "pudong/hq/g07",
        "scenario": "flood-control",
        "change": Change.OPENED if number == 1 else Change.RANK,
        "rank": Rank.ORANGE,
        "previous_rank": Rank.NONE,
        "sight": Sight.SEEN,
        "blind_since": None,
        "onset": 1_000,
        "decided_at": 1_000 + 100 * number,
        "received_at": 2_000 + 100 * number,
        "title": {"en": f"river at {subject}", "zh": f"{subject} 水位"},
        "evidence": (),
        "bundle": "b1",
        "row": number,
        "index": 0,
        "dispatch_to": "water-affairs",
    }
    values |= changes
    if "ending" in changes:
        values |= {"change": Change.ENDED, "rank": Rank.NONE, "ending": Ending(changes["ending"])}
    return Finding(**values)
