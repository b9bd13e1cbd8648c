"""Columns with gaps, and what can be asked of them; three-valued: what is unknown is not chosen."""

from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.dtypes import StringDType
from numpy.typing import NDArray

from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.syntax import read_time

Bools = NDArray[np.bool_]
TEXT = StringDType()


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "a text"
    NUMBER = "a number"
    TIME = "a time"
    TRUTH = "true or false"
    NULL = "null"


class Vector(NamedTuple):
    """One value a row, or one for all of them (no dimension).

    values: StringDType, float64, int64 (milliseconds since 1970) or bool. known: False: a gap.
    """

    kind: Kind
    values: NDArray[Any]
    known: Bools

    def take(self, rows: NDArray[np.integer[Any]]) -> "Vector":
        """Return the values of some rows, in their order."""
        if self.values.ndim == 0:
            return self
        known = self.known if self.known.ndim == 0 else self.known[rows]
        return Vector(self.kind, self.values[rows], known)


class Chosen(NamedTuple):
    """Whether a condition holds, by row; where it is not known, it does not."""

    holds: Bools
    known: Bools


def texts(values: Any, *, gaps: bool = False) -> Vector:  # noqa: ANN401 -- a text or many
    """Return a column of texts. gaps: An empty one is a gap."""
    found = np.array(values, TEXT)
    known = (found != np.array("", TEXT)) if gaps else np.array(True)
    return Vector(Kind.TEXT, found, np.asarray(known))


def numbers(values: Any) -> Vector:  # noqa: ANN401 -- a number or many
    """Return a column of numbers; NaN is a gap."""
    found = np.asarray(values, np.float64)
    return Vector(Kind.NUMBER, found, np.asarray(~np.isnan(found)))


def times(values: Any) -> Vector:  # noqa: ANN401 -- a time or many
    """Return a column of times."""
    return Vector(Kind.TIME, np.asarray(values, np.int64), np.array(True))


def truths(values: Any) -> Vector:  # noqa: ANN401 -- one or many
    """Return a column of true and false."""
    return Vector(Kind.TRUTH, np.asarray(values, np.bool_), np.array(True))


NULL = Vector(Kind.NULL, np.array(False), np.array(False))
_COMPARE = {
    "eq": np.equal,
    "ne": np.not_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "lt": np.less,
    "le": np.less_equal,
}


def compare(op: str, left: Vector, right: Vector) -> Chosen:
    """Compare two columns.

    Raises:
        BadQueryError: They are of different kinds.
    """
    if Kind.NULL in {left.kind, right.kind}:
        return _compare_null(op, left, right)
    left, right = _alike(left, right)
    if left.kind is Kind.TRUTH and op not in {"eq", "ne"}:
        message = f"`$filter`: true and false are compared by eq and ne; got {op}"
        raise BadQueryError(message)
    known = left.known & right.known
    holds = np.asarray(_COMPARE[op](left.values, right.values)) & known
    return Chosen(holds, np.broadcast_to(known, holds.shape))


def negated(chosen: Chosen) -> Chosen:
    """Return where a condition is known not to hold."""
    return Chosen(chosen.known & ~chosen.holds, chosen.known)


def both(one: Chosen, other: Chosen) -> Chosen:
    """Return where two conditions hold; one that is known not to decides."""
    decided = (one.known & ~one.holds) | (other.known & ~other.holds)
    return Chosen(one.holds & other.holds, (one.known & other.known) | decided)


def either(one: Chosen, other: Chosen) -> Chosen:
    """Return where one of two conditions holds; one that does decides."""
    holds = one.holds | other.holds
    return Chosen(holds, (one.known & other.known) | holds)


def call(name: str, arguments: list[Vector]) -> Vector:
    """Apply one of `syntax.FUNCTIONS`.

    Raises:
        BadQueryError: An argument is no text.
    """
    for argument in arguments:
        if argument.kind is not Kind.TEXT:
            message = f"`$filter`: {name} takes texts; got {argument.kind.value}"
            raise BadQueryError(message)
    known = arguments[0].known & arguments[-1].known
    one, other = arguments[0].values, arguments[-1].values
    match name:
        case "substringof":
            found = np.strings.find(other, one) >= 0
        case "startswith":
            found = np.strings.startswith(one, other)
        case "endswith":
            found = np.strings.endswith(one, other)
        case _:
            changed = np.strings.lower(one) if name == "tolower" else np.strings.upper(one)
            return Vector(Kind.TEXT, np.asarray(changed), known)
    return Vector(Kind.TRUTH, np.asarray(found), np.asarray(known))


def _compare_null(op: str, left: Vector, right: Vector) -> Chosen:
    if op not in {"eq", "ne"}:
        message = f"`$filter`: null is compared by eq and ne; got {op}"
        raise BadQueryError(message)
    known = right.known if left.kind is Kind.NULL else left.known
    holds = ~known if op == "eq" else known.copy()
    return Chosen(np.asarray(holds), np.ones_like(holds))


def _alike(left: Vector, right: Vector) -> tuple[Vector, Vector]:
    if left.kind is right.kind:
        return left, right
    if left.kind is Kind.TIME and right.kind is Kind.TEXT and right.values.ndim == 0:
        return left, timed(right)
    if right.kind is Kind.TIME and left.kind is Kind.TEXT and left.values.ndim == 0:
        return timed(left), right
    hint = "; texts stand in 'quotes'" if Kind.TEXT in {left.kind, right.kind} else ""
    message = f"`$filter`: {left.kind.value} is never compared with {right.kind.value}{hint}"
    raise BadQueryError(message)


def timed(text: Vector) -> Vector:
    """Return the time that one text tells.

    Raises:
        BadQueryError: It tells none.
    """
    written = str(text.values)
    at = read_time(written)
    if at is None:
        message = f"`$filter`: a time is written 2026-06-18T00:00:00Z; got {written!r}"
        raise BadQueryError(message)
    return times(at)
