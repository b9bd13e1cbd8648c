"""`sentinel bulletin`: how a time went, on one page for people who were not there."""

from pathlib import Path
from typing import Annotated

import typer

from sentinel.app.bulletin import bulletin as make_bulletin
from sentinel.app.clock import WallClock
from sentinel.cli.times import parse_instant
from sentinel.config import load_config


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bulletin")(bulletin)


def bulletin(
    start: Annotated[
        str, typer.Option("--from", help="A time, or how long ago; this is included.")
    ] = "7d",
    end: Annotated[
        str, typer.Option("--to", help="A time, or how long ago; this is not included.")
    ] = "now",
    area: Annotated[str, typer.Option("--area", "-a", help="Its code; without it the city.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where to write it; else it is printed.")
    ] = None,
    file: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
) -> None:
    """Make the bulletin of a time: one HTML file in Chinese and English, for screen and paper.

    Warnings by scenario, area and rank; how long people took, against their targets; how often
    each rule was right. No person is in it. It may be made while the desk runs.
    """
    config = load_config(file)
    now = WallClock().now()
    start_ms = parse_instant(start, now_ms=now, zone=config.zone, option="--from")
    end_ms = parse_instant(end, now_ms=now, zone=config.zone, option="--to")
    if end_ms <= start_ms:
        message = f"must lie after --from; got {end!r} and {start!r}"
        raise typer.BadParameter(message, param_hint="--to")
    text = make_bulletin(config, start_ms, end_ms, area)
    if out is None:
        print(text, end="")
    else:
        out.write_text(text, encoding="utf-8")
        print(f"wrote {out}")
