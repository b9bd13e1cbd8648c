"""What the stores of readings say."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter
from typing_extensions import override

from sentinel.observe.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted(Event):
    count: int

    @override
    def amount(self) -> float:
        return self.count


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsStored(_Counted):
    """Readings are kept; said once a batch."""

    name: ClassVar[str] = "readings_stored"
    level: ClassVar[str] = "debug"
    counter: ClassVar[Counter] = Counter(
        "sentinel_store_stored_readings_total", "Readings handed to the store and kept"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingsPassedOver(_Counted):
    """Readings that are never kept. why: repeat, clock_off, deadline, alive. Intended."""

    name: ClassVar[str] = "readings_passed_over"
    level: ClassVar[str] = "debug"
    labels: ClassVar[tuple[str, ...]] = ("why",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_store_passed_over_readings_total", "Readings not to be kept", ["why"]
    )

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionsKept(_Counted):
    """Rejections are kept for a person to look at; said once a batch and reason."""

    name: ClassVar[str] = "rejections_kept"
    level: ClassVar[str] = "debug"
    labels: ClassVar[tuple[str, ...]] = ("reason",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_store_kept_rejections_total", "Rejections kept with their payload", ["reason"]
    )

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRefused(_Counted):
    """The database refused single points for good; they are kept as rejections."""

    name: ClassVar[str] = "points_refused"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter] = Counter(
        "sentinel_store_refused_readings_total", "Readings that the database refused"
    )

    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysGivenUp(_Counted):
    """Days older than the time to keep were unlinked. Intended."""

    name: ClassVar[str] = "days_given_up"
    counter: ClassVar[Counter] = Counter(
        "sentinel_store_given_up_days_total", "Days of readings unlinked after their time"
    )

    oldest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionsGivenUp(_Counted):
    """Kept rejections were deleted. why: age, or size when there were too many. Intended."""

    name: ClassVar[str] = "rejections_given_up"
    labels: ClassVar[tuple[str, ...]] = ("why",)
    counter: ClassVar[Counter] = Counter(
        "sentinel_store_given_up_rejections_total", "Kept rejections deleted", ["why"]
    )

    why: str
