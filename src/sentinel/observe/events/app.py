"""What the supervisor says."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter

from sentinel.observe.event import Event

lost_log_lines = Counter(
    "sentinel_app_lost_log_lines_total", "Log lines that could not be written, as on a full disk"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStarted(Event):
    """A service's process was started."""

    name: ClassVar[str] = "service_started"
    service: str
    pid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDied(Event):
    """A service's process ended without being asked; it will be started again."""

    name: ClassVar[str] = "service_died"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_app_services_died_total", "Services that ended unasked", ["service"]
    )
    labels: ClassVar[tuple[str, ...]] = ("service",)
    service: str
    status: int
    again_in_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class UpkeepFailed(Event):
    """Noting a cursor or giving up old files failed; it is tried again."""

    name: ClassVar[str] = "upkeep_failed"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_app_upkeep_failures_total", "Upkeep that failed", ["service"]
    )
    labels: ClassVar[tuple[str, ...]] = ("service",)
    service: str
    reason: str
