"""What detect counts; it has no lines of its own in the log: what it concludes are findings."""

from prometheus_client import Counter, Gauge

written_findings = Counter("sentinel_detect_written_findings_total", "Findings written")
readings = Counter(
    "sentinel_detect_readings_total",
    "What became of readings: judged, late, repeats, ...",
    ["what"],
)
reached_row = Gauge("sentinel_detect_reached_row", "The last row of the journal that was judged")
reached_at = Gauge(
    "sentinel_detect_reached_timestamp_seconds", "When that row was received, since 1970 UTC"
)
