"""`sentinel formats`: what devices send, tried on what they sent."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.bundle.compile import FORMATS
from sentinel.cli.times import iso_time, local_time, parse_instant
from sentinel.config import Config, load_config
from sentinel.config.check import load_registry
from sentinel.config.gather import gather
from sentinel.document import ConfigurationError, Problems, nearest, parse_yaml
from sentinel.domain.registry import Registry
from sentinel.normalise.format import Format
from sentinel.normalise.formats import parse_formats
from sentinel.normalise.trial import Trial, TrialSettings, TriedReading, try_format

_ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    formats = typer.Typer(help="What devices send.", no_args_is_help=True)
    formats.command("list")(list_formats)
    formats.command("try")(try_one)
    app.add_typer(formats, name="formats")


def list_formats(
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    file: _ConfigOption = _FILE,
) -> None:
    """List the formats with their topics."""
    config = load_config(file)
    rows = [_row(form) for form in _load(config, load_registry(config))]
    if as_json:
        print(json.dumps({"formats": rows}, ensure_ascii=False))
        return
    table = Table("format", "payload", "topics", "metrics", box=None, header_style="bold")
    for row in rows:
        metrics = ", ".join(row["metrics"]) or "as the message says"
        table.add_row(row["format"], row["payload"], "\n".join(row["topics"]), metrics)
    _console().print(table)


def try_one(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="The format to try.")],
    topic: Annotated[str, typer.Option("--topic", "-t", help="The topic it came on.")] = "",
    at: Annotated[
        str, typer.Option("--at", help='When it came: "2026-06-18 08:00", or "2h" ago.')
    ] = "now",
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    file: _ConfigOption = _FILE,
) -> None:
    """Show what becomes of a payload: `sentinel formats try FORMAT < payload`.

    Nothing is stored. Readings are shown in the metric's own unit and in the city's time, and what
    is rejected in plain words. The exit status is 1 if anything was rejected.
    """
    config = load_config(file)
    registry = load_registry(config)
    settings = _settings(config, registry)
    known = [form.name for form in settings.formats]
    if name not in known:
        message = f"there is no format {name!r}. {nearest(name, known)}"
        raise typer.BadParameter(message.strip(), param_hint="FORMAT")
    received = parse_instant(at, now_ms=WallClock().now(), zone=config.zone, option="--at")
    payload = sys.stdin.buffer.read()
    trial = try_format(settings, name, payload, topic=topic, received=received)
    if isinstance(trial, str):
        raise typer.BadParameter(trial, param_hint="--topic")
    if as_json:
        print(json.dumps(_as_object(trial, config.zone), ensure_ascii=False))
    else:
        _show(trial, config.zone)
    if trial.rejections:
        raise typer.Exit(1)


def _settings(config: Config, registry: Registry) -> TrialSettings:
    return TrialSettings(
        registry=registry,
        formats=_load(config, registry),
        zone=config.zone,
        skew_ms=config.normalise.skew,
        past_ms=config.normalise.past,
        max_payload_bytes=config.normalise.max_payload,
    )


def _load(config: Config, registry: Registry) -> tuple[Format, ...]:
    """Read the formats alone: rules may be at fault meanwhile."""
    problems = Problems()
    gathered = gather(config, Problems())
    nodes = [
        parse_yaml(gathered.files[path].decode("utf-8", "replace"), gathered.names[path], problems)
        for path in sorted(gathered.files)
        if path.startswith(FORMATS)
    ]
    formats = parse_formats([node for node in nodes if node is not None], registry, problems)
    if problems.errors:
        raise ConfigurationError(problems)
    return formats


def _row(form: Format) -> dict[str, Any]:
    layouts = [measure for layout in form.layouts for _, measure in layout.fields]
    found = [measure.metric for measure in [*form.measures, *layouts]]
    names = [name for source in found for name in (source.map or {}).values()]
    names += [source.constant for source in found if source.constant]
    topics = [topic.text for topic in form.topics]
    topics += [f"{topic.text} (there or gone)" for topic in form.alive.topics] if form.alive else []
    return {
        "format": form.name,
        "payload": form.payload.value,
        "topics": topics,
        "metrics": sorted(set(names)),
    }


def _show(trial: Trial, zone: str) -> None:
    if trial.note:
        print(f"note: {trial.note}")
    if trial.readings:
        table = Table("device", "metric", "value", f"time ({zone})", "", box=None)
        for reading in trial.readings:
            table.add_row(*_cells(reading, zone))
        _console().print(table)
    for reason, found, device, metric in trial.rejections:
        whose = "/".join(part for part in (device, metric) if part)
        print(f"rejected {reason}{f' {whose}' if whose else ''}: {found}")
    if trial.ignored:
        print(f"ignored {trial.ignored}: not wanted, by what the format says")


def _cells(reading: TriedReading, zone: str) -> tuple[str, ...]:
    time, notes = local_time(reading.time, zone), "; ".join(reading.notes)
    return reading.device, reading.metric, reading.value, time, notes


def _as_object(trial: Trial, zone: str) -> dict[str, object]:
    keys = ("reason", "found", "device", "metric")
    return {
        "topic": trial.topic,
        "note": trial.note,
        "readings": [
            {**asdict(reading), "time": iso_time(reading.time, zone)} for reading in trial.readings
        ],
        "rejections": [dict(zip(keys, one, strict=True)) for one in trial.rejections],
        "ignored": trial.ignored,
    }


def _console() -> Console:
    return Console(markup=False, emoji=False, highlight=False)
