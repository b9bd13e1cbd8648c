"""What a rule means, as a hash: the same however it is spelled, spaced, named or commented."""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from sentinel.detect.program import MissingThen, Watch
from sentinel.detect.rules.terms import Applied, Constant, Input, Term
from sentinel.document.units import parse_unit
from sentinel.domain.metric import Metric
from sentinel.domain.rank import Rank
from sentinel.domain.registry import Registry

Canonical = Any
"""Lists, texts and numbers, as JSON has them."""


def meaning_of(
    registry: Registry,
    watches: Mapping[str, Watch],
    *,
    raises: Mapping[Rank, Term],
    hold_ms: Mapping[Rank, int],
    clear: Term | None,
    clear_hold_ms: int,
    missing: tuple[int, MissingThen, Rank],
) -> str:
    """Return the hash of everything that decides the rule's conditions.

    A watch counts as what it watches, not as what it is called; metrics count by their ids, and by
    what their numbers mean: three in metres is not three in centimetres.
    """
    seen = {name: _watch(watch, registry) for name, watch in watches.items()}
    meant: Canonical = {
        "watch": sorted(seen.values(), key=json.dumps),
        "per": "device",
        "raise": [[int(rank), _term(raises[rank], seen)] for rank in sorted(raises)],
        "hold": [[int(rank), hold_ms[rank]] for rank in sorted(hold_ms)],
        "clear": None if clear is None else _term(clear, seen),
        "clear_hold": clear_hold_ms,
        "missing": [missing[0], int(missing[1]), int(missing[2])],
    }
    text = json.dumps(meant, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return blake2b(text.encode(), digest_size=16).hexdigest()


def scale_of(metric: Metric) -> Canonical:
    """Return what the metric's numbers mean: its kind and its unit, however that is spelled."""
    unit = parse_unit(metric.unit)
    if unit is None:
        return [metric.kind.value, metric.unit]
    dimensions = [[name, str(power)] for name, power in unit.dimensions]
    return [metric.kind.value, dimensions, str(unit.factor), str(unit.offset)]


def _watch(watch: Watch, registry: Registry) -> Canonical:
    metric = registry.metrics[watch.metric]
    where = sorted(list(pair) for pair in watch.where)
    return [metric.id, scale_of(metric), watch.kind, watch.area, where]


def _term(term: Term, seen: Mapping[str, Canonical]) -> Canonical:
    match term:
        case Constant(value=value):
            return repr(value)
        case Applied(op=op, operands=operands):
            return [op.name, *(_term(operand, seen) for operand in operands)]
        case Input():
            return [
                term.func.name, seen[term.watch], term.over_ms, term.need, repr(term.arg),
                term.model, term.circular,
            ]  # fmt: skip
        case _:
            return ["PARAM", term.source, term.column, term.unit or "", term.difference]
