"""Programs as flat tables: the part of a plan that is the same in every shard."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.arrays import (
    CLEARS_AT_TICKS,
    EVERY_TICK,
    FAR,
    LEAF,
    PROGRAM,
    SEES_QUALITY,
    STEP,
    WATCH,
)  # fmt: skip
from sentinel.detect.engine.condition import FUSED
from sentinel.detect.program import Code, Func, Leaf, MissingThen, Op, Program
from sentinel.domain.metric import Metric
from sentinel.domain.rank import Rank

FUSIBLE = 3
DEFAULT_INTERVALS = 3
"""An input is missing after so many reporting intervals, unless the rule says otherwise."""


class Tables(NamedTuple):
    """The tables of `Plan`, and what goes with them.

    models: Names of trained models, numbered over all programs. depth: numbers that the leaves
    and the stack of one evaluation need. width: values that a finding's evidence needs.
    """

    programs: NDArray[np.void]
    steps: NDArray[np.void]
    watches: NDArray[np.void]
    leaves: NDArray[np.void]
    code: NDArray[np.int32]
    consts: NDArray[np.float64]
    models: tuple[str, ...]
    depth: int
    width: int


def tabulate(programs: Sequence[Program], metrics: Sequence[Metric]) -> Tables:
    """Lay programs out as tables."""
    writer = _Writer(metrics)
    for program in programs:
        writer.add(program)
    return Tables(
        programs=_table(writer.programs, PROGRAM),
        steps=_table(writer.steps, STEP),
        watches=_table(writer.watches, WATCH),
        leaves=_table(writer.leaves, LEAF),
        code=np.array(writer.code, np.int32).reshape(-1, 3),
        consts=np.array(writer.consts, np.float64),
        models=tuple(writer.models),
        depth=max((len(p.leaves) + _depth(p) for p in programs), default=0) + 1,
        width=max((len(p.leaves) + len(p.watches) for p in programs), default=0) + 1,
    )


def ranks_of(program: Program) -> list[Rank]:
    """Return the ranks of a program's levels, lowest first: those raised, and by silence."""
    ranks = set(program.raise_code)
    if program.missing_then is MissingThen.RAISE:
        ranks.add(program.missing_rank)
    return sorted(ranks)


def allowed_silence(program: Program, metric: Metric) -> int:
    """Return the ms of silence after which an input is missing; -1: never."""
    return program.missing_after_ms or DEFAULT_INTERVALS * metric.interval_ms


class _Writer:
    """Appends program after program."""

    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics
        self.programs: list[tuple[int, ...]] = []
        self.steps: list[tuple[int, ...]] = []
        self.watches: list[tuple[int, ...]] = []
        self.leaves: list[tuple[float, ...]] = []
        self.code: list[tuple[int, int, int]] = []
        self.consts: list[float] = []
        self.models: dict[str, int] = {}

    def add(self, program: Program) -> None:
        leaf, step, watch = len(self.leaves), len(self.steps), len(self.watches)
        for one in program.leaves:
            self._add_leaf(one, program)
        for rank in ranks_of(program):
            span = self._add_code(program.raise_code.get(rank))
            self.steps.append((program.hold_ms.get(rank, 0), rank, *span))
        clear = self._add_code(program.clear_code)
        silences = []
        for each in program.watches:
            metric = self._metrics[each.metric]
            silences.append(allowed_silence(program, metric))
            self.watches.append((silences[-1], metric.interval_ms))
        delay = max(silences, default=-1)
        self.programs.append(
            (
                leaf, len(self.leaves), step, len(self.steps) - step, watch, len(program.watches),
                *clear, program.clear_hold_ms, FAR if delay < 0 else delay,
                program.missing_then, program.missing_rank, _flags(program),
            )
        )  # fmt: skip

    def _add_leaf(self, leaf: Leaf, program: Program) -> None:
        interval, model = 0, -1
        if leaf.func is not Func.PARAM and leaf.watch >= 0:
            interval = self._metrics[program.watches[leaf.watch].metric].interval_ms
        if leaf.model >= 0:
            model = self.models.setdefault(program.models[leaf.model], len(self.models))
        self.leaves.append(
            (
                leaf.over_ms, leaf.arg, interval, leaf.func, leaf.watch, leaf.need, model,
                leaf.circular,
            )
        )  # fmt: skip

    def _add_code(self, code: Code | None) -> tuple[int, int]:
        if code is None:
            return -1, -1
        begin, first = len(self.code), len(self.consts)
        self.consts.extend(code.consts)
        for op, argument in code.ops:
            self.code.append((op, argument + first if op is Op.CONST else argument, 0))
            self._fuse(begin)
        return begin, len(self.code)

    def _fuse(self, begin: int) -> None:
        """Make one step of the commonest three: a leaf compared with a constant."""
        if len(self.code) - begin < FUSIBLE:
            return
        (one, leaf, _), (two, const, _), (op, _, _) = self.code[-3:]
        if (one, two) == (Op.LEAF, Op.CONST) and Op.LT <= op <= Op.NE:
            self.code[-3:] = [(FUSED + op, leaf, const)]


def _flags(program: Program) -> int:
    flags = EVERY_TICK if program.needs_ticks else 0
    if any(leaf.func is Func.QUALITY for leaf in program.leaves):
        flags |= SEES_QUALITY
    return flags | (CLEARS_AT_TICKS if program.missing_after_ms < 0 else 0)


def _depth(program: Program) -> int:
    codes = [*program.raise_code.values(), *([program.clear_code] if program.clear_code else [])]
    return max((code.depth for code in codes), default=0)


def _table(rows: Sequence[tuple[float, ...]], dtype: np.dtype[np.void]) -> NDArray[np.void]:
    return np.array(rows, dtype)
