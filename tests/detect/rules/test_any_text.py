"""What holds for every expression and for every text, well-formed or not."""

import re
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sentinel.detect.program import Code, Op, Program
from sentinel.detect.rules.emit import Emitter
from sentinel.detect.rules.evaluate import UNARY, evaluate
from sentinel.detect.rules.parse import Fault, parse
from sentinel.detect.rules.syntax import (
    Attribute,
    Binary,
    Call,
    Duration,
    Expression,
    Name,
    Number,
    Option,
    Percent,
    Text,
    Unary,
)
from sentinel.detect.rules.terms import Applied, Constant, Input, Term, apply
from sentinel.detect.rules.write import write
from sentinel.document.scalars import format_duration, parse_duration

Compiled = tuple[tuple[Program, ...], list[str]]

NAMES = st.sampled_from(["level", "rain", "temp", "pump", "x1", "水位"])
DURATIONS = st.integers(1, 10**10).map(format_duration)
NUMBERS = st.floats(0, 1e12, allow_nan=False)


def atoms() -> st.SearchStrategy[Expression]:
    return st.one_of(
        st.builds(Number, st.just(0), NUMBERS, st.sampled_from([None, "m", "%LEL", "m3/h"])),
        st.builds(lambda text: Duration(0, text, parse_duration(text)), DURATIONS),
        st.builds(Percent, st.just(0), st.integers(0, 100).map(float)),
        st.builds(Text, st.just(0), st.sampled_from(["pump", "it's", ""])),
        st.builds(Name, st.just(0), NAMES),
        st.builds(Attribute, st.just(0), NAMES, NAMES, st.just(0)),
    )


def compounds(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    operators = st.sampled_from(["+", "-", "*", "/", "<", ">=", "==", "and", "or"])
    options = st.builds(Option, st.just(0), NAMES, inner)
    return st.one_of(
        st.builds(Binary, st.just(0), operators, inner, inner),
        st.builds(Unary, st.just(0), st.sampled_from(["-", "not"]), inner),
        st.builds(
            Call,
            st.just(0),
            NAMES,
            st.lists(inner, max_size=2).map(tuple),
            st.lists(options, max_size=2).map(tuple),
        ),
    )


EXPRESSIONS = st.recursive(atoms(), compounds, max_leaves=12)


@given(EXPRESSIONS)
def test_an_expression_written_and_read_again_is_the_same(expression: Expression) -> None:
    text = write(expression)
    read = parse(text)

    assert not isinstance(read, Fault), (text, read)
    assert write(read) == text
    assert shape(read) == shape(expression)


def shape(expression: Expression) -> str:
    """An expression without the places that its text gives it."""
    return re.sub(r"at=\d+", "", repr(expression))


CONDITIONS = st.recursive(
    st.builds(
        lambda left, op, value: f"{left} {op} {value}",
        st.sampled_from(["level", "mean(level, over=1h)", "rain * 2", "temp - usual(temp)"]),
        st.sampled_from(["<", "<=", ">", ">=", "==", "!="]),
        st.floats(-10, 10).map(lambda value: f"{value:.3f}"),
    )
    | st.sampled_from(["missing(level)", "pump == FAULT", "changed(temp)", "level > 15[cm]"]),
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        inner.map("not ({})".format),
    ),
    max_leaves=8,
)


@given(text=CONDITIONS)
def test_a_condition_written_anew_gives_the_same_code(
    compile_condition: Callable[[str], Compiled], text: str
) -> None:
    syntax = parse(text)
    assert not isinstance(syntax, Fault)

    (first,), _ = compile_condition(text)
    (second,), _ = compile_condition(write(syntax))

    assert first.raise_code == second.raise_code
    assert first.leaves == second.leaves
    assert first.meaning == second.meaning


WORDS = """
level rain temp wind pump FAULT mean slope anomaly quantile count share over= need= model=
( ) , 30m 75% 0.95 3 [m] [K] + - * / < >= == and or not device. bank_height . ' [ ] { % = ! 1e999
"river"
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", "\t", "\xe9", "\x00"])


@given(pieces=st.lists(PIECES, max_size=25), space=st.sampled_from(["", " "]))
def test_no_pieces_of_conditions_raise(
    compile_condition: Callable[[str], Compiled], pieces: list[str], space: str
) -> None:
    programs, told = compile_condition(space.join(pieces))
    assert programs or told


@given(text=st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    found = parse(text)
    if isinstance(found, Fault):
        assert 0 <= found.at <= len(text)
        assert found.message


WHOLE = """\
scenario: flood
defaults: {dispatch: water, clear_hold: 7m}
rules:
  - id: river-level
    title: {en: "at {level.value:.2f}"}
    watch: {level: {metric: water_level, kind: river, where: {role: main}}}
    raise: {blue: level >= 3.20, red: "level >= device.bank_height"}
    hold: {red: 0s}
    clear: level < 3.00
    missing: {after: 15m, then: orange}
"""


@given(
    start=st.integers(0, len(WHOLE)),
    length=st.integers(0, 30),
    new=st.one_of(st.text(max_size=8), PIECES, st.sampled_from(["[]", "{}", "null", "3", "- x"])),
)
def test_a_mutated_file_gives_problems_and_never_an_exception(
    compile_text: Callable[..., Compiled], start: int, length: int, new: str
) -> None:
    text = WHOLE[:start] + new + WHOLE[start + length :]
    programs, told = compile_text(text)
    assert programs or told


@given(st.integers(1, 5000), st.sampled_from(["(", "-", "not ", "level > ", "x(", "1+"]))
def test_deep_conditions_are_refused_in_words(times: int, piece: str) -> None:
    found = parse(piece * times + "level")
    if times > 150:
        assert isinstance(found, Fault)
        assert found.message.startswith("a condition has at most")


LEAVES = ("a", "b", "c")


def terms() -> st.SearchStrategy[Term]:
    leaf = st.sampled_from(LEAVES).map(
        lambda name: Input(func=0, watch=name, text=name, unit="")  # type: ignore[arg-type]  # any
    )
    numbers = st.sampled_from([0.0, 1.0, -2.5]).map(Constant)
    binary = st.sampled_from([op for op in Op if op > Op.LEAF and op not in UNARY])
    return st.recursive(
        st.one_of(leaf, numbers),
        lambda inner: st.one_of(
            st.builds(apply, binary, inner, inner), st.builds(apply, st.just(Op.NOT), inner)
        ),
        max_leaves=10,
    )


@given(terms(), st.tuples(*[st.sampled_from([0.0, 1.0, float("nan")])] * 3))
def test_code_needs_the_stack_that_it_says(term: Term, values: tuple[float, ...]) -> None:
    emitter = Emitter({name: number for number, name in enumerate(LEAVES)})
    for name in LEAVES:
        emitter.leaf(Input(func=0, watch=name, text=name, unit=""))  # type: ignore[arg-type]  # any
    code = emitter.code(term)

    assert highest(code) == code.depth
    assert isinstance(evaluate(code, values), float)


def highest(code: Code) -> int:
    now = most = 0
    for op, _ in code.ops:
        now += 1 if op <= Op.LEAF else (0 if op in UNARY else -1)
        most = max(most, now)
    return most


def test_constants_are_folded() -> None:
    assert apply(Op.ADD, Constant(1.0), Constant(2.0)) == Constant(3.0)
    assert isinstance(apply(Op.ADD, Constant(1.0), Applied(Op.NEG, (Constant(1.0),))), Applied)
