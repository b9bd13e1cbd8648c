"""Users and what they and tokens hold, in the transaction of the caller."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.engine import Connection, RowMapping

from sentinel.desk.people.sql import inserting
from sentinel.desk.people.tables import NAME, USER, grants, users
from sentinel.domain.errors import AccessError
from sentinel.domain.person import SENTINEL, Grant, Role

_ID = re.compile(r"[a-z0-9][a-z0-9._-]*\Z")


class User(msgspec.Struct, frozen=True, kw_only=True):
    """One user, as `sentinel users list` tells it; instants are milliseconds since 1970 UTC.

    signed_in_at: The last time; None: never. disabled_at: None: may sign in.
    """

    id: str
    name: str
    grants: tuple[Grant, ...]
    made_at: int
    signed_in_at: int | None
    disabled_at: int | None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is needed to let a user in. password: As it is kept."""

    id: str
    name: str
    password: str


def user_id(typed: str) -> str:
    """Return the id that somebody means who typed this; empty if no user can be called so."""
    meant = unicodedata.normalize("NFKC", typed).strip().lower()
    return meant if _ID.match(meant) and len(meant) <= USER else ""


def check_user(user: str, name: str) -> None:
    """Refuse what could be taken for another, or cannot be typed on every keyboard.

    Raises:
        AccessError: With the reason.
    """
    if user_id(user) != user or user in {"", SENTINEL.id}:
        message = (
            f"a user's id is letters a-z, digits, `.`, `_` and `-`, {USER} at most, and not "
            f"{SENTINEL.id!r}; got {user!r}"
        )
        raise AccessError(message)
    check_name(name)


def check_name(name: str) -> None:
    """Refuse a name that shows nothing, or more than a line.

    Raises:
        AccessError: With the reason.
    """
    if not 0 < len(name.strip()) <= NAME or not name.isprintable():
        message = f"a name is one line of 1 to {NAME} characters; got {name!r}"
        raise AccessError(message)


def check_grant(grant: Grant) -> None:
    """Refuse a grant that means nothing.

    Raises:
        AccessError: With the reason.
    """
    if (grant.role is Role.HANDLER) != bool(grant.department):
        message = (
            f"a handler has a department, and no other role has one; got {grant.role.value!r} "
            f"with department {grant.department!r}"
        )
        raise AccessError(message)


def in_words(grant: Grant) -> str:
    """Return a grant as people and the trail read it.

    >>> in_words(Grant(role=Role.HANDLER, area="pudong", department="water"))
    'handler of water in pudong'
    """
    of = f" of {grant.department}" if grant.department else ""
    return f"{grant.role.value}{of} in {grant.area or 'the whole city'}"


def keep_user(connection: Connection, user: str, name: str, password: str, now: int) -> None:
    """Keep a new user. password: As it is kept.

    Raises:
        AccessError: There is one of that id.
    """
    if connection.scalars(select(users.c.id).where(users.c.id == user)).first() is not None:
        message = f"there is a user {user!r} already"
        raise AccessError(message)
    connection.execute(
        users.insert().values(id=user, name=name.strip(), password=password, made_at=now)
    )


def kept_user(connection: Connection, user: str) -> Kept | None:
    """Return a user who may sign in; None if there is none, or they are disabled."""
    asked = select(users.c.id, users.c.name, users.c.password).where(
        users.c.id == user, users.c.disabled_at.is_(None)
    )
    found = connection.execute(asked).one_or_none()
    return None if found is None else Kept(id=found[0], name=found[1], password=found[2])


def change_user(connection: Connection, user: str, **values: object) -> RowMapping:
    """Change columns of a user; return the row as it was.

    Raises:
        AccessError: There is none of that id.
    """
    before = connection.execute(select(users).where(users.c.id == user)).mappings().one_or_none()
    if before is None:
        message = f"there is no user {user!r}; `sentinel users list` shows all"
        raise AccessError(message)
    if values:
        connection.execute(update(users).where(users.c.id == user).values(**values))
    return before


def list_users(connection: Connection) -> list[User]:
    """Return all users by id."""
    held = held_by(connection)
    return [
        User(
            id=row.id,
            name=row.name,
            grants=held.get(row.id, ()),
            made_at=row.made_at,
            signed_in_at=row.signed_in_at,
            disabled_at=row.disabled_at,
        )
        for row in connection.execute(select(users).order_by(users.c.id))
    ]


def names_of(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of those of the ids that are users'."""
    asked = select(users.c.id, users.c.name).where(users.c.id.in_(ids))
    return {user: name for user, name in connection.execute(asked)}  # noqa: C416 -- typed


def give(connection: Connection, holder: str, grant: Grant) -> bool:
    """Keep a grant; return whether it is new."""
    this = inserting(connection, grants).values(holder=holder, **_columns(grant))
    made = this.on_conflict_do_nothing().returning(grants.c.holder)
    return connection.execute(made).first() is not None


def take(connection: Connection, holder: str, grant: Grant) -> bool:
    """Take a grant away; return whether it was held."""
    same = [grants.c[column] == value for column, value in _columns(grant).items()]
    done = connection.execute(delete(grants).where(grants.c.holder == holder, *same))
    return done.rowcount > 0


def grants_of(connection: Connection, holder: str) -> tuple[Grant, ...]:
    """Return what one person holds."""
    return held_by(connection, (holder,)).get(holder, ())


def held_by(
    connection: Connection, holders: Iterable[str] | None = None
) -> Mapping[str, tuple[Grant, ...]]:
    """Return grants by holder, in a steady order; None: everybody's."""
    asked = select(grants).order_by(
        grants.c.holder, grants.c.role, grants.c.area, grants.c.department
    )
    if holders is not None:
        asked = asked.where(grants.c.holder.in_(list(holders)))
    found: defaultdict[str, tuple[Grant, ...]] = defaultdict(tuple)
    for holder, role, area, department in connection.execute(asked):
        found[holder] += (Grant(role=Role(role), area=area, department=department),)
    return found


def _columns(grant: Grant) -> dict[str, str]:
    return {"role": grant.role.value, "area": grant.area, "department": grant.department}
