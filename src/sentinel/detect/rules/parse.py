"""The text of a condition to its syntax, or one problem in plain words and where it is."""

import re
from dataclasses import dataclass
from functools import lru_cache

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from sentinel.detect.rules.grammar import GRAMMAR
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
from sentinel.document.scalars import parse_duration
from sentinel.document.units import is_known_unit

LONGEST = 4000
"""Characters of a condition; more is no condition that a person reads."""

MOST_OPERATIONS = 150
"""Operators, parentheses and commas of a condition; keeps every walk over its tree shallow."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text: `at` is an offset into it."""

    at: int
    message: str
    hint: str = ""


def parse(text: str) -> Expression | Fault:
    """Return the syntax of a condition, or what keeps it from being one."""
    if len(text) > LONGEST:
        return Fault(0, f"a condition has at most {LONGEST} characters; got {len(text)}")
    if len(_OPERATION.findall(text)) > MOST_OPERATIONS:
        return Fault(0, f"a condition has at most {MOST_OPERATIONS} operators and parentheses")
    try:
        return _parser().parse(text)  # type: ignore[return-value]  # what the builder returns
    except UnexpectedCharacters as error:
        at = _offset(error)
        return _slip(text, at) or Fault(at, f"a condition has no place for {_word(text, at)!r}")
    except UnexpectedToken as error:
        return _unexpected(text, error)


_OPERATION = re.compile(r"[-+*/(,]|[<>=!]=?|\b(?:and|or|not)\b")
_SLIPS = tuple(
    (re.compile(pattern), hint)
    for pattern, hint in (
        (r"&&?", "write `and`"),
        (r"\|\|?", "write `or`"),
        (r"=[<>]", "write `>=` or `<=`"),
        (r"=", "two values are compared with `==`"),
        (r"(?<=<)>", "write `!=`"),
        (r"!", "write `not`"),
        (r"[≥≤≠]", "write `>=`, `<=` or `!=`"),
        (r"[\xd7\xf7]", "write `*` or `/`"),
        (r"[\uff00-\uff5e\u2018-\u201d\u3001-\u3011]", "use the half-width character"),
        (r"\.\d+", "a number begins with a digit: `0.5`"),
        (r"(?<=\*)\*|\^", "there are no powers: multiply"),
        (r"\d+\.(?!\d)", "a number ends with a digit: `3` or `3.0`"),
        (r"\d[\d.]*[^\W\d]+", "a unit stands in brackets: `3.2[m]`; a duration is `30m`, `1h30m`"),
        (r"%", "there is no `%` operator; a share is `0.2`, a unit stands in brackets: `20[%]`"),
        (r"\[", "a unit follows a number: `0.3[m]`"),
    )
)


def _slip(text: str, at: int) -> Fault | None:
    """A slip that is made often, answered with how it is written here."""
    for pattern, hint in _SLIPS:
        match = pattern.match(text, at)
        if match:
            return Fault(at, f"a condition has no place for {match[0]!r}", hint)
    return None


def _offset(error: UnexpectedCharacters) -> int:
    at: int | None = error.pos_in_stream  # Lark's own class promises less than its instances
    return at if at is not None else 0


def _word(text: str, at: int) -> str:
    match = re.compile(r"\w+|.", re.DOTALL).match(text, at)
    return match[0] if match else ""


def _unexpected(text: str, error: UnexpectedToken) -> Fault:
    token: Token = error.token
    if token.type == "$END":
        return Fault(len(text.rstrip()), f"the condition ends too early; {_wanted(error)}")
    at = token.start_pos or 0
    slip = _slip(text, at)
    if slip is not None:
        return slip
    return Fault(at, f"{_wanted(error)}; got {str(token)!r}", _unit_hint(text, at, token))


def _wanted(error: UnexpectedToken) -> str:
    """`expected ...`, short: an operand, or what may follow one."""
    expected = set(error.accepts or error.expected)
    if "NAME" in expected:
        return "expected a watch, a function or a number"
    wanted = "RPAR" in expected and "expected `)` or an operator"
    return wanted or "expected an operator such as `>=` or `and`"


def _unit_hint(text: str, at: int, token: Token) -> str:
    """A word after a number is most often its unit."""
    before = re.search(r"(\d+(?:\.\d+)?)%?\s*\Z", text[:at])
    if token.type != "NAME" or not before:
        return ""
    if text[at - 1] == "%":
        return f"a unit stands in brackets: `{before[1]}[%{token}]`"
    if text[at - 1].isspace() and parse_duration(before[1] + token) is not None:
        return f"a duration is written without a space: `{before[1]}{token}`"
    if is_known_unit(str(token)):
        return f"a unit stands in brackets: `{before[1]}[{token}]`"
    return ""


@lru_cache(maxsize=1)
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", transformer=_Builder(), maybe_placeholders=True)


@v_args(inline=True)
class _Builder(Transformer[Token, Expression]):
    """Makes syntax of what Lark finds; the methods are named after the grammar's rules."""

    def number(self, token: Token) -> Number:
        return Number(_at(token), float(token))

    def quantity(self, token: Token, unit: Token) -> Number:
        return Number(_at(token), float(token), unit[1:-1].strip())

    def duration(self, token: Token) -> Duration:
        return Duration(_at(token), str(token), parse_duration(str(token)))

    def percent(self, token: Token) -> Percent:
        return Percent(_at(token), float(token[:-1]))

    def text(self, token: Token) -> Text:
        return Text(_at(token), str(token[1:-1]))

    def name(self, token: Token) -> Name:
        return Name(_at(token), str(token))

    def attribute(self, owner: Token, column: Token) -> Attribute:
        return Attribute(_at(owner), str(owner), str(column), _at(column))

    def call(self, name: Token, arguments: tuple[Expression | Option, ...] | None) -> Call:
        given = arguments or ()
        options = tuple(item for item in given if isinstance(item, Option))
        values = tuple(item for item in given if not isinstance(item, Option))
        return Call(_at(name), str(name), values, options)

    def arguments(self, *items: Expression | Option) -> tuple[Expression | Option, ...]:
        return items

    def option(self, name: Token, value: Expression) -> Option:
        return Option(_at(name), str(name), value)

    def grouped(self, inner: Expression) -> Expression:
        return inner

    def unary(self, op: Token, operand: Expression) -> Unary:
        return Unary(_at(op), str(op), operand)

    def binary(self, left: Expression, op: Token, right: Expression) -> Binary:
        return Binary(_at(op), str(op), left, right)

    def comparison(self, *parts: Expression | Token) -> Expression:
        operands = tuple(part for part in parts if not isinstance(part, Token))
        operators = [part for part in parts if isinstance(part, Token)]
        if len(operators) == 1:
            return Binary(_at(operators[0]), str(operators[0]), operands[0], operands[1])
        return Chain(_at(operators[1]), tuple(str(op) for op in operators), operands)


def _at(token: Token) -> int:
    return token.start_pos or 0
