"""A rule's meaning changes with what it judges, and with nothing else."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sentinel.detect.program import Program
from sentinel.detect.rules import compile_rules
from sentinel.document import Problems, parse_yaml
from sentinel.domain.metric import MetricKind
from sentinel.domain.registry import Registry

Compile = Callable[..., tuple[tuple[Program, ...], list[str]]]

RULE = """
rules:
  - id: one
    title: old title
    watch:
      level: {metric: water_level, kind: river, in: pudong, where: {role: main}}
      rain: {metric: rainfall}
    raise:
      blue: level >= 3.20 and sum(rain, over=1h) > 3
      red: level >= device.bank_height
    hold: 2m
    clear: level < 3
    missing: {after: 15m}
"""

SAME = [
    ("old title", "new title {rain.value}"),
    ("id: one", "id: one  # a comment"),
    ("level >= 3.20 and", "(level   >= 320[cm]) and"),
    ("over=1h", "over=60m"),
    ("hold: 2m", "hold: {blue: 120s, red: 2m}"),
    ("clear: level < 3", "clear: level < 300[cm]\n    clear_hold: 5m"),
    ("blue: level", "blue: >-\n        level"),
]
OTHER = [
    ("3.20", "3.21"),
    (">= 3.20", "> 3.20"),
    ("over=1h", "over=2h"),
    ("hold: 2m", "hold: 3m"),
    ("clear: level < 3", "clear: level < 2"),
    ("after: 15m", "after: 16m"),
    ("after: 15m", "then: ok"),
    ("kind: river, ", ""),
    ("in: pudong, ", ""),
    ("red: level", "orange: level"),
    ("role: main", "role: side"),
    ("metric: rainfall", "metric: rainfall, kind: river"),
]


def meaning(compile_text: Compile, text: str) -> str:
    programs, told = compile_text(text)
    assert [line for line in told if "warning:" not in line] == []
    return programs[0].meaning


@pytest.mark.parametrize(("old", "new"), SAME)
def test_spelling_changes_no_meaning(compile_text: Compile, old: str, new: str) -> None:
    changed = RULE.replace(old, new)
    assert changed != RULE
    assert meaning(compile_text, changed) == meaning(compile_text, RULE)


@pytest.mark.parametrize(("old", "new"), OTHER)
def test_what_is_judged_changes_the_meaning(compile_text: Compile, old: str, new: str) -> None:
    changed = RULE.replace(old, new, 1)
    assert changed != RULE
    assert meaning(compile_text, changed) != meaning(compile_text, RULE)


@pytest.mark.parametrize(
    ("change", "is_other"),
    [({"unit": "cm"}, True), ({"unit": "millimetre"}, False), ({"kind": MetricKind.COUNTER}, True)],
)
def test_what_a_metric_s_numbers_mean_is_part_of_the_meaning(
    registry: Registry, change: dict[str, Any], is_other: bool
) -> None:
    """`count(level, over=1h) > 3` says nothing of metres, but a rule is judged on what was kept."""
    metrics = tuple(replace(m, **change) if m.id == "rainfall" else m for m in registry.metrics)
    text = RULE.replace("sum(rain, over=1h)", "count(rain, over=1h)")
    document = parse_yaml(text, "rules.yaml", Problems())
    assert document is not None
    (before,) = compile_rules([document], registry, Problems())
    (after,) = compile_rules([document], replace(registry, metrics=metrics), Problems())

    assert (before.meaning != after.meaning) == is_other


def test_the_name_of_a_watch_is_no_meaning(compile_text: Compile) -> None:
    renamed = RULE.replace("level", "height").replace("water_height", "water_level")
    assert meaning(compile_text, renamed) == meaning(compile_text, RULE)
