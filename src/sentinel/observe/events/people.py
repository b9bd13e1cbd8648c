"""What is said of people who sign in.

Names that belong to nobody are not written down: somebody may have typed a password there.
"""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter

from sentinel.observe.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedIn(Event):
    """Somebody signed in."""

    name: ClassVar[str] = "person_signed_in"
    counter: ClassVar[Counter | None] = Counter("sentinel_people_signed_in_total", "Sessions begun")
    person: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInDenied(Event):
    """Somebody was not let in.

    reason: `wrong`, `slowed` or `busy`. person: Empty if no user is called so, or it was not asked.
    """

    name: ClassVar[str] = "sign_in_denied"
    level: ClassVar[str] = "warning"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_people_sign_ins_denied_total", "Attempts to sign in that failed", ["reason"]
    )
    labels: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str
    person: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerUnknown(Event):
    """A request came without a session or token that holds.

    reason: `none`, `session`, `token`, or `person` (a page of somebody else than who is signed in).
    """

    name: ClassVar[str] = "caller_unknown"
    level: ClassVar[str] = "debug"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_people_callers_unknown_total", "Requests that nobody known made", ["reason"]
    )
    labels: ClassVar[tuple[str, ...]] = ("reason",)
    reason: str
    path: str
