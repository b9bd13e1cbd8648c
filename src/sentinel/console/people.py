"""What pages and API need of people, handed in by `sentinel.app`."""

from collections.abc import Sequence
from typing import Any, Protocol

from sentinel.domain.access import Denied, Draft, Session, SignedIn, Weak
from sentinel.domain.person import Person


class PeopleDesk(Protocol):
    """Who they are, how they get in, and what is kept for them; any thread may call."""

    def sign_in(
        self, name: str, password: str, address: str, *, device: str = "", former: str = ""
    ) -> SignedIn | Denied:
        """Let somebody in, or say why not; the session of the secret `former` ends."""
        ...

    def sign_out(self, token: str) -> None:
        """End a session."""
        ...

    def session(self, token: str) -> Session | None:
        """Return the session of a secret, which counts as used; None: it is over."""
        ...

    def person_of_token(self, token: str) -> Person | None:
        """Return the machine that a token is of; None: it holds no more."""
        ...

    def change_password(
        self, person: Person, old: str, new: str, address: str, *, device: str = "", keep: str = ""
    ) -> Denied | Weak | None:
        """Give somebody a password of their own choice; None: done."""
        ...

    def keep_draft(self, person: Person, case: str, body: dict[str, Any]) -> Draft:
        """Keep what somebody has typed and not sent."""
        ...

    def draft(self, person: Person, case: str) -> Draft | None:
        """Return what the person themselves kept."""
        ...

    def drafts(self, person: Person) -> list[Draft]:
        """Return all that the person kept, the newest first."""
        ...

    def drop_draft(self, person: Person, case: str) -> bool:
        """Discard a draft."""
        ...

    def names(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the names of those of the ids that are users'."""
        ...
