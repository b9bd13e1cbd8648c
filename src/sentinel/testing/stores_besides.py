"""The part of the exam of stores that is about what they keep besides readings."""
# ruff: noqa: D102, S101 -- these are tests: the name says it

from collections.abc import Callable
from dataclasses import dataclass

from sentinel.domain.rank import Rank, Sight
from sentinel.domain.rejection import Reason
from sentinel.store import KeptState, RankPoint, ReadingStore
from sentinel.testing.samples import NOON, a_finding, a_rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Examinee:
    """A store to be examined.

    open: Opens it; called again after a close, it opens the same store.
    settle: Makes readable what was written, where that takes its time.
    first_stands: Of two readings with one sensor and time, written in two calls, it keeps the
        first. Databases cannot promise it.
    """

    open: Callable[[], ReadingStore]
    settle: Callable[[], None] = lambda: None
    first_stands: bool = True


class BesidesExam:
    """Findings mirrored for charts, and rejections."""

    def test_findings_are_mirrored_once_each(self, examinee: Examinee) -> None:
        orange = a_finding(1, Rank.ORANGE, at=NOON + 1000)
        blind = a_finding(2, Rank.ORANGE, at=NOON + 2000, sight=Sight.BLIND)
        other = a_finding(1, Rank.RED, at=NOON + 1000, subject="lv-02")
        store = examinee.open()
        store.write_findings([orange, other])
        store.write_findings([orange, blind])
        examinee.settle()

        found = store.ranks("river-level", "lv-01", NOON, NOON + 2001)

        assert found == [
            RankPoint(time=NOON + 1000, rank=Rank.ORANGE, blind=False),
            RankPoint(time=NOON + 2000, rank=Rank.ORANGE, blind=True),
        ]
        assert store.ranks("river-level", "lv-01", NOON, NOON + 1000) == []
        store.close()

    def test_rejections_are_kept_once_each(self, examinee: Examinee) -> None:
        store = examinee.open()
        store.write_rejections([a_rejection(1), a_rejection(2, Reason.BAD_UNIT)])
        store.write_rejections([a_rejection(2, Reason.BAD_UNIT), a_rejection(2, part=1)])

        kept = store.rejections()

        assert [one.rejection for one in kept] == [
            a_rejection(2, part=1),
            a_rejection(2, Reason.BAD_UNIT),
            a_rejection(1),
        ]
        assert {one.state for one in kept} == {KeptState.KEPT}
        assert store.rejected() == {Reason.UNKNOWN_DEVICE: 2, Reason.BAD_UNIT: 1}
        store.close()

    def test_rejections_are_chosen_by_reason_and_time(self, examinee: Examinee) -> None:
        store = examinee.open()
        store.write_rejections([a_rejection(row) for row in range(1, 5)])
        store.write_rejections([a_rejection(9, Reason.BAD_UNIT)])

        assert [one.rejection.row for one in store.rejections(reason=Reason.BAD_UNIT)] == [9]
        assert [one.rejection.row for one in store.rejections(since=NOON + 4)] == [9, 4]
        assert [one.rejection.row for one in store.rejections(limit=1)] == [9]
        store.close()
