"""How far a reading can be trusted: the first half of judging, and of use on its own.

Built-in checks give the quality (QARTOD): outside the sensor's span, its clock off, babbling: 4;
outside the plausible span, a jump, a flat line: 3. The order of arrival gives two flags: LATE for
a reading older than the sensor's newest by more than one interval, REPEAT for a time that the
sensor has had. The last six event times are remembered, so a sensor that reports six times
faster than its interval says is called late a little earlier: what cannot be told from a repeat
is not judged.

A reading without a time, or with one after its receipt, has that of its receipt, which all messages
of a journal row share. Of one sensor they are told apart by the millisecond, in order of arrival,
so that each is judged and kept: a state that is sent on change would else stay wrong, and samples
of a clock that is ahead be taken for one. What one reading says of the future is never held against
the next: its own time is remembered only to know a repeat, which has the same time, and is ahead
again or has the same value.
"""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.engine.grading import GRADE, limits_of, walk_grades
from sentinel.detect.engine.jit import seal
from sentinel.detect.engine.places import Places, places_of
from sentinel.detect.engine.plain import plain
from sentinel.detect.engine.renewed import OTHER_SENSOR, SAME, renewed
from sentinel.domain.readings import Readings
from sentinel.domain.registry import Registry

COUNTED = ("late", "repeats", "failed", "suspect")


class Graded(NamedTuple):
    """What grading says of each row.

    time: When it was measured, no later than its receipt but for the milliseconds by which readings
    are told apart. tripped: uint8, bits of the checks it tripped. newest: uint8, 1 if it came in
    order.
    """

    time: NDArray[np.int64]
    quality: NDArray[np.uint8]
    flags: NDArray[np.uint16]
    tripped: NDArray[np.uint8]
    newest: NDArray[np.uint8]


class Grader:
    """Grades the readings of one shard, in order; remembers some 110 bytes a sensor.

    builtin: False leaves the quality as it came; late readings and repeats are still flagged.
    """

    def __init__(
        self, registry: Registry, *, builtin: bool = True, shard: int = 0, shards: int = 1
    ) -> None:
        places = places_of(registry, shards)
        self.table = np.zeros(len(places.sensors[shard]), GRADE)
        self.table["value"] = np.nan
        self._counts = np.zeros(len(COUNTED), np.int64)
        self._turn_to(registry, places, shard, builtin)

    def grade(self, readings: Readings) -> Readings:
        """Return the readings with time, quality and flags; marks pass as they are."""
        graded = self.grades(readings)
        return replace(readings, time=graded.time, quality=graded.quality, flags=graded.flags)

    def grades(self, readings: Readings) -> Graded:
        """Return the columns that grading gives, and remember the readings."""
        graded = Graded(
            readings.time.copy(),
            readings.quality.copy(),
            readings.flags.copy(),
            np.zeros(len(readings), np.uint8),
            np.zeros(len(readings), np.uint8),
        )
        with np.errstate(all="ignore"):
            walk_grades(
                self.table, self._limits, self._places.place, self._builtin, plain(readings.sensor),
                plain(readings.received), plain(readings.value), *graded, self._counts, self._seal,
            )  # fmt: skip
        return graded

    def change(
        self, registry: Registry, *, builtin: bool, shard: int, shards: int,
        become: NDArray[np.uint8] | None = None,
    ) -> None:  # fmt: skip
        """Go over to a registry in which sensors may have been appended.

        Times are remembered; values only where they still mean the same.

        become: What `renewed` says of this shard's sensors, where that is known already.
        """
        places = places_of(registry, shards)
        if become is None:
            become = renewed(self._registry, registry, self._places.sensors[shard])
        grown = np.zeros(len(places.sensors[shard]), GRADE)
        grown["value"] = np.nan
        kept = np.flatnonzero(become != OTHER_SENSOR)
        grown[kept] = self.table[kept]
        grown["value"][: len(become)][become != SAME] = np.nan
        self.table = grown
        self._turn_to(registry, places, shard, builtin)

    @property
    def counts(self) -> dict[str, int]:
        """Rows so far that were late, repeats, of quality fail, of quality suspect."""
        return dict(zip(COUNTED, self._counts.tolist(), strict=True))

    def snapshot(self) -> NDArray[np.void]:
        """Return the table itself; the caller copies."""
        return self.table

    def restore(self, table: NDArray[np.void], counts: dict[str, int] | None = None) -> None:
        """Take over a table that `snapshot` gave under the same registry; counts, if kept.

        One from before own times were kept has those it remembers for its own; one from before
        values were kept beside them knows none.
        """
        kept = set(table.dtype.names or ())
        for name in GRADE.names or ():
            if name in kept:
                self.table[name] = table[name]
        if "own" not in kept:
            self.table["own"] = table["recent"]
        if "measured" not in kept:
            self.table["measured"] = np.nan
        self._counts[:] = [(counts or {}).get(word, 0) for word in COUNTED]

    def _turn_to(self, registry: Registry, places: Places, shard: int, builtin: bool) -> None:
        self._registry, self._places = registry, places
        self._builtin = builtin
        self._seal = seal()
        self._limits = limits_of(registry)
        self.table["metric"] = np.maximum(registry.sensor_metric[places.sensors[shard]], 0)
