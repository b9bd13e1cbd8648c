"""People: every question and every act is a transaction here, with its line in the trail."""

from collections.abc import Mapping, Sequence
from threading import BoundedSemaphore
from typing import Any, NamedTuple

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.desk.people.accounts import Kept, change_user, kept_user, names_of, user_id
from sentinel.desk.people.attempts import Count, attempt, counts_of, succeeded
from sentinel.desk.people.drafts import drop_draft, find_draft, keep_draft, list_drafts
from sentinel.desk.people.passwords import Passwords, weakness
from sentinel.desk.people.secret import hashed
from sentinel.desk.people.sessions import (
    SEEN_MS,
    begin_session,
    end_session,
    end_sessions,
    find_session,
    known_device,
    remember_device,
    touch_session,
)
from sentinel.desk.people.settings import PeopleSettings
from sentinel.desk.people.tokens import USED_MS, find_token, touch_token
from sentinel.desk.people.trail import Trail, entry
from sentinel.desk.transactions import reading, writing
from sentinel.domain.access import Denial, Denied, Draft, Session, SignedIn, Weak
from sentinel.domain.clock import Clock
from sentinel.domain.person import Person
from sentinel.observe.events.people import PersonSignedIn, SignInDenied
from sentinel.warn.trail import Entry

_AT_ONCE = 6
"""Attempts in hand; each takes 64 MB and a tenth of a second, and none may keep others waiting."""


class People:
    """Who they are, how they get in, and what is kept for them. Any thread may call.

    Every method raises ServiceError while the database does not do its work; nothing of the call
    is kept then, and the same call may succeed later.

    Args:
        engine: From `open_database`.
        clock: The desk's time.
        trail: Writes entries in the transaction that it is handed.
        settings: How long people stay signed in.
        passwords: How they are kept.
        local: Tokens that hold for as long as this process runs, and of whom they are.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        trail: Trail,
        settings: PeopleSettings | None = None,
        passwords: Passwords | None = None,
        local: Mapping[str, Person] | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._trail = trail
        self._settings = settings or PeopleSettings()
        self._passwords = passwords or Passwords()
        self._local = {hashed(token): person for token, person in (local or {}).items()}
        self._room = BoundedSemaphore(_AT_ONCE)

    def sign_in(
        self, name: str, password: str, address: str, *, device: str = "", former: str = ""
    ) -> SignedIn | Denied:
        """Let somebody in, or say why not; both are in the trail.

        Args:
            name: As typed; capitals and blanks around it do not matter.
            password: As typed.
            address: Where it comes from.
            device: The browser's secret, from an earlier time; empty: it has none.
            former: Secret of the session in this browser, which ends: a change of user.
        """
        account = user_id(name)
        right = self._look(account, password, address, device)
        if isinstance(right, Denied):
            return right
        renewed = self._renewed(right.user, password)
        now = self._clock.now()
        with writing(self._engine) as connection:
            if kept_user(connection, account) != right.user:
                return _denied(Denial.WRONG, 0, account, address)  # disabled meanwhile, or changed
            succeeded(connection, right.counts, now)
            left = self._leave(connection, former, now, changed_to=account)
            change_user(connection, account, signed_in_at=now, **renewed)
            device = remember_device(connection, account, device, now)
            token, session = begin_session(connection, right.user, now, self._settings)
            self._trail(connection, [*left, entry("sign_in", account, address=address)])
        PersonSignedIn(person=account, address=address).emit()
        return SignedIn(session=session, token=token, device=device)

    def sign_out(self, token: str) -> None:
        """End a session; one that is over already is no matter."""
        with writing(self._engine) as connection:
            self._trail(connection, self._leave(connection, token, self._clock.now()))

    def session(self, token: str) -> Session | None:
        """Return the session of a secret; None: it is over, or never was. It counts as used."""
        now = self._clock.now()
        with reading(self._engine) as connection:
            found = find_session(connection, token, now, self._settings)
        if found is None:
            return None
        session, seen_at = found
        if now - seen_at >= SEEN_MS:
            with writing(self._engine) as connection:
                touch_session(connection, token, now)
        return session

    def person_of_session(self, token: str) -> Person | None:
        """Return who is signed in with a secret, with what they hold now; None: nobody."""
        session = self.session(token)
        return session.person if session else None

    def person_of_token(self, token: str) -> Person | None:
        """Return the machine that a token is of, with what it holds now; None: it holds no more."""
        if local := self._local.get(hashed(token)):
            return local
        now = self._clock.now()
        with reading(self._engine) as connection:
            found = find_token(connection, token, now)
        if found is None:
            return None
        number, person, used_at = found
        if now - used_at >= USED_MS:
            with writing(self._engine) as connection:
                touch_token(connection, number, now)
        return person

    def change_password(
        self, person: Person, old: str, new: str, address: str, *, device: str = "", keep: str = ""
    ) -> Denied | Weak | None:
        """Give somebody a password of their own choice; None: done, and their other sessions end.

        Args:
            person: Whose it is.
            old: The one they have; wrong ones are counted as at signing in.
            new: The one they want.
            address: Where it comes from.
            device: The browser's secret.
            keep: Secret of the session that goes on.
        """
        weak = weakness(new, person.id, person.name)
        if weak:
            return weak
        right = self._look(person.id, old, address, device)
        if isinstance(right, Denied):
            return right
        kept = self._passwords.keep(new)
        with writing(self._engine) as connection:
            succeeded(connection, right.counts, self._clock.now())
            change_user(connection, person.id, password=kept)
            ended = end_sessions(connection, person.id, but=keep)
            self._trail(connection, [entry("password_changed", person.id, ended_sessions=ended)])
        return None

    def names(self, ids: Sequence[str]) -> dict[str, str]:
        """Return the names of those of the ids that are users', to show instead of ids."""
        with reading(self._engine) as connection:
            return names_of(connection, ids)

    def keep_draft(self, person: Person, case: str, body: dict[str, Any]) -> Draft:
        """Keep what somebody has typed and not sent, in place of what was kept before.

        Raises:
            AccessError: It is too large, or there are too many.
        """
        with writing(self._engine) as connection:
            return keep_draft(connection, person.id, case, body, self._clock.now())

    def draft(self, person: Person, case: str) -> Draft | None:
        """Return what the person themselves kept; None: nothing, or a week ago."""
        with reading(self._engine) as connection:
            return find_draft(connection, person.id, case, self._clock.now())

    def drafts(self, person: Person) -> list[Draft]:
        """Return all that the person kept, the newest first."""
        with reading(self._engine) as connection:
            return list_drafts(connection, person.id, self._clock.now())

    def drop_draft(self, person: Person, case: str) -> bool:
        """Discard a draft; return whether there was one."""
        with writing(self._engine) as connection:
            return drop_draft(connection, person.id, case)

    def _look(self, account: str, password: str, address: str, device: str) -> "_Right | Denied":
        """Look at a password, if it is time for one more attempt."""
        if not self._room.acquire(blocking=False):
            return _denied(Denial.BUSY, 1, "", address)
        try:
            return self._looked(account, password, address, device)
        finally:
            self._room.release()

    def _looked(self, account: str, password: str, address: str, device: str) -> "_Right | Denied":
        with writing(self._engine) as connection:
            known = known_device(connection, account, device)
            counts = counts_of(account, address, known)
            wait = attempt(connection, counts, self._clock.now())
            user = kept_user(connection, account)
        who = user.id if user else ""
        if wait:
            return _denied(Denial.SLOWED, wait, who, address)
        is_right = self._passwords.is_right(user.password if user else None, password)
        if user and is_right:
            return _Right(user, counts)
        with writing(self._engine) as connection:
            self._trail(connection, [entry("sign_in_failed", who, address=address)])
        return _denied(Denial.WRONG, 0, who, address)

    def _renewed(self, user: Kept, password: str) -> dict[str, str]:
        if not self._passwords.is_old(user.password):
            return {}
        return {"password": self._passwords.keep(password)}

    def _leave(
        self, connection: Connection, token: str, now: int, *, changed_to: str = ""
    ) -> list[Entry]:
        """End a session; return what the trail has of it: nothing, if it was over already."""
        held = find_session(connection, token, now, self._settings)
        end_session(connection, token)
        if held is None:
            return []
        person = held[0].person.id
        detail = {"changed_to": changed_to} if changed_to not in {"", person} else {}
        return [entry("sign_out", person, **detail)]


class _Right(NamedTuple):
    """A right password. counts: What its attempt counted for, to be taken back."""

    user: Kept
    counts: tuple[Count, ...]


def _denied(reason: Denial, wait_seconds: int, person: str, address: str) -> Denied:
    SignInDenied(reason=reason.value, person=person, address=address).emit()
    return Denied(reason=reason, wait_seconds=wait_seconds)
