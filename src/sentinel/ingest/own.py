"""Messages that are for the listener itself: its probe, and what the broker says of drops."""

import re

import numpy as np

from sentinel.ingest.frames import Batch

_COUNT = re.compile(rb"\s*[0-9]{1,18}\s*")
"""More digits than that no broker counts, and no 64 bits hold."""


class OwnTopics:
    """Takes the listener's own messages out of what is journalled.

    Args:
        topics: Without wildcards; empty ones are none.
    """

    def __init__(self, *topics: str) -> None:
        self._topics = tuple(topic for topic in topics if topic)

    def split(self, batch: Batch) -> tuple[Batch, list[tuple[str, bytes]]]:
        """Return what is to be journalled, and the (topic, payload) of what is ours."""
        if not any(topic in batch.topics for topic in self._topics):
            return batch, []
        ours = [at for at, topic in enumerate(batch.topics) if topic in self._topics]
        others = np.ones(len(batch.topics), bool)
        others[ours] = False
        keep = np.flatnonzero(others).tolist()
        rest = Batch(
            topics=[batch.topics[at] for at in keep],
            payloads=[batch.payloads[at] for at in keep],
            headers=bytes(batch.headers[at] for at in keep),
            packet_ids=batch.packet_ids[others],
            flags=batch.flags[others],
        )
        return rest, [(batch.topics[at], batch.payloads[at]) for at in ours]


class BrokerDrops:
    """The broker's running count of dropped messages, read as increases.

    Args:
        seen: What it said last, before a restart of ours; None: nothing yet.
    """

    def __init__(self, seen: int | None) -> None:
        self.seen = seen
        self.total = 0

    def note(self, payload: bytes) -> int:
        """Return how many more were dropped; a count that fell began anew with the broker.

        What is no count says nothing: it may come from anybody who may publish there.
        """
        if not _COUNT.fullmatch(payload):
            return 0
        count = int(payload)
        before, self.seen = self.seen, count
        more = 0 if before is None else count - before if count >= before else count
        self.total += more
        return more
