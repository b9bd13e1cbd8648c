"""From findings to early warnings and the orders that people accept; pure."""
