"""What all rules of a rule set share while they are compiled."""

from collections.abc import Mapping
from dataclasses import dataclass

from sentinel.detect.rules.scope import Columns
from sentinel.detect.rules.watches import Subjects
from sentinel.document.problems import Problems
from sentinel.domain.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """The registry and what has been found out about it.

    models: Name of each trained model to the id of its metric, None if that is not known.
    """

    registry: Registry
    subjects: Subjects
    columns: Columns
    models: Mapping[str, str | None]
    problems: Problems
