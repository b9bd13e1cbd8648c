"""`sentinel duty`: who is on duty now and this week, where nobody is, and a sheet to print."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.app.terminal import printable
from sentinel.cli.times import local_time
from sentinel.config import Config, load_config
from sentinel.config.check import load_registry
from sentinel.config.handling import read_handling
from sentinel.document import ConfigurationError, Problems
from sentinel.domain.errors import ServiceError
from sentinel.warn.duty import Duty, Unit, Watch
from sentinel.warn.roster import gaps, on_duty, week

_JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")
_DAY = 86_400_000


def register(app: typer.Typer) -> None:
    """Add the commands."""
    duty = typer.Typer(help="Who is on duty, and where nobody is.", no_args_is_help=True)
    duty.command("now")(now)
    duty.command("week")(show_week)
    duty.command("gaps")(show_gaps)
    app.add_typer(duty, name="duty")


def now(as_json: _JsonOption = False, file: _FileOption = _FILE) -> None:
    """Show who is on duty in every unit, and until when."""
    config = load_config(file)
    duty, at = _duty(config), WallClock().now()
    found = {unit.id: on_duty(unit, at, duty.zone) for unit in duty.units.values()}
    if as_json:
        _print_json(found)
        return
    table = Table("unit", "on duty", "watch", "until")
    for unit in duty.units.values():
        watch = found[unit.id]
        until = local_time(watch.ends_at, duty.zone) if unit.shifts else "always"
        table.add_row(_named(unit), _who(watch, duty), _watch(watch), until)
    _terminal().print(table)


def show_week(
    first: Annotated[
        str, typer.Option("--from", help="First day, 2026-06-18; today if left out.")
    ] = "",
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="Write a sheet to print: an HTML file.")
    ] = None,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Show the watches of seven days; --sheet is for the night the server is down."""
    config = load_config(file)
    duty = _duty(config)
    day = _day(first, duty.zone)
    found = week(duty, day)
    if sheet is not None:
        sheet.write_text(duty_sheet(duty, day, found, config.name), encoding="utf-8")
        print(f"written: {sheet}")
    elif as_json:
        _print_json(found)
    else:
        for unit in duty.units.values():
            print(_named(unit))
            for watch in found[unit.id]:
                print(f"  {_span(watch, unit, duty.zone)}  {_watch(watch)}  {_who(watch, duty)}")


def show_gaps(
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days to look ahead.")] = 30,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Show when nobody is on the roster of a unit; status 1 if there is such a time."""
    duty, start = _duty(load_config(file)), WallClock().now()
    end = start + days * _DAY
    found = {unit.id: gaps(unit, start, end, duty.zone) for unit in duty.units.values()}
    holes = {name: line for name, line in found.items() if line}
    if as_json:
        _print_json(holes)
    for name, line in holes.items() if not as_json else ():
        print(_named(duty.units[name]))
        for watch in line:
            print(f"  {_span(watch, duty.units[name], duty.zone)}: {_who(watch, duty)} is told")
    if not holes and not as_json:
        print(f"somebody is on duty in every unit for the next {days} days")
    if holes:
        raise typer.Exit(1)


def duty_sheet(duty: Duty, first: date, found: Mapping[str, tuple[Watch, ...]], name: str) -> str:
    """Return the week as a page to print, in both languages; it needs no server."""
    rows = "".join(_sheet_unit(duty, unit, found[unit.id]) for unit in duty.units.values())
    last = first + timedelta(days=6)
    title = f"值班表 Duty roster · {escape(name)} · {first:%Y-%m-%d} - {last:%Y-%m-%d}"
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style><h1>{title}</h1>{rows}</html>\n"
    )


_STYLE = (
    "body{font:11pt/1.5 system-ui,sans-serif;margin:2rem;max-width:60rem}h1{font-size:16pt}"
    "h2{font-size:12pt;margin:1.2rem 0 .3rem;break-after:avoid}table{border-collapse:collapse;"
    "width:100%;break-inside:avoid}td{border:1px solid #999;padding:.2rem .5rem}"
    "td:first-child{white-space:nowrap;width:16rem}.gap{font-weight:bold}@page{margin:15mm}"
)


def _sheet_unit(duty: Duty, unit: Unit, line: Iterable[Watch]) -> str:
    rows = "".join(
        f"<tr{' class=gap' if watch.is_fallback else ''}><td>{_span(watch, unit, duty.zone)}</td>"
        f"<td>{escape(_watch(watch))}</td><td>{escape(_who(watch, duty, reach=True))}</td></tr>"
        for watch in line
    )
    return f"<h2>{escape(_named(unit))}</h2><table>{rows}</table>"


def _duty(config: Config) -> Duty:
    if config.desk.duty is None:
        message = f"{config.file}: there is no duty roster; name its file in `desk.duty`"
        raise ServiceError(message)
    problems = Problems()
    handling = read_handling(config, load_registry(config), problems)
    if handling is None:
        raise ConfigurationError(problems)
    return handling.duty.duty


def _day(text: str, zone: str) -> date:
    if not text:
        return datetime.fromtimestamp(WallClock().now() / 1000, ZoneInfo(zone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"must be a day such as 2026-06-18; got {text!r}"
        raise typer.BadParameter(message, param_hint="--from") from None


def _named(unit: Unit) -> str:
    return printable(f"{'  '.join(dict.fromkeys(unit.name.values()))} ({unit.id})")


def _who(watch: Watch, duty: Duty, *, reach: bool = False) -> str:
    return printable(", ".join(_contact(one, duty, reach=reach) for one in watch.who))


def _contact(person: str, duty: Duty, *, reach: bool) -> str:
    known = duty.contacts.get(person)
    if known is None:
        return person
    ways = ", ".join(f"{name} {address}" for name, address in known.channels.items())
    return f"{known.name} ({ways})" if reach and ways else known.name


def _watch(watch: Watch) -> str:
    word = "无人值班 nobody on duty" if watch.is_fallback else watch.shift
    return f"{word}: {watch.reason}" if watch.reason else word


def _span(watch: Watch, unit: Unit, zone: str) -> str:
    if not unit.shifts:
        return "常设 always"
    form = "%a %m-%d %H:%M"
    start, end = (
        datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))
        for at in (watch.starts_at, watch.ends_at)
    )
    return f"{start:{form}} - {end:{form}}"


def _print_json(found: Any) -> None:  # noqa: ANN401 -- structs in mappings
    print(json.dumps(msgspec.to_builtins(found), ensure_ascii=False))


def _terminal() -> Console:
    return Console(highlight=False)
