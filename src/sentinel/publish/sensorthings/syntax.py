"""`$filter` read into a tree."""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

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
    Path,
    Text,
    Time,
    Truth,
    depth,
)

MOST_CHARACTERS = 2_000
MOST_DEPTH = 50
"""Of what stands inside what; nobody writes more by hand, and Python's own stack has an end."""
FUNCTIONS = {"substringof": 2, "startswith": 2, "endswith": 2, "tolower": 1, "toupper": 1}
"""Each with how many arguments it takes."""

_GRAMMAR = r"""
?start: either
?either: both (OR both)*                -> either
?both: inverse (AND inverse)*           -> both
?inverse: NOT inverse                   -> inverse
    | truth
?truth: operand COMPARE operand         -> comparison
    | "(" either ")"
    | call
?operand: call
    | TEXT                              -> text
    | TIME                              -> time
    | NUMBER                            -> number
    | TRUE                              -> true
    | FALSE                             -> false
    | NULL                              -> null
    | PATH                              -> path
call: PATH "(" operand ("," operand)* ")"

OR.3: /or\b/
AND.3: /and\b/
NOT.3: /not\b/
COMPARE.3: /(eq|ne|gt|ge|lt|le)\b/
TRUE.3: /true\b/
FALSE.3: /false\b/
NULL.3: /null\b/
TIME.4: /\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+ ]\d\d:?\d\d)/
NUMBER.2: /-?\d+(\.\d+)?([eE][-+]?\d+)?(?![\w.:-])/
TEXT: /'([^']|'')*'/
PATH: /[A-Za-z_@][\w.@:-]*(\/[A-Za-z_@][\w.@:-]*)*/
%ignore /[ \t\r\n]+/
"""


def parse_filter(text: str) -> Expression:
    """Return the tree of a `$filter`.

    Raises:
        BadQueryError: It is none, or too long or too deep; says where.
    """
    if len(text) > MOST_CHARACTERS:
        message = f"`$filter` has {MOST_CHARACTERS} characters at most; got {len(text)}"
        raise BadQueryError(message)
    try:
        tree = cast("Expression", _parser().parse(text))
    except UnexpectedInput as error:
        raise BadQueryError(_told(text, error)) from None
    if depth(tree) > MOST_DEPTH:
        message = f"`$filter` is nested {MOST_DEPTH} deep at most"
        raise BadQueryError(message)
    return tree


def read_time(text: str) -> int | None:
    """Return milliseconds since 1970 of an ISO 8601 time with its zone; None: it is none.

    >>> read_time("2026-06-18T03:12:00+08:00"), read_time("2026-06-18")
    (1781723520000, None)
    """
    plain = text.replace(" ", "+")  # what a plus becomes in an address that nobody encoded
    try:
        at = datetime.fromisoformat(plain)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _told(text: str, error: UnexpectedInput) -> str:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        return "`$filter` ends too early"
    at = max(cast("int | None", error.pos_in_stream) or 0, 0)
    rule = "comparisons (eq ne gt ge lt le), and, or, not, parentheses; texts in 'quotes', times"
    return (
        f"`$filter`: character {at + 1} was not expected: {text[at : at + 20]!r}; "
        f"there are {rule} as 2026-06-18T00:00:00Z, and {', '.join(FUNCTIONS)}"
    )


@v_args(inline=True)
class _Builder(Transformer[Token, Any]):
    """Builds while Lark reads, so that nothing recurses."""

    def either(self, *parts: Any) -> Any:  # noqa: ANN401 -- a tree or a token
        kept = tuple(part for part in parts if not isinstance(part, Token))
        return kept[0] if len(kept) == 1 else Any_(kept)

    def both(self, *parts: Any) -> Any:  # noqa: ANN401 -- a tree or a token
        kept = tuple(part for part in parts if not isinstance(part, Token))
        return kept[0] if len(kept) == 1 else All(kept)

    def inverse(self, _word: Token, part: Any) -> Not:  # noqa: ANN401 -- a tree
        return Not(part)

    def comparison(self, left: Any, op: Token, right: Any) -> Comparison:  # noqa: ANN401 -- trees
        return Comparison(str(op), left, right)

    def call(self, name: Token, *arguments: Any) -> Call:  # noqa: ANN401 -- trees
        wanted = FUNCTIONS.get(name)
        if wanted is None:
            message = (
                f"`$filter`: there is no function {str(name)!r}; there are {', '.join(FUNCTIONS)}"
            )
            raise BadQueryError(message)
        if len(arguments) != wanted:
            message = f"`$filter`: {name} takes {wanted} arguments; got {len(arguments)}"
            raise BadQueryError(message)
        return Call(str(name), arguments)

    def text(self, token: Token) -> Text:
        return Text(token[1:-1].replace("''", "'"))

    def number(self, token: Token) -> Number:
        return Number(float(token))

    def time(self, token: Token) -> Time:
        at = read_time(token)
        if at is None:
            message = f"`$filter`: there is no such time: {str(token)!r}"
            raise BadQueryError(message)
        return Time(at)

    def true(self, _token: Token) -> Truth:
        return Truth(True)

    def false(self, _token: Token) -> Truth:
        return Truth(False)

    def null(self, _token: Token) -> Null:
        return Null()

    def path(self, token: Token) -> Path:
        return Path(str(token))


@cache
def _parser() -> Lark:
    return Lark(_GRAMMAR, parser="lalr", transformer=_Builder())
