"""What is told to whom: composed here, delivered by the desk's outbox."""

from enum import StrEnum
from hashlib import blake2b

import msgspec

from sentinel.domain.rank import Rank


class Occasion(StrEnum):
    """Why somebody is told."""

    DISPATCHED = "dispatched"
    ROSE = "rose"
    """The rank rose after acceptance."""
    AGAIN = "again"
    """The condition came back before the case was resolved."""
    BLIND = "blind"
    """What is being dealt with can no longer be seen."""
    ENDED = "ended"
    """The condition ended; the case goes on until it is verified."""
    URGED = "urged"
    NOT_ACCEPTED = "not accepted"
    NOT_RESOLVED = "not resolved"
    NOT_VERIFIED = "not verified"
    NOBODY_ON_DUTY = "nobody on duty"
    NO_UNIT = "no unit"
    """No unit of the department looks after the area."""
    RETURNED = "returned"
    REASSIGNED = "reassigned"
    WITHDRAWN = "withdrawn"
    TAKEN_OVER = "taken over"
    """A higher centre made the case its own."""
    RESOLVED = "resolved"
    REOPENED = "reopened"
    CLOSED = "closed"
    DEFER_ASKED = "defer asked"
    DEFER_ANSWERED = "defer answered"
    SILENCE_ENDED = "silence ended"
    SUMMARY = "summary"
    """Many at once: after an outage, in a storm, or at a rate limit."""
    HEAD = "head"
    """The head of the audit trail, for keeping outside this machine."""
    WELL = "all is well"
    """Told outside so often; its absence is the warning."""


REMINDERS = frozenset(
    {Occasion.DISPATCHED, Occasion.ROSE, Occasion.AGAIN, Occasion.URGED, Occasion.NOT_ACCEPTED}
)
"""What an acceptance makes needless: those still waiting are cancelled with it."""


class Audience(StrEnum):
    """To whom a notice goes."""

    UNIT = "unit"
    CENTRE = "centre"
    PERSON = "person"
    OUTSIDE = "outside"
    """A place outside this machine that keeps or watches: nobody on duty."""
    SOURCE = "source"
    """Whoever reported it, such as the hotline: the outcome goes back."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing told to one audience, by whatever channel reaches it.

    key: Idempotency key: hash of case, version, order, occasion and audience, so that the same
        cause never makes two notices; it goes out with every attempt. case: Empty for a summary.
    to: Id of the unit, the centre's unit, the person, or the source. rank: Decides the channels.
    title, text: By language. exercise: A drill, and says so. not_before: Milliseconds since 1970.
    not_after: From then on it is worthless, and not sent any more; None: never.
    facts: For machines, what has no field here: area, rule, scenario, subject, ...
    """

    key: str
    occasion: Occasion
    audience: Audience
    to: str
    rank: Rank
    title: dict[str, str]
    text: dict[str, str]
    case: str = ""
    order: int | None = None
    exercise: bool = False
    not_before: int = 0
    not_after: int | None = None
    facts: dict[str, str] = {}


def notice_key(*cause: object) -> str:
    """Return the key of the notice with this cause: the same at every desk and replay."""
    text = "\x00".join(["notice", *map(str, cause)])
    return blake2b(text.encode(), digest_size=12).hexdigest()


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A notice on its way over one channel to one address.

    id: The idempotency key of what goes out: notice key and whatever tells this message from the
        notice's others, so that it is the same in each try.
    chain: The channels still to be tried should this one fail, as (channel, address), in order.
    put_at: When it came into the outbox, milliseconds since 1970 UTC; the outbox says so.
    """

    id: str
    notice: Notice
    channel: str
    address: str
    chain: tuple[tuple[str, str], ...] = ()
    put_at: int = 0


def following(message: Message) -> Message | None:
    """Return the message over the next channel of the chain, None at its end.

    Its id follows from the id before it, so that two desks that hand over make one message.
    """
    if not message.chain:
        return None
    (channel, address), *rest = message.chain
    return msgspec.structs.replace(
        message, id=f"{message.id}+", channel=channel, address=address, chain=tuple(rest)
    )
