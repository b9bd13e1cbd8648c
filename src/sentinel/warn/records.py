"""What a desk remembers, as it is asked for: lines of the trail, messages, whose device is ill."""

import msgspec

from sentinel.domain.person import EVERYWHERE
from sentinel.warn.notice import Message
from sentinel.warn.trail import Entry


class AskedLines(msgspec.Struct, frozen=True, kw_only=True):
    """Which lines of the trail, newest first. Empty and None: whichever.

    area: In it or below it. seen: Areas that the asker may read; `("",)` is everything.
    since, until: Milliseconds since 1970 UTC, until not included. before: Only below this number.
    """

    seen: tuple[str, ...]
    case: str = ""
    by: str = ""
    act: str = ""
    area: str = EVERYWHERE
    since: int | None = None
    until: int | None = None
    before: int | None = None
    limit: int = 100


class TrailLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the trail, with its link in the chain."""

    number: int
    at: int
    entry: Entry
    hash: str


class AskedMessages(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages, newest first. Empty: whichever. seen: Areas that the asker may read of."""

    seen: tuple[str, ...]
    state: str = ""
    channel: str = ""
    case: str = ""
    limit: int = 100


class KeptMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message and what became of it.

    state: `waiting`, `sent`, `failed`, `dead`, `cancelled`, `needless`, `expired`, `dismissed`.
    next_at: When it is tried next, while it waits. reason: Of the last failure.
    """

    message: Message
    state: str
    attempts: int
    put_at: int
    next_at: int
    done_at: int | None
    reason: str
    receipt: str
