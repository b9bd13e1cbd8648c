"""Where a rule's problems go: each with the rule's name before it."""

from dataclasses import dataclass

from sentinel.document.node import Node, Place
from sentinel.document.problems import Problems


@dataclass(frozen=True, slots=True)
class Report:
    """Problems of one rule."""

    problems: Problems
    context: str

    def error(self, place: Place, message: str, hint: str = "") -> None:
        """Tell what keeps the rule from being used."""
        self.problems.add(place, self.context, message, hint)

    def warn(self, place: Place, message: str, hint: str = "") -> None:
        """Tell what is allowed and most likely not meant."""
        self.problems.add(place, self.context, message, hint, severity="warning")


@dataclass(frozen=True, slots=True)
class Inside:
    """Problems of one condition or title, told by offset in its text."""

    report: Report
    node: Node

    def __call__(self, at: int, message: str, hint: str, *, severity: str = "error") -> None:
        """Tell a problem at character `at` of the text."""
        place = self.node.inside(at)
        (self.report.warn if severity == "warning" else self.report.error)(place, message, hint)
