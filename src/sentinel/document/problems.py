"""Every problem of every file, collected and told at once, in file order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from typing_extensions import override

from sentinel.document.node import Place
from sentinel.domain.errors import SentinelError


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem: `place: context: rule of the game; got value; hint`.

    severity: "error" refuses the file; "warning" is told and lets it pass.
    """

    place: Place
    context: str
    message: str
    hint: str = ""
    severity: str = "error"

    @override
    def __str__(self) -> str:
        parts = [part for part in (self.context, self.message) if part]
        tail = f"; {self.hint}" if self.hint else ""
        word = "" if self.severity == "error" else f"{self.severity}: "
        return f"{self.place}: {word}{': '.join(parts)}{tail}"


@dataclass(slots=True)
class Problems:
    """A collector handed down to everything that reads a file."""

    found: list[Problem] = field(default_factory=list)

    def add(
        self, place: Place, context: str, message: str, hint: str = "", *, severity: str = "error"
    ) -> None:
        """Note one problem and go on reading."""
        self.found.append(Problem(place, context, message, hint, severity))

    @property
    def errors(self) -> list[Problem]:
        """Those that refuse the files, in file order."""
        return sorted({p for p in self.found if p.severity == "error"})

    def in_order(self) -> list[Problem]:
        """All of them, each once, in file order."""
        return sorted(set(self.found))


class ConfigurationError(SentinelError):
    """The files given do not add up; `problems` has every one of the reasons."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems.in_order()))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `did you mean 'x'?` for the nearest known word, or nothing.

    >>> nearest("watr_level", ["water_level", "rainfall"])
    "did you mean 'water_level'?"
    >>> nearest("zzz", ["water_level"])
    ''
    """
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""
