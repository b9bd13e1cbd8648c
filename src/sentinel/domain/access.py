"""How people and machines get in, and what is kept for them: values that desk and pages share."""

from enum import StrEnum
from typing import Any

import msgspec

from sentinel.domain.person import Person


class Denial(StrEnum):
    """Why somebody was not let in."""

    WRONG = "wrong"
    """Name or password; nobody is told which, nor whether there is such a user."""
    SLOWED = "slowed"
    """Too many attempts; this one was not even looked at."""
    BUSY = "busy"
    """Too many sign in at this moment."""


class Denied(msgspec.Struct, frozen=True, kw_only=True):
    """Not let in. wait_seconds: Before another attempt is worth making; 0: at once."""

    reason: Denial
    wait_seconds: int = 0


class Weak(msgspec.Struct, frozen=True, kw_only=True):
    """A password that is not taken. why: By language."""

    why: dict[str, str]


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in; instants are milliseconds since 1970 UTC.

    idle_at: Ends then unless it is used before. ends_at: Ends then in any case.
    """

    person: Person
    signed_in_at: int
    idle_at: int
    ends_at: int


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """Let in.

    token: The session's secret; whoever has it is this person. Kept nowhere but in the browser.
    device: The browser's secret, so that strangers' attempts do not slow its user down.
    """

    session: Session
    token: str
    device: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has typed and not sent.

    case: Id of the case, or another word of the page's. at: Milliseconds since 1970 UTC.
    body: As the page wants it back.
    """

    case: str
    at: int
    body: dict[str, Any]
