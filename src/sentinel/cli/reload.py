"""`sentinel reload`: put what the files say now in force, all of it or nothing."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from sentinel.app.paths import Paths
from sentinel.app.prepare import format_topics
from sentinel.bundle import Bundle
from sentinel.bundle.change import BundleChange, compare
from sentinel.cli.check import problem_object
from sentinel.config import BundleStore, load_config
from sentinel.config.check import put_by
from sentinel.document import ConfigurationError
from sentinel.domain.errors import SentinelError
from sentinel.ingest.reload import request_reload, requested_reloads

_LOOKS, _BETWEEN_LOOKS = 100, 0.1
"""Ten seconds for the listener to answer."""
_NAMED = 10
"""Names of a kind that are printed; a district moved is ten thousand devices."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("reload")(reload_command)


def reload_command(
    file: Annotated[Path, typer.Option("--config", "-c", help="The configuration.")] = Path(
        "sentinel.yaml"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Check the files and put them in force; with an error nothing changes, and the exit is 1.

    The listener writes the change into the journal, and every reader switches at that row. Rules
    keep their state unless what they mean has changed.
    """
    try:
        bundle, change, granted = _reload(file)
    except ConfigurationError as error:
        _tell_errors(error, as_json=as_json)
        raise typer.Exit(1) from None
    if as_json:
        found = {"bundle": bundle.hash, "in_force": granted, "change": change and asdict(change)}
        print(json.dumps(found, ensure_ascii=False))
        return
    print("\n".join(_lines(change)))
    if granted:
        print(f"bundle {bundle.hash} is in force")
    else:
        print(f"bundle {bundle.hash} is kept; the listener puts it in force when it runs again")


def _reload(file: Path) -> tuple[Bundle, BundleChange | None, bool]:
    config = load_config(file)
    paths = Paths(config.data)
    bundles = BundleStore(paths.bundles)
    before = _newest(bundles)
    bundle = put_by(config, bundles).bundle
    if bundle is None:
        message = f"{file}: no bundle came of it"
        raise SentinelError(message)
    request_reload(paths.journal, bundle.hash, format_topics(config, bundle))
    return bundle, compare(before, bundle) if before else None, _is_granted(paths, bundle.hash)


def _newest(bundles: BundleStore) -> Bundle | None:
    """The bundle before; None if there was none, or it is of a version that this cannot read."""
    names = bundles.names()
    try:
        return bundles.load(names[-1]) if names else None
    except SentinelError:
        return None


def _is_granted(paths: Paths, bundle: str) -> bool:
    waiting = Event()
    for _ in range(_LOOKS):
        if bundle not in {left.name for left in requested_reloads(paths.journal)}:
            return True
        waiting.wait(_BETWEEN_LOOKS)
    return False


def _tell_errors(error: ConfigurationError, *, as_json: bool) -> None:
    problems = error.problems.in_order()
    if as_json:
        told = [problem_object(problem) for problem in problems]
        print(json.dumps({"bundle": None, "in_force": False, "problems": told}, ensure_ascii=False))
        return
    for problem in problems:
        print(problem)
    print("nothing was changed: what was in force stays in force")


_WORDS = {
    "rules_added": "new rules",
    "rules_removed": "rules removed, their open warnings end",
    "rules_anew": "rules that mean something else and begin anew, their open warnings end",
    "rules_reworded": "rules in other words, what is open goes on",
    "devices_added": "new devices",
    "devices_retired": "devices out of service",
    "devices_changed": "devices changed",
    "metrics_changed": "metrics changed",
    "formats_changed": "formats changed",
    "areas_changed": "areas changed",
    "models_changed": "models changed",
    "settings_changed": "settings changed",
}


def _lines(change: BundleChange | None) -> list[str]:
    if change is None:
        return ["there is nothing to compare with: all of it is new"]
    found = [
        f"{words}: {len(names):,} ({_named(names)})"
        for key, words in _WORDS.items()
        if (names := getattr(change, key))
    ]
    return found or ["nothing has changed"]


def _named(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
