"""What detect and record count while they read messages; both do, each for itself."""

from prometheus_client import Counter

read_messages = Counter(
    "sentinel_normalise_read_messages_total", "Messages of the journal that were read"
)
made_readings = Counter("sentinel_normalise_made_readings_total", "Readings that came of them")
rejections = Counter(
    "sentinel_normalise_rejections_total",
    "Messages, or parts of them, that became no reading",
    ["reason"],
)
repeated_messages = Counter(
    "sentinel_normalise_repeated_messages_total", "Messages passed over as sent twice"
)
ignored_parts = Counter(
    "sentinel_normalise_ignored_parts_total",
    "Messages, or parts of them, that a format says are not wanted",
)
