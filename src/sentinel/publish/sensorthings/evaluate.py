"""Which rows a filter chooses, and in which order they come."""

from collections.abc import Callable
from functools import reduce
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from sentinel.publish.sensorthings import vectors
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.tree import (
    All,
    Any_,
    Call,
    Comparison,
    Expression,
    Not,
    Null,
    Number,
    Operand,
    Path,
    Text,
    Time,
    Truth,
)
from sentinel.publish.sensorthings.vectors import Bools, Chosen, Kind, Vector

ColumnOf = Callable[[str], Vector]
"""Gives the column of a path; refuses one that there is not."""


def choose(expression: Expression, column: ColumnOf, count: int) -> Bools:
    """Return by row whether the filter holds."""
    return np.broadcast_to(_chosen(expression, column).holds, (count,))


def arrange(order: list[tuple[Vector, bool]], count: int) -> NDArray[np.intp]:
    """Return the rows in order, gaps first; rows that are alike stay as they are.

    order: Columns, the most important first, each with whether it goes down.
    """
    rows = np.arange(count)
    for column, goes_down in reversed(order):
        rows = rows[_by(column.take(rows), len(rows), goes_down)]
    return rows


def _by(column: Vector, count: int, goes_down: bool) -> NDArray[np.intp]:
    if column.values.ndim == 0:
        return np.arange(count)
    gaps = ~np.broadcast_to(column.known, (count,))
    if goes_down:  # of the reversed ones, so that alike ones stay as they are
        back = np.argsort(column.values[::-1], kind="stable")[::-1]
        at = count - 1 - back
        return np.concatenate([at[~gaps[at]], at[gaps[at]]])
    at = np.argsort(column.values, kind="stable")
    return np.concatenate([at[gaps[at]], at[~gaps[at]]])


def _chosen(expression: Expression, column: ColumnOf) -> Chosen:
    match expression:
        case All(parts):
            return reduce(vectors.both, (_chosen(part, column) for part in parts))
        case Any_(parts):
            return reduce(vectors.either, (_chosen(part, column) for part in parts))
        case Not(part):
            return vectors.negated(_chosen(part, column))
        case Comparison(op, left, right):
            return vectors.compare(op, _value(left, column), _value(right, column))
        case Call():
            return _truth(expression, column)
        case _:
            assert_never(expression)


def _truth(call: Call, column: ColumnOf) -> Chosen:
    found = _value(call, column)
    if found.kind is not Kind.TRUTH:
        message = f"`$filter`: {call.name} gives {found.kind.value}; compare it with something"
        raise BadQueryError(message)
    holds = found.values & found.known
    return Chosen(holds, np.broadcast_to(found.known, holds.shape))


def _value(operand: Operand, column: ColumnOf) -> Vector:
    match operand:
        case Path(name):
            return column(name)
        case Call(name, arguments):
            return vectors.call(name, [_value(one, column) for one in arguments])
        case _:
            return _constant(operand)


def _constant(operand: Text | Number | Time | Truth | Null) -> Vector:
    match operand:
        case Text(text):
            return vectors.texts(text)
        case Number(number):
            return vectors.numbers(number)
        case Time(at):
            return vectors.times(at)
        case Truth(truth):
            return vectors.truths(truth)
        case _:
            return vectors.NULL


def bounds(expression: Expression | None, path: str) -> tuple[int | None, int | None]:
    """Return low <= time < high that a filter asks of `path` whatever else it asks; None: any."""
    low: int | None = None
    high: int | None = None
    for op, at in _limits(expression, path):
        if op in {"eq", "ge", "gt"}:
            least = at + (op == "gt")
            low = least if low is None else max(low, least)
        if op in {"eq", "le", "lt"}:
            most = at + (op != "lt")
            high = most if high is None else min(high, most)
    return low, high


def demanded(expression: Expression | None, paths: frozenset[str]) -> str | None:
    """Return the one text that a filter asks of one of `paths`, whatever else it asks."""
    for part in _parts(expression):
        match part:
            case Comparison("eq", Path(name), Text(text)) if name in paths:
                return text
            case Comparison("eq", Text(text), Path(name)) if name in paths:
                return text
    return None


_MIRRORED = {"eq": "eq", "ne": "ne", "gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}


def _limits(expression: Expression | None, path: str) -> list[tuple[str, int]]:
    found: list[tuple[str, Any]] = []
    for part in _parts(expression):
        match part:
            case Comparison(op, Path(name), value) if name == path:
                found.append((op, _instant(value)))
            case Comparison(op, value, Path(name)) if name == path:
                found.append((_MIRRORED[op], _instant(value)))
    return [(op, at) for op, at in found if at is not None]


def _instant(operand: Operand) -> int | None:
    match operand:
        case Time(at):
            return at
        case Text(text):
            return int(vectors.timed(vectors.texts(text)).values)
        case _:
            return None


def _parts(expression: Expression | None) -> tuple[Expression, ...]:
    """What must hold in any case."""
    match expression:
        case None:
            return ()
        case All(parts):
            return tuple(inner for part in parts for inner in _parts(part))
        case _:
            return (expression,)
