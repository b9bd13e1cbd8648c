"""`sentinel schema`: what editors need to complete and check the files that people write."""

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any

import typer

from sentinel.bundle.metrics import metrics_schema
from sentinel.config.settings import config_schema
from sentinel.detect.rules import rules_schema


class Kind(StrEnum):
    """The files that have a schema."""

    RULES = "rules"
    METRICS = "metrics"
    CONFIG = "config"


_SCHEMAS: dict[Kind, Callable[[], dict[str, Any]]] = {
    Kind.RULES: rules_schema,
    Kind.METRICS: metrics_schema,
    Kind.CONFIG: config_schema,
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema")(schema)


def schema(kind: Annotated[Kind, typer.Argument(help="Of which files.")]) -> None:
    """Print a JSON Schema, for editors that know YAML."""
    print(json.dumps(_SCHEMAS[kind](), indent=2, ensure_ascii=False))
