"""The tree of a `$filter`."""

import msgspec


class Path(msgspec.Struct, frozen=True):
    """A property, such as `properties/kind` or `Thing/name`."""

    name: str


class Text(msgspec.Struct, frozen=True):
    """A text in quotes."""

    value: str


class Number(msgspec.Struct, frozen=True):
    """A number."""

    value: float


class Time(msgspec.Struct, frozen=True):
    """Milliseconds since 1970 UTC."""

    value: int


class Truth(msgspec.Struct, frozen=True):
    """True or false."""

    value: bool


class Null(msgspec.Struct, frozen=True):
    """Nothing."""


class Call(msgspec.Struct, frozen=True):
    """A function of `FUNCTIONS`."""

    name: str
    arguments: "tuple[Operand, ...]"


class Comparison(msgspec.Struct, frozen=True):
    """op: `eq`, `ne`, `gt`, `ge`, `lt` or `le`."""

    op: str
    left: "Operand"
    right: "Operand"


class All(msgspec.Struct, frozen=True):
    """Every one of these."""

    parts: "tuple[Expression, ...]"


class Any_(msgspec.Struct, frozen=True):  # noqa: N801 -- `Any` is Python's
    """At least one of these."""

    parts: "tuple[Expression, ...]"


class Not(msgspec.Struct, frozen=True):
    """Not this."""

    part: "Expression"


Operand = Path | Text | Number | Time | Truth | Null | Call
Expression = All | Any_ | Not | Comparison | Call


def depth(tree: object) -> int:
    """Return how deep a tree is; goes down by hand, since what is too deep is what it looks for."""
    deepest, open_ = 0, [(tree, 1)]
    while open_:
        at, level = open_.pop()
        deepest = max(deepest, level)
        match at:
            case All(parts) | Any_(parts) | Call(_, parts):
                open_ += [(part, level + 1) for part in parts]
            case Not(part):
                open_.append((part, level + 1))
            case Comparison(_, left, right):
                open_ += [(left, level + 1), (right, level + 1)]
            case _:
                pass
    return deepest
