"""What a message is, and what it came to: rows, rejections, counts."""

from operator import attrgetter
from typing import NamedTuple

import msgspec

from sentinel.domain.messages import MessageFlag
from sentinel.domain.readings import ReadingFlag
from sentinel.domain.rejection import Rejection
from sentinel.normalise.failure import Failure

MOST_REJECTIONS = 100
"""Of one message; each keeps its payload."""
_RETAINED, _TOGETHER = int(MessageFlag.RETAINED), int(ReadingFlag.TOGETHER)


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One message of a batch, with its address."""

    row: int
    index: int
    received: int
    topic: str
    payload: bytes
    flags: int

    @property
    def is_retained(self) -> bool:
        """Whether the broker kept it for whoever comes."""
        return self.flags & _RETAINED != 0


class Row(NamedTuple):
    """One row of `Readings`, but for what all rows of its message share."""

    time: int
    device: int
    sensor: int
    value: float
    quality: int
    flags: int


class Outcome(msgspec.Struct):
    """What a message came to. untimed: Sensors of which it has a value without a time."""

    rows: list[Row] = []
    untimed: set[int] = set()
    rejections: list[Rejection] = []
    ignored: int = 0
    repeats: int = 0


def reject(
    outcome: Outcome,
    message: Message,
    form: str,
    failure: Failure,
    device: str | Failure = "",
    metric: str | Failure = "",
) -> None:
    """Note one rejection; the last that a message may have speaks for the rest."""
    if len(outcome.rejections) >= MOST_REJECTIONS:
        return
    found = failure.found
    if len(outcome.rejections) == MOST_REJECTIONS - 1:
        found += "; what else is wrong with this message is not listed"
    outcome.rejections.append(
        Rejection(
            row=message.row,
            index=message.index,
            part=len(outcome.rejections),
            received_at=message.received,
            reason=failure.reason,
            topic=message.topic,
            payload=message.payload,
            format=form,
            device=device if isinstance(device, str) else "",
            metric=metric if isinstance(metric, str) else "",
            found=found,
            flags=message.flags,
        )
    )


def finished(outcome: Outcome) -> Outcome:
    """Put the rows in order; a message that came to nothing is counted as ignored."""
    outcome.rows = in_order(outcome.rows)
    if not (outcome.rows or outcome.rejections or outcome.ignored):
        outcome.ignored = 1
    return outcome


def in_order(rows: list[Row]) -> list[Row]:
    """Sort the rows of one message by time, those of a device and time together and marked so."""
    if len(rows) < 2:  # noqa: PLR2004 -- one row is in order
        return rows
    first: dict[int, int] = {}
    for row in rows:
        first.setdefault(row.device, len(first))
    rows = sorted(sorted(rows, key=lambda row: first[row.device]), key=attrgetter("time"))
    for at in range(len(rows) - 1):
        row, after = rows[at], rows[at + 1]
        if row.time == after.time and row.device == after.device:
            rows[at] = row._replace(flags=row.flags | _TOGETHER)
    return rows
