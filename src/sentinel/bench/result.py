"""What a bench found, and whether that is enough."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Must:
    """One figure that must be reached.

    figure: Key in the figures. at_least, at_most: The bound; one of the two.
    aim: What we would like, for the table.
    """

    figure: str
    at_least: float | None = None
    at_most: float | None = None
    aim: float | None = None

    def is_met(self, figures: Mapping[str, float]) -> bool:
        """Return whether the figure is within its bound."""
        found = figures[self.figure]
        low = self.at_least is None or found >= self.at_least
        return low and (self.at_most is None or found <= self.at_most)

    @property
    def words(self) -> str:
        """The bound as a person writes it."""
        sign, bound = (">=", self.at_least) if self.at_least is not None else ("<=", self.at_most)
        return f"{sign} {bound:g}" + (f" (aim {self.aim:g})" if self.aim is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The figures of one bench, with the meaning of each in words."""

    bench: str
    figures: dict[str, float]
    meaning: dict[str, str]
    musts: tuple[Must, ...]
    notes: list[str] = field(default_factory=list)

    @property
    def meets(self) -> bool:
        """Whether every bound is kept."""
        return all(must.is_met(self.figures) for must in self.musts)

    def tell(self, *, as_json: bool) -> None:
        """Print the table, or one JSON object on the last line."""
        if as_json:
            print(json.dumps(self._as_object()))
        else:
            self._print_table()

    def _as_object(self) -> dict[str, object]:
        must = {m.figure: m.words for m in self.musts}
        figures = {name: _rounded(value) for name, value in self.figures.items()}
        return {"bench": self.bench, "figures": figures, "must": must, "meets": self.meets}

    def _print_table(self) -> None:
        table = Table(title=f"sentinel bench {self.bench}", title_justify="left")
        for heading in ("figure", "found", "must", ""):
            table.add_column(heading, justify="right" if heading == "found" else "left")
        bounds = {must.figure: must for must in self.musts}
        for name, value in self.figures.items():
            must = bounds.get(name)
            verdict = "" if must is None else ("yes" if must.is_met(self.figures) else "NO")
            table.add_row(
                self.meaning.get(name, name),
                f"{_rounded(value):,}",
                must.words if must else "",
                verdict,
            )
        console = Console()
        console.print(table)
        for note in self.notes:
            console.print(note)


def _rounded(value: float) -> float:
    """Four significant digits: more would pretend."""
    if value == int(value) or abs(value) >= 10_000:  # noqa: PLR2004 -- five digits say it all
        return round(value)
    return float(f"{value:.4g}")
