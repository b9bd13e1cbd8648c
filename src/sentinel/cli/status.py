"""`sentinel status`: what runs, what lags, what was rejected, and plainly what is down."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.paths import Paths
from sentinel.app.status import Status, look
from sentinel.config import load_config


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status_command)


def status_command(
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show rates, lag, journal and rejections; exit 1 if anything is down or behind."""
    status = look(Paths(load_config(config).data))
    if as_json:
        print(json.dumps(status.as_object(), ensure_ascii=False))
    else:
        _print(status)
    if status.problems:
        raise typer.Exit(1)


def _print(status: Status) -> None:
    console = Console()
    table = Table("service", "state", "lag")
    for name, health in status.services.items():
        lag = status.lag.get(name)
        behind = "" if lag is None else f"{lag.rows:,} rows, {lag.seconds:.1f} s"
        table.add_row(name, health["state"], behind)
    console.print(table)
    console.print(f"journal: {status.journal_rows:,} rows, {status.journal_bytes / 1e6:,.1f} MB")
    for reason, count in sorted(status.rejected.items()):
        console.print(f"rejected, {reason.replace('_', ' ')}: {count:,}")
    for problem in status.problems:
        print(problem, file=sys.stderr)
