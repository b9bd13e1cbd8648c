"""What a CAP 1.2 message says, before it is XML; the values of enums are OASIS's own words."""

from enum import StrEnum

import msgspec

from sentinel.domain.rank import Rank

LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
"""Our languages, and what CAP calls them; every message speaks all of them."""


class Kind(StrEnum):
    """`msgType`: what it is to the messages before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Status(StrEnum):
    """`status`: whether anybody is to act on it."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    DRAFT = "Draft"
    """A look at what is not issued yet."""


class Scope(StrEnum):
    """`scope`: for whose eyes. Messages to named addressees are notices, and not made here."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"


class Category(StrEnum):
    """`category`: of which kind the event is."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class Response(StrEnum):
    """`responseType`: what people are to do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """`urgency`: how soon to act; Expected is within the next hour."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """`severity`: how bad it is for life or property."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """`certainty`: Likely is more than even, Possible is not."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Content(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What people write and answer for.

    restriction: Who may pass it on; needed while the scope is Restricted.
    event, headline, description, instruction: By language (`zh`, `en`).
    valid_ms: How long after it was issued it expires.
    onset: When it began or is to begin, milliseconds since 1970 UTC; None: not said.
    """

    scope: Scope = Scope.RESTRICTED
    restriction: str = ""
    categories: tuple[Category, ...]
    event: dict[str, str]
    responses: tuple[Response, ...] = ()
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    headline: dict[str, str]
    description: dict[str, str]
    instruction: dict[str, str] = {}
    onset: int | None = None
    valid_ms: int


class Where(msgspec.Struct, frozen=True, kw_only=True):
    """The area, as it was drawn when the draft was made.

    code: Of the area; it goes out as a geocode. place: Its names by language, widest first.
    polygons, circles: As CAP writes them: latitude first.
    """

    code: str
    place: dict[str, str]
    polygons: tuple[str, ...] = ()
    circles: tuple[str, ...] = ()


class Reference(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier message. sent_at: Milliseconds since 1970 UTC, whole seconds."""

    sender: str
    identifier: str
    sent_at: int


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks.

    sender: An internet name or mail address that is theirs; no person's own. name: By language.
    zone: IANA name; times go out in its local time. web, contact: For more; empty: not said.
    """

    sender: str
    name: dict[str, str]
    zone: str
    web: str = ""
    contact: str = ""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """All that the XML says. sent_at: Milliseconds since 1970 UTC. rank: The desk's own colour."""

    identifier: str
    issuer: Issuer
    sent_at: int
    status: Status
    kind: Kind
    content: Content
    where: Where
    rank: Rank
    scenario: str
    references: tuple[Reference, ...] = ()
    incident: str = ""

    @property
    def expires_at(self) -> int:
        """When nobody need heed it any more; always set."""
        return self.sent_at + self.content.valid_ms
