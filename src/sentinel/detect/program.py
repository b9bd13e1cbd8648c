"""A rule as the engine runs it: the one contract between the rule language and the engine.

`detect.rules` turns text into a `Program`; `detect.engine` lays programs out as flat arrays. A
number that is NaN means unknown everywhere, and so does a truth that is NaN; true is 1, false 0.
"""

from dataclasses import dataclass, field
from enum import IntEnum

from sentinel.domain.rank import Rank


class Func(IntEnum):
    """What a leaf computes for one sensor, at the subject's clock t."""

    VALUE = 0
    """Latest usable value; unknown while the input is missing."""
    AGE = 1
    """Seconds since the last usable reading arrived; infinite if none ever did."""
    MISSING = 2
    """1 while the input is missing, else 0. Never unknown."""
    CHANGED = 3
    """1 if the latest usable value differs from the one before it; unknown with fewer than two."""
    FLAT = 4
    """1 if all readings of the window (at least two, spanning it) have one value."""
    QUALITY = 5
    """`Quality` of the latest reading, usable or not."""
    MEAN = 6
    MIN = 7
    MAX = 8
    SUM = 9
    COUNT = 10
    """Readings in the window; with `need` 0, 0 is known."""
    STDDEV = 11
    """Of the sample (n - 1)."""
    QUANTILE = 12
    """`arg` in 0..1; linear between neighbours."""
    DELTA = 13
    """Newest less oldest of the window."""
    SLOPE = 14
    """Least squares, canonical unit per second."""
    USUAL = 15
    UNUSUAL = 16
    ANOMALY = 17
    """Score 0..1 of the model number `model` of the program; unknown while it learns."""
    PARAM = 18
    """Not of a sensor: the subject's value of parameter number `watch` (device.X, area.X)."""


WINDOWED = frozenset(
    {
        Func.FLAT, Func.MEAN, Func.MIN, Func.MAX, Func.SUM, Func.COUNT, Func.STDDEV,
        Func.QUANTILE, Func.DELTA, Func.SLOPE,
    }
)  # fmt: skip


class Op(IntEnum):
    """Operations on a stack of numbers; comparisons and logic are three-valued."""

    CONST = 0
    """Push constant number `arg` of the code."""
    LEAF = 1
    """Push the value of leaf number `arg` of the program."""
    ADD = 2
    SUB = 3
    MUL = 4
    DIV = 5
    """x / 0 is unknown."""
    NEG = 6
    LT = 7
    LE = 8
    GT = 9
    GE = 10
    EQ = 11
    NE = 12
    AND = 13
    """False if either is false, else unknown if either is."""
    OR = 14
    NOT = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One value that conditions are made of, computed once an evaluation.

    watch: Number of the program's watch (or parameter, for PARAM); -1 if neither.
    over_ms: Length of the window (t - over, t]; 0 where there is none.
    need: Least number of readings in the window for the value to be known.
    arg: Further argument (QUANTILE: which; others 0).
    model: Number of the program's model for ANOMALY; -1 otherwise (-1 with ANOMALY: streaming).
    circular: The metric is a direction in degrees: MEAN and DELTA go round the circle.
    text, unit: For evidence: `slope(level, over=30m)`, `m/s`.
    """

    func: Func
    watch: int
    over_ms: int = 0
    need: int = 1
    arg: float = 0.0
    model: int = -1
    circular: bool = False
    text: str
    unit: str


@dataclass(frozen=True, slots=True)
class Code:
    """A condition in postfix order; leaves one truth on the stack.

    ops: (`Op`, argument) pairs; the argument counts for CONST and LEAF only.
    consts: float64 constants. depth: the stack it needs.
    """

    ops: tuple[tuple[Op, int], ...]
    consts: tuple[float, ...]
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One named input: this metric, on the subject's device.

    metric: Registry number. kind, area: empty for any. where: registry columns that must match.
    """

    name: str
    metric: int
    kind: str = ""
    area: str = ""
    where: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A per-subject number: `device.NAME` or `area.NAME`, canonical unit; NaN where it is empty."""

    text: str
    source: str
    """`device` or `area`."""
    column: str
    unit: str
    difference: bool = False
    """A step of temperature, not a level: `5[degC]` in the column are then 5 K."""


class MissingThen(IntEnum):
    """What a missing input does to the condition."""

    BLIND = 0
    OK = 1
    RAISE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """What a rule says of handling its warnings: for the desk, of no meaning to the engine.

    accept_ms, resolve_ms: By rank; a rank that is not there has the city's usual time.
    explains: Rules whose warnings are quiet while one of this rule is raised in the same area.
    fold_into: A level such as `district`; empty: its warnings are not folded. fold_count: From so
        many of them, fold_share: from such a share of the area's subjects; None: does not count.
    """

    accept_ms: dict[Rank, int] = field(default_factory=dict)
    resolve_ms: dict[Rank, int] = field(default_factory=dict)
    explains: tuple[str, ...] = ()
    fold_into: str = ""
    fold_count: int | None = None
    fold_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One rule for every device that has all its inputs, ready to be laid out.

    raise_code: By rank, any of blue to red; the highest that holds wins.
    hold_ms: By rank, for each rank of raise_code.
    clear_code: None: no rank's condition is true or unknown.
    missing_after_ms: -1: never; 0: three reporting intervals of the input's metric.
    missing_rank: With MissingThen.RAISE.
    needs_ticks: True if a leaf is AGE or MISSING: then it is judged at every tick too. Others
        are judged at readings and when one of their timers is due.
    meaning: Hash of what the rule means (watch, per, raise, hold, clear, missing) in canonical
        form; not of its title. The engine keeps state where it is unchanged.
    title, instruction: By language; `{level.value:.2f}`, `{device.id}`, `{area.name}` are filled
        in from the evidence.
    models: Names of trained models, numbered by leaves.
    """

    rule: str
    file: str
    scenario: str
    watches: tuple[Watch, ...]
    params: tuple[Param, ...]
    leaves: tuple[Leaf, ...]
    raise_code: dict[Rank, Code]
    hold_ms: dict[Rank, int]
    clear_code: Code | None
    clear_hold_ms: int
    missing_after_ms: int
    missing_then: MissingThen
    missing_rank: Rank = Rank.NONE
    needs_ticks: bool = False
    meaning: str
    title: dict[str, str]
    instruction: dict[str, str] = field(default_factory=dict)
    dispatch_to: str = ""
    handling: Handling = field(default_factory=Handling)
    models: tuple[str, ...] = ()
