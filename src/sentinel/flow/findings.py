"""The findings journal as detect writes it: each finding once, however often it is found."""

from collections.abc import Callable, Sequence

from sentinel.domain.finding import Finding, decode_findings, encode_findings
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.ports import RowReader

_MARGIN = 1_000
"""After a crash, rows of one slice are found again in other groups, so that the order of rows in
the findings journal is not strict; this many rows more are looked through."""


class FindingsJournal:
    """Appends findings that are not there yet.

    Args:
        append: Appends one row with that many findings and that body; durable on return.
        reader: The same journal.
        resumed_at: The journal row after which the flow began; asked at the first append.
    """

    def __init__(
        self,
        append: Callable[[int, bytes], None],
        reader: RowReader,
        resumed_at: Callable[[], int],
    ) -> None:
        self._append = append
        self._reader = reader
        self._resumed_at = resumed_at
        self._known: set[str] | None = None

    def append(self, findings: Sequence[Finding]) -> int:
        """Append what is new, in the order given, and return how many; durable on return."""
        if self._known is None:
            self._known = self._written_after(self._resumed_at())
            self._reader.close()  # it would hold a file open that is given up in time
        new = [finding for finding in findings if finding.id not in self._known]
        if new:
            self._append(len(new), encode_findings(new))
        return len(new)

    def _written_after(self, row: int) -> set[str]:
        """Return ids of the findings that rows after `row` may have led to before a crash."""
        at = self._first_after(row)
        known: set[str] = set()
        while rows := self._reader.read(at, max_rows=1_000, max_count=100_000):
            at = rows[-1].id
            known.update(f.id for one in rows for f in _findings(one) if f.row > row)
        return known

    def _first_after(self, row: int) -> int:
        """Return a place in the findings journal before the first finding of a row after `row`."""
        low, high = 0, self._reader.last_id()
        while low < high:
            middle = (low + high) // 2
            found = self._reader.read(middle, max_rows=1, max_count=1_000_000)
            if found and max((f.row for f in _findings(found[0])), default=0) <= row:
                low = middle + 1
            else:
                high = middle
        return max(0, low - _MARGIN)


def _findings(row: Row) -> list[Finding]:
    """The findings of a row; those that were given up after their time are older than any known."""
    return decode_findings(row.body) if row.kind is RowKind.FINDINGS else []
