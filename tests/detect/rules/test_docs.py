"""The pages for analysts name every word of the language, and their examples are right."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from sentinel.detect.program import Program
from sentinel.detect.rules import rules_schema
from sentinel.detect.rules.functions import FUNCTIONS, LATER_FUNCTIONS, LATER_OWNERS, OPTIONS
from sentinel.detect.rules.schema import (
    LATER_FILE_KEYS,
    LATER_RULE_KEYS,
    LATER_WATCH_KEYS,
    RANKS,
    DefaultKeys,
    FileKeys,
    MissingKeys,
    RuleKeys,
    WatchKeys,
)
from sentinel.detect.rules.titles import FIXED

Compiled = tuple[tuple[Program, ...], list[str]]

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("rules.md", "models.md")}
RULES = PAGES["rules.md"]


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGES[page], re.DOTALL)


@pytest.mark.parametrize("name", [*FUNCTIONS, *sorted(LATER_FUNCTIONS)])
def test_every_function_is_explained(name: str) -> None:
    assert re.search(rf"`{name}[`(]", RULES)


@pytest.mark.parametrize("model", [FileKeys, RuleKeys, WatchKeys, DefaultKeys, MissingKeys])
def test_every_key_is_explained(model: type[FileKeys]) -> None:
    keys = [field.alias or name for name, field in model.model_fields.items()]
    assert [key for key in keys if not re.search(rf"[`{{]{key}[`:]", RULES)] == []


@pytest.mark.parametrize(
    "words",
    [
        *(RANKS, FIXED, OPTIONS, LATER_OWNERS),
        *(LATER_FILE_KEYS, LATER_RULE_KEYS, LATER_WATCH_KEYS),
    ],
)
def test_every_other_word_is_named(words: tuple[str, ...]) -> None:
    assert [word for word in words if not re.search(rf"[`{{ ]{word}[`}}=:]", RULES)] == []


@pytest.mark.parametrize(
    "text", [text for page in PAGES for text in blocks(page, "yaml")], ids=lambda text: text[:40]
)
def test_every_example_file_is_right(compile_text: Callable[..., Compiled], text: str) -> None:
    programs, told = compile_text(text)
    assert [line for line in told if "is no number in m" not in line] == []
    assert programs


@pytest.mark.parametrize(
    "condition", [line for block in blocks("rules.md", "conditions") for line in block.splitlines()]
)
def test_every_example_condition_is_right(
    compile_condition: Callable[[str], Compiled], condition: str
) -> None:
    programs, told = compile_condition(condition)
    assert [line for line in told if "is no number in m" not in line] == []
    assert programs


def test_the_schema_for_editors_has_every_key() -> None:
    schema = rules_schema()
    rule = schema["$defs"]["RuleKeys"]["properties"]
    assert set(schema["properties"]) == {"scenario", "defaults", "rules"}
    assert {"id", "title", "watch", "per", "raise", "hold", "clear", "missing"} <= set(rule)
    assert rule["raise"]["propertyNames"] == {"enum": list(RANKS)}
    assert "in" in schema["$defs"]["WatchKeys"]["properties"]
