"""`sentinel status`: what runs, what lags, what was rejected, and plainly what is down."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.paths import Paths
from sentinel.app.status import Status, look
from sentinel.app.terminal import counted
from sentinel.config import load_config

_FIGURES = {"listen": "messages", "detect": "readings", "record": "readings"}
"""What each service counts from its start, in its own health."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("status")(status_command)


def status_command(
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Show what runs, how far behind, and what was rejected; exit 1 if anything is wrong."""
    status = look(Paths(load_config(config).data))
    if as_json:
        print(json.dumps(status.as_object(), ensure_ascii=False))
    else:
        _print(status)
    if status.problems:
        raise typer.Exit(1)


def _print(status: Status) -> None:
    console = Console(highlight=False, markup=False)
    table = Table("service", "state", "behind", "rate", "since its start", "process", box=None)
    for name, health in status.services.items():
        lag = status.lag.get(name)
        table.add_row(
            name,
            health["state"],
            "" if lag is None else f"{counted(lag.rows, 'row')}, {lag.seconds:.1f} s",
            _rate(status.rates.get(name, {})),
            _figure(name, health),
            str(health.get("pid", "")),
        )
    console.print(table)
    for line in _lines(status):
        console.print(line)
    for problem in status.problems:
        print(problem, file=sys.stderr)


def _rate(rates: dict[str, float]) -> str:
    return ", ".join(f"{rate:,.1f} {what}/s" for what, rate in rates.items())


def _figure(name: str, health: dict[str, Any]) -> str:
    count = _FIGURES.get(name, "")
    return f"{health[count]:,} {count}" if count in health else ""


def _lines(status: Status) -> list[str]:
    record = status.services["record"]
    given_up = max(record.get("given_up_rows", 0), record.get("missed_rows", 0))
    spoilt = record.get("unreadable_gaps", 0)
    told = ", ".join(
        f"{count:,} {reason.replace('_', ' ')}" for reason, count in status.waiting.items()
    )
    return [
        f"journal: {counted(status.journal_rows, 'row')}, {status.journal_bytes / 1e6:,.1f} MB",
        *([f"rejections waiting: {told}; `sentinel rejects` lists them"] if told else []),
        *([f"given up before record read them: {counted(given_up, 'row')}"] if given_up else []),
        *(
            [f"gaps.jsonl: {counted(spoilt, 'line')} cannot be read; more may be given up"]
            if spoilt
            else []
        ),
        *([f"the page: {status.page()}"] if status.page() else []),
    ]
