"""Which devices a rule is about, and what the registry says of them: asked once a registry."""

import weakref
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import Param, Program, Watch
from sentinel.detect.rules.columns import column_values
from sentinel.detect.rules.watches import Subjects
from sentinel.domain.registry import Registry


@dataclass(slots=True)
class Answers:
    """Answers about one registry, kept for the next shard that asks."""

    _subjects: Subjects
    _devices: dict[tuple[Watch, ...], NDArray[np.bool_]] = field(default_factory=dict)
    _values: dict[Param, NDArray[np.float64]] = field(default_factory=dict)

    def devices(self, program: Program) -> NDArray[np.bool_]:
        """Return by device whether the rule is judged on it."""
        if program.watches not in self._devices:
            named = {watch.name: watch for watch in program.watches}
            self._devices[program.watches] = self._subjects.of(named)
        return self._devices[program.watches]

    def values(self, param: Param) -> NDArray[np.float64]:
        """Return a parameter's value for every device."""
        if param not in self._values:
            self._values[param] = column_values(param, self._subjects.registry)
        return self._values[param]


def subjects_of(registry: Registry) -> Answers:
    """Return what is known about a registry so far."""
    for known, answers in _kept:
        if known() is registry:
            return answers
    answers = Answers(Subjects(registry))
    _kept[:] = _kept[-1:]
    _kept.append((weakref.ref(registry), answers))
    return answers


_kept: list[tuple[weakref.ref[Registry], Answers]] = []
