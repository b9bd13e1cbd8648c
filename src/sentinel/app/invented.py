"""Users for a demo: made from a file, with one password that is new at each start."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sentinel.app.people import opened_staff
from sentinel.config import Config
from sentinel.desk.people.secret import new_secret
from sentinel.document import ConfigurationError, Place, Problems, parse_yaml, validate
from sentinel.document.text import decode_text
from sentinel.domain.person import Grant, Role


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoleKeys(_Strict):
    """One role, for an area (the city if left out) and, for handlers, a department."""

    role: Role
    area: str = ""
    department: str = ""


class UserKeys(_Strict):
    """One user."""

    name: str
    roles: tuple[RoleKeys, ...] = Field(min_length=1)


class UsersKeys(_Strict):
    """The file."""

    users: dict[str, UserKeys] = Field(min_length=1)


def invent_users(config: Config) -> list[str]:
    """Make the users of `desk.people.invented`; return what to tell the person at the terminal.

    Those that are there already get the new password. Without such a file nothing is done.

    Raises:
        ConfigurationError: The file makes no sense.
    """
    path = config.desk.people.invented
    if path is None:
        return []
    wanted = _read(path).users
    password = new_secret("")[:16]
    with opened_staff(config) as staff:
        known = {user.id for user in staff.users()}
        for name, user in wanted.items():
            if name in known:
                staff.set_password(name, password)
            else:
                staff.add_user(name, user.name, password, [_grant(one) for one in user.roles])
    told = [
        f"{name} ({', '.join(_word(one) for one in one.roles)})" for name, one in wanted.items()
    ]
    return [f"sign in with the password {password} as {'; '.join(told)}"]


def _grant(keys: RoleKeys) -> Grant:
    return Grant(role=keys.role, area=keys.area, department=keys.department)


def _word(keys: RoleKeys) -> str:
    where = " of ".join(filter(None, (keys.department, keys.area)))
    return f"{keys.role.value} {where}".strip()


def _read(path: Path) -> UsersKeys:
    problems = Problems()
    text = decode_text(path.read_bytes(), str(path), problems)
    node = None if text is None else parse_yaml(text, str(path), problems)
    keys = None if node is None else validate(UsersKeys, node, problems)
    if keys is None:
        if not problems.found:
            problems.add(Place(str(path)), "", "the file is empty")
        raise ConfigurationError(problems)
    return keys
