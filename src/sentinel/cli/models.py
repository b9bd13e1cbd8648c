"""`sentinel models`: train models, and see what is known of them."""

import json
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.bundle.compile import AREAS, DEVICES, METRICS
from sentinel.bundle.numbering import NOTHING
from sentinel.bundle.registry import Source, compile_registry
from sentinel.cli.times import local_time, parse_instant
from sentinel.config import Config, load_config
from sentinel.config.gather import gather
from sentinel.detect.models import Kept, ModelRefused
from sentinel.document import ConfigurationError, Problems, nearest
from sentinel.document.scalars import format_duration, format_size
from sentinel.domain.errors import SentinelError
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.registry import Registry
from sentinel.store import open_store
from sentinel.train import (
    Chosen,
    Series,
    Shelf,
    Wanted,
    choose,
    is_name,
    read_series,
    read_stored,
    train_forest,
)

_CONFIG = typer.Option("--config", "-c", help="The configuration.")
_JSON = typer.Option("--json", help="For machines.")
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="models", help="Trained models: anomaly(x, model=...).")
    group.command("train")(train)
    group.command("list")(list_models)
    group.command("show")(show)
    app.add_typer(group)


def train(
    name: Annotated[str, typer.Argument(help="What rules call it; replaces one of that name.")],
    metric: Annotated[str, typer.Option("--metric", "-m", help="The metric's id.")],
    readings: Annotated[
        list[Path] | None,
        typer.Option("--readings", help="CSV of time, value, device; else the store. Repeatable."),
    ] = None,
    devices: Annotated[
        list[str] | None, typer.Option("--device", "-d", help="Only these devices. Repeatable.")
    ] = None,
    kind: Annotated[str | None, typer.Option(help="Only devices of this kind.")] = None,
    start: Annotated[str, typer.Option("--from", help="From a time, or how long ago.")] = "90d",
    end: Annotated[str, typer.Option("--to", help="To a time, or how long ago.")] = "now",
    contamination: Annotated[
        float, typer.Option(min=0.001, max=0.5, help="The part that is odd: scores 0.5 and more.")
    ] = 0.05,
    trees: Annotated[int, typer.Option(min=10, max=1000, help="Trees of the forest.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same model.")] = 0,
    as_json: Annotated[bool, _JSON] = False,
    file: Annotated[Path, _CONFIG] = _FILE,
) -> None:
    """Train an isolation forest on the readings of one metric."""
    if not is_name(name):
        message = f"must be letters, digits, `-` and `_`; got {name!r}"
        raise typer.BadParameter(message, param_hint="NAME")
    config = load_config(file)
    shelf = _shelf(config)
    registry = _registry(config)
    known = _metric(registry, metric)
    chosen = choose(registry, metric, devices=devices, kind=kind)
    now = WallClock().now()
    if readings:
        series = _from_files(readings, known, chosen, config)
    else:
        span = [
            parse_instant(text, now_ms=now, zone=config.zone, option=option)
            for text, option in ((start, "--from"), (end, "--to"))
        ]
        series = _from_store(known, chosen, config, span[0], span[1])
    wanted = Wanted(
        name=name,
        metric=metric,
        unit=known.unit,
        interval_ms=known.interval_ms,
        trees=trees,
        contamination=contamination,
        seed=seed,
    )
    data, record = train_forest(wanted, series, trained_at=now)
    path = shelf.put(data, record)
    if as_json:
        print(json.dumps({"file": str(path), **msgspec.to_builtins(record)}))
        return
    of = record.span
    print(
        f"{path}: {format_size(len(data))}, from {of.readings} readings of {of.sensors} devices; "
        f"use it with anomaly(x, model={name!r}), then `sentinel reload`"
    )


def list_models(
    as_json: Annotated[bool, _JSON] = False, file: Annotated[Path, _CONFIG] = _FILE
) -> None:
    """List the trained models; one that cannot be used is told with the reason."""
    config = load_config(file)
    shelf = _shelf(config)
    kept = {name: _taken(shelf, name) for name in shelf.names()}
    if as_json:
        print(json.dumps({"models": [_told(name, one) for name, one in kept.items()]}))
    elif not kept:
        print(f"no models in {shelf.folder}; `sentinel models train` makes one")
    else:
        Console(markup=False, emoji=False, highlight=False).print(_table(kept, config.zone))


def show(
    name: Annotated[str, typer.Argument(help="The model's name.")],
    as_json: Annotated[bool, _JSON] = False,
    file: Annotated[Path, _CONFIG] = _FILE,
) -> None:
    """Show the record of a model's training."""
    config = load_config(file)
    kept = _shelf(config).take(name)
    if as_json:
        print(json.dumps(_told(name, kept)))
        return
    for key, value in _lines(kept, config.zone):
        print(f"{key:14} {value}")


def _shelf(config: Config) -> Shelf:
    if config.detect.models is None:
        message = f"{config.file}: `detect.models` must name the folder of trained models"
        raise SentinelError(message)
    return Shelf(config.detect.models)


def _registry(config: Config) -> Registry:
    problems = Problems()
    gathered = gather(config, problems)
    files = {
        part: Source(name=gathered.names[path], data=gathered.files.get(path, b""))
        for part, path in (("areas", AREAS), ("devices", DEVICES), ("metrics", METRICS))
    }
    found = compile_registry(**files, zone=config.zone, known=NOTHING, problems=problems)
    if found is None:
        raise ConfigurationError(problems)
    return found[0]


def _metric(registry: Registry, name: str) -> Metric:
    if name not in registry.metric_number:
        hint = nearest(name, registry.metric_number)
        message = f"there is no metric {name!r}; {hint}".rstrip("; ")
        raise typer.BadParameter(message, param_hint="--metric")
    found = registry.metrics[registry.metric_number[name]]
    if found.kind is not MetricKind.GAUGE:
        message = f"models judge gauges; {name!r} is a {found.kind.value}"
        raise typer.BadParameter(message, param_hint="--metric")
    return found


def _from_files(paths: list[Path], metric: Metric, chosen: Chosen, config: Config) -> list[Series]:
    problems = Problems()
    wanted = chosen.devices if chosen.is_narrowed else None
    zone = ZoneInfo(config.zone)
    series = read_series(paths, metric.id, problems, devices=wanted, zone=zone)
    if problems.errors:
        raise ConfigurationError(problems)
    return series


def _from_store(
    metric: Metric, chosen: Chosen, config: Config, start_ms: int, end_ms: int
) -> list[Series]:
    store = open_store(config.store, Paths(config.data).store)
    try:
        return read_stored(store, metric.id, chosen.devices, start_ms, end_ms)
    finally:
        store.close()


def _taken(shelf: Shelf, name: str) -> Kept | ModelRefused:
    try:
        return shelf.take(name)
    except ModelRefused as refused:
        return refused


def _told(name: str, kept: Kept | ModelRefused) -> dict[str, Any]:
    if isinstance(kept, ModelRefused):
        return {"name": name, "refused": str(kept)}
    return {**msgspec.to_builtins(kept.record), "name": name, "note": kept.note}


def _table(kept: dict[str, Kept | ModelRefused], zone: str) -> Table:
    table = Table(box=None, header_style="bold")
    for column in ("model", "metric", "readings", "devices", "trained", "note"):
        table.add_column(column, justify="right" if column in ("readings", "devices") else "left")
    for name, one in kept.items():
        if isinstance(one, ModelRefused):
            table.add_row(name, "", "", "", "", str(one))
            continue
        of = one.record.span
        trained = local_time(one.record.trained_at // 1000 * 1000, zone)
        table.add_row(name, one.record.metric, str(of.readings), str(of.sensors), trained, one.note)
    return table


def _lines(kept: Kept, zone: str) -> list[tuple[str, str]]:
    record, of = kept.record, kept.record.span
    lines = [
        ("model", record.name),
        ("metric", f"{record.metric} ({record.unit})" if record.unit else record.metric),
        ("learned from", f"{of.readings} readings of {of.sensors} devices"),
        ("", f"{local_time(of.first, zone)} to {local_time(of.last, zone)} ({zone})"),
        ("sees", f"{', '.join(record.features)} over {record.window} readings"),
        ("starts anew", f"after a silence of {format_duration(record.gap_ms)}"),
        ("forest", ", ".join(f"{value} {key}" for key, value in record.parameters.items())),
        ("taken as odd", f"{record.contamination:.1%} of the readings: they score 0.5 and more"),
        ("seed", str(record.seed)),
        ("trained", f"{local_time(record.trained_at // 1000 * 1000, zone)} ({zone})"),
        ("with", f"scikit-learn {record.sklearn}, skops {record.skops}"),
        ("data", f"sha256 {record.data_sha256}"),
    ]
    return [*lines, ("note", kept.note)] if kept.note else lines
