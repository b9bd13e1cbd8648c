"""How long people took, against how long they had."""

from collections.abc import Iterator
from enum import StrEnum
from statistics import median, quantiles
from typing import NamedTuple

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.case import CaseFile, CaseState
from sentinel.warn.order import OrderState

_NINTH = 8
"""Of nine cuts into tenths, the last."""


class Step(StrEnum):
    """What is waited for."""

    ACCEPT = "accept"
    """From the dispatch of an order until a unit has it in hand."""
    RESOLVE = "resolve"
    """From the dispatch until the unit is done."""
    VERIFY = "verify"
    """From there until somebody else has looked, and closed the case."""


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """One step, of one rank or of all.

    done: How often it happened; median_ms, p90_ms: how long that took; None: it never did.
    target_ms: The usual time allowed (the median, as rules may differ); None: there was none.
    judged: How often there was a target that was met or missed by now; in_time: of these, met.
    waiting: What may still come in time.
    """

    done: int
    median_ms: int | None
    p90_ms: int | None
    target_ms: int | None
    judged: int
    in_time: int
    waiting: int

    @property
    def share(self) -> float | None:
        """In time, of what was met or missed; None while nothing was."""
        return self.in_time / self.judged if self.judged else None


class _Took(NamedTuple):
    """One wait. end: None: it lasts. due: None: there is no limit."""

    begin: int
    end: int | None
    due: int | None


class Clockwork:
    """Gathers waits.

    Args:
        now: What lasts is late from here on, if its time is over.
    """

    def __init__(self, now: int) -> None:
        self._now = now
        self._took: dict[tuple[Step, Rank], list[_Took]] = {}

    def add(self, file: CaseFile) -> None:
        """Take in one case; its worst rank is what it counts under."""
        for step, took in _waits(file):
            self._took.setdefault((step, file.case.worst), []).append(took)

    def timings(self) -> dict[Step, dict[Rank | None, Timing]]:
        """Return each step by rank, reds first, and all ranks together under None, first."""
        found: dict[Step, dict[Rank | None, Timing]] = {}
        for step in Step:
            ranks = sorted({rank for of, rank in self._took if of is step}, reverse=True)
            all_of = [took for rank in ranks for took in self._took[step, rank]]
            found[step] = {None: self._timing(all_of)}
            found[step] |= {rank: self._timing(self._took[step, rank]) for rank in ranks}
        return found

    def _timing(self, waits: list[_Took]) -> Timing:
        spans = sorted(took.end - took.begin for took in waits if took.end is not None)
        allowed = [took.due - took.begin for took in waits if took.due is not None]
        verdicts = [self._is_in_time(took) for took in waits]
        lasting = sum(took.end is None for took in waits)
        late = sum(took.end is None and self._is_in_time(took) is False for took in waits)
        return Timing(
            done=len(spans),
            median_ms=round(median(spans)) if spans else None,
            p90_ms=_ninety(spans),
            target_ms=round(median(allowed)) if allowed else None,
            judged=sum(verdict is not None for verdict in verdicts),
            in_time=sum(verdict is True for verdict in verdicts),
            waiting=lasting - late,
        )

    def _is_in_time(self, took: _Took) -> bool | None:
        """Whoever never came is late too; None: nobody can say yet, or there is no limit."""
        if took.due is None or (took.end is None and self._now <= took.due):
            return None
        return took.end is not None and took.end <= took.due


def _waits(file: CaseFile) -> Iterator[tuple[Step, _Took]]:
    """An order that was taken back before anybody had it in hand was nobody's wait."""
    for order in file.orders:
        if order.accepted_at is not None or order.state is OrderState.DISPATCHED:
            yield Step.ACCEPT, _Took(order.dispatched_at, order.accepted_at, order.due.accept_by)
        if order.resolved_at is not None or order.is_active:
            yield Step.RESOLVE, _Took(order.dispatched_at, order.resolved_at, order.due.resolve_by)
    yield from _verifying(file)


def _verifying(file: CaseFile) -> Iterator[tuple[Step, _Took]]:
    case = file.case
    if case.resolved_at is not None and case.state is not CaseState.MERGED:
        end = case.verified.at if case.verified else None
        yield Step.VERIFY, _Took(case.resolved_at, end, case.verify_by)


def _ninety(spans: list[int]) -> int | None:
    """Return what nine of ten did not exceed; of one alone, itself."""
    if len(spans) < 2:  # noqa: PLR2004 -- quantiles want two
        return spans[0] if spans else None
    return round(quantiles(spans, n=10, method="inclusive")[_NINTH])
