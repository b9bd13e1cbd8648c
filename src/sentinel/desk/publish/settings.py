"""The section `desk.publish:` of a configuration."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sentinel.document.scalars import DurationMs
from sentinel.domain.rank import RANK_WORDS
from sentinel.publish.cap.draft import Usual
from sentinel.publish.cap.faults import LONGEST_MS, SHORTEST_MS
from sentinel.publish.cap.message import Category, Issuer

_HOUR_MS = 3_600_000
Language = Literal["zh", "en"]
Colour = Literal["blue", "yellow", "orange", "red"]
Valid = Annotated[DurationMs, Field(ge=SHORTEST_MS, le=LONGEST_MS)]
Sender = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.@_-]{0,100}$")]
"""CAP and `tag:` ids allow no blanks, commas or signs of XML in it."""
_USUAL = Usual()


class PublishSettings(BaseModel):
    """Who speaks in CAP messages, and what drafts begin with.

    sender: An internet name or mail address of the office; empty: nothing can be issued.
    name: Of the office, by language.
    site: Where others reach this server, such as `https://duty.example.cn`; feeds lead there.
        Empty: as each caller named it.
    web, contact: In each message: where to read more, whom to ask. An office's, not a person's.
    restriction: Who may have what is restricted; drafts begin with it.
    categories: CAP's categories, by scenario. events: What a scenario is called, by language.
    valid: How long a message is valid, by rank.
    most_entries: Of the feed.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sender: Sender = ""
    name: dict[Language, str] = {}
    site: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$")] = ""
    web: str = ""
    contact: str = ""
    restriction: Annotated[str, StringConstraints(max_length=500)] = _USUAL.restriction
    categories: dict[str, tuple[Category, ...]] = {}
    events: dict[str, dict[Language, str]] = {}
    valid: dict[Colour, Valid] = {}
    most_entries: int = Field(default=100, ge=1, le=1000)

    def issuer(self, zone: str) -> Issuer:
        """Return who speaks, in a city of this time zone."""
        name = {str(language): name for language, name in self.name.items()}
        return Issuer(sender=self.sender, name=name, zone=zone, web=self.web, contact=self.contact)

    def usual(self) -> Usual:
        """Return what drafts begin with."""
        hours = {"red": 2, "orange": 4, "yellow": 12, "blue": 24}
        spans = {rank: hour * _HOUR_MS for rank, hour in hours.items()}
        spans |= {str(rank): span for rank, span in self.valid.items()}
        return Usual(
            categories=self.categories,
            events={
                scenario: {str(language): word for language, word in words.items()}
                for scenario, words in self.events.items()
            },
            valid_ms={RANK_WORDS[rank]: span for rank, span in spans.items()},
            restriction=self.restriction,
        )
