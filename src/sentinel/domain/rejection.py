"""What never became a reading, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a message, or a part of one, was rejected. A closed set: it labels a metric."""

    UNKNOWN_TOPIC = "unknown_topic"
    """No format's topic pattern matches."""
    UNREADABLE = "unreadable"
    """Not the JSON, text or bytes that the format says."""
    TOO_LARGE = "too_large"
    UNKNOWN_DEVICE = "unknown_device"
    UNKNOWN_METRIC = "unknown_metric"
    """The format or the device knows no such metric."""
    DEVICE_DISAGREES = "device_disagrees"
    """The topic names one device, the payload another."""
    MISSING_FIELD = "missing_field"
    NOT_A_NUMBER = "not_a_number"
    BAD_UNIT = "bad_unit"
    WRONG_TIME = "wrong_time"
    """Later than received by more than the skew, impossibly old, or not a time."""
    UNKNOWN_STATE = "unknown_state"
    """A state metric has no such name or number."""
    REFUSED_BY_STORE = "refused_by_store"
    """It was a reading, and judged; the database would not keep it. `payload` is its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """One thing rejected.

    row, index: Journal row and position in it; `part` numbers rejections of one message.
    device, metric: As far as they were known, else empty.
    found: What was found and what was expected, for a person.
    payload: The whole payload as it came.
    flags: `domain.messages.MessageFlag` of the message; a retry hands them in again.
    """

    row: int
    index: int
    part: int
    received_at: int
    reason: Reason
    topic: str
    payload: bytes
    format: str
    device: str
    metric: str
    found: str
    flags: int = 0
