"""What a run came to, in figures."""

import http.client
import json
from collections.abc import Sequence
from typing import Any

from sentinel.app.status import Status, ask
from sentinel.console.places import write_place
from sentinel.domain.rank import RANK_WORDS, Rank
from sentinel.warn.listing import Place


def ask_desk(status: Status, path: str, key: str) -> dict[str, Any]:
    """Return what the desk's API answers; nothing if it cannot. key: Of this machine's desk."""
    desk = status.desk()
    if desk is None:
        return {}
    try:
        found = ask(*desk, path, key)
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    return {} if "error" in found else found


def ask_newest(status: Status, listed: dict[str, Any], most: int, key: str) -> list[dict[str, Any]]:
    """Return the open warnings that changed last, the newest first.

    listed: The first page of the desk's list. It runs by rank and then from the newest on: where
        it has not all, each rank's own newest are asked for.
    """
    found = {one["id"]: one for one in listed.get("warnings", ())}
    if len(found) < listed.get("total", 0):
        for rank in Rank:
            place = write_place(Place(rank=rank, changed_at=_FAR, warning=""))
            page = ask_desk(status, f"/api/v1/warnings?limit={most}&after={place}", key)
            found |= {one["id"]: one for one in page.get("warnings", ())}
    return sorted(found.values(), key=lambda one: (-one["changed_at"], one["id"]))[:most]


_FAR = 10**14
"""Milliseconds since 1970; later than any change."""


def run_figures(status: Status, since: int, key: str) -> dict[str, Any]:
    """Return the figures of a run: what the services count, and the warnings that it raised.

    key: Of this machine's desk.
    since: When it began, milliseconds since 1970 UTC. Warnings are counted by the worst rank
        that each had; None if the desk does not answer.
    """
    detect, listen = status.services["detect"], status.services["listen"]
    engine = detect.get("engine", {})
    return {
        "readings": detect.get("readings", 0),
        "warnings": _warnings_by_rank(status, since, key),
        "rejected": detect.get("rejected", {}),
        "duplicates": detect.get("repeats", 0) + engine.get("repeats", 0),
        "late": engine.get("late", 0),
        "lost": listen.get("lost", 0) + listen.get("broker_dropped", 0),
        "behind": rows_behind(status),
    }


def rows_behind(status: Status) -> dict[str, int]:
    """Return how many rows each reader that is not through has yet to read.

    One that has never noted how far it is has read nothing that is safe.
    """
    ends = {
        "detect": status.journal_rows, "record": status.journal_rows, "desk": status.findings_rows,
    }  # fmt: skip
    behind = {
        name: status.lag[name].rows if name in status.lag else end for name, end in ends.items()
    }
    return {name: rows for name, rows in behind.items() if rows > _A_TICK_OR_TWO}


_A_TICK_OR_TWO = 2


def final_line(figures: dict[str, Any]) -> str:
    """Return the figures as the one JSON line that ends a run."""
    return json.dumps(figures, ensure_ascii=False)


def final_words(figures: dict[str, Any]) -> Sequence[str]:
    """Return the figures for a person."""
    reasons = ", ".join(
        f"{count:,} {reason.replace('_', ' ')}" for reason, count in figures["rejected"].items()
    )
    behind = ", ".join(f"{name} {rows:,} rows" for name, rows in figures["behind"].items())
    unfinished = f"not through yet: {behind}; they go on from there at the next start"
    return [
        f"readings  {figures['readings']:,}",
        f"warnings  {rank_words(figures['warnings'])}",
        f"rejected  {sum(figures['rejected'].values()):,}{reasons and f': {reasons}'}",
        f"lost      {figures['lost']:,}",
        *([unfinished] if behind else []),
    ]


def rank_words(counts: dict[str, int] | None) -> str:
    """Return how many there are of each rank, red first: `2 red, 9 yellow, 1 only blind`."""
    if counts is None:
        return "not known: the desk does not answer"
    words = {rank: rank for rank in reversed(RANK_WORDS)} | {"none": "only blind"}
    found = [f"{counts[rank]:,} {word}" for rank, word in words.items() if counts.get(rank)]
    return ", ".join(found) or "none"


def _warnings_by_rank(status: Status, since: int, key: str) -> dict[str, int] | None:
    counts = dict.fromkeys(RANK_WORDS, 0)
    after = ""
    while True:
        page = ask_desk(status, f"/api/v1/warnings?state=all&limit=500{after}", key)
        if not page:
            return None
        for warning in page["warnings"]:
            if (warning["told_at"] or warning["onset"]) >= since:
                counts[warning["worst"]] += 1
        if not page["next"]:
            return counts
        after = f"&after={page['next']}"
