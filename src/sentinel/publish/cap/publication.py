"""A message on its way out: from a draft to what is issued, and what people do to it."""

from enum import StrEnum

import msgspec

from sentinel.domain.rank import Rank
from sentinel.publish.cap.message import Content, Kind, Where


class State(StrEnum):
    """How far a publication has come."""

    DRAFT = "draft"
    APPROVED = "approved"
    """Somebody else answers for it too; whatever is changed now makes it a draft again."""
    ISSUED = "issued"
    DISCARDED = "discarded"


class Publication(msgspec.Struct, frozen=True, kw_only=True):
    """One message, from draft to issue. Instants are milliseconds since 1970 UTC.

    id: Without blanks; it is the message's identifier too. thread: Id of the first message of the
        row of updates that this one belongs to; its own for an Alert.
    case, scenario, rank: Of the case when this was last written. area: Code; who sees it, sees
        this. revision: Grows with each change; whoever approves says which one they read.
    authors: Ids of all who wrote it, first one first.
    despite: How many worries about personal data the approver saw and let stand.
    sent_at, expires_at: None until it is issued. replaced_by: Id of the later message of the
        thread; empty: it stands. reason: Why it was discarded.
    """

    id: str
    thread: str
    case: str
    scenario: str
    rank: Rank
    area: str
    kind: Kind
    exercise: bool
    where: Where
    content: Content
    state: State = State.DRAFT
    revision: int = 1
    authors: tuple[str, ...]
    made_at: int
    changed_at: int
    approved_by: str = ""
    approved_at: int | None = None
    despite: int = 0
    issued_by: str = ""
    sent_at: int | None = None
    expires_at: int | None = None
    replaced_by: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it may still go out."""
        return self.state in {State.DRAFT, State.APPROVED}

    def stands(self, now: int) -> bool:
        """Return whether it is issued and still to be heeded."""
        return (
            self.state is State.ISSUED
            and not self.replaced_by
            and self.kind is not Kind.CANCEL
            and (self.expires_at or 0) > now
        )
