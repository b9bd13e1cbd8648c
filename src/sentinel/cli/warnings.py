"""`sentinel warnings`: the duty desk's list from a terminal, and accepting from it."""

import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.app.terminal import counted, printable
from sentinel.cli.at_desk import at_desk
from sentinel.cli.times import local_time
from sentinel.config import load_config
from sentinel.console.shapes import (
    Acceptance,
    Detail,
    FindingShape,
    Line,
    OrderShape,
    RankWord,
    TakenShape,
)
from sentinel.domain.rank import RANK_WORDS
from sentinel.warn.listing import Chosen, Which

_JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_WarningArgument = Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")]
_FILE = Path("sentinel.yaml")
_STYLES = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "blue": "blue"}


class Voice(StrEnum):
    """How somebody who is not at the desk said it."""

    PHONE = "phone"
    RADIO = "radio"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    warnings = typer.Typer(help="The warnings on the duty desk.", no_args_is_help=True)
    warnings.command("list")(list_warnings)
    warnings.command("show")(show)
    warnings.command("accept")(accept)
    app.add_typer(warnings, name="warnings")


def list_warnings(
    state: Annotated[Which, typer.Option("--state", "-s", help="Which ones.")] = Which.OPEN,
    rank: Annotated[str, typer.Option("--rank", "-r", help="Not below this rank.")] = "none",
    area: Annotated[str, typer.Option("--area", "-a", help="In it or below it.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500)] = 50,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """List warnings, from red down, the newest first; `since` is when each began."""
    if rank not in RANK_WORDS:
        message = f"must be one of {', '.join(RANK_WORDS)}; got {rank!r}"
        raise typer.BadParameter(message, param_hint="--rank")
    config = load_config(file)
    with at_desk(config) as desk:
        found = desk.page(Chosen(which=state, least=RANK_WORDS[rank], area=area, limit=limit))
    if as_json:
        _print_json(found)
        return
    if found.warnings:
        _terminal().print(_table(found.warnings, config.zone))
    unshown = found.total - len(found.warnings)
    print(counted(found.total, "warning") + (f", {unshown:,} of them not shown" if unshown else ""))


def show(
    warning: _WarningArgument, as_json: _JsonOption = False, file: _FileOption = _FILE
) -> None:
    """Show one warning: its condition, why, and what happened."""
    config = load_config(file)
    with at_desk(config) as desk:
        found = desk.detail(warning)
    if as_json:
        _print_json(found)
        return
    for line in _told(found, config.zone):
        print(line)


def accept(
    warning: _WarningArgument,
    by: Annotated[str, typer.Option("--by", help="Who accepts: their id, or their name.")],
    how: Annotated[Voice, typer.Option("--how", help="How they said so.")] = Voice.PHONE,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Accept the order of a warning's case for somebody who called; exit 1 if others were first.

    The trail has both: this terminal, and on whose behalf it spoke.
    """
    if not 0 < len(by.strip()) <= 80:  # noqa: PLR2004 -- as long as the desk keeps
        message = f"must be a name of at most 80 characters; got {by!r}"
        raise typer.BadParameter(message, param_hint="--by")
    config = load_config(file)
    with at_desk(config) as desk:
        answer = desk.accept(warning, Acceptance(on_behalf_of=by, how=how.value))
    first = not isinstance(answer, TakenShape)
    order = answer.order if isinstance(answer, TakenShape) else answer
    if as_json:
        _print_json(answer)
    else:
        at = local_time(order.accepted_at or 0, config.zone)
        who = printable(order.accepted_for or order.accepted_by)
        print(f"accepted by {who} at {at}" if first else f"{who} had accepted it at {at}")
    if not first:
        raise typer.Exit(1)


def _print_json(shape: BaseModel) -> None:
    print(json.dumps(shape.model_dump(), ensure_ascii=False))


def _terminal() -> Console:
    return Console(markup=False, emoji=False, highlight=False)


def _table(lines: list[Line], zone: str) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("rank", "since", "warning", "area", "accepted by", "id"):
        table.add_column(name, no_wrap=name in {"rank", "since", "id"}, overflow="fold")
    today = local_time(WallClock().now(), zone)[:11]
    for line in lines:
        table.add_row(
            _rank(line.rank, line.sight, line.worst if line.state == "ended" else None),
            local_time(line.onset // 1000 * 1000, zone).removeprefix(today),
            printable(_text(line.title) or line.rule),
            printable(line.area),
            _who(line.order),
            line.id,
            style=_STYLES.get(line.rank, ""),
        )
    return table


def _who(order: OrderShape | None) -> str:
    return printable(order.accepted_for or order.accepted_by) if order else ""


def _rank(rank: RankWord, sight: str, worst: RankWord | None = None) -> str:
    if worst is not None:
        return f"ended ({worst})"
    return rank if sight == "seen" else f"{rank}, blind"


def _told(found: Detail, zone: str) -> Iterator[str]:
    line = found.warning
    yield printable(_text(line.title) or line.rule)
    yield f"  {_rank(line.rank, line.sight)}, {line.state}; rule {line.rule} on {line.subject}"
    if line.blind_since is not None:
        yield f"  blind since {local_time(line.blind_since, zone)}"
    if line.order and line.order.accepted_at is not None:
        at = local_time(line.order.accepted_at, zone)
        yield f"  accepted by {_who(line.order)} at {at}"
    elif line.order:
        unit = printable(_text(line.order.unit_name) or line.order.unit)
        yield f"  waits for {unit or 'someone'} to accept"
    if _text(found.instruction):
        yield f"  to do: {printable(_text(found.instruction))}"
    if found.missing:
        yield f"  findings that never came: {', '.join(map(str, found.missing))}"
    for finding in found.findings:
        yield from _finding(finding, zone)


def _finding(finding: FindingShape, zone: str) -> Iterator[str]:
    delayed = ", delayed" if finding.delayed else ""
    condition = finding.ending or _rank(finding.rank, finding.sight)
    yield f"{local_time(finding.decided_at, zone)}  {finding.change}: {condition}{delayed}"
    for one in finding.evidence:
        value = "unknown" if one.value is None else f"{one.value:.6g} {one.unit}".rstrip()
        note = f" ({printable(one.note)})" if one.note else ""
        yield f"    {printable(one.text)} = {value}{note}"


def _text(words: dict[str, str]) -> str:
    return words.get("en") or next(iter(words.values()), "")
