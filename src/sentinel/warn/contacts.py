"""By which channels a notice reaches whom: who is on duty, at which addresses, in which order."""

from collections.abc import Collection, Mapping, Sequence
from typing import assert_never

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.duty import Contact, Duty
from sentinel.warn.notice import Audience, Message, Notice
from sentinel.warn.roster import Signed, to_be_told

Channels = Mapping[Rank, Sequence[str]]
"""Names of channels by rank, in the order in which they are tried."""


class Addressed(msgspec.Struct, frozen=True, kw_only=True):
    """The messages of one notice. unreached: Who ought to hear of it and has no address."""

    messages: tuple[Message, ...]
    unreached: tuple[str, ...] = ()


def messages(
    notice: Notice, duty: Duty, channels: Channels, at: int, signed: Collection[Signed] = ()
) -> Addressed:
    """Return one message to each who is to hear of a notice, each with its further channels.

    A unit is told by its own contact, if it has one, and through whoever is on duty there at `at`.
    If none of them has an address, its fallback is told. Places outside address themselves.
    """
    names = _names(notice, duty, at, signed)
    made = [_message(notice, name, duty, channels) for name in names]
    reached = tuple(message for message in made if message is not None)
    if not reached and notice.to in duty.units:
        fallback = _message(notice, duty.units[notice.to].fallback, duty, channels)
        reached = (fallback,) if fallback else ()
    missing = [name for name, message in zip(names, made, strict=True) if message is None]
    unreached = [name for name in missing if name not in duty.units]
    return Addressed(messages=reached, unreached=tuple(unreached))


def order_of(rank: Rank, channels: Channels) -> Sequence[str]:
    """Return the channels of a rank; of one that is not named, those of the next one below it.

    Below all that are named, those of the lowest.
    """
    named = sorted(channels)
    if not named:
        return ()
    return channels[max((one for one in named if one <= rank), default=named[0])]


def _names(notice: Notice, duty: Duty, at: int, signed: Collection[Signed]) -> tuple[str, ...]:
    unit = duty.units.get(notice.to)
    match notice.audience:
        case Audience.PERSON:
            return (notice.to,)
        case Audience.SOURCE:
            return (notice.to,) if notice.to in duty.contacts else ()
        case Audience.OUTSIDE:
            return ()
        case Audience.UNIT | Audience.CENTRE:
            who = to_be_told(unit, at, duty.zone, signed) if unit else ()
            return tuple(dict.fromkeys((notice.to, *who)))
        case _:  # pragma: no cover -- the type checker knows that there is none
            assert_never(notice.audience)


def _message(notice: Notice, name: str, duty: Duty, channels: Channels) -> Message | None:
    contact = duty.contacts.get(name)
    chain = _chain(contact, order_of(notice.rank, channels)) if contact else []
    if not chain:
        return None
    (channel, address), *rest = chain
    return Message(
        id=f"{notice.key}-{name}",
        notice=notice,
        channel=channel,
        address=address,
        chain=tuple(rest),
    )


def _chain(contact: Contact, order: Sequence[str]) -> list[tuple[str, str]]:
    """Any address is better than none: one that the rank does not name comes last."""
    others = sorted(set(contact.channels) - set(order))
    return [
        (name, contact.channels[name]) for name in (*order, *others) if name in contact.channels
    ]
