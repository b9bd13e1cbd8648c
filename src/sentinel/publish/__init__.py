"""What goes out, as pure functions: CAP messages, the bulletin, SensorThings."""
