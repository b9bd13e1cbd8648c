"""What a rule's conditions can speak of: its watches, registry columns and trained models."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sentinel.detect.program import Watch
from sentinel.detect.rules.columns import column_names, read_number, texts_of
from sentinel.document.units import Unit
from sentinel.domain.metric import Metric
from sentinel.domain.registry import Registry


class Tell(Protocol):
    """Takes a problem of a condition: its offset in the text, what is wrong, and a hint."""

    def __call__(self, at: int, message: str, hint: str, *, severity: str = "error") -> None:
        """Note the problem."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """What the texts of one registry column are.

    numbers, others: How many different texts are numbers, and how many are not.
    unit: Of the first number with a unit; None if all are without.
    """

    numbers: int
    others: tuple[str, ...]
    unit: Unit | None


@dataclass(slots=True)
class Columns:
    """The columns of one registry, each read once for all rules."""

    registry: Registry
    _names: dict[str, list[str]] = field(default_factory=dict)
    _columns: dict[tuple[str, str], Column] = field(default_factory=dict)

    def names(self, source: str) -> list[str]:
        """Return the columns of `device` or `area`."""
        if source not in self._names:
            self._names[source] = column_names(self.registry, source)
        return self._names[source]

    def column(self, source: str, name: str) -> Column:
        """Return what is in a column."""
        key = (source, name)
        if key not in self._columns:
            self._columns[key] = _read(sorted(set(texts_of(self.registry, source, name)) - {""}))
        return self._columns[key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Names of one rule.

    watches: By alias; `metrics` has the metric of each.
    broken: Aliases whose watch has a problem of its own: known, and not to be told again.
    models: Name of each trained model to the id of its metric, None if that is not known.
    """

    watches: Mapping[str, Watch]
    metrics: Mapping[str, Metric]
    broken: frozenset[str]
    columns: Columns
    models: Mapping[str, str | None]

    @property
    def names(self) -> list[str]:
        """The aliases of all watches, those with a problem last."""
        return [*self.watches, *sorted(self.broken)]


def _read(texts: list[str]) -> Column:
    found = [(text, read_number(text)) for text in texts]
    units = [number[1] for _, number in found if number is not None and number[1] is not None]
    others = tuple(text for text, number in found if number is None)
    return Column(numbers=len(found) - len(others), others=others, unit=units[0] if units else None)
