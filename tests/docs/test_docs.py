"""The documents say what there is: commands, metrics, settings, links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from prometheus_client import REGISTRY
from pydantic import BaseModel

from sentinel.cli.app import COMMANDS
from sentinel.cli.reference import reference
from sentinel.cli.told import told_reference
from sentinel.config import Config
from sentinel.config.check import check

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")])


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def page_name(page: Path) -> str:
    return str(page.relative_to(ROOT))


FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def outside_code(page: Path) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCED.sub("", page.read_text(encoding="utf-8")))


def links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", outside_code(page)):
        if not re.match(r"[a-z]+:", target):
            yield target


def anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def settings(annotation: Any) -> Iterator[str]:  # noqa: ANN401 -- annotations have no common type
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield name
            yield from settings(field.annotation)
    for inner in get_args(annotation):
        yield from settings(inner)


def test_the_reference_of_commands_is_what_the_commands_say() -> None:
    """If not: `python -m sentinel.cli.reference > docs/commands.md`."""
    assert text("commands.md") == reference()


def test_the_reference_of_metrics_is_what_the_events_say() -> None:
    """If not: `python -m sentinel.cli.told > docs/metrics.md`."""
    assert text("metrics.md") == told_reference()


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference(command: str) -> None:
    assert re.search(rf"^## sentinel {command}$", text("commands.md"), re.MULTILINE)


def test_every_metric_that_services_count_is_in_the_reference() -> None:
    told_reference()  # imports every module that counts
    counted = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("sentinel_")}
    missing = {name for name in counted if f"`{name}" not in text("metrics.md")}

    assert counted
    assert missing == set()


@pytest.mark.parametrize("key", sorted(set(settings(Config))))
def test_every_setting_is_in_the_reference(key: str) -> None:
    assert re.search(rf"`{key}`|^## .*\b{key}\b", text("configuration.md"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)

    assert broken == []


def test_every_document_is_in_the_index() -> None:
    listed = set(links(ROOT / "docs" / "README.md"))

    assert {page.name for page in (ROOT / "docs").glob("*.md")} - listed == {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=page_name)
def test_commands_in_examples_exist(page: Path) -> None:
    blocks = "\n".join(FENCED.findall(page.read_text(encoding="utf-8")))
    shown = set(re.findall(r"^(?:\$ )?sentinel ([a-z]+)", blocks, re.MULTILINE))

    assert shown - set(COMMANDS) == set()


@pytest.mark.parametrize(
    "file",
    [ROOT / "configs" / "demo.yaml", ROOT / "configs" / "first" / "sentinel.yaml"],
    ids=lambda path: path.name,
)
def test_configurations_that_documents_lean_on_are_good(file: Path) -> None:
    assert check(file).problems.in_order() == []


def test_the_picture_of_the_page_is_small() -> None:
    assert (ROOT / "docs" / "pictures" / "page.png").stat().st_size < 400_000
