"""Readings to findings. `program` is where the rule language and the engine meet."""
