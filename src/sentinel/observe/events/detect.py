"""What detect counts; it has no lines of its own in the log: what it concludes are findings."""

from prometheus_client import Counter, Gauge

written_findings = Counter("sentinel_detect_written_findings_total", "Findings written")
readings = Counter(
    "sentinel_detect_readings_total",
    "What became of readings: judged, late, repeats, ...",
    ["what"],
)
missed_rows = Counter(
    "sentinel_detect_missed_rows_total",
    "Rows that were gone from the journal before they were judged",
)
reached_row = Gauge("sentinel_detect_reached_row", "The last row of the journal that was judged")
reached_at = Gauge(
    "sentinel_detect_reached_timestamp_seconds", "When that row was received, since 1970 UTC"
)
