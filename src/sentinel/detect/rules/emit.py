"""Terms to the postfix code and the numbered leaves that the engine lays out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sentinel.detect.program import Code, Func, Leaf, Op, Param
from sentinel.detect.rules.terms import Applied, Constant, Input, Parameter, Term, depth

Item = TypeVar("Item")


@dataclass(slots=True)
class Emitter:
    """Numbers what all conditions of one rule have in common, each once.

    watches: Alias to number.
    """

    watches: Mapping[str, int]
    leaves: list[Leaf] = field(default_factory=list)
    params: list[Param] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    def code(self, term: Term) -> Code:
        """Return the postfix code of a condition."""
        ops: list[tuple[Op, int]] = []
        consts: list[float] = []
        self._emit(term, ops, consts)
        return Code(tuple(ops), tuple(consts), depth(term))

    def leaf(self, term: Input | Parameter) -> int:
        """Return the number of the leaf that `term` is, a new one if there is none yet."""
        made = self._input(term) if isinstance(term, Input) else self._parameter(term)
        return _place_in(self.leaves, made)

    def _emit(self, term: Term, ops: list[tuple[Op, int]], consts: list[float]) -> None:
        match term:
            case Constant(value=value):
                ops.append((Op.CONST, _place_in(consts, value)))
            case Applied(op=op, operands=operands):
                for operand in operands:
                    self._emit(operand, ops, consts)
                ops.append((op, 0))
            case _:
                ops.append((Op.LEAF, self.leaf(term)))

    def _input(self, term: Input) -> Leaf:
        is_anomaly = term.func is Func.ANOMALY and term.model
        return Leaf(
            func=term.func,
            watch=self.watches[term.watch],
            over_ms=term.over_ms,
            need=term.need,
            arg=term.arg,
            model=_place_in(self.models, term.model) if is_anomaly else -1,
            circular=term.circular,
            text=term.text,
            unit=term.unit,
        )

    def _parameter(self, term: Parameter) -> Leaf:
        text, unit = f"{term.source}.{term.column}", term.unit or ""
        param = Param(
            text=text,
            source=term.source,
            column=term.column,
            unit=unit,
            difference=term.difference,
        )
        return Leaf(func=Func.PARAM, watch=_place_in(self.params, param), text=text, unit=unit)


def _place_in(items: list[Item], item: Item) -> int:
    """Return the position of `item`, appended if it is not there."""
    if item not in items:
        items.append(item)
    return items.index(item)
