"""What detect and record say of the disk that they work on."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter

from sentinel.observe.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskFilled(Event):
    """No room to write: the flow goes on when there is, and loses nothing.

    what: `findings`, `position` or `checkpoint`; only for a checkpoint the flow does not wait.
    """

    name: ClassVar[str] = "disk_filled"
    level: ClassVar[str] = "error"
    labels: ClassVar[tuple[str, ...]] = ("what",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_flow_full_disks_total", "Times that there was no room to write", ["what"]
    )

    what: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskHasRoom(Event):
    """What waited for room is written."""

    name: ClassVar[str] = "disk_has_room"

    what: str
    waited_seconds: float
