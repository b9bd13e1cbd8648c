"""`sentinel cases` and `sentinel explain`: what people do about warnings, and why."""

import json
from collections.abc import Iterator
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
from sentinel.console.case_shapes import CaseDetail, CaseLine, OrderDetail
from sentinel.console.record_shapes import ExplainedShape
from sentinel.console.shapes import ActShape, OrderShape, Words
from sentinel.domain.rank import RANK_WORDS
from sentinel.warn.listing import ChosenCases, Queue

_JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")
_STYLES = {"red": "bold red", "orange": "dark_orange", "yellow": "yellow", "blue": "blue"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    cases = typer.Typer(help="What people do about warnings: cases.", no_args_is_help=True)
    cases.command("list")(list_cases)
    cases.command("show")(show)
    app.add_typer(cases, name="cases")
    app.command("explain")(explain)


def list_cases(
    queue: Annotated[Queue, typer.Option("--queue", "-q", help="Which ones.")] = Queue.LIVE,
    rank: Annotated[str, typer.Option("--rank", "-r", help="Not below this rank.")] = "none",
    area: Annotated[str, typer.Option("--area", "-a", help="In it or below it.")] = "",
    unit: Annotated[str, typer.Option("--unit", "-u", help="With an order of this unit.")] = "",
    parent: Annotated[str | None, typer.Option("--parent", help="Folded into this case.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=500)] = 50,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """List cases, from red down, the newest change first."""
    if rank not in RANK_WORDS:
        message = f"must be one of {', '.join(RANK_WORDS)}; got {rank!r}"
        raise typer.BadParameter(message, param_hint="--rank")
    config = load_config(file)
    least = RANK_WORDS[rank]
    chosen = ChosenCases(queue=queue, least=least, area=area, unit=unit, parent=parent, limit=limit)
    with at_desk(config) as desk:
        found = desk.cases(chosen)
    if as_json:
        _print_json(found)
        return
    if found.cases:
        Console(markup=False, emoji=False, highlight=False).print(_table(found.cases, config.zone))
    unshown = found.total - len(found.cases)
    print(counted(found.total, "case") + (f", {unshown:,} of them not shown" if unshown else ""))


def show(
    case: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Show one case: its orders with their times, its warnings, and who did what when."""
    config = load_config(file)
    with at_desk(config) as desk:
        found = desk.case(case)
    if as_json:
        _print_json(found)
        return
    for line in _told(found, config.zone):
        print(line)


def explain(
    warning: Annotated[str, typer.Argument(metavar="WARNING", help="As `warnings list` shows it.")],
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Tell who sees a warning, who was told, which rule, route and step, and why."""
    config = load_config(file)
    with at_desk(config) as desk:
        found = desk.explain(warning)
    if as_json:
        _print_json(found)
        return
    for line in _explained(found, config.zone):
        print(line)


def _print_json(shape: BaseModel) -> None:
    print(json.dumps(shape.model_dump(), ensure_ascii=False))


def _table(cases: list[CaseLine], zone: str) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("rank", "opened", "case", "state", "unit", "id"):
        table.add_column(name, no_wrap=name in {"rank", "opened", "id"}, overflow="fold")
    today = local_time(WallClock().now(), zone)[:11]
    for case in cases:
        table.add_row(
            case.rank if case.sight == "seen" else f"{case.rank}, blind",
            local_time(case.opened_at // 1000 * 1000, zone).removeprefix(today),
            _marked(case) + printable(_text(case.title) or case.rule),
            _state(case),
            ", ".join(printable(order.unit) for order in case.orders) or "nobody",
            case.id,
            style=_STYLES.get(case.rank, ""),
        )
    return table


def _marked(case: CaseLine) -> str:
    drill = "EXERCISE " if case.exercise else ""
    return f"{drill}({case.children} folded) " if case.children else drill


def _state(case: CaseLine) -> str:
    if case.verdict:
        return f"{case.state}: {case.verdict}"
    if case.quiet:
        return f"{case.state}, quiet"
    return f"{case.state}, waits" if case.waits else case.state


def _told(found: CaseDetail, zone: str) -> Iterator[str]:
    case = found.case
    yield f"{case.number}  {_marked(case)}{printable(_text(case.title) or case.rule)}"
    yield f"  {case.rank}, {_state(case)}; {case.origin} in {case.area or 'the city'}"
    if found.report:
        yield f"  {printable(found.report.source)} said: {printable(found.report.text)}"
    if case.quiet:
        yield f"  nobody is told: {case.quiet} {case.quiet_by}"
    if _text(found.instruction):
        yield f"  to do: {printable(_text(found.instruction))}"
    for order in found.orders:
        yield from _order(order, zone)
    for one in found.warnings:
        yield f"warning {one.warning.id}: {one.warning.rank}, {one.warning.state}"
    if found.verified:
        verified = found.verified
        at = local_time(verified.at, zone)
        yield f"verified as {verified.verdict} by {printable(verified.by)} at {at}"
    for line in found.acts:
        yield _act(line, zone)


def _order(order: OrderDetail, zone: str) -> Iterator[str]:
    unit = printable(_text(order.unit_name) or order.unit)
    late = f", LATE to {order.late}" if order.late else ""
    yield f"order {order.number} to {unit}: {order.state}{late}"
    yield f"  why: {printable(_text(order.why))}"
    for word, at in (("accept", order.accept_by), ("resolve", order.resolve_by)):
        if at is not None:
            yield f"  to {word} by {local_time(at, zone)}"
    if order.accepted_at is not None:
        yield f"  accepted by {_who(order)} at {local_time(order.accepted_at, zone)}"
    if order.found or order.done:
        yield f"  found: {printable(order.found)}; done: {printable(order.done)}"


def _act(line: ActShape, zone: str) -> str:
    of = f" (order {line.order})" if line.order is not None else ""
    behalf = f" for {printable(line.on_behalf_of)}" if line.on_behalf_of else ""
    to = printable(str(line.detail.get("to") or line.detail.get("unit") or ""))
    whom = f" to {to}" if to else ""
    return f"{local_time(line.at, zone)}  {line.act}{of}{whom} by {printable(line.by)}{behalf}"


def _explained(found: ExplainedShape, zone: str) -> Iterator[str]:
    yield printable(_text(found.title) or found.rule)
    yield f"rule {found.rule} on {printable(found.subject)} in {found.area or 'the city'}, because"
    for reason in found.why:
        value = "unknown" if reason.value is None else f"{reason.value:.6g} {reason.unit}".rstrip()
        yield f"  {printable(_text(reason.words))} = {value}"
    yield f"case {found.case}" if found.case else "it is held back, and no case yet"
    if found.quiet:
        yield f"  nobody was told: {_text(found.quiet_words)} ({found.quiet_by})"
    for route in found.routes:
        unit = printable(_text(route.order.unit_name) or route.order.unit)
        yield f"order {route.order.number} went to {unit}: {printable(_text(route.why))}"
    for centre in found.centres:
        yield f"duty centre at {centre.id or 'the city'}: {centre.name or 'no unit'}"
    for seer in found.seen_by:
        yield f"seen by {printable(seer.name)} ({seer.id}): {', '.join(seer.roles)}"
    for sent in found.told:
        why = f": {printable(sent.reason)}" if sent.reason else ""
        to = printable(_text(sent.to_name) or sent.to)
        at = local_time(sent.at, zone)
        yield f"{at}  {sent.occasion} to {to} by {sent.channel}: {sent.state}{why}"
    for step in found.steps:
        yield _act(step, zone)


def _who(order: OrderShape) -> str:
    return printable(order.accepted_for or order.accepted_by)


def _text(words: Words) -> str:
    return words.get("en") or next(iter(words.values()), "")
