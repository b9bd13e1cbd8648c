"""`sentinel tokens`: machines that may ask the desk, and what they do there."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.app.people import opened_staff
from sentinel.app.terminal import printable
from sentinel.cli.grants import ROLES, as_objects, read_grant, told
from sentinel.cli.times import local_time
from sentinel.config import load_config
from sentinel.desk.people.tokens import Token
from sentinel.document.scalars import parse_duration
from sentinel.domain.person import EVERYWHERE, Role

_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tokens = typer.Typer(help="Machines that may ask the desk.", no_args_is_help=True)
    tokens.command("list")(list_tokens)
    tokens.command("add")(add)
    tokens.command("revoke")(revoke)
    app.add_typer(tokens, name="tokens")


def list_tokens(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    file: _FileOption = _FILE,
) -> None:
    """List tokens, the newest first; their secrets are kept nowhere."""
    config = load_config(file)
    with opened_staff(config) as staff:
        found = staff.tokens()
    if as_json:
        print(json.dumps({"tokens": [_object(token) for token in found]}, ensure_ascii=False))
        return
    if found:
        console = Console(markup=False, emoji=False, highlight=False)
        console.print(_table(found, config.zone, WallClock().now()))
    print(f"{len(found):,} tokens")


def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of the machine, for people.")],
    role: Annotated[Role, typer.Option("--role", "-r", help=ROLES)],
    area: Annotated[
        str, typer.Option("--area", "-a", help="Its code; without it the city.")
    ] = EVERYWHERE,
    department: Annotated[
        str, typer.Option("--department", "-d", help="Of a handler; nobody else has one.")
    ] = "",
    holds_for: Annotated[str, typer.Option("--for", help="How long it holds.")] = "90d",
    file: _FileOption = _FILE,
) -> None:
    """Make a token and print it, this once; a machine sends it as `Authorization: Bearer TOKEN`."""
    duration = parse_duration(holds_for)
    if not duration:
        message = f'must be a duration such as "90d"; got {holds_for!r}'
        raise typer.BadParameter(message, param_hint="--for")
    config = load_config(file)
    held = (read_grant(config, role, area, department, known=True),)
    ends_at = WallClock().now() + duration
    with opened_staff(config) as staff:
        number, secret = staff.add_token(name, held, ends_at)
    until = local_time(ends_at // 1000 * 1000, config.zone)
    print(f"token {number}, {told(held)}, holds until {until}:", file=sys.stderr)
    print(secret)


def revoke(
    token: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    file: _FileOption = _FILE,
) -> None:
    """Let a token hold no more, at once."""
    with opened_staff(load_config(file)) as staff:
        name = staff.revoke_token(token)
    print(f"token {token} of {printable(name)} holds no more")


def _table(tokens: list[Token], zone: str, now: int) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("id", "name", "is", "last used", "holds until", "made by"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    for token in tokens:
        holds = token.revoked_at is None and now < token.ends_at
        until = local_time(token.ends_at // 1000 * 1000, zone)
        table.add_row(
            token.id,
            printable(token.name),
            told(token.grants),
            local_time(token.used_at // 1000 * 1000, zone) if token.used_at else "never",
            "revoked" if token.revoked_at else until if holds else f"ended {until}",
            printable(token.made_by),
            style="" if holds else "dim",
        )
    return table


def _object(token: Token) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "grants": as_objects(token.grants),
        "made_by": token.made_by,
        "made_at": token.made_at,
        "ends_at": token.ends_at,
        "used_at": token.used_at,
        "revoked_at": token.revoked_at,
    }
