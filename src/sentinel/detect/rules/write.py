"""Syntax back to text, each expression in one way only."""

from sentinel.detect.rules.syntax import (
    Attribute,
    Binary,
    Call,
    Chain,
    Duration,
    Expression,
    Name,
    Number,
    Option,
    Percent,
    Text,
    Unary,
)
from sentinel.document.scalars import format_duration

_LEVELS = {"or": 1, "and": 2, "not": 3, "+": 5, "-": 5, "*": 6, "/": 6}
_COMPARISON, _SIGN, _ATOM = 4, 7, 8


def write(expression: Expression) -> str:
    """Return the text of `expression` with no more parentheses than it needs.

    >>> from sentinel.detect.rules.parse import parse
    >>> write(parse("not (a>3  or b < 60m)and(x-(y-1))*2 > 0.50[m]"))
    'not (a > 3 or b < 1h) and (x - (y - 1)) * 2 > 0.5[m]'
    """
    match expression:
        case Binary(op=op, left=left, right=right):
            level = _level(expression)
            same = level + 1 if level == _COMPARISON else level
            return f"{_within(left, same)} {op} {_within(right, level + 1)}"
        case Chain(operators=operators, operands=operands):
            tail = (f" {op} {_within(x, 5)}" for op, x in zip(operators, operands[1:], strict=True))
            return _within(operands[0], 5) + "".join(tail)
        case Unary(op="not", operand=operand):
            return f"not {_within(operand, _LEVELS['not'])}"
        case Unary(operand=operand):
            return f"-{_within(operand, _SIGN)}"
        case Call():
            items = [*map(write, expression.arguments), *map(_option, expression.options)]
            return f"{expression.name}({', '.join(items)})"
        case _:
            return _atom(expression)


def number(value: float) -> str:
    """Return a number as a condition writes it: `3`, `0.5`, `1e-07`."""
    return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 -- beyond it a float has no units digit


def _atom(expression: Number | Duration | Percent | Text | Name | Attribute) -> str:
    match expression:
        case Number(value=value, unit=unit):
            return number(value) + ("" if unit is None else f"[{unit}]")
        case Duration(ms=ms, text=text):
            return text if ms is None else format_duration(ms)
        case Percent(value=value):
            return f"{number(value)}%"
        case Text(value=value):
            return f"'{value}'" if '"' in value else f'"{value}"'
        case Name(name=name):
            return name
        case Attribute(owner=owner, column=column):
            return f"{owner}.{column}"


def _option(option: Option) -> str:
    return f"{option.name}={write(option.value)}"


def _within(expression: Expression, level: int) -> str:
    text = write(expression)
    return text if _level(expression) >= level else f"({text})"


def _level(expression: Expression) -> int:
    match expression:
        case Binary(op=op):
            return _LEVELS.get(op, _COMPARISON)
        case Chain():
            return _COMPARISON
        case Unary(op=op):
            return _LEVELS["not"] if op == "not" else _SIGN
        case _:
            return _ATOM
