"""`sentinel broker`: the embedded broker, as `sentinel up` starts it."""

from pathlib import Path
from typing import Annotated

import typer

from sentinel.app.broker import EmbeddedBroker
from sentinel.app.paths import Paths
from sentinel.app.service import run_service


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("broker", hidden=True)(broker_command)


def broker_command(
    data: Annotated[Path, typer.Option(help="The deployment's data folder.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="On loopback.")] = 1883,
) -> None:
    """Run the embedded broker, for trying things out: loopback only, sessions in memory."""
    broker = EmbeddedBroker(port)
    run_service("broker", Paths(data), broker.run, broker.health, port=port)
