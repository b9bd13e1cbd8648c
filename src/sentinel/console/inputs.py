"""Which series stand behind a warning, and at which values its ranks begin."""

import math
from collections.abc import Iterator

from sentinel.console.ports import City
from sentinel.console.shapes import RANK_WORD, InputShape, ThresholdShape
from sentinel.detect.program import Code, Func, Leaf, Op, Program
from sentinel.detect.rules import column_value
from sentinel.domain.metric import Metric
from sentinel.domain.registry import Registry

_ON_THE_AXIS = frozenset({Func.VALUE, Func.MEAN, Func.MIN, Func.MAX, Func.QUANTILE})
"""Leaves that have the size of the reading itself, so that their limit can be drawn beside it."""
_ABOVE = {Op.GT: True, Op.GE: True, Op.LT: False, Op.LE: False}
_READING = None
"""In a stack of numbers, the place of the reading itself."""


def inputs_behind(rule: str, subject: str, city: City) -> list[InputShape]:
    """Return the series to draw behind a warning of `rule` on `subject`.

    The rule's own inputs; the one metric of a built-in check (`device/metric`); every metric of
    the device if the rule is no longer there; none for what is no device.
    """
    device, _, metric = subject.partition("/")
    number = city.registry.device_number.get(device)
    if number is None:
        return []
    program = next((program for program in city.programs if program.rule == rule), None)
    if program and not metric:
        return [_watched(at, program, device, city.registry) for at in range(len(program.watches))]
    return [
        _input("", device, found, [])
        for found in _metrics_of(number, city.registry)
        if metric in {"", found.id}
    ]


def _watched(watch: int, program: Program, device: str, registry: Registry) -> InputShape:
    named = program.watches[watch]
    thresholds = [
        ThresholdShape(rank=RANK_WORD[rank], value=value, above=above)
        for rank, code in sorted(program.raise_code.items())
        for value, above in _limits(code, watch, program, device, registry)
        if math.isfinite(value)
    ]
    return _input(named.name, device, registry.metrics[named.metric], thresholds)


def _input(name: str, device: str, metric: Metric, thresholds: list[ThresholdShape]) -> InputShape:
    return InputShape(
        name=name,
        device=device,
        metric=metric.id,
        title=metric.title,
        unit=metric.unit,
        interval_ms=metric.interval_ms,
        thresholds=thresholds,
    )


def _metrics_of(device: int, registry: Registry) -> Iterator[Metric]:
    for number, metric in enumerate(registry.metrics):
        if registry.sensor(device, number) >= 0:
            yield metric


def _limits(
    code: Code, watch: int, program: Program, device: str, registry: Registry
) -> Iterator[tuple[float, bool]]:
    """Find where the watched reading is compared with a number known for this device.

    The condition is worked through on a stack, in which only numbers and the reading itself are
    known. Under a `not` nothing is sure, so nothing is drawn.
    """
    if any(op is Op.NOT for op, _ in code.ops):
        return
    stack: list[float | None] = []
    for op, argument in code.ops:
        if op is Op.CONST:
            stack.append(code.consts[argument])
        elif op is Op.LEAF:
            stack.append(_leaf(program.leaves[argument], watch, program, device, registry))
        elif op is Op.NEG:
            stack.append(_worked(op, 0.0, stack.pop()))
        else:
            right, left = stack.pop(), stack.pop()
            if op in _ABOVE and left is _READING and right is not _READING:
                yield right, _ABOVE[op]
            if op in _ABOVE and right is _READING and left is not _READING:
                yield left, not _ABOVE[op]
            stack.append(_worked(op, left, right))


def _leaf(
    leaf: Leaf, watch: int, program: Program, device: str, registry: Registry
) -> float | None:
    if leaf.func is Func.PARAM:
        number = registry.device_number[device]
        return column_value(program.params[leaf.watch], registry, number)
    return _READING if leaf.func in _ON_THE_AXIS and leaf.watch == watch else math.nan


def _worked(op: Op, left: float | None, right: float | None) -> float:
    """Return what a step leaves; NaN where it is no number known beforehand."""
    if left is _READING or right is _READING:
        return math.nan
    match op:
        case Op.ADD:
            return left + right
        case Op.SUB | Op.NEG:
            return left - right
        case Op.MUL:
            return left * right
        case Op.DIV:
            return left / right if right else math.nan
        case _:
            return math.nan
