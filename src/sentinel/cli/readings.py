"""`sentinel readings`: what the store keeps of one sensor."""

import json
from collections.abc import Iterator
from math import isnan
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.bundle.metrics import parse_metrics
from sentinel.cli.times import iso_time, local_time, parse_instant
from sentinel.config import Config, load_config
from sentinel.config.check import load_registry
from sentinel.document import ConfigurationError, Problems, nearest, parse_yaml
from sentinel.domain.metric import Metric
from sentinel.domain.quality import Quality
from sentinel.domain.readings import ReadingFlag
from sentinel.store import StoredReadings, open_store

_QUALITY = {
    Quality.PASS: "good",
    Quality.NOT_EVALUATED: "not checked",
    Quality.SUSPECT: "suspect",
    Quality.FAIL: "failed",
    Quality.MISSING: "missing",
}
_FLAGS = {
    ReadingFlag.LATE: "late",
    ReadingFlag.HISTORICAL: "historical",
    ReadingFlag.UNTIMED: "no time of its own",
    ReadingFlag.EXERCISE: "exercise",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("readings")(readings)


def readings(
    device: Annotated[str, typer.Option("--device", "-d", help="The device's id.")],
    metric: Annotated[str, typer.Option("--metric", "-m", help="The metric's id.")],
    start: Annotated[
        str, typer.Option("--from", help="A time, or how long ago; this is included.")
    ] = "24h",
    end: Annotated[
        str, typer.Option("--to", help="A time, or how long ago; this is not included.")
    ] = "now",
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", min=1, help="Only so many, the newest.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    file: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
) -> None:
    """Show the readings that are kept of one sensor."""
    config = load_config(file)
    known = _metric(config, metric)
    now = WallClock().now()
    start_ms = parse_instant(start, now_ms=now, zone=config.zone, option="--from")
    end_ms = parse_instant(end, now_ms=now, zone=config.zone, option="--to")
    store = open_store(config.store, Paths(config.data).store)
    try:
        found = store.readings(device, metric, start_ms, end_ms, limit)
    finally:
        store.close()
    if as_json:
        rows = _rows(found, config.zone)
        told = {"device": device, "metric": metric, "unit": known.unit, "readings": rows}
        print(json.dumps(told, ensure_ascii=False))
    elif len(found):
        Console(markup=False, emoji=False, highlight=False).print(_table(found, known, config.zone))
    else:
        span = f"{local_time(start_ms, config.zone)} to {local_time(end_ms, config.zone)}"
        print(f"no readings of {metric!r} on {device!r} are kept from {span}")
        _tell_unknown(config, device)


def _tell_unknown(config: Config, device: str) -> None:
    """Say so if there is no such device: a mistyped name is no silence."""
    known = load_registry(config).device_number
    if device not in known:
        print("; ".join(filter(None, ["the registry has no such device", nearest(device, known)])))


def _metric(config: Config, wanted: str) -> Metric:
    """Return what metrics.yaml says of a metric, without the rest of the registry."""
    path, problems = config.registry.metrics, Problems()
    node = parse_yaml(path.read_text(encoding="utf-8"), str(path), problems)
    catalogue = node and parse_metrics(node, problems)
    if not catalogue:
        raise ConfigurationError(problems)
    metrics = {metric.id: metric for metric in catalogue.metrics}
    if wanted not in metrics:
        message = f"there is no metric {wanted!r}; {nearest(wanted, metrics)}".rstrip("; ")
        raise typer.BadParameter(message, param_hint="--metric")
    return metrics[wanted]


def _rows(found: StoredReadings, zone: str) -> list[dict[str, Any]]:
    return [
        {
            "time": iso_time(time, zone),
            "received": iso_time(received, zone),
            "value": None if isnan(value) else value,
            "quality": quality,
            "flags": [word for flag, word in _FLAGS.items() if flags & flag],
        }
        for time, received, value, quality, flags in _each(found)
    ]


def _table(found: StoredReadings, metric: Metric, zone: str) -> Table:
    table = Table(box=None, header_style="bold")
    table.add_column(f"time ({zone})")
    table.add_column(f"{metric.id} ({metric.unit})" if metric.unit else metric.id, justify="right")
    table.add_column("quality")
    table.add_column("received")
    states = {number: name for name, number in (metric.states or {}).items()}
    for time, received, value, quality, flags in _each(found):
        words = [_QUALITY.get(Quality(quality), "?")]
        words += [word for flag, word in _FLAGS.items() if flags & flag]
        table.add_row(
            local_time(time, zone),
            _shown(value, states),
            ", ".join(words),
            f"{(received - time) / 1000:+.3g} s",
        )
    return table


def _each(found: StoredReadings) -> Iterator[tuple[int, int, float, int, int]]:
    columns = (found.time, found.received, found.value, found.quality, found.flags)
    return zip(*(column.tolist() for column in columns), strict=True)


def _shown(value: float, states: dict[float, str]) -> str:
    if isnan(value):
        return "unknown"
    return states.get(value, f"{value:.10g}")
