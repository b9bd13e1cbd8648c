"""Who may sign in and what they hold: changed by somebody, with a line in the trail each."""

from collections.abc import Sequence

from sqlalchemy import Engine
from sqlalchemy.engine import Connection

from sentinel.desk.people.accounts import (
    User,
    change_user,
    check_grant,
    check_name,
    check_user,
    give,
    in_words,
    keep_user,
    list_users,
    take,
)
from sentinel.desk.people.attempts import release
from sentinel.desk.people.passwords import Passwords, weakness
from sentinel.desk.people.sessions import end_sessions, forget_devices
from sentinel.desk.people.tokens import Token, end_token, holder, keep_token, list_tokens
from sentinel.desk.people.trail import Trail, entry
from sentinel.desk.transactions import reading, writing
from sentinel.domain.clock import Clock
from sentinel.domain.errors import AccessError
from sentinel.domain.person import Grant


class Staff:
    """Users and tokens, as an administrator sees them.

    Every method raises AccessError if what was asked is not possible, and ServiceError while the
    database does not do its work; nothing of the call is kept then.

    Args:
        engine: From `open_database`.
        clock: The desk's time.
        trail: Writes entries in the transaction that it is handed.
        by: Who changes things, as the trail names them.
        passwords: How they are kept.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        trail: Trail,
        *,
        by: str,
        passwords: Passwords | None = None,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._trail = trail
        self._by = by
        self._passwords = passwords or Passwords()

    def users(self) -> list[User]:
        """Return all users, by id."""
        with reading(self._engine) as connection:
            return list_users(connection)

    def add_user(self, user: str, name: str, password: str, grants: Sequence[Grant] = ()) -> None:
        """Let somebody sign in. user: Their id, in small letters. name: As colleagues know them."""
        check_user(user, name)
        for grant in grants:
            check_grant(grant)
        kept = self._keep(password, user, name)
        with writing(self._engine) as connection:
            keep_user(connection, user, name, kept, self._clock.now())
            for grant in grants:
                give(connection, user, grant)
            self._note(
                connection, "user_added", user=user, grants=[in_words(one) for one in grants]
            )

    def set_password(self, user: str, password: str) -> int:
        """Give a user another password; return how many of their sessions ended.

        What strangers tried is forgotten, and so are the browsers they were known in.
        """
        names = {one.id: one.name for one in self.users()}
        kept = self._keep(password, user, names.get(user, ""))
        with writing(self._engine) as connection:
            change_user(connection, user, password=kept)
            ended = self._end(connection, user)
            self._note(connection, "password_set", user=user, ended_sessions=ended)
        return ended

    def grant(self, user: str, grant: Grant) -> bool:
        """Let a user do more, at once; return whether they could not before."""
        check_grant(grant)
        with writing(self._engine) as connection:
            change_user(connection, user)
            is_new = give(connection, user, grant)
            if is_new:
                self._note(connection, "user_granted", user=user, grant=in_words(grant))
        return is_new

    def revoke(self, user: str, grant: Grant) -> None:
        """Take from a user what they hold, at once; it must be named as it was granted."""
        with writing(self._engine) as connection:
            change_user(connection, user)
            if not take(connection, user, grant):
                hint = "`sentinel users list` shows what everybody is"
                message = f"{user!r} is not {in_words(grant)}; {hint}"
                raise AccessError(message)
            self._note(connection, "user_revoked", user=user, grant=in_words(grant))

    def disable(self, user: str) -> int:
        """Let a user in no more; return how many of their sessions ended."""
        with writing(self._engine) as connection:
            before = change_user(connection, user)
            change_user(connection, user, disabled_at=before["disabled_at"] or self._clock.now())
            ended = self._end(connection, user)
            self._note(connection, "user_disabled", user=user, ended_sessions=ended)
        return ended

    def enable(self, user: str) -> None:
        """Let a disabled user in again, with what they hold."""
        with writing(self._engine) as connection:
            change_user(connection, user, disabled_at=None)
            self._note(connection, "user_enabled", user=user)

    def release(self, user: str) -> None:
        """Forget failed attempts on a user's account, so that they need not wait."""
        with writing(self._engine) as connection:
            change_user(connection, user)
            release(connection, user)
            self._note(connection, "user_released", user=user)

    def tokens(self) -> list[Token]:
        """Return all tokens, the newest first."""
        with reading(self._engine) as connection:
            return list_tokens(connection)

    def add_token(self, name: str, grants: Sequence[Grant], ends_at: int) -> tuple[str, str]:
        """Make a token for a machine; return its id, and its secret, which is told this once."""
        check_name(name)
        for grant in grants:
            check_grant(grant)
        now = self._clock.now()
        if ends_at <= now or not grants:
            message = f"a token holds something, until some time to come; {name!r} would not"
            raise AccessError(message)
        with writing(self._engine) as connection:
            token, secret = keep_token(connection, name, tuple(grants), self._by, now, ends_at)
            told = [in_words(one) for one in grants]
            self._note(
                connection,
                "token_added",
                token=holder(token),
                name=name,
                grants=told,
                ends_at=ends_at,
            )
        return token, secret

    def revoke_token(self, token: str) -> str:
        """Let a token hold no more, at once; return its name."""
        with writing(self._engine) as connection:
            name = end_token(connection, token, self._clock.now())
            self._note(connection, "token_revoked", token=holder(token), name=name)
        return name

    def _keep(self, password: str, user: str, name: str) -> str:
        weak = weakness(password, user, name)
        if weak:
            raise AccessError(weak.why["en"])
        return self._passwords.keep(password)

    def _end(self, connection: Connection, user: str) -> int:
        release(connection, user)
        forget_devices(connection, user)
        return end_sessions(connection, user)

    def _note(self, connection: Connection, act: str, **detail: object) -> None:
        self._trail(connection, [entry(act, self._by, **detail)])
