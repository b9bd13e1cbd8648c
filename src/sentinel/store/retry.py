"""Which kept messages can be read now that their cause is mended."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Protocol

import numpy as np

from sentinel.domain.messages import Messages
from sentinel.domain.readings import ReadingFlag, Readings
from sentinel.domain.rejection import Reason, Rejection

_NO_READING = ReadingFlag.CLOCK_OFF | ReadingFlag.DEADLINE


class Normalised(Protocol):
    """What the formats make of messages."""

    @property
    def readings(self) -> Readings:
        """Readings, each with the position of its message."""
        ...

    @property
    def rejections(self) -> Sequence[Rejection]:
        """Rejections, each with the position of its message."""
        ...


@dataclass(slots=True)
class RetryPlan:
    """Kept rejections by what a retry would do with their messages.

    ready: Messages that are read wholly now, as (topic, payload, flags), oldest first.
    retried: The rejections of those messages.
    still: Rejections of messages that would be rejected again.
    untimed: Of messages that could be read, but bear no time of their own: put into the journal
        now, they would pass for fresh. They stay where they are.
    foreign: Of readings that a database refused: their messages were read, and are not here.
    """

    ready: list[tuple[str, bytes, int]] = field(default_factory=list)
    retried: list[Rejection] = field(default_factory=list)
    still: list[Rejection] = field(default_factory=list)
    untimed: list[Rejection] = field(default_factory=list)
    foreign: list[Rejection] = field(default_factory=list)


def plan_retry(
    kept: Sequence[Rejection], normalise: Callable[[Messages], Normalised], now_ms: int
) -> RetryPlan:
    """Return what can be retried.

    A message must be readable at the time it was received and now: a device's clock that was
    three hours ahead is not right because three hours have passed.

    Args:
        kept: Rejections, in any order.
        normalise: With the bundle in force.
        now_ms: When the messages would come into the journal.
    """
    plan = RetryPlan()
    messages = list(_messages(kept, plan))
    for received_at, same in groupby(messages, key=lambda parts: parts[0].received_at):
        _sort_out(list(same), received_at, normalise, now_ms, plan)
    return plan


def _messages(kept: Sequence[Rejection], plan: RetryPlan) -> Iterator[list[Rejection]]:
    """Yield the rejections of each message together, oldest message first."""
    plan.foreign = [one for one in kept if one.reason is Reason.REFUSED_BY_STORE]
    own = [one for one in kept if one.reason is not Reason.REFUSED_BY_STORE]
    own.sort(key=lambda one: (one.received_at, one.row, one.index, one.part))
    for _, parts in groupby(own, key=lambda one: (one.row, one.index)):
        yield list(parts)


def _sort_out(
    messages: list[list[Rejection]],
    received_at: int,
    normalise: Callable[[Messages], Normalised],
    now_ms: int,
    plan: RetryPlan,
) -> None:
    firsts = [parts[0] for parts in messages]
    then = _readable(firsts, received_at, normalise)
    now = _readable(firsts, now_ms, normalise)
    untimed = then[1]
    for at, parts in enumerate(messages):
        if at not in then[0] or at not in now[0]:
            plan.still += parts
        elif at in untimed:
            plan.untimed += parts
        else:
            plan.ready.append((parts[0].topic, parts[0].payload, parts[0].flags))
            plan.retried += parts


def _readable(
    messages: Sequence[Rejection], at_ms: int, normalise: Callable[[Messages], Normalised]
) -> tuple[set[int], set[int]]:
    """Return the positions read without a rejection, and those of readings without a time."""
    found = normalise(
        Messages(
            row=0,
            received_at=at_ms,
            topics=[one.topic for one in messages],
            payloads=[one.payload for one in messages],
            flags=np.array([one.flags for one in messages], np.uint8),
            packet_ids=np.zeros(len(messages), np.uint16),
        )
    )
    readings = found.readings.take(found.readings.flags & np.uint16(_NO_READING) == 0)
    untimed = readings.index[readings.flags & np.uint16(ReadingFlag.UNTIMED) != 0]
    read = set(readings.index.tolist()) - {one.index for one in found.rejections}
    return read, set(untimed.tolist())
