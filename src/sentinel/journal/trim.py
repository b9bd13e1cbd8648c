"""Giving up old files, and remembering what a reader lost by it."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from sentinel.journal.files import HOUR_MS, JournalFile, list_files

HELD_BY = frozenset({"detect"})
"""Readers that no file is taken from: a warning must not depend on free space or on a store."""
_GAPS = "gaps.jsonl"


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that were given up before this reader had read them.

    first, last: Ids. at: When, milliseconds since 1970 UTC. why: `age` or `size`.
    """

    reader: str
    first: int
    last: int
    at: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The gaps that trimming left, as far as they can be read.

    known: Oldest first, neighbours joined.
    unreadable: Lines that say nothing, as a crash or a disk has spoilt them; 1 if the whole file
        cannot be read.
    """

    known: tuple[Gap, ...] = ()
    unreadable: int = 0

    @property
    def rows(self) -> int:
        """How many rows were given up, for certain."""
        return sum(gap.last - gap.first + 1 for gap in self.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trimmed:
    """What one trim did.

    freed, size: Bytes; `size` is what the journal takes now.
    held: Whether a reader kept files that are too old or too many.
    """

    files: int
    freed: int
    size: int
    gaps: tuple[Gap, ...]
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaving:
    """A file that may go: its rows are `file.first_id` to `last`."""

    file: JournalFile
    last: int
    size: int
    why: str


def trim(
    directory: Path,
    *,
    now: int,
    keep_ms: int,
    max_bytes: int,
    readers: Mapping[str, int],
    held_by: frozenset[str],
) -> Trimmed:
    """Unlink what `JournalWriter.trim` says."""
    files = list_files(directory)
    leaving, size = _choose(files, _settled(files, now) - keep_ms, max_bytes)
    read_by_all = min((readers.get(name, 0) for name in held_by), default=None)
    free = [one for one in leaving if read_by_all is None or one.last <= read_by_all]
    gaps = [gap for one in free for gap in _gaps(one, readers, now)]
    is_kept = _keep(directory, gaps)  # first: a gap told twice is better than one not told
    for one in free:
        one.file.unlink()
    if not is_kept:
        _keep(directory, gaps)  # a full disk has room for it only now
    freed = sum(one.size for one in free)
    return Trimmed(
        files=len(free),
        freed=freed,
        size=size - freed,
        gaps=tuple(_joined(gaps)),
        held=len(free) < len(leaving),
    )


def read_gaps(directory: Path) -> Gaps:
    """Return the gaps that trimming left; a spoilt line hides none of the others."""
    try:
        lines = (directory / _GAPS).read_bytes().split(b"\n")
    except FileNotFoundError:
        return Gaps()
    except OSError:
        return Gaps(unreadable=1)
    found = [_gap_in(line) for line in lines if line.strip()]
    known = [gap for gap in found if gap is not None]
    return Gaps(known=tuple(_joined(known)), unreadable=len(found) - len(known))


def _settled(files: list[JournalFile], now: int) -> int:
    """Return the time that age counts from: at most the end of the last file but one.

    The machine's clock may be wrong for a while, and what is unlinked is gone. The newest file is
    named by that same clock; the one before was ended by it.
    """
    return min(now, (files[-2].hour + 1) * HOUR_MS) if len(files) > 1 else now


def _choose(files: list[JournalFile], keep_from: int, max_bytes: int) -> tuple[list[_Leaving], int]:
    """Return the files that are too old or too many, oldest first, and the size of all."""
    sizes = [file.size_bytes() for file in files]
    rest = sum(sizes)
    leaving: list[_Leaving] = []
    for file, size, following in zip(files, sizes, files[1:], strict=False):
        is_old = (file.hour + 1) * HOUR_MS < keep_from
        if not is_old and rest <= max_bytes:
            break
        last = following.first_id - 1
        leaving.append(_Leaving(file=file, last=last, size=size, why="age" if is_old else "size"))
        rest -= size
    return leaving, sum(sizes)


def _gaps(one: _Leaving, readers: Mapping[str, int], now: int) -> list[Gap]:
    return [
        Gap(
            reader=name,
            first=max(cursor + 1, one.file.first_id),
            last=one.last,
            at=now,
            why=one.why,
        )
        for name, cursor in readers.items()
        if cursor < one.last
    ]


def _keep(directory: Path, gaps: list[Gap]) -> bool:
    """Note the gaps for readers; False: they could not be written."""
    if not gaps:
        return True
    try:
        with (directory / _GAPS).open("ab") as kept:
            kept.write(b"".join(b"\n" + msgspec.json.encode(gap) for gap in gaps))
            kept.flush()
            os.fsync(kept.fileno())
    except OSError:
        return False
    return True


def _gap_in(line: bytes) -> Gap | None:
    """Return the gap of a line, None if a crash cut it or it never was one."""
    try:
        gap = msgspec.json.decode(line, type=Gap)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return gap if 0 < gap.first <= gap.last else None


def _joined(gaps: Iterable[Gap]) -> list[Gap]:
    """Join what one reader lost file by file; a line written twice counts once."""
    latest: dict[str, Gap] = {}
    joined: list[Gap] = []
    for gap in gaps:
        before = latest.get(gap.reader)
        if before is not None and gap.first <= before.last + 1:
            joined.remove(before)
            gap = msgspec.structs.replace(  # noqa: PLW2901 -- it is the one to keep
                before, last=max(before.last, gap.last), at=gap.at
            )
        latest[gap.reader] = gap
        joined.append(gap)
    return joined
