"""One rule of a file to the program that the engine runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from sentinel.detect.program import Func, Program, Watch
from sentinel.detect.rules.advice import advise
from sentinel.detect.rules.calls import latest
from sentinel.detect.rules.check import Checker
from sentinel.detect.rules.emit import Emitter
from sentinel.detect.rules.ladder import why_constant
from sentinel.detect.rules.later import rule_without_later
from sentinel.detect.rules.meaning import meaning_of
from sentinel.detect.rules.parse import Fault, parse
from sentinel.detect.rules.report import Inside, Report
from sentinel.detect.rules.schema import RANKS, RuleKeys
from sentinel.detect.rules.scope import Scope
from sentinel.detect.rules.surroundings import Surroundings
from sentinel.detect.rules.terms import Term
from sentinel.detect.rules.timing import read_clear_hold, read_hold, read_missing
from sentinel.detect.rules.titles import read_texts, values_asked_for
from sentinel.detect.rules.watches import read_watches
from sentinel.document.node import Node
from sentinel.document.problems import nearest
from sentinel.document.validate import validate
from sentinel.domain.rank import RANK_WORDS, Rank


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
    before = len(around.problems.errors)
    node = rule_without_later(node, around.problems, context)
    validate(RuleKeys, node, around.problems, context)
    if not isinstance(node.value, dict):
        return None
    program = _Rule(node, Report(around.problems, context), facts, around).compile()
    return program if len(around.problems.errors) == before else None


class _Rule:
    """Reads on after a problem, so that all are told; the caller throws the result away then."""

    def __init__(self, node: Node, report: Report, facts: FileFacts, around: Surroundings) -> None:
        self._keys: Mapping[str, Node] = node.value
        self._node = node
        self._report = report
        self._facts = facts
        self._around = around

    def compile(self) -> Program | None:
        scope = self._scope()
        raises = self._raises(scope)
        clear = self._condition(self._keys["clear"], scope) if "clear" in self._keys else None
        title = read_texts(self._keys.get("title"), scope.watches, self._report)
        instruction = read_texts(self._keys.get("instruction"), scope.watches, self._report)
        hold_ms = read_hold(self._either("hold"), raises, self._report, own="hold" in self._keys)
        missing = read_missing(self._either("missing"), self._report)
        if not raises or not scope.watches or scope.broken:
            return None
        advise(self._keys, scope, raises, clear, self._around, self._report)
        emitter = Emitter({name: number for number, name in enumerate(scope.watches)})
        codes = {rank: emitter.code(raises[rank]) for rank in sorted(raises)}
        clear_code = None if clear is None else emitter.code(clear)
        judged = len(emitter.leaves)
        for watch in values_asked_for([*title.values(), *instruction.values()]):
            emitter.leaf(latest(scope, watch))
        clear_hold_ms = read_clear_hold(self._either("clear_hold"))
        ticking = {Func.AGE, Func.MISSING}
        return Program(
            rule=str(self._keys["id"].value) if "id" in self._keys else "",
            file=self._facts.file,
            scenario=self._facts.scenario,
            watches=tuple(scope.watches.values()),
            params=tuple(emitter.params),
            leaves=tuple(emitter.leaves),
            raise_code=codes,
            hold_ms=hold_ms,
            clear_code=clear_code,
            clear_hold_ms=clear_hold_ms,
            missing_after_ms=missing.after_ms,
            missing_then=missing.then,
            missing_rank=missing.rank,
            needs_ticks=any(leaf.func in ticking for leaf in emitter.leaves[:judged]),
            meaning=meaning_of(
                self._around.registry,
                scope.watches,
                raises=raises,
                hold_ms=hold_ms,
                clear=clear,
                clear_hold_ms=clear_hold_ms,
                missing=(missing.after_ms, missing.then, missing.rank),
            ),
            title=title,
            instruction=instruction,
            dispatch_to=self._dispatch(),
            models=tuple(emitter.models),
        )

    def _either(self, key: str) -> Node | None:
        """Return what the rule says, else what its file says for all."""
        return self._keys.get(key) or self._facts.defaults.get(key)

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
                hint = nearest(word, RANKS) or f"there are {', '.join(RANKS)}"
                self._report.error(node.keys[word], f"there is no rank {word!r}", hint)
            term = self._condition(inner, scope)
            if term is not None and word in RANKS:
                found[RANK_WORDS[word]] = term
        return dict(sorted(found.items()))

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
