"""One rule of a file to the program that the engine runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sentinel.detect.program import Func, Handling, Program, Watch
from sentinel.detect.rules.advice import advise
from sentinel.detect.rules.calls import latest
from sentinel.detect.rules.check import Checker
from sentinel.detect.rules.emit import Emitter
from sentinel.detect.rules.handling import read_handling
from sentinel.detect.rules.ladder import why_constant
from sentinel.detect.rules.later import rule_without_later
from sentinel.detect.rules.meaning import meaning_of
from sentinel.detect.rules.parse import Fault, parse
from sentinel.detect.rules.report import Inside, Report
from sentinel.detect.rules.schema import RANKS, RuleKeys
from sentinel.detect.rules.scope import Scope
from sentinel.detect.rules.surroundings import Surroundings
from sentinel.detect.rules.terms import Term
from sentinel.detect.rules.timing import Missing, read_clear_hold, read_hold, read_missing
from sentinel.detect.rules.titles import read_texts, values_asked_for
from sentinel.detect.rules.watches import read_watches
from sentinel.document.node import Node
from sentinel.document.validate import validate
from sentinel.domain.rank import RANK_WORDS, Rank

_TICKING = frozenset({Func.AGE, Func.MISSING})
"""What changes while no reading comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What the file says for all of its rules. defaults: checked, by key."""

    file: str
    scenario: str
    defaults: Mapping[str, Node]


def compile_rule(
    node: Node, context: str, facts: FileFacts, around: Surroundings
) -> Program | None:
    """Return the program of one rule; None after telling every reason why there is none."""
    errors = len(around.problems.errors)
    node = rule_without_later(node, around.problems, context)
    validate(RuleKeys, node, around.problems, context)
    if not isinstance(node.value, dict):
        return None
    rule = _Rule(node, Report(around.problems, context), facts, around)
    parts = rule.read()
    if parts is None or len(around.problems.errors) > errors:
        return None
    return rule.program(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """What a rule says, as far as problems let it be read."""

    scope: Scope
    raises: Mapping[Rank, Term]
    clear: Term | None
    title: dict[str, str]
    instruction: dict[str, str]
    hold_ms: dict[Rank, int]
    missing: Missing
    handling: Handling


class _Rule:
    """Reads on after a problem, so that all are told; the caller throws the result away then."""

    def __init__(self, node: Node, report: Report, facts: FileFacts, around: Surroundings) -> None:
        self._keys = _written(node.value)
        self._node = node
        self._report = report
        self._facts = facts
        self._around = around

    def read(self) -> _Parts | None:
        scope, keys = self._scope(), self._keys
        raises = self._raises(scope)
        parts = _Parts(
            scope=scope,
            raises=raises,
            clear=self._condition(keys["clear"], scope) if "clear" in keys else None,
            title=read_texts(keys.get("title"), scope.names, self._report),
            instruction=read_texts(keys.get("instruction"), scope.names, self._report),
            hold_ms=self._holds(),
            missing=read_missing(self._either("missing"), self._report),
            handling=read_handling(
                self._either("dispatch"), keys.get("explains"), keys.get("fold"), self._report
            ),
        )
        return parts if raises and scope.watches else None

    def program(self, parts: _Parts) -> Program:
        scope, missing = parts.scope, parts.missing
        advise(self._node, scope, parts.raises, parts.clear, self._around, self._report)
        emitter = Emitter({name: number for number, name in enumerate(scope.watches)})
        codes = {rank: emitter.code(term) for rank, term in parts.raises.items()}
        clear_code = None if parts.clear is None else emitter.code(parts.clear)
        needs_ticks = any(leaf.func in _TICKING for leaf in emitter.leaves)
        for watch in values_asked_for([*parts.title.values(), *parts.instruction.values()]):
            emitter.leaf(latest(scope, watch))
        return Program(
            rule=str(self._keys["id"].value),
            file=self._facts.file,
            scenario=self._facts.scenario,
            watches=tuple(scope.watches.values()),
            params=tuple(emitter.params),
            leaves=tuple(emitter.leaves),
            raise_code=codes,
            hold_ms=parts.hold_ms,
            clear_code=clear_code,
            clear_hold_ms=self._clear_hold_ms(),
            missing_after_ms=missing.after_ms,
            missing_then=missing.then,
            missing_rank=missing.rank,
            needs_ticks=needs_ticks,
            meaning=self._meaning(parts),
            title=parts.title,
            instruction=parts.instruction,
            dispatch_to=self._dispatch(),
            handling=parts.handling,
            models=tuple(emitter.models),
        )

    def _meaning(self, parts: _Parts) -> str:
        missing = parts.missing
        return meaning_of(
            self._around.registry,
            parts.scope.watches,
            raises=parts.raises,
            hold_ms=parts.hold_ms,
            clear=parts.clear,
            clear_hold_ms=self._clear_hold_ms(),
            missing=(missing.after_ms, missing.then, missing.rank),
        )

    def _clear_hold_ms(self) -> int:
        return read_clear_hold(self._either("clear_hold"))

    def _either(self, key: str) -> Node | None:
        """Return what the rule says, else what its file says for all."""
        return self._keys.get(key) or _written(self._facts.defaults).get(key)

    def _dispatch(self) -> str:
        node = self._either("dispatch")
        if node is not None and isinstance(node.value, dict):
            node = node.value.get("to")
        return str(node.value) if node is not None else ""

    def _scope(self) -> Scope:
        node = self._keys.get("watch")
        watches: dict[str, Watch] = {}
        broken: frozenset[str] = frozenset()
        if node is not None and isinstance(node.value, dict):
            watches, broken = read_watches(node, self._around.subjects, self._report)
            if not node.value:
                self._report.error(node.place, "a rule must watch something")
        metrics = self._around.registry.metrics
        return Scope(
            watches=watches,
            metrics={name: metrics[watch.metric] for name, watch in watches.items()},
            broken=broken,
            columns=self._around.columns,
            models=self._around.models,
        )

    def _raises(self, scope: Scope) -> dict[Rank, Term]:
        node = self._keys.get("raise")
        if node is None or not isinstance(node.value, dict):
            return {}
        if not node.value:
            self._report.error(node.place, "`raise` must have a condition for one rank at least")
        found: dict[Rank, Term] = {}
        for word, inner in node.value.items():
            if word not in RANKS:
                hint = f"there are {', '.join(RANKS)}"
                self._report.error(node.keys[word], f"there is no rank {word!r}", hint)
            term = self._condition(inner, scope)
            if term is not None and word in RANKS:
                found[RANK_WORDS[word]] = term
        return dict(sorted(found.items()))

    def _holds(self) -> dict[Rank, int]:
        """Return the hold of each rank that has a condition, good or not."""
        node = self._keys.get("raise")
        words = node.keys if node is not None else ()
        ranks = sorted(RANK_WORDS[word] for word in words if word in RANKS)
        return read_hold(self._either("hold"), ranks, self._report, own="hold" in self._keys)

    def _condition(self, node: Node, scope: Scope) -> Term | None:
        if not isinstance(node.value, str):
            return None
        tell = Inside(self._report, node)
        syntax = parse(node.value)
        if isinstance(syntax, Fault):
            tell(syntax.at, syntax.message, syntax.hint)
            return None
        term = Checker(scope, tell).condition(syntax)
        why = "" if term is None else why_constant(term)
        if why:
            tell(0, f"a condition and its parts must be able to change; here {why}", "")
        return None if why else term


def _written(keys: Mapping[str, Node]) -> dict[str, Node]:
    """Return the keys that say something: one with nothing behind it is as if it were not there."""
    return {key: node for key, node in keys.items() if node.value is not None}
