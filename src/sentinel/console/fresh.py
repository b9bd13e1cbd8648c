"""Answers that many may ask for at once, made again only when they have grown old."""

import operator
import time
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Fresh(Generic[T]):
    """Hands out one answer for a while, so that a hundred screens cost no more than one.

    Args:
        make: Makes the answer; called by one thread at a time.
        seconds: How long an answer is good.
        version: When this changes, the answer is made anew at once.
        same: Says whether two versions are one; `operator.is_` for what holds arrays.
    """

    def __init__(
        self,
        make: Callable[[], T],
        *,
        seconds: float,
        version: Callable[[], object] = lambda: None,
        same: Callable[[object, object], bool] = operator.eq,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._seconds = seconds
        self._version = version
        self._same = same
        self._monotonic = monotonic
        self._turn = Lock()
        self._kept: tuple[T, float, object] | None = None

    def __call__(self) -> T:
        """Return the answer, made again if it is old; the old one while somebody makes it again."""
        version = self._version()
        kept = self._kept
        if kept is None or not self._same(kept[2], version):
            with self._turn:
                return self._made()
        if self._monotonic() < kept[1] or not self._turn.acquire(blocking=False):
            return kept[0]
        try:
            return self._made()
        finally:
            self._turn.release()

    def _made(self) -> T:
        """Make the answer, unless somebody did so while we waited for our turn."""
        version = self._version()
        kept = self._kept
        if kept and self._monotonic() < kept[1] and self._same(kept[2], version):
            return kept[0]
        answer = self._make()
        self._kept = (answer, self._monotonic() + self._seconds, version)
        return answer


Sight = tuple[str, ...]
"""The areas that somebody sees."""


class BySight(Generic[T]):
    """Hands out one answer for each sight; few differ, for people of one centre see the same.

    Args:
        make: Makes the answer for who sees these areas.
        seconds: How long an answer is good.
        version: When this changes, the answers are made anew.
        most: So many are remembered; whoever has another sight waits for theirs.
    """

    def __init__(
        self,
        make: Callable[[Sight], T],
        *,
        seconds: float,
        version: Callable[[], object] = lambda: None,
        most: int = 64,
    ) -> None:
        self._make = make
        self._seconds = seconds
        self._version = version
        self._most = most
        self._turn = Lock()
        self._kept: dict[Sight, Fresh[T]] = {}

    def __call__(self, seen: Sight) -> T:
        """Return the answer for who sees these areas."""
        with self._turn:
            fresh = self._kept.pop(seen, None) or self._new(seen)
            self._kept[seen] = fresh
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
        return fresh()

    def _new(self, seen: Sight) -> Fresh[T]:
        return Fresh(lambda: self._make(seen), seconds=self._seconds, version=self._version)
