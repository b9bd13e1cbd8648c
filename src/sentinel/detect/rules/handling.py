"""What a rule says of handling: `dispatch`, `explains` and `fold`; the desk's business.

None of it belongs to what the rule means: a change of it changes no warning.
"""

import re
from collections.abc import Mapping

from sentinel.detect.program import Handling
from sentinel.detect.rules.report import Report
from sentinel.detect.rules.schema import RANKS
from sentinel.document.node import Node
from sentinel.document.scalars import parse_duration
from sentinel.domain.rank import RANK_WORDS, Rank

_AT = re.compile(r"\s*(?:(?P<count>[0-9]{1,6})|(?P<share>[0-9]{1,2}(?:\.[0-9]+)?)\s*%)\s*\Z")


def read_handling(
    dispatch: Node | None, explains: Node | None, fold: Node | None, report: Report
) -> Handling:
    """Return what the rule (or its file's defaults) says; what is wrong with it is told."""
    inner = dispatch.value if dispatch is not None and isinstance(dispatch.value, dict) else {}
    into, count, share = _fold(fold, report)
    return Handling(
        accept_ms=_by_rank(inner.get("accept_within"), "accept_within", report),
        resolve_ms=_by_rank(inner.get("resolve_within"), "resolve_within", report),
        explains=_names(explains),
        fold_into=into,
        fold_count=count,
        fold_share=share,
    )


def _by_rank(node: Node | None, key: str, report: Report) -> dict[Rank, int]:
    """A duration for every rank, or durations by rank."""
    if node is None or node.value is None:
        return {}
    if not isinstance(node.value, dict):
        span = _duration(node, key, report)
        return {} if span is None else {RANK_WORDS[word]: span for word in RANKS}
    found: dict[Rank, int] = {}
    for word, inner in node.value.items():
        if word not in RANKS:
            hint = f"there are {', '.join(RANKS)}"
            report.error(node.keys[word], f"`{key}` is by rank; there is no rank {word!r}", hint)
        elif (span := _duration(inner, f"{key}.{word}", report)) is not None:
            found[RANK_WORDS[word]] = span
    return found


def _duration(node: Node, key: str, report: Report) -> int | None:
    found = parse_duration(node.value) if isinstance(node.value, str) else None
    if not found:
        rule = f'`dispatch.{key}` must be a duration such as "10m"; got {node.plain()!r}'
        report.error(node.place, rule)
    return found or None


def _names(node: Node | None) -> tuple[str, ...]:
    if node is None or not isinstance(node.value, list):
        return ()
    return tuple(str(inner.value) for inner in node.value)


def _fold(node: Node | None, report: Report) -> tuple[str, int | None, float | None]:
    keys: Mapping[str, Node] = node.value if node and isinstance(node.value, dict) else {}
    if "into" not in keys or "at" not in keys:
        return "", None, None
    count, share = None, None
    for part in str(keys["at"].value).split(" or "):
        match = _AT.match(part)
        if match is None:
            rule = '`fold.at` must be a number, a share or both, such as "20 or 10%"'
            report.error(keys["at"].place, f"{rule}; got {keys['at'].plain()!r}")
        elif match["count"]:
            count = int(match["count"])
        else:
            share = float(match["share"]) / 100
    return str(keys["into"].value), count, share
