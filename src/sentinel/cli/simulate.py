"""`sentinel simulate`: devices that are not there, for demos, tests and measurements."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from sentinel.app.clock import WallClock
from sentinel.app.service import stop_on_signals
from sentinel.document.scalars import parse_duration
from sentinel.domain.errors import ServiceError
from simulators import cloudburst as storms
from simulators.content import Content
from simulators.generator import Way
from simulators.load import Load, send_load
from simulators.replay import replay as replay_files
from simulators.samples import FileError

_HOST = typer.Option("--host", help="The broker's address.")
_PORT = typer.Option("--port", "-p", help="The broker's port; plain MQTT.")
_JSON = typer.Option("--json", help="For machines.")
_FOR = typer.Option("--for", help="End after this long, such as 45s; else on Ctrl-C.")
_LOOPBACK = "127.0.0.1"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(name="simulate", help="Publish as devices would: a storm, files, a load.")
    group.command("cloudburst")(cloudburst)
    group.command("replay")(replay)
    group.command("load")(load)
    app.add_typer(group)


def cloudburst(
    host: Annotated[str, _HOST] = _LOOPBACK,
    port: Annotated[int, _PORT] = 1883,
    seed: Annotated[int, typer.Option(help="The same seed gives the same storm.")] = 1,
    duration: Annotated[str | None, _FOR] = None,
    truth: Annotated[
        Path | None, typer.Option(help="File that gets a line for all that really happens.")
    ] = None,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Publish a storm over the city of configs/demo.yaml, again and again."""
    seconds = _seconds(duration)
    with _told_of_the_broker(host, port):
        sent = storms.run(
            host,
            port,
            seed=seed,
            stop=stop_on_signals(),
            clock=WallClock(),
            duration_s=seconds,
            truth=truth,
        )
    _tell(asdict(sent), as_json)


def replay(
    files: Annotated[list[Path], typer.Argument(help="CSV files of readings.")],
    topic: Annotated[
        str, typer.Option(help="With {device} and {metric} in it.")
    ] = "gauge/{device}/{metric}",
    metrics: Annotated[
        list[str] | None,
        typer.Option("--metric", help="Which files measure what: 'wl_*=water_level'. Repeatable."),
    ] = None,
    zone: Annotated[str, typer.Option(help="IANA zone of times that say none.")] = "Asia/Shanghai",
    speed: Annotated[
        float | None, typer.Option(min=0.001, help="Seconds of history a second; else unpaced.")
    ] = None,
    host: Annotated[str, _HOST] = _LOOPBACK,
    port: Annotated[int, _PORT] = 1883,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Publish files of readings, oldest first, with the times that they have."""
    _check_zone(zone)
    patterns = _patterns(metrics or ["*=value"])
    try:
        with _told_of_the_broker(host, port):
            done = replay_files(
                files,
                host,
                port,
                topic=topic,
                zone=zone,
                metrics=patterns,
                stop=stop_on_signals(),
                speed=speed,
            )
    except FileError as error:
        raise ServiceError(str(error)) from error
    _tell(asdict(done), as_json)


def load(
    messages: Annotated[int, typer.Option("--messages", "-n", min=1)] = 100_000,
    sensors: Annotated[int, typer.Option(min=1, max=10_000_000, help="They speak in turn.")] = 1000,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Messages a second; else as fast as taken.")
    ] = None,
    qos: Annotated[int, typer.Option(min=0, max=1)] = 1,
    version: Annotated[int, typer.Option(min=4, max=5, help="Of MQTT; 4 is 3.1.1.")] = 4,
    window: Annotated[int, typer.Option(min=1, max=60_000, help="In flight at QoS 1.")] = 10_000,
    repeat: Annotated[float, typer.Option(min=0, max=1, help="Share said twice.")] = 0.0,
    garble: Annotated[float, typer.Option(min=0, max=1, help="Share that is unreadable.")] = 0.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same messages.")] = 1,
    duration: Annotated[str | None, _FOR] = None,
    taken: Annotated[
        Path | None, typer.Option(help="File for the list of what was acknowledged.")
    ] = None,
    host: Annotated[str, _HOST] = _LOOPBACK,
    port: Annotated[int, _PORT] = 1883,
    as_json: Annotated[bool, _JSON] = False,
) -> None:
    """Publish messages of known content, as fast as the broker takes them."""
    content = Content(sensors=sensors, seed=seed, repeat=repeat, garble=garble)
    way = Way(
        host=host,
        port=port,
        client_id=f"load-{seed}",
        qos=qos,
        version=version,
        window=window,
        rate=rate,
        seconds=_seconds(duration),
    )
    wanted = Load(messages=messages, content=content)
    with _told_of_the_broker(host, port):
        outcome = send_load(wanted, way, stop=stop_on_signals(), taken=taken)
    _tell(asdict(outcome), as_json)


@contextmanager
def _told_of_the_broker(host: str, port: int) -> Iterator[None]:
    """Tell in words that there is no broker; errors of files have a name, and pass."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise
        why = (error.strerror or str(error)).lower()
        message = f"no broker at {host}:{port}: {why}; start one, or name yours: --host, --port"
        raise ServiceError(message) from error


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    found = parse_duration(text)
    if found is None:
        message = f"must be a duration such as 45s; got {text!r}"
        raise typer.BadParameter(message, param_hint="--for")
    return found / 1000


def _patterns(texts: Sequence[str]) -> Mapping[str, str]:
    found = {}
    for text in texts:
        pattern, equals, metric = text.partition("=")
        if not (pattern and equals and metric):
            message = f"must be such as 'wl_*=water_level'; got {text!r}"
            raise typer.BadParameter(message, param_hint="--metric")
        found[pattern] = metric
    return found


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        message = f"must be an IANA zone such as Asia/Shanghai; got {zone!r}"
        raise typer.BadParameter(message, param_hint="--zone") from None


def _tell(figures: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):>22}  {value}")
