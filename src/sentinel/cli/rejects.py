"""`sentinel rejects`: what never became a reading, and another try once the cause is mended."""

import json
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from sentinel.app.clock import WallClock
from sentinel.app.paths import Paths
from sentinel.app.terminal import counted, printable
from sentinel.cli.times import iso_time, local_time, parse_instant
from sentinel.config import BundleStore, Config, gather, load_config
from sentinel.document import ConfigurationError, Problems
from sentinel.domain.errors import ServiceError
from sentinel.domain.rejection import Reason
from sentinel.ingest.retry import request_retry
from sentinel.normalise.normaliser import Normaliser
from sentinel.store import Kept, KeptState, RejectionLog
from sentinel.store.open import open_rejections
from sentinel.store.retry import RetryPlan, plan_retry

_SHOWN = 80
"""Characters of a payload or topic in a table."""

_LOOKED_AT = 4 * _SHOWN
_ReasonOption = Annotated[
    Reason | None, typer.Option("--reason", "-r", help="Only those rejected for this reason.")
]
_JsonOption = Annotated[bool, typer.Option("--json", help="For machines.")]
_FileOption = Annotated[Path, typer.Option("--config", "-c", help="The configuration.")]
_FILE = Path("sentinel.yaml")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rejects = typer.Typer(help="What never became a reading, and why.")
    rejects.callback(invoke_without_command=True)(show)
    rejects.command("list")(list_rejects)
    rejects.command("retry")(retry)
    rejects.command("resolve")(resolve)
    app.add_typer(rejects, name="rejects")


def show(
    context: typer.Context,
    reason: _ReasonOption = None,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Show what never became a reading, and why; `list` has more ways to choose."""
    if context.invoked_subcommand is None:
        list_rejects(reason=reason, as_json=as_json, file=file)


def list_rejects(
    reason: _ReasonOption = None,
    since: Annotated[str, typer.Option("--since", help="A time, or how long ago.")] = "",
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="The newest so many.")] = 50,
    every: Annotated[bool, typer.Option("--all", help="Those retried or resolved too.")] = False,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Show rejections, the newest first, and how many there are by reason."""
    config = load_config(file)
    since_ms = _since(since, config)
    with closing(_log(config)) as log:
        counts = log.counts()
        state = None if every else KeptState.KEPT
        found = log.find(reason=reason, since=since_ms, state=state, limit=limit)
    if as_json:
        rows = [_row(kept, config.zone) for kept in found]
        print(json.dumps({"counts": counts, "rejections": rows}, ensure_ascii=False))
        return
    if found:
        Console(markup=False, emoji=False, highlight=False).print(_table(found, config.zone))
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"waiting: {told}" if told else "no rejections are waiting")


def retry(
    reason: _ReasonOption = None,
    as_json: _JsonOption = False,
    file: _FileOption = _FILE,
) -> None:
    """Put messages that can be read now into the journal once more.

    They are read with the configuration as it stands, which must be in force already: after a
    change, `sentinel reload` comes first. The running listener takes them in.
    """
    config = load_config(file)
    normaliser = _normaliser(config)
    paths = Paths(config.data)
    with closing(_log(config)) as log:
        kept = [one.rejection for one in log.find(reason=reason, state=KeptState.KEPT)]
        plan = plan_retry(kept, normaliser.normalise, WallClock().now())
        if plan.ready:
            request_retry(paths.journal, plan.ready)
        log.mark(plan.retried, KeptState.RETRIED)
    _tell(plan, as_json=as_json)


def resolve(
    reason: Annotated[Reason, typer.Option("--reason", "-r", help="Those for this reason.")],
    since: Annotated[str, typer.Option("--since", help="A time, or how long ago.")] = "",
    file: _FileOption = _FILE,
) -> None:
    """Say that nothing more is to be done about rejections; they are listed no longer."""
    config = load_config(file)
    since_ms = _since(since, config)
    with closing(_log(config)) as log:
        found = log.find(reason=reason, since=since_ms, state=KeptState.KEPT)
        log.mark([one.rejection for one in found], KeptState.RESOLVED)
    print(f"{len(found):,} resolved")


def _since(text: str, config: Config) -> int | None:
    if not text:
        return None
    return parse_instant(text, now_ms=WallClock().now(), zone=config.zone, option="--since")


def _log(config: Config) -> RejectionLog:
    return open_rejections(config.store, Paths(config.data).store)


def _normaliser(config: Config) -> Normaliser:
    problems = Problems()
    gathered = gather(config, problems)
    bundles = BundleStore(Paths(config.data).bundles)
    compiled = bundles.check(gathered.files, gathered.names)
    problems.found += compiled.problems.errors
    if compiled.bundle is None:
        raise ConfigurationError(problems)
    if compiled.bundle.hash not in bundles.names()[-1:]:  # one of long ago is not in force
        message = f"{config.file}: it has changed since it came into force; `sentinel reload` first"
        raise ServiceError(message)
    return Normaliser(compiled.bundle)


def _tell(plan: RetryPlan, *, as_json: bool) -> None:
    counts = {
        "retried": len(plan.ready),
        "still_rejected": len(plan.still),
        "without_time": len(plan.untimed),
        "refused_by_store": len(plan.foreign),
    }
    if as_json:
        print(json.dumps(counts))
        return
    them = "it" if counts["retried"] == 1 else "them"
    messages = counted(counts["retried"], "message")
    print(f"{messages} can be read now; the listener takes {them} in")
    for count, of_one, of_many in (
        (counts["still_rejected"], "would be rejected again", "would be rejected again"),
        (
            counts["without_time"],
            "has no time of its own, and would pass for fresh",
            "have no time of their own, and would pass for fresh",
        ),
        (
            counts["refused_by_store"],
            "is a reading that the database refused, not a message",
            "are readings that the database refused, not messages",
        ),
    ):
        if count:
            words = f"{of_one}; it stays" if count == 1 else f"{of_many}; they stay"
            print(f"{counted(count, 'rejection')} {words}")


def _row(kept: Kept, zone: str) -> dict[str, Any]:
    one = kept.rejection
    return {
        "row": one.row,
        "index": one.index,
        "part": one.part,
        "received": iso_time(one.received_at, zone),
        "reason": one.reason,
        "found": one.found,
        "topic": one.topic,
        "format": one.format,
        "device": one.device,
        "metric": one.metric,
        "payload": one.payload.decode(errors="backslashreplace"),
        "state": kept.state,
    }


def _table(found: list[Kept], zone: str) -> Table:
    table = Table(box=None, header_style="bold")
    for name in ("received", "reason", "topic", "what was found", "payload"):
        table.add_column(name, overflow="fold")
    for kept in found:
        one = kept.rejection
        state = "" if kept.state is KeptState.KEPT else f" ({kept.state})"
        told = (one.topic, one.found, one.payload[:_LOOKED_AT].decode(errors="backslashreplace"))
        table.add_row(
            local_time(one.received_at, zone), one.reason + state, *(_safe(text) for text in told)
        )
    return table


def _safe(text: str) -> str:
    """Return text that a device chose, short, and without what would steer a terminal."""
    shown = printable(text)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."
