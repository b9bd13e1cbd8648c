"""What the API says of CAP messages, in JSON: CAP's own words, instants in milliseconds."""

from typing import Annotated, Literal

import msgspec
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sentinel.console.shapes import RANK_WORD, RankWord, Shape, Words
from sentinel.domain.person import Person
from sentinel.publish.cap.faults import LONGEST_MS, SHORTEST_MS, faults
from sentinel.publish.cap.grade import Basis
from sentinel.publish.cap.message import (
    Category,
    Certainty,
    Content,
    Kind,
    Response,
    Scope,
    Severity,
    Urgency,
)
from sentinel.publish.cap.personal import worries
from sentinel.publish.cap.publication import Publication, State
from sentinel.publish.cap.steps import offered

_LATEST_MS = 253_370_764_800_000
"""In the year 9999."""
Typed = Annotated[str, StringConstraints(max_length=5_000)]
Spoken = dict[Literal["zh", "en"], Typed]
Revision = Annotated[int, Field(ge=1, le=1_000_000, description="of what you read")]


class Form(BaseModel):
    """What is sent in; unknown fields are slips of the pen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ContentForm(Form):
    """What a message says; a draft need not be whole yet."""

    scope: Scope = Scope.RESTRICTED
    restriction: Typed = ""
    categories: Annotated[tuple[Category, ...], Field(max_length=12)]
    event: Spoken
    responses: Annotated[tuple[Response, ...], Field(max_length=9)] = ()
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    headline: Spoken
    description: Spoken
    instruction: Spoken = {}
    onset: Annotated[int, Field(ge=0, le=_LATEST_MS)] | None = None
    valid_ms: Annotated[int, Field(ge=SHORTEST_MS, le=LONGEST_MS)]

    def content(self) -> Content:
        """Return it as the desk keeps it."""
        return msgspec.convert(self.model_dump(mode="json"), Content)


class DraftForm(Form):
    """Of which case, and what the message rests on; without `basis`: what the case tells."""

    case: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    basis: Basis | None = None


class FollowForm(Form):
    """Whether it updates or cancels."""

    kind: Literal[Kind.UPDATE, Kind.CANCEL]
    basis: Basis | None = None


class EditForm(Form):
    """New words for the revision that was read."""

    revision: Revision
    content: ContentForm


class ApproveForm(Form):
    """despite_worries: You saw what looks like personal data, and it is none."""

    revision: Revision
    despite_worries: bool = False


class IssueForm(Form):
    """Which revision goes out."""

    revision: Revision


class DiscardForm(Form):
    """Why it shall never go out."""

    revision: Revision
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ContentShape(Shape):
    """What a message says."""

    scope: Scope
    restriction: str
    categories: tuple[Category, ...]
    event: Words
    responses: tuple[Response, ...]
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    headline: Words
    description: Words
    instruction: Words
    onset: int | None
    valid_ms: int


class WhereShape(Shape):
    """The area as it was drawn when the draft was made, in CAP's notation."""

    code: str
    place: Words
    polygons: tuple[str, ...]
    circles: tuple[str, ...]


class WorryShape(Shape):
    """Something that looks like personal data; only its ends are shown."""

    what: str
    field: str
    language: str
    shown: str


class PublicationShape(Shape):
    """One message, from draft to issue.

    faults: What keeps it from going out, by language. worries: What looks like personal data.
    may: What you may do to it as it stands.
    """

    id: str
    thread: str
    case: str
    area: str
    rank: RankWord
    kind: Kind
    exercise: bool
    state: State
    revision: int
    content: ContentShape
    where: WhereShape
    authors: tuple[str, ...]
    made_at: int
    changed_at: int
    approved_by: str
    approved_at: int | None
    issued_by: str
    sent_at: int | None
    expires_at: int | None
    replaced_by: str
    reason: str
    faults: list[Words]
    worries: list[WorryShape]
    may: tuple[str, ...]


class PublicationsShape(Shape):
    """A page of messages, what changed last first; `next` goes into `after`."""

    publications: list[PublicationShape]
    next: str | None


def publication_shape(one: Publication, person: Person, now: int) -> PublicationShape:
    """Return a publication as the API shows it to somebody."""
    plain = msgspec.to_builtins(one)
    shown = {name: plain[name] for name in PublicationShape.model_fields if name in plain}
    told = {
        "rank": RANK_WORD[one.rank],
        "faults": faults(one.content) if one.is_open else [],
        "worries": [msgspec.to_builtins(worry) for worry in worries(one.content)],
        "may": offered(one, person, now),
    }
    return PublicationShape.model_validate(shown | told)
