"""`sentinel`: puts the commands together and turns known errors into plain words."""

import sys
from importlib import import_module

import typer

from sentinel.domain.errors import SentinelError

COMMANDS = (
)
"""Modules of `sentinel.cli`, in the order in which `--help` lists them."""

app = typer.Typer(
    name="sentinel",
    help="Early warning for a city from its sensors. Start with `sentinel up -c configs/demo.yaml`.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def main() -> None:
    """Run the command line; exit 2 with plain words on an error that we know."""
    for name in COMMANDS:
        import_module(f"sentinel.cli.{name}").register(app)
    try:
        app()
    except SentinelError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None
