"""The services, one command each."""

from pathlib import Path
from typing import Annotated

import typer

from sentinel.app.prepare import BrokerAddress
from sentinel.config import load_config

ConfigFile = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_USUAL = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("listen")(listen_command)
    app.command("detect")(detect_command)
    app.command("record")(record_command)
    app.command("desk")(desk_command)


def listen_command(
    config: ConfigFile = _USUAL,
    broker: Annotated[
        str, typer.Option(help="host:port, instead of the configuration's broker.")
    ] = "",
) -> None:
    """Take in messages: journal them, then acknowledge."""
    from sentinel.app.listen import listen  # noqa: PLC0415 -- each service loads only its own

    listen(load_config(config), BrokerAddress.parse(broker) if broker else None)


def detect_command(config: ConfigFile = _USUAL) -> None:
    """Judge what the journal holds: findings."""
    from sentinel.app.detect import detect  # noqa: PLC0415 -- each service loads only its own

    detect(load_config(config))


def record_command(config: ConfigFile = _USUAL) -> None:
    """Keep readings, findings and rejections in the store."""
    from sentinel.app.record import record  # noqa: PLC0415 -- each service loads only its own

    record(load_config(config))


def desk_command(
    config: ConfigFile = _USUAL,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Instead of the configuration's; 0: free.")
    ] = None,
) -> None:
    """Serve warnings to people: pages and API."""
    from sentinel.app.desk import desk  # noqa: PLC0415 -- each service loads only its own

    desk(load_config(config), port)
