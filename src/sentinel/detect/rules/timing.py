"""`hold`, `clear_hold` and `missing`: the times of a rule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sentinel.detect.program import MissingThen
from sentinel.detect.rules.report import Report
from sentinel.detect.rules.schema import RANKS
from sentinel.document.node import Node
from sentinel.document.scalars import parse_duration
from sentinel.domain.rank import RANK_WORDS, Rank

CLEAR_HOLD_MS = 300_000
NEVER = -1
THREE_INTERVALS = 0
"""Stands for three reporting intervals of each input's metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """When an input is missing, as `program.Program` has it, and what then."""

    after_ms: int = THREE_INTERVALS
    then: MissingThen = MissingThen.BLIND
    rank: Rank = Rank.NONE


def read_hold(
    node: Node | None, ranks: Collection[Rank], report: Report, *, own: bool
) -> dict[Rank, int]:
    """Return the hold of each of the rule's `ranks`, 0 where none is written.

    Args:
        node: A duration, or durations by rank.
        ranks: Those that the rule raises.
        report: Takes the problems.
        own: The rule itself says so, not the file's defaults: a rank that is not raised is wrong.
    """
    if node is None:
        return dict.fromkeys(ranks, 0)
    if not isinstance(node.value, dict):
        return dict.fromkeys(ranks, _duration(node, "hold", report))
    holds = dict.fromkeys(ranks, 0)
    for word, inner in node.value.items():
        rank = RANK_WORDS.get(word) if word in RANKS else None
        if rank is None:
            hint = f"there are {', '.join(RANKS)}"
            report.error(node.keys[word], f"`hold` is by rank; there is no rank {word!r}", hint)
        elif rank in holds:
            holds[rank] = _duration(inner, f"hold.{word}", report)
        elif own:
            report.error(node.keys[word], f"this rule does not raise {word}, so it has no hold")
    return holds


def read_clear_hold(node: Node | None) -> int:
    """Return `clear_hold`; its form has been checked."""
    written = None if node is None else parse_duration(str(node.value))
    return CLEAR_HOLD_MS if written is None else written


def read_missing(node: Node | None, report: Report) -> Missing:
    """Return `missing`; its keys have been checked."""
    keys: Mapping[str, Node] = node.value if node and isinstance(node.value, dict) else {}
    then = str(keys["then"].value) if "then" in keys else "blind"
    rank = RANK_WORDS.get(then, Rank.NONE)
    return Missing(
        after_ms=_after(keys.get("after"), report),
        then=_THEN.get(then, MissingThen.RAISE),
        rank=rank,
    )


_THEN = {"blind": MissingThen.BLIND, "ok": MissingThen.OK}
"""Any other word is a rank."""


def _after(node: Node | None, report: Report) -> int:
    if node is None:
        return THREE_INTERVALS
    if node.value == "never":
        return NEVER
    ms = parse_duration(node.value) if isinstance(node.value, str) else None
    if not ms:
        rule = "`missing.after` must be a duration such as 15m, or `never`"
        report.error(node.place, f"{rule}; got {node.value!r}")
    return ms or THREE_INTERVALS


def _duration(node: Node, name: str, report: Report) -> int:
    ms = parse_duration(node.value) if isinstance(node.value, str) else None
    if ms is None:
        hint = "or by rank: {orange: 60s, red: 0s}" if name == "hold" else ""
        rule = f"`{name}` must be a duration such as 2m"
        report.error(node.place, f"{rule}; got {node.value!r}", hint)
    return ms or 0
