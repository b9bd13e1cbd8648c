"""Tokens of machines, in the transaction of the caller."""

import secrets

import msgspec
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from sentinel.desk.people.accounts import give, grants_of, held_by
from sentinel.desk.people.secret import hashed, new_secret
from sentinel.desk.people.tables import tokens
from sentinel.domain.errors import AccessError
from sentinel.domain.person import Grant, Person

PREFIX = "sentinel_"
USED_MS = 3_600_000
"""That a token is used is written down so often."""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One token, without its secret; instants are milliseconds since 1970 UTC.

    used_at: The last time, to the hour; None: never. revoked_at: None: it holds until `ends_at`.
    """

    id: str
    name: str
    grants: tuple[Grant, ...]
    made_by: str
    made_at: int
    ends_at: int
    used_at: int | None
    revoked_at: int | None


def holder(token: str) -> str:
    """Return how the trail names the token of an id; no user can be called so."""
    return f"token:{token}"


def keep_token(
    connection: Connection, name: str, held: tuple[Grant, ...], by: str, now: int, ends_at: int
) -> tuple[str, str]:
    """Keep a new token; return its id and its secret, which is told this once."""
    token, secret = secrets.token_hex(4), new_secret(PREFIX)
    connection.execute(
        tokens.insert().values(
            id=token, hash=hashed(secret), name=name, made_by=by, made_at=now, ends_at=ends_at
        )
    )
    for grant in held:
        give(connection, holder(token), grant)
    return token, secret


def find_token(connection: Connection, secret: str, now: int) -> tuple[str, Person, int] | None:
    """Return id, person and last use of a token that holds; None: there is none of that secret."""
    asked = select(tokens).where(
        tokens.c.hash == hashed(secret), tokens.c.revoked_at.is_(None), tokens.c.ends_at > now
    )
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    named = holder(row.id)
    held = grants_of(connection, named)
    return row.id, Person(id=named, name=row.name, grants=held), row.used_at or 0


def touch_token(connection: Connection, token: str, now: int) -> None:
    """Write down that a token is used."""
    connection.execute(update(tokens).where(tokens.c.id == token).values(used_at=now))


def end_token(connection: Connection, token: str, now: int) -> str:
    """Revoke a token; return its name.

    Raises:
        AccessError: There is none of that id that holds.
    """
    this = (tokens.c.id == token, tokens.c.revoked_at.is_(None))
    name: str | None = connection.scalars(select(tokens.c.name).where(*this)).first()
    if name is None:
        message = f"there is no token {token!r} that holds; `sentinel tokens list` shows all"
        raise AccessError(message)
    connection.execute(update(tokens).where(*this).values(revoked_at=now))
    return name


def list_tokens(connection: Connection) -> list[Token]:
    """Return all tokens, the newest first."""
    held = held_by(connection)
    asked = select(tokens).order_by(tokens.c.made_at.desc(), tokens.c.id)
    return [
        Token(
            id=row.id,
            name=row.name,
            grants=held.get(holder(row.id), ()),
            made_by=row.made_by,
            made_at=row.made_at,
            ends_at=row.ends_at,
            used_at=row.used_at,
            revoked_at=row.revoked_at,
        )
        for row in connection.execute(asked)
    ]
