"""Warnings about a rule that can be used, and most likely does not do what is meant."""

from collections.abc import Mapping

import numpy as np

from sentinel.detect.program import Param
from sentinel.detect.rules.columns import column_values
from sentinel.detect.rules.ladder import never_alone, out_of_reach
from sentinel.detect.rules.report import Report
from sentinel.detect.rules.scope import Scope
from sentinel.detect.rules.surroundings import Surroundings
from sentinel.detect.rules.terms import Input, Parameter, Term, parts
from sentinel.document.node import Node, Place
from sentinel.domain.rank import Rank


def advise(
    rule: Node,
    scope: Scope,
    raises: Mapping[Rank, Term],
    clear: Term | None,
    around: Surroundings,
    report: Report,
) -> None:
    """Tell what is odd about a rule without errors."""
    keys: Mapping[str, Node] = rule.value
    conditions = [(keys["raise"].value[rank.word], term) for rank, term in raises.items()]
    if clear is not None:
        conditions.append((keys["clear"], clear))
    for node, term in conditions:
        for sentence in out_of_reach(term, scope.metrics):
            report.warn(node.place, sentence)
    for low, high in never_alone(raises):
        message = f"{low.word} is never seen: {high.word} holds whenever it does"
        report.warn(keys["raise"].value[low.word].place, message)
    terms = [term for _, term in conditions]
    _warn_of_unused(keys["watch"], terms, report)
    _warn_of_subjects(rule.keys["watch"], scope, terms, around, report)


def _warn_of_unused(watch: Node, terms: list[Term], report: Report) -> None:
    used = {part.watch for term in terms for part in parts(term) if isinstance(part, Input)}
    for name in watch.value:
        if name not in used:
            message = f"no condition looks at {name!r}, and without it a device is not watched"
            report.warn(watch.keys[name], message)


def _warn_of_subjects(
    place: Place, scope: Scope, terms: list[Term], around: Surroundings, report: Report
) -> None:
    subjects = around.subjects.of(scope.watches)
    if not subjects.any():
        report.warn(place, "no device of the registry has all that this rule watches")
        return
    found = {part for term in terms for part in parts(term) if isinstance(part, Parameter)}
    for parameter in sorted(found, key=lambda p: (p.source, p.column)):
        text = f"{parameter.source}.{parameter.column}"
        param = Param(
            text=text,
            source=parameter.source,
            column=parameter.column,
            unit=parameter.unit or "",
            difference=parameter.difference,
        )
        without = np.flatnonzero(subjects & np.isnan(column_values(param, around.registry)))
        if len(without):
            example = around.registry.device_ids[int(without[0])]
            message = (
                f"`{text}` is no number in {parameter.unit or 'any unit'} for {len(without)} of "
                f"{int(subjects.sum())} devices, {example!r} among them: unknown there"
            )
            report.warn(place, message)
