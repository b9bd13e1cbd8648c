"""Which series stand behind a warning, and at which values its ranks begin."""

import math
import re
from collections.abc import Iterator

from sentinel.console.ports import City
from sentinel.console.shapes import RANK_WORD, InputShape, ThresholdShape
from sentinel.detect.program import Code, Func, Leaf, Op, Param, Program
from sentinel.document.units import conversion, parse_unit
from sentinel.domain.metric import Metric
from sentinel.domain.registry import Registry

_ON_THE_AXIS = frozenset({Func.VALUE, Func.MEAN, Func.MIN, Func.MAX, Func.QUANTILE})
"""Leaves that have the size of the reading itself, so that their limit can be drawn beside it."""
_ABOVE = {Op.GT: True, Op.GE: True, Op.LT: False, Op.LE: False}
_READING = None
"""In a stack of numbers, the place of the reading itself."""
_QUANTITY = re.compile(r"\s*([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(?:\[(.*)\])?\s*\Z")


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
        return _column(program.params[leaf.watch], device, registry)
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


def _column(param: Param, device: str, registry: Registry) -> float:
    """Return the subject's own number in the canonical unit; NaN where there is none."""
    number = registry.device_number[device]
    if param.source == "device":
        text = registry.attributes.get(param.column, {number: ""})[number]
    else:
        area = int(registry.device_area[number])
        text = registry.areas[area].attributes.get(param.column, "") if area >= 0 else ""
    quantity = _QUANTITY.match(text)
    if not quantity:
        return math.nan
    factor, offset = _conversion(quantity[2], param.unit)
    return float(quantity[1]) * factor + offset


def _conversion(written: str | None, canonical: str) -> tuple[float, float]:
    if written in {None, canonical}:
        return 1.0, 0.0  # nearly always so; and reading units for the first time takes a second
    one, other = parse_unit(written or canonical), parse_unit(canonical)
    found = conversion(one, other) if one and other else None
    return found or (math.nan, 0.0)
