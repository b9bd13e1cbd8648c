"""What belongs together and changes together: registry, formats, rules and models."""

from sentinel.bundle.bundle import Bundle

__all__ = ["Bundle"]
