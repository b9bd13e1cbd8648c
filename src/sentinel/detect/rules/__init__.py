"""The rule language: what analysts write, checked and compiled to programs.

A rule file goes through `document` (YAML with places), `schema` (its shape), `watches` (names of
the registry), `parse` (conditions to syntax), `check` (syntax to terms, with units), and `emit`
(terms to code). Whatever is wrong becomes a problem with a place; nothing raises.
"""

from sentinel.detect.rules.columns import column_value, column_values
from sentinel.detect.rules.compile import TrainedModel, compile_rules
from sentinel.detect.rules.schema import rules_schema

__all__ = ["TrainedModel", "column_value", "column_values", "compile_rules", "rules_schema"]
