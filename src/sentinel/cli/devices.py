"""`sentinel devices`: what the registry holds, and rows drafted for what it does not."""

import json
import sys
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.paths import Paths
from sentinel.app.terminal import counted
from sentinel.bundle.enrol import draft_devices, draft_rows
from sentinel.config import Config, load_config
from sentinel.config.check import load_registry
from sentinel.document import nearest
from sentinel.domain.errors import ServiceError
from sentinel.domain.registry import Registry
from sentinel.domain.rejection import Reason, Rejection
from sentinel.store.open import open_rejections

_ConfigOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    devices = typer.Typer(help="What the registry holds.", no_args_is_help=True)
    devices.command("list")(list_devices)
    devices.command("enrol")(enrol)
    app.add_typer(devices, name="devices")


def list_devices(
    area: Annotated[str, typer.Option("--area", help="Those in this area.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Those of this kind.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those out of service too.")] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="So many at most.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
    file: _ConfigOption = _FILE,
) -> None:
    """List devices as the registry files have them now."""
    registry = load_registry(load_config(file))
    chosen = _chosen(registry, area, kind, every=every)
    rows = [_row(registry, device) for device in chosen[:limit]]
    if as_json:
        print(json.dumps({"count": len(chosen), "devices": rows}, ensure_ascii=False))
        return
    Console(markup=False, emoji=False, highlight=False).print(_table(rows))
    print(f"{len(rows):,} of {counted(len(chosen), 'device')}")


def enrol(
    source: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FILE|-]",
            help="What `sentinel rejects list --json` printed; the store's own without it.",
        ),
    ] = None,
    from_rejects: Annotated[
        bool, typer.Option("--from-rejects", help="From messages of devices that were unknown.")
    ] = False,
    file: _ConfigOption = _FILE,
) -> None:
    """Draft registry rows as CSV, for a person to edit and add to devices.csv.

    The first row is the device rejected most often. What only a person knows is left empty, and
    `seen` says where the device was heard; leave that column out.
    """
    if not from_rejects:
        message = "say what the rows are drafted from: `sentinel devices enrol --from-rejects`"
        raise ServiceError(message)
    config = load_config(file)
    registry = load_registry(config)
    rejections = _kept(config) if source is None else _read(source)
    drafts = draft_devices(rejections, registry)
    print(draft_rows(drafts, registry), end="")
    print(f"{counted(len(drafts), 'device')} drafted", file=sys.stderr)


def _chosen(registry: Registry, area: str, kind: str, *, every: bool) -> list[int]:
    chosen = np.ones(len(registry.device_ids), np.bool_) if every else ~registry.device_retired
    if area:
        if area not in registry.area_number:
            message = f"no area {area!r}; {nearest(area, registry.area_number)}"
            raise ServiceError(message.rstrip("; "))
        inside = np.append(registry.within(registry.area_number[area]), False)
        chosen = chosen & inside[registry.device_area]
    if kind:
        if kind not in registry.kinds:
            message = f"no kind {kind!r}; {nearest(kind, registry.kinds)}"
            raise ServiceError(message.rstrip("; "))
        kinds = registry.device_kind
        chosen = chosen & np.fromiter((own == kind for own in kinds), np.bool_, len(kinds))
    found: list[int] = np.flatnonzero(chosen).tolist()
    return found


def _row(registry: Registry, device: int) -> dict[str, Any]:
    metrics = registry.sensor_metric[registry.sensor_device == device].tolist()
    return {
        "id": registry.device_ids[device],
        "kind": registry.device_kind[device],
        "area": registry.area_code(device),
        "metrics": [registry.metrics[metric].id for metric in metrics if metric >= 0],
        "retired": bool(registry.device_retired[device]),
        **{name: texts[device] for name, texts in registry.attributes.items() if texts[device]},
    }


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("id", "kind", "area", "metrics", "name", "owner"):
        table.add_column(name, overflow="fold")
    for row in rows:
        note = " (out of service)" if row["retired"] else ""
        texts = (row["kind"], row["area"], ", ".join(row["metrics"]))
        table.add_row(row["id"] + note, *texts, row.get("name", ""), row.get("owner", ""))
    return table


def _kept(config: Config) -> list[Rejection]:
    with closing(open_rejections(config.store, Paths(config.data).store)) as log:
        reasons = (Reason.UNKNOWN_DEVICE, Reason.UNKNOWN_METRIC)
        return [kept.rejection for reason in reasons for kept in log.find(reason=reason)]


class _Told(msgspec.Struct):
    """One rejection as `sentinel rejects list --json` tells it, as far as it matters here."""

    reason: Reason
    topic: str
    format: str
    device: str
    metric: str


class _Listed(msgspec.Struct):
    rejections: list[_Told]


def _read(source: Path) -> list[Rejection]:
    try:
        data = sys.stdin.buffer.read() if str(source) == "-" else source.read_bytes()
        listed = msgspec.json.decode(data, type=_Listed)
    except (OSError, msgspec.DecodeError) as error:
        message = f"{source}: must be what `sentinel rejects list --json` prints: {error}"
        raise ServiceError(message) from error
    return [
        Rejection(
            row=0,
            index=number,
            part=0,
            received_at=0,
            reason=told.reason,
            topic=told.topic,
            payload=b"",
            format=told.format,
            device=told.device,
            metric=told.metric,
            found="",
        )
        for number, told in enumerate(listed.rejections)
    ]
