"""`sentinel users`: who may sign in at the desk, and what they do there."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.people import opened_staff
from sentinel.app.terminal import printable
from sentinel.cli.grants import ROLES, as_objects, read_grant, read_password, told
from sentinel.cli.times import local_time
from sentinel.config import load_config
from sentinel.desk.people.accounts import User, in_words
from sentinel.domain.person import EVERYWHERE, Role

_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_UserArgument = Annotated[str, typer.Argument(metavar="ID", help="As they type it to sign in.")]
_RoleArgument = Annotated[Role, typer.Argument(metavar="ROLE", help=ROLES)]
_AreaOption = Annotated[str, typer.Option("--area", "-a", help="Its code; without it the city.")]
_DepartmentOption = Annotated[
    str, typer.Option("--department", "-d", help="Of a handler; nobody else has one.")
]
_EnvOption = Annotated[
    str, typer.Option("--password-env", help="Environment variable that holds the password.")
]
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    users = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)
    users.command("list")(list_users)
    users.command("add")(add)
    users.command("grant")(grant)
    users.command("revoke")(revoke)
    users.command("password")(password)
    users.command("disable")(disable)
    users.command("enable")(enable)
    users.command("release")(release)
    app.add_typer(users, name="users")


def list_users(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    file: _FileOption = _FILE,
) -> None:
    """List users, what they do where, and when they last signed in."""
    config = load_config(file)
    with opened_staff(config) as staff:
        found = staff.users()
    if as_json:
        print(json.dumps({"users": [_object(user) for user in found]}, ensure_ascii=False))
        return
    if found:
        Console(markup=False, emoji=False, highlight=False).print(_table(found, config.zone))
    print(f"{len(found):,} users")


def add(
    user: _UserArgument,
    name: Annotated[str, typer.Option("--name", help="As colleagues know them.")],
    role: Annotated[Role | None, typer.Option("--role", "-r", help=ROLES)] = None,
    area: _AreaOption = EVERYWHERE,
    department: _DepartmentOption = "",
    password_env: _EnvOption = "",
    file: _FileOption = _FILE,
) -> None:
    """Let somebody sign in; the password is asked for, and not shown.

    A password has 12 characters at least, its user's own name not counted. More roles are added
    with `sentinel users grant`; without any they see nothing.
    """
    config = load_config(file)
    held = [read_grant(config, role, area, department, known=True)] if role else []
    typed = read_password(user, password_env)
    with opened_staff(config) as staff:
        staff.add_user(user, name, typed, held)
    print(f"{user} may sign in, and is {told(tuple(held))}")


def grant(
    user: _UserArgument,
    role: _RoleArgument,
    area: _AreaOption = EVERYWHERE,
    department: _DepartmentOption = "",
    file: _FileOption = _FILE,
) -> None:
    """Give a user one more role, for an area and all below it; it holds at once."""
    config = load_config(file)
    given = read_grant(config, role, area, department, known=True)
    with opened_staff(config) as staff:
        is_new = staff.grant(user, given)
    print(f"{user} is {in_words(given)}" + ("" if is_new else " already"))


def revoke(
    user: _UserArgument,
    role: _RoleArgument,
    area: _AreaOption = EVERYWHERE,
    department: _DepartmentOption = "",
    file: _FileOption = _FILE,
) -> None:
    """Take a role from a user, named as it was granted; it ends at once."""
    config = load_config(file)
    taken = read_grant(config, role, area, department, known=False)
    with opened_staff(config) as staff:
        staff.revoke(user, taken)
    print(f"{user} is no longer {in_words(taken)}")


def password(user: _UserArgument, password_env: _EnvOption = "", file: _FileOption = _FILE) -> None:
    """Give a user another password; all their sessions end."""
    config = load_config(file)
    typed = read_password(user, password_env)
    with opened_staff(config) as staff:
        ended = staff.set_password(user, typed)
    print(f"{user} has another password; {_sessions(ended)}")


def disable(user: _UserArgument, file: _FileOption = _FILE) -> None:
    """Let a user in no more; all their sessions end, and the trail keeps their name."""
    with opened_staff(load_config(file)) as staff:
        ended = staff.disable(user)
    print(f"{user} may sign in no more; {_sessions(ended)}")


def enable(user: _UserArgument, file: _FileOption = _FILE) -> None:
    """Let a disabled user sign in again, with the roles they had."""
    with opened_staff(load_config(file)) as staff:
        staff.enable(user)
    print(f"{user} may sign in again")


def release(user: _UserArgument, file: _FileOption = _FILE) -> None:
    """Forget failed attempts to sign in, so that a user need not wait."""
    with opened_staff(load_config(file)) as staff:
        staff.release(user)
    print(f"{user} need not wait")


def _sessions(ended: int) -> str:
    return "1 session has ended" if ended == 1 else f"{ended} sessions have ended"


def _table(users: list[User], zone: str) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("id", "name", "is", "last signed in"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    for user in users:
        last = local_time(user.signed_in_at // 1000 * 1000, zone) if user.signed_in_at else "never"
        table.add_row(
            user.id,
            printable(user.name),
            told(user.grants),
            "disabled" if user.disabled_at else last,
            style="dim" if user.disabled_at else "",
        )
    return table


def _object(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "name": user.name,
        "grants": as_objects(user.grants),
        "made_at": user.made_at,
        "signed_in_at": user.signed_in_at,
        "disabled_at": user.disabled_at,
    }
