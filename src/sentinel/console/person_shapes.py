"""What the API says of people, in JSON."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from sentinel.console.shapes import Refusal, Shape, Words
from sentinel.domain.access import Draft, Session
from sentinel.domain.person import Person

RoleWord = Literal[
    "viewer", "handler", "operator", "supervisor", "publisher", "analyst", "auditor", "admin"
]
_LONGEST = 1_000
Typed = Annotated[str, StringConstraints(max_length=_LONGEST)]


class GrantShape(Shape):
    """A role, held for an area (empty: the city); a handler's for a department."""

    role: RoleWord
    area: str
    department: str


class PersonShape(Shape):
    """Who asks. areas: What they see, with all below."""

    id: str
    name: str
    grants: list[GrantShape]
    areas: list[str]


class SessionShape(Shape):
    """Who asks, and until when they may; the times are None for a machine with a token."""

    person: PersonShape
    signed_in_at: int | None
    idle_at: int | None
    ends_at: int | None


class SignInForm(BaseModel):
    """Who somebody says they are."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Typed
    password: Typed


class PasswordForm(BaseModel):
    """A password of one's own choice."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    old: Typed
    new: Typed


class DenialShape(Refusal):
    """Why somebody is not let in. wait_seconds: Before another attempt is worth making."""

    reason: Literal["wrong", "slowed", "busy"]
    wait_seconds: int


class WeakShape(Refusal):
    """Why a password is not taken, also in the languages of the page."""

    words: Words


class DraftShape(Shape):
    """What somebody has typed and not sent."""

    case: str
    at: int
    body: dict[str, Any]


class DraftsShape(Shape):
    """All of one person's, the newest first."""

    drafts: list[DraftShape]


DraftBody = Annotated[dict[str, Any], Field(description="as the page wants it back")]


def session_shape(person: Person, session: Session | None) -> SessionShape:
    """Return who asks, as the API says it."""
    return SessionShape(
        person=PersonShape(
            id=person.id,
            name=person.name,
            grants=[
                GrantShape(role=one.role.value, area=one.area, department=one.department)
                for one in person.grants
            ],
            areas=list(person.areas),
        ),
        signed_in_at=session.signed_in_at if session else None,
        idle_at=session.idle_at if session else None,
        ends_at=session.ends_at if session else None,
    )


def draft_shape(draft: Draft) -> DraftShape:
    """Return a draft as the API says it."""
    return DraftShape(case=draft.case, at=draft.at, body=draft.body)
