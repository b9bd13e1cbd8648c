"""The reference names every key there is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from sentinel.bundle.metric_keys import KindSettings, MetricSettings
from sentinel.config import Config
from sentinel.document import Problems
from sentinel.document.yaml import parse_yaml

DOCS = Path(__file__).parents[2] / "docs"


def sections() -> Iterator[tuple[str, str]]:
    for name, field in Config.model_fields.items():
        yield "", name
        for key in keys(field.annotation):
            yield name, key


def keys(annotation: Any) -> Iterator[str]:  # noqa: ANN401 -- annotations have no common type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield name
            yield from keys(field.annotation)
    for inner in get_args(annotation):
        yield from keys(inner)


def chapter(section: str) -> str:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    if not section:
        return text
    parts = re.split(r"^## (.*)$", text, flags=re.MULTILINE)
    chapters = dict(zip(parts[1::2], parts[2::2], strict=True))
    return next(body for title, body in chapters.items() if section in title.split())


@pytest.mark.parametrize(("section", "key"), list(dict.fromkeys(sections())))
def test_every_setting_is_in_the_reference(section: str, key: str) -> None:
    assert re.search(rf"`{key}`|^## .*\b{key}\b", chapter(section), re.MULTILINE)


@pytest.mark.parametrize("key", sorted({*MetricSettings.model_fields, *KindSettings.model_fields}))
def test_every_key_of_a_metric_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in (DOCS / "registry.md").read_text(encoding="utf-8")


def test_the_example_has_sections_that_there_are() -> None:
    text = (DOCS / "configuration.md").read_text(encoding="utf-8")
    example = text.split("```yaml\n")[1].split("```")[0]
    node = parse_yaml(example, "example", Problems())

    assert node is not None
    assert set(node.value) <= set(Config.model_fields)
