"""The live picture in the terminal: rates, lag, worst ranks by area, open warnings."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from sentinel.app.status import Status
from sentinel.app.terminal import printable
from sentinel.domain.rank import Rank

STYLES = {
    Rank.NONE: "dim",
    Rank.BLUE: "bold white on blue",
    Rank.YELLOW: "bold black on yellow",
    Rank.ORANGE: "bold black on dark_orange",
    Rank.RED: "bold white on red",
}
_BESIDE_ROWS = 16
"""Lines of everything but the tables' rows."""
NEWEST = 5
"""At most so many lines are kept for what changed last, and at most a third of all."""
_BAD = "bold red"
_UNKNOWN = "! the desk does not answer: what is open is not known"


def picture(
    status: Status,
    areas: list[dict[str, Any]] | None,
    listed: dict[str, Any],
    newest: Sequence[dict[str, Any]] = (),
    *,
    zone: str = "UTC",
    height: int = 40,
    sign_in: str = "",
) -> Group:
    """Return what `sentinel up` shows, as many warnings as fit.

    What the desk does not answer is called unknown: an empty table would pass for calm.

    areas: District rows of the desk's API with name, rank, sight, open.
    listed: The desk's list of open warnings, red first. newest: Those that changed last, the
        newest first; where not all fit, some lines are theirs.
    zone: IANA name, for times. height: Lines of the terminal. sign_in: How to sign in, where a
        demo says so.
    """
    known = areas is not None and "warnings" in listed
    room = max(1, height - _BESIDE_ROWS - len(areas or ()) - len(status.problems))
    tables = (
        [_areas(areas or []), _warnings(listed, newest, room, zone)]
        if known
        else [Text(_UNKNOWN, _BAD)]
    )
    return Group(
        _headline(status),
        *tables,
        *[Text(f"! {problem}", style=_BAD) for problem in status.problems],
        *([Text(sign_in)] if sign_in else []),
        Text("Ctrl-C ends it", style="dim"),
    )


def _headline(status: Status) -> Panel:
    lags = "  ".join(f"{name} {one.seconds:.1f} s" for name, one in status.lag.items())
    services = Text.assemble(
        *[
            (f" {name} ", "green") if health["state"] == "ok" else (f" {name}! ", _BAD)
            for name, health in status.services.items()
        ]
    )
    figures = (
        f"{status.messages_per_second():,.0f} messages/s   behind: {lags or 'unknown'}   "
        f"rejections waiting: {sum(status.waiting.values()):,}   "
        f"journal: {status.journal_bytes / 1e6:,.1f} MB"
    )
    page = Text.assemble("the page: ", (status.page() or "not yet", "bold underline"))
    return Panel(Group(services, Text(figures), page), title="sentinel")


def _areas(areas: list[dict[str, Any]]) -> Table:
    table = Table(title="Worst rank by district  各区最高等级", title_justify="left")
    table.add_column("district", min_width=30)
    table.add_column("rank", width=16)
    table.add_column("open", justify="right")
    for area in areas:
        standing = area["standing"]
        worst = rank_text(standing["worst"], standing["sight"])
        table.add_row(_words(area["name"]), worst, str(standing["open"]))
    return table


def _warnings(
    listed: dict[str, Any], newest: Sequence[dict[str, Any]], room: int, zone: str
) -> Table:
    total = int(listed["total"])
    worst, fresh = listed["warnings"], newest[:0]
    if total > room:
        worst, fresh = _shared(worst, newest, room)
    more = total - len(worst) - len(fresh)
    title = f"Open warnings  未解除的预警{f'  (and {more:,} more)' if more > 0 else ''}"
    table = Table(expand=True, title=title, title_justify="left")
    table.add_column("rank", width=16)
    table.add_column("since", width=14, no_wrap=True)
    table.add_column("area", ratio=2, no_wrap=True)
    table.add_column("what", ratio=3, no_wrap=True)
    table.add_column("accepted by", no_wrap=True)
    for warning in worst:
        table.add_row(*_cells(warning, zone))
    if fresh:
        table.add_row("", "", "", Text("changed last  最新变化", style="dim italic"))
    for warning in fresh:
        table.add_row(*_cells(warning, zone))
    return table


def _shared(
    listed: Sequence[dict[str, Any]], newest: Sequence[dict[str, Any]], room: int
) -> tuple[Sequence[dict[str, Any]], Sequence[dict[str, Any]]]:
    """Return the worst and, of the others, the newest, so that both and a line between fit."""
    for lines in range(min(NEWEST, room // 3), 0, -1):
        worst = listed[: room - lines - 1]
        known = {warning["id"] for warning in worst}
        fresh = [warning for warning in newest if warning["id"] not in known][:lines]
        if len(fresh) == lines:
            return worst, fresh
    return listed[:room], ()


def _cells(warning: dict[str, Any], zone: str) -> tuple[Text, ...]:
    since = datetime.fromtimestamp(warning["onset"] / 1000, ZoneInfo(zone))
    return (
        rank_text(warning["rank"], warning["sight"]),
        Text(f"{since:%m-%d %H:%M:%S}"),
        _words(warning["place"]),
        _words(warning["title"]),
        Text(printable((warning["order"] or {}).get("accepted_by", ""))),
    )


def rank_text(rank: str, sight: str) -> Text:
    """Return a rank as colour and word; blind is never shown as well."""
    style = STYLES[Rank[rank.upper()]]
    word = rank if sight == "seen" else f"{rank}, blind"
    return Text(f" {word} ", style=style if sight == "seen" or rank != "none" else "reverse")


def _words(texts: dict[str, str]) -> Text:
    """Return a text in both languages, as it stands: rich would read `[/]` in it as markup."""
    return Text(printable("  ".join(dict.fromkeys(texts.values()))))
