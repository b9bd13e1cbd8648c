"""Silences: nobody is told, but everything is kept; always with author, reason and end."""

import msgspec

from sentinel.domain.person import EVERYWHERE, is_inside
from sentinel.domain.rank import Rank


class Silence(msgspec.Struct, frozen=True, kw_only=True):
    """Keeps new cases from being told, up to a rank, until it ends.

    area, scenario, subject: All that are not empty must fit. cap: A rank above it breaks through.
    starts_at, ends_at: Milliseconds since 1970 UTC; the end is the first instant without it.
    out_of_service: The device (`subject`) is known to be broken.
    lifted_at: Ended early by somebody; None: it was not.
    """

    id: str
    author: str
    reason: str
    starts_at: int
    ends_at: int
    cap: Rank
    area: str = EVERYWHERE
    scenario: str = ""
    subject: str = ""
    out_of_service: bool = False
    lifted_at: int | None = None

    @property
    def until(self) -> int:
        """When it really ends."""
        return self.ends_at if self.lifted_at is None else min(self.ends_at, self.lifted_at)

    def holds_at(self, now: int) -> bool:
        """Whether it counts at `now`."""
        return self.starts_at <= now < self.until

    def fits(self, *, area: str, scenario: str, subject: str) -> bool:
        """Whether it is about such a case."""
        return (
            is_inside(area, self.area)
            and self.scenario in {"", scenario}
            and self.subject in {"", subject, device_of(subject)}
        )


def device_of(subject: str) -> str:
    """Return the device of a subject that is one; built-in checks judge `device/metric`.

    >>> device_of("lv-01/water_level"), device_of("lv-01")
    ('lv-01', 'lv-01')
    """
    return subject.partition("/")[0]
