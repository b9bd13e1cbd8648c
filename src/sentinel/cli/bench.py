"""`sentinel bench NAME`: what it must be able to carry, measured on this machine."""

from importlib import import_module
from typing import Annotated

import typer

from sentinel.domain.errors import ServiceError

NAMES = ("replay", "live", "latency", "memory", "growth", "faults")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench")(bench_command)


def bench_command(
    name: Annotated[str, typer.Argument(help=", ".join(NAMES))],
    as_json: Annotated[bool, typer.Option("--json", help="One object on the last line.")] = False,
    kills: Annotated[int, typer.Option(min=1, help="For `faults`: how many.")] = 30,
) -> None:
    """Measure, print a table, and exit with 1 if a figure misses what it must reach."""
    if name not in NAMES:
        message = f"there is no bench {name!r}; there are {', '.join(NAMES)}"
        raise ServiceError(message)
    module = import_module(f"sentinel.bench.{name}")
    result = module.run(kills=kills) if name == "faults" else module.run()
    result.tell(as_json=as_json)
    if not result.meets:
        raise typer.Exit(1)
