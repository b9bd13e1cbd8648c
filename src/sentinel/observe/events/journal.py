"""What the journal says."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter
from typing_extensions import override

from sentinel.observe.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesGivenUp(Event):
    """Whole files were unlinked after their time, or for want of room. Intended."""

    name: ClassVar[str] = "journal_files_given_up"
    counter: ClassVar[Counter] = Counter(
        "sentinel_journal_given_up_files_total", "Journal files unlinked by age or size"
    )

    files: int
    freed_bytes: int
    size_bytes: int

    @override
    def amount(self) -> float:
        return self.files


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsSkipped(Event):
    """A reader was too slow: rows went before it had read them. The gap is kept and shown."""

    name: ClassVar[str] = "journal_rows_skipped"
    level: ClassVar[str] = "error"
    labels: ClassVar[tuple[str, ...]] = ("reader", "why")
    counter: ClassVar[Counter] = Counter(
        "sentinel_journal_skipped_rows_total",
        "Rows unlinked before a reader had read them",
        ["reader", "why"],
    )

    reader: str
    why: str
    first: int
    last: int

    @override
    def amount(self) -> float:
        return self.last - self.first + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesHeld(Event):
    """Files are too old or too many, but a reader that may not lose rows has not read them."""

    name: ClassVar[str] = "journal_files_held"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter] = Counter(
        "sentinel_journal_held_trims_total", "Trims that had to leave files to a reader"
    )

    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GapsSpoilt(Event):
    """Lines of `gaps.jsonl` cannot be read: more rows may be missing than are told.

    count: How many more than before; the file's other lines are read.
    """

    name: ClassVar[str] = "journal_gaps_spoilt"
    level: ClassVar[str] = "error"
    counter: ClassVar[Counter] = Counter(
        "sentinel_journal_spoilt_gaps_total", "Lines of kept gaps that could not be read"
    )

    count: int

    @override
    def amount(self) -> float:
        return self.count
