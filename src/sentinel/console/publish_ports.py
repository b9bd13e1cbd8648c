"""What pages and API need of publications, handed in by `sentinel.app`."""

from typing import Protocol

from sentinel.domain.person import Person
from sentinel.publish.cap.grade import Basis
from sentinel.publish.cap.listing import Chosen
from sentinel.publish.cap.message import Content, Issuer, Kind
from sentinel.publish.cap.publication import Publication
from sentinel.warn.outcome import Refused


class PublicationDesk(Protocol):
    """Drafts, approvals and issues of CAP messages; any thread may call."""

    @property
    def issuer(self) -> Issuer:
        """Who speaks now."""
        ...

    def draft(self, person: Person, case: str, basis: Basis | None = None) -> Publication | Refused:
        """Begin a first message about a case. basis: None: what the case itself tells."""
        ...

    def follow_up(
        self, person: Person, number: str, kind: Kind, basis: Basis | None = None
    ) -> Publication | Refused:
        """Begin a message that updates or cancels one that was issued."""
        ...

    def edit(
        self, person: Person, number: str, content: Content, revision: int
    ) -> Publication | Refused:
        """Change the words; the revision is that of what was read."""
        ...

    def approve(
        self, person: Person, number: str, revision: int, *, despite_worries: bool = False
    ) -> Publication | Refused:
        """Answer for what somebody else wrote."""
        ...

    def issue(self, person: Person, number: str, revision: int) -> Publication | Refused:
        """Let it go out."""
        ...

    def discard(
        self, person: Person, number: str, revision: int, reason: str
    ) -> Publication | Refused:
        """Say that it shall never go out."""
        ...

    def find(self, person: Person, number: str) -> Publication | None:
        """Return one that the person sees."""
        ...

    def listed(self, person: Person, chosen: Chosen) -> list[Publication]:
        """Return those that the person sees, what changed last first."""
        ...

    def preview(self, person: Person, number: str) -> bytes | None:
        """Return the document as it would go out now, or did."""
        ...

    def issued(self, person: Person | None) -> list[Publication]:
        """Return what is in the feed, newest first; a stranger sees what is public."""
        ...

    def document(self, person: Person | None, number: str) -> bytes | None:
        """Return what was issued, as it went out; None: nothing was, or not for these eyes."""
        ...
