"""The commands. Each module adds its own to the app; none of them holds logic."""

from sentinel.cli.app import main

__all__ = ["main"]
