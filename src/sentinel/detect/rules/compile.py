"""Rule files to programs."""

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from sentinel.detect.program import Program
from sentinel.detect.rules.later import without_later
from sentinel.detect.rules.rule import FileFacts, compile_rule
from sentinel.detect.rules.schema import (
    LATER_FILE_KEYS,
    DefaultKeys,
    FileShell,
)
from sentinel.detect.rules.scope import Columns
from sentinel.detect.rules.surroundings import Surroundings
from sentinel.detect.rules.watches import Subjects
from sentinel.document.node import Node, Place
from sentinel.document.problems import Problems, nearest
from sentinel.document.validate import validate
from sentinel.domain.registry import Registry


class TrainedModel(Protocol):
    """What rules must know of a model."""

    @property
    def metric(self) -> str:
        """Id of the metric whose readings it was trained on."""
        ...


def compile_rules(
    documents: Sequence[Node],
    registry: Registry,
    problems: Problems,
    *,
    models: Mapping[str, TrainedModel] | Collection[str] = (),
) -> tuple[Program, ...]:
    """Return the programs of all rules without errors, in the order of files and of rules.

    Args:
        documents: The rule files.
        registry: What the rules' names mean.
        problems: Takes every error and warning, each with its place.
        models: The trained models by name; with their records, that they fit is checked too.
    """
    around = Surroundings(
        registry=registry,
        subjects=Subjects(registry),
        columns=Columns(registry),
        models=_metrics_of(models),
        problems=problems,
    )
    seen: dict[str, Place] = {}
    programs = [
        program for document in documents for program in _compile_file(document, around, seen)
    ]
    _check_explained(documents, seen, problems)
    return tuple(programs)


def _metrics_of(
    models: Mapping[str, TrainedModel] | Collection[str],
) -> dict[str, str | None]:
    if isinstance(models, Mapping):
        return {name: record.metric for name, record in models.items()}
    return dict.fromkeys(models)


def _compile_file(document: Node, around: Surroundings, seen: dict[str, Place]) -> list[Program]:
    problems = around.problems
    document = without_later(document, LATER_FILE_KEYS, problems, "")
    validate(FileShell, document, problems)
    if not isinstance(document.value, dict):
        return []
    facts = FileFacts(
        file=document.place.file,
        scenario=_text(document.value.get("scenario")),
        defaults=_defaults(document.value.get("defaults"), problems),
    )
    rules = document.value.get("rules")
    nodes = rules.value if rules is not None and isinstance(rules.value, list) else []
    compiled = []
    for number, node in enumerate(nodes, start=1):
        fresh = _is_new(node, seen, problems)
        program = compile_rule(node, _context(node, number), facts, around)
        if fresh and program is not None:
            compiled.append(program)
    return compiled


def _check_explained(
    documents: Sequence[Node], seen: Mapping[str, Place], problems: Problems
) -> None:
    """Tell of rules that explain what is no rule; all files are read by now."""
    for document in documents:
        rules = document.value.get("rules") if isinstance(document.value, dict) else None
        for number, rule in enumerate(rules.value if rules and rules.value else [], start=1):
            named = rule.value.get("explains") if isinstance(rule.value, dict) else None
            for inner in named.value if named and isinstance(named.value, list) else []:
                if inner.value not in seen:
                    message = f"`explains`: no rule {inner.value!r}"
                    hint = nearest(str(inner.value), seen)
                    problems.add(inner.place, _context(rule, number), message, hint)


def _defaults(node: Node | None, problems: Problems) -> dict[str, Node]:
    """Return the file's defaults by key, without those that have problems."""
    if node is None or node.value is None:
        return {}
    fine = validate(DefaultKeys, node, problems, "defaults")
    return dict(node.value) if fine is not None else {}


def _context(node: Node, number: int) -> str:
    name = _text(node.value.get("id")) if isinstance(node.value, dict) else ""
    return f"rule {name!r}" if name else f"rule number {number}"


def _is_new(node: Node, seen: dict[str, Place], problems: Problems) -> bool:
    inner = node.value.get("id") if isinstance(node.value, dict) else None
    name = _text(inner)
    if inner is None or not name:
        return True
    if name in seen:
        message = "a rule's id is unique over all files"
        problems.add(inner.place, f"rule {name!r}", message, f"first: {seen[name]}")
        return False
    seen[name] = inner.place
    return True


def _text(node: Node | None) -> str:
    return node.value if node is not None and isinstance(node.value, str) else ""
