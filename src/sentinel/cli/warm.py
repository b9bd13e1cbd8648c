"""`sentinel warm`: have the kernels compiled, so that the first start does not wait for it."""

import typer

from sentinel.app.warm import warm


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("warm", hidden=True)(warm_command)


def warm_command() -> None:
    """Compile the detection kernels for this machine; about a minute, once a version."""
    warm()
