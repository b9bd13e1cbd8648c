"""The one wall clock."""

import time


class WallClock:
    """The machine's time."""

    def now(self) -> int:
        """Return milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000
