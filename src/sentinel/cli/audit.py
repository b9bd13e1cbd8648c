"""`sentinel audit`: who did what when, and whether the trail of it is whole."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from msgspec.structs import asdict
from sqlalchemy import Engine

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.terminal import printable
from sentinel.cli.times import iso_time, local_time, parse_instant
from sentinel.config import Config, load_config
from sentinel.desk import open_database, trail
from sentinel.desk.outside.heads import send_head
from sentinel.desk.trail import Asked, Broken, Head, Line, Whole
from sentinel.desk.transactions import reading
from sentinel.domain.errors import ServiceError

_JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")
_HASH_DIGITS = 64


def register(app: typer.Typer) -> None:
    """Add the commands."""
    audit = typer.Typer(help="Who did what when, in a chain.", no_args_is_help=True)
    audit.command("list")(list_lines)
    audit.command("verify")(verify)
    audit.command("head")(head)
    app.add_typer(audit, name="audit")


def list_lines(
    case: Annotated[str, typer.Option("--case", help="Only of this case.")] = "",
    by: Annotated[str, typer.Option("--by", help="Only of this person.")] = "",
    act: Annotated[str, typer.Option("--act", help="Only of this act.")] = "",
    area: Annotated[str, typer.Option("--area", "-a", help="In it or below it.")] = "",
    since: Annotated[str, typer.Option("--since", help="A time, or how long ago.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The newest so many.")] = 50,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """List what was done, the newest first."""
    config = load_config(file)
    asked = Asked(case=case, by=by, act=act, area=area, since=_since(since, config), limit=limit)
    with _database(config) as engine, reading(engine) as connection:
        found = list(trail.lines(connection, asked))
    if as_json:
        print(json.dumps([_object(line, config.zone) for line in found], ensure_ascii=False))
        return
    for line in found:
        print(_told(line, config.zone))
    print(f"{len(found):,} lines" if found else "nothing of that is in the trail")


def verify(
    heads: Annotated[
        list[str] | None,
        typer.Option("--head", help="A head that was kept outside, as NUMBER:HASH. Repeatable."),
    ] = None,
    kept: Annotated[
        Path | None,
        typer.Option(
            "--heads", help="A file of them, one a line; or of messages as `log` has them."
        ),
    ] = None,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Walk the whole trail; name the first link that is broken, and exit 1 if there is one.

    Without a head that was kept outside, a trail that was made anew, or cut at its end, passes.
    """
    config = load_config(file)
    given = [_head(text) for text in heads or []] + (list(_kept(kept)) if kept else [])
    with _database(config) as engine, reading(engine) as connection:
        found = trail.verify(connection, given)
    _tell(found, len(given), config.zone, as_json=as_json)
    if isinstance(found, Broken):
        raise typer.Exit(1)


def head(
    send: Annotated[
        bool, typer.Option("--send", help="Send it now to where `desk: heads` says.")
    ] = False,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Print the last row's number and hash, to be kept where nobody here can change it."""
    config = load_config(file)
    with _database(config) as engine:
        if send:
            found = _send(engine, config)
        else:
            with reading(engine) as connection:
                found = trail.head(connection)
    if as_json:
        print(json.dumps(asdict(found)))
    else:
        print(f"{found.number}:{found.hash}")


@contextmanager
def _database(config: Config) -> Iterator[Engine]:
    engine = open_database(config.desk.where(Paths(config.data).desk))
    try:
        yield engine
    finally:
        engine.dispose()


def _since(text: str, config: Config) -> int | None:
    if not text:
        return None
    now = WallClock().now()
    return parse_instant(text, now_ms=now, zone=config.zone, option="--since")


def _object(line: Line, zone: str) -> dict[str, Any]:
    said = {"number": line.number, "at": iso_time(line.at, zone), "hash": line.hash}
    return said | asdict(line.entry)


def _told(line: Line, zone: str) -> str:
    entry = line.entry
    who = entry.by + (f" for {entry.on_behalf_of}" if entry.on_behalf_of else "")
    of = f" {entry.case}" + (f"/{entry.order}" if entry.order is not None else "")
    how = f" by {entry.how}" if entry.how else ""
    detail = json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""
    words = f"{entry.act}{of if entry.case else ''}{how} {detail}".rstrip()
    return f"{line.number:>8}  {local_time(line.at, zone)}  {printable(who)}: {printable(words)}"


def _tell(found: Whole | Broken, given: int, zone: str, *, as_json: bool) -> None:
    if isinstance(found, Whole):
        told = {"whole": True, "heads": found.heads, **asdict(found.head)}
        words = f"whole: {found.head.number:,} rows, {found.heads} of {given} heads met in it"
    else:
        told = {"whole": False, "number": found.number, "fault": found.fault, "at": found.at}
        told["detail"] = found.detail
        at = "" if found.at is None else f", written {local_time(found.at, zone)}"
        words = f"broken at row {found.number} ({found.fault}{at}): {found.detail}"
    print(json.dumps(told) if as_json else words)


def _head(text: str) -> Head:
    number, _, made = text.strip().partition(":")
    if not number.isdecimal() or len(made) != _HASH_DIGITS:
        message = f"must be NUMBER:HASH, as `sentinel audit head` prints it; got {text!r}"
        raise typer.BadParameter(message, param_hint="--head")
    return Head(number=int(number), hash=made.lower())


def _kept(file: Path) -> Iterator[Head]:
    """Yield the heads of a file; messages of other kinds are passed over."""
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            facts = json.loads(line).get("facts", {})
            if "hash" in facts:
                yield _head(f"{facts.get('number', '')}:{facts['hash']}")
        elif line.strip():
            yield _head(line)


def _send(engine: Engine, config: Config) -> Head:
    if config.desk.heads is None:
        message = "desk: `heads` is not configured: there is nowhere to send the trail's head"
        raise ServiceError(message)
    now = WallClock().now()
    return send_head(engine, config.desk.heads.to, config.name, f"asked:{now}", now)
