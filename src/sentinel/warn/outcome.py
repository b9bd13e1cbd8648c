"""What comes of an act, a finding or a timer: all that is to be written, or a refusal."""

from enum import StrEnum

import msgspec

from sentinel.warn.case import CaseFile
from sentinel.warn.notice import Notice
from sentinel.warn.silence import Silence
from sentinel.warn.trail import Entry


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """All that one step changes; it is written as a whole or not at all.

    cancelled: (case, order) whose reminders need not go out any more.
    follow: New cases that the step opened; their entries and notices are among these.
    others: Other cases that it changed, such as the one into which this one was merged.
    silences: New ones.
    """

    file: CaseFile
    entries: tuple[Entry, ...] = ()
    notices: tuple[Notice, ...] = ()
    cancelled: frozenset[tuple[str, int]] = frozenset()
    follow: tuple[CaseFile, ...] = ()
    others: tuple[CaseFile, ...] = ()
    silences: tuple[Silence, ...] = ()


class Code(StrEnum):
    """Why an act is refused, for machines."""

    FORBIDDEN = "forbidden"
    """This person may not do it."""
    CONFLICT = "conflict"
    """The case or the order does not stand so that it could be done; look again."""
    INVALID = "invalid"
    """What was said is not enough, or cannot be."""
    UNKNOWN = "unknown"
    """There is no such order, unit, plan, case or warning."""


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing was done. reason: For people, by language."""

    code: Code
    reason: dict[str, str]


def refuse(code: Code, zh: str, en: str) -> Refused:
    """Return a refusal in both languages."""
    return Refused(code=code, reason={"zh": zh, "en": en})
