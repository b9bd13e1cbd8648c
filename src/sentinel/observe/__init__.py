"""Logs, metrics and health: what a service says of itself."""
