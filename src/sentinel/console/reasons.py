"""Why a warning has its rank, and the marks of its ranks, in words."""

from collections.abc import Iterable, Iterator, Mapping

from sentinel.console.conditions import Comparison, alternatives, why
from sentinel.console.evidence import in_words
from sentinel.console.shapes import RANK_WORD, OpWord, ReasonShape, ThresholdShape, Words
from sentinel.detect.program import Func, Op, Program
from sentinel.domain.finding import Finding
from sentinel.domain.registry import Registry

_ON_THE_AXIS = frozenset({Func.VALUE, Func.MEAN, Func.MIN, Func.MAX, Func.QUANTILE})
"""Leaves that have the size of the reading itself, so that their limit can be drawn beside it."""
_ABOVE = {Op.GT: True, Op.GE: True, Op.LT: False, Op.LE: False}
_OP_WORD: dict[Op, OpWord] = {
    Op.GT: ">", Op.GE: ">=", Op.LT: "<", Op.LE: "<=", Op.EQ: "==", Op.NE: "!=",
}  # fmt: skip


def thresholds(
    watch: int, program: Program, device: int, registry: Registry
) -> Iterator[ThresholdShape]:
    """Yield the values of a watched metric at which ranks begin, each once."""
    known = set()
    for rank, code in sorted(program.raise_code.items()):
        for alternative in alternatives(code, program, device, registry):
            for one in alternative:
                leaf = program.leaves[one.leaf]
                on_the_axis = leaf.func in _ON_THE_AXIS and leaf.watch == watch
                key = (rank, one, frozenset(alternative))
                if one.op in _ABOVE and on_the_axis and key not in known:
                    known.add(key)
                    yield ThresholdShape(
                        rank=RANK_WORD[rank],
                        value=one.limit,
                        above=_ABOVE[one.op],
                        strict=one.op in {Op.GT, Op.LT},
                        words=_mark(one, alternative, program, registry),
                    )


def reasons(finding: Finding, program: Program, registry: Registry) -> list[ReasonShape]:
    """Return what holds of a finding's rank, as far as its values show it."""
    code = program.raise_code.get(finding.rank)
    device = registry.device_number.get(finding.subject)
    if code is None or device is None:
        return []
    values = {one.text: one.value for one in finding.evidence if one.value is not None}
    return [
        _reason(one, values[program.leaves[one.leaf].text], program, registry)
        for one in why(code, program, device, registry, values)
    ]


def titles_of(program: Program, registry: Registry) -> dict[str, Words]:
    """Return what the rule's inputs are called, by their names in it."""
    return {one.name: registry.metrics[one.metric].title for one in program.watches}


def state_of(states: Mapping[str, float], value: float | None) -> str:
    """Return the name of a state; empty if there is none for the value."""
    return next((name for name, number in states.items() if number == value), "")


def _reason(one: Comparison, value: float, program: Program, registry: Registry) -> ReasonShape:
    leaf = program.leaves[one.leaf]
    states = _states(one, program, registry)
    return ReasonShape(
        words=in_words(leaf.text, titles_of(program, registry)),
        value=value,
        unit=leaf.unit,
        op=_OP_WORD[one.op],
        limit=one.limit,
        state=state_of(states, value),
        limit_state=state_of(states, one.limit),
    )


def _states(one: Comparison, program: Program, registry: Registry) -> Mapping[str, float]:
    """The states that the comparison is between; none: it is between numbers."""
    leaf = program.leaves[one.leaf]
    if leaf.func is not Func.VALUE:
        return {}
    return registry.metrics[program.watches[leaf.watch].metric].states or {}


def _mark(
    one: Comparison, alternative: Iterable[Comparison], program: Program, registry: Registry
) -> Words:
    """What tells a mark from another of its rank: of what it is, and what else must hold."""
    titles = titles_of(program, registry)
    leaf = program.leaves[one.leaf]
    of = in_words(leaf.text, titles) if leaf.func is not Func.VALUE else {}
    others = [_said(other, program, registry, titles) for other in alternative if other != one]
    return {
        language: " ".join(
            filter(
                None, [of.get(language, ""), *(f"{_WITH[language]}{o[language]}" for o in others)]
            )
        )
        for language in _WITH
    }


_WITH = {"zh": "且", "en": "with "}
_SIGN = {Op.GT: ">", Op.GE: "≥", Op.LT: "<", Op.LE: "≤", Op.EQ: "=", Op.NE: "≠"}


def _said(
    one: Comparison, program: Program, registry: Registry, titles: Mapping[str, Words]
) -> Words:
    leaf = program.leaves[one.leaf]
    words = in_words(leaf.text, titles)
    state = state_of(_states(one, program, registry), one.limit)
    if not leaf.unit and not state and one.op is Op.NE and one.limit == 0:
        return words
    limit = state or f"{one.limit:g} {leaf.unit}".rstrip()
    sign = " " if state and one.op is Op.EQ else f" {_SIGN[one.op]} "
    return {language: f"{text}{sign}{limit}" for language, text in words.items()}
