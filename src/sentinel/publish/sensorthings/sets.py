"""The sets of entities that a registry makes, in columns made when they are first asked for."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from sentinel.document import nearest
from sentinel.publish.sensorthings.refusal import BadQueryError
from sentinel.publish.sensorthings.vectors import Vector

Rows = NDArray[np.int32]
"""Numbers of entities in their set."""


class EntitySet(Protocol):
    """One set, such as Things; its rows are numbered as the registry numbers them."""

    @property
    def name(self) -> str:
        """As a path begins: `Things`."""
        ...

    @property
    def links(self) -> Mapping[str, str]:
        """What an entity leads to: name of the link to the name of the set."""
        ...

    def ident(self, row: int) -> str:
        """Return an entity's id."""
        ...

    def row(self, ident: str) -> int:
        """Return the number of the entity with an id, -1 if there is none."""
        ...

    def column(self, path: str) -> Vector:
        """Return the values of a property of all entities.

        Raises:
            BadQueryError: There is no such property, or none that can be compared.
        """
        ...

    def properties(self, row: int) -> dict[str, Any]:
        """Return what an entity says of itself, links left out."""
        ...


class Columns:
    """The columns of one set, each made once; a million rows make a column in half a second.

    Args:
        of: Name of the set, for errors.
        makers: Path to what makes the column.
        prefixes: Beginning of a path, such as `Thing/`, to what gives the column of the rest.
    """

    def __init__(
        self,
        of: str,
        makers: Mapping[str, Callable[[], Vector]],
        prefixes: Mapping[str, Callable[[str], Vector]] | None = None,
    ) -> None:
        self._of = of
        self._makers = {**makers, "@iot.id": makers["id"]}
        self._prefixes = dict(prefixes or {})
        self._made: dict[str, Vector] = {}

    def __call__(self, path: str) -> Vector:
        """Return the column of a path."""
        if path not in self._made:
            maker = self._makers.get(path)
            self._made[path] = maker() if maker else self._beyond(path)
        return self._made[path]

    def _beyond(self, path: str) -> Vector:
        for prefix, column in self._prefixes.items():
            if path.startswith(prefix):
                return column(path.removeprefix(prefix))
        known = [*self._makers, *(f"{prefix}..." for prefix in self._prefixes)]
        hint = nearest(path, self._makers) or f"there are {', '.join(known)}"
        message = f"{self._of} cannot be compared by {path!r:.80}; {hint}"
        raise BadQueryError(message)


class Numbered:
    """Ids of a set whose entities are few: the number of each."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Id to number."""
        return {ident: number for number, ident in enumerate(self.ids)}
