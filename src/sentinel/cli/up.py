"""`sentinel up`: everything on this machine."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sentinel.app.figures import final_line, final_words
from sentinel.app.service import stop_on_signals
from sentinel.app.up import Options, up
from sentinel.config import load_config
from sentinel.document.scalars import parse_duration
from sentinel.domain.errors import ServiceError


class Storm(StrEnum):
    """What can be simulated beside the services."""

    CLOUDBURST = "cloudburst"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("up")(up_command)


def up_command(
    config: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
    simulate: Annotated[
        Storm | None, typer.Option(help="Publish a made-up storm.", show_default=False)
    ] = None,
    duration: Annotated[
        str | None, typer.Option("--for", help="End after this long, such as 45s.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="No picture; figures as JSON on the last line.")
    ] = False,
) -> None:
    """Run everything on this machine, with a broker if none is configured."""
    storm = simulate.value if simulate else ""
    options = Options(simulate=storm, seconds=_seconds(duration), as_json=as_json)
    figures = up(load_config(config), options, stop_on_signals())
    print(final_line(figures) if as_json else "\n".join(final_words(figures)))


def _seconds(text: str | None) -> float | None:
    found = None if text is None else parse_duration(text)
    if text is not None and found is None:
        message = f"--for takes a duration such as 45s or 2m; got {text!r}"
        raise ServiceError(message)
    return None if found is None else found / 1000
