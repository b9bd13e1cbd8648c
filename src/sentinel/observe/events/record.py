"""What record counts beside what the store says."""

from prometheus_client import Counter, Gauge

given_up_rows = Counter(
    "sentinel_record_given_up_rows_total", "Rows that the journal gave up before they were kept"
)
store_down = Gauge("sentinel_record_store_down", "1 while the store is down, else 0")
reached_row = Gauge("sentinel_record_reached_row", "The last row of the journal that was kept")
reached_at = Gauge(
    "sentinel_record_reached_timestamp_seconds", "When that row was received, since 1970 UTC"
)
