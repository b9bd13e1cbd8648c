"""`sentinel`: puts the commands together and turns known errors into plain words."""

import errno
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated

import typer

from sentinel.domain.errors import SentinelError
from sentinel.observe.log import configure_logging

COMMANDS = {
    "up": "up",
    "status": "status",
    "listen": "services",
    "detect": "services",
    "record": "services",
    "desk": "services",
    "broker": "broker",
    "check": "check",
    "reload": "reload",
    "formats": "formats",
    "devices": "devices",
    "models": "models",
    "readings": "readings",
    "rejects": "rejects",
    "warnings": "warnings",
    "outbox": "outbox",
    "audit": "audit",
    "cases": "cases",
    "explain": "cases",
    "duty": "duty",
    "users": "users",
    "tokens": "tokens",
    "bulletin": "bulletin",
    "schema": "schema",
    "simulate": "simulate",
    "bench": "bench",
    "warm": "warm",
}
"""Each command and the module of `sentinel.cli` that adds it, in the order of `--help`."""

_OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO)
"""Errors of a write, which does not say to which file."""

app = typer.Typer(
    name="sentinel",
    help="Early warning for a city from its sensors. Start with `sentinel up -c FILE`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line; exit 2 with plain words on an error that we know."""
    try:
        _run(sys.argv[1] if len(sys.argv) > 1 else "")
    except KeyboardInterrupt:  # while still importing; what runs looks after its own signals
        raise SystemExit(130) from None


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"sentinel {version('sentinel')}")
        raise typer.Exit


def _version(
    version: Annotated[
        bool,
        typer.Option("--version", help="Tell the version.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    pass


def _run(asked: str) -> None:
    modules = [COMMANDS[asked]] if asked in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in modules:  # only the one asked for: a service should not wait for scikit-learn
        import_module(f"sentinel.cli.{module}").register(app)
    app.callback()(_version)  # also keeps the name of a lone command on the command line
    configure_logging(service="command", level="error")  # a service says itself what it logs
    try:
        app()
    except SentinelError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
    except OSError as error:
        if error.filename is None and error.errno not in _OF_THE_DISK:
            raise
        where = f"{error.filename}: " if error.filename else ""
        print(f"{where}{(error.strerror or str(error)).lower()}", file=sys.stderr)
        raise SystemExit(2) from None
