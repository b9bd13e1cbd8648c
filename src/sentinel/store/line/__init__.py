"""Readings in a database that speaks line protocol: VictoriaMetrics, InfluxDB 2 and 3."""
