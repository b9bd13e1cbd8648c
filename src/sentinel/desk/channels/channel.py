"""What every channel is for the sender, and the words and values that all of them send."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import msgspec

from sentinel.warn.notice import Message


@dataclass(frozen=True, slots=True)
class Receipt:
    """The other side has taken the message. text: What it said; kept with the message."""

    text: str


class Channel(Protocol):
    """Takes messages out; several threads may send at once."""

    def send(self, message: Message) -> Receipt:
        """Return when the other side has taken the message on itself.

        The message's id goes out with it wherever the way has a place for it, the same in every
        try, so that the other side can know a message that comes twice.

        Raises:
            TryAgain: Not now; or it is not known whether it got there.
            Refused: Never over this channel.
        """
        ...


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A message as machines get it.

    id: The idempotency key. key: Of the notice: the same over all channels and to all addressees.
    rank: As a word. put_at: When it came into the outbox, milliseconds since 1970 UTC.
    title, text: By language. link: Page of the case; empty where the desk's `site` is not known.
    """

    id: str
    key: str
    channel: str
    address: str
    put_at: int
    occasion: str
    rank: str
    audience: str
    to: str
    title: dict[str, str]
    text: dict[str, str]
    case: str
    order: int | None
    exercise: bool
    facts: dict[str, str]
    link: str


def payload(message: Message, site: str) -> Payload:
    """Return a message as machines get it. site: Where people reach the desk; may be empty."""
    notice = message.notice
    return Payload(
        id=message.id,
        key=notice.key,
        channel=message.channel,
        address=message.address,
        put_at=message.put_at,
        occasion=notice.occasion.value,
        rank=notice.rank.word,
        audience=notice.audience.value,
        to=notice.to,
        title=notice.title,
        text=notice.text,
        case=notice.case,
        order=notice.order,
        exercise=notice.exercise,
        facts=notice.facts,
        link=link_of(message, site),
    )


def link_of(message: Message, site: str) -> str:
    """Return the page of the message's case; empty if it has none, or nobody knows where."""
    case = message.notice.case
    return f"{site}/cases/{case}" if case and site else ""


def header_value(text: str) -> str:
    """Return text as a header carries it: what is not plain ASCII becomes %XX of its UTF-8.

    >>> header_value("k1-wang"), header_value("k1-王 芳")
    ('k1-wang', 'k1-%E7%8E%8B%20%E8%8A%B3')
    """
    return quote(text, safe="!#$&'*+-./:;=?@^_`|~()[]{},<>")


def in_words(words: dict[str, str], languages: tuple[str, ...], between: str) -> str:
    """Return words in the languages asked for, or in the one there is."""
    found = [words[language] for language in languages if language in words]
    return between.join(found or list(words.values())[:1])
