"""Senders seen before: topic, or what stands in the payload, to sensor and conversion.

A million topics must cost little: beside its own text and number a sender is 24 bytes in columns.
Only senders that the registry knows are kept, so strangers cannot fill the memory.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sentinel.normalise.linear import Linear

UNKNOWN = -1
"""In the place of a sender's number: the message is for `reader`."""
BY_CONTENT = -2
"""In the place of a sensor: the payload says whose the message is."""
ALWAYS = 2**62
"""Further than any time, in milliseconds."""

Key = TypeVar("Key")


class Known(dict[Key, int], Generic[Key]):
    """A key's sender, looked for by `find` the first time and remembered if there is one."""

    def __init__(self, find: Callable[[Key], int]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, key: Key) -> int:
        number = self._find(key)
        if number != UNKNOWN:
            self[key] = number
        return number


class Senders:
    """Columns by number of the sender.

    sensor: Its sensor, or BY_CONTENT. plan: Number in `plans`: (format, conversion).
    since, until: When the address was this sensor's. are_for_ever: It always was, of all.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self._count = 0
        self._plans: dict[tuple[int, Linear], int] = {}
        self._tables: tuple[NDArray[np.int32], NDArray[np.float64]] | None = None
        self.are_for_ever = True
        self.sensor: NDArray[np.int32] = np.empty(1024, np.int32)
        self.plan: NDArray[np.int32] = np.empty(1024, np.int32)
        self.since: NDArray[np.int64] = np.empty(1024, np.int64)
        self.until: NDArray[np.int64] = np.empty(1024, np.int64)

    def plan_of(self, form: int, linear: Linear) -> int:
        """Return the number of a plan."""
        number = self._plans.setdefault((form, linear), len(self._plans))
        if number + 1 == len(self._plans):
            self._tables = None
        return number

    def add(
        self,
        sensor: NDArray[np.int32],
        plan: NDArray[np.int32],
        since: NDArray[np.int64],
        until: NDArray[np.int64],
    ) -> NDArray[np.int32]:
        """Keep senders and return their numbers."""
        first, self._count = self._count, self._count + len(sensor)
        if self._count > len(self.sensor):
            self._grow()
        own = slice(first, self._count)
        self.sensor[own], self.plan[own] = sensor, plan
        self.since[own], self.until[own] = since, until
        if (since > -ALWAYS).any() or (until < ALWAYS).any():
            self.are_for_ever = False
        return np.arange(first, self._count, dtype=np.int32)

    @property
    def plans(self) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """By number of the plan: its format; and factor, shift and divisor in three rows."""
        if self._tables is None:
            forms = np.array([form for form, _ in self._plans], np.int32)
            steps = [(linear.factor, linear.shift, linear.divisor) for _, linear in self._plans]
            table = np.array(steps, np.float64).reshape(-1, 3)
            self._tables = forms, np.ascontiguousarray(table.T)
        return self._tables

    def _grow(self) -> None:
        """Make room; what of it is not used yet costs no memory."""
        for name in ("sensor", "plan", "since", "until"):
            before = getattr(self, name)
            column = np.empty(2 * self._count, before.dtype)
            column[: len(before)] = before
            setattr(self, name, column)
