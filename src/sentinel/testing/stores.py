"""The exam that every store of readings passes."""
# ruff: noqa: D102, PLR2004, S101 -- these are tests: the name says it, the numbers are expected

import numpy as np

from sentinel.domain.quality import Quality
from sentinel.domain.readings import Mark, ReadingFlag, Readings
from sentinel.store import StoredReadings
from sentinel.testing.samples import NOON, ODD_NAMES, readings_of, stored_registry
from sentinel.testing.stores_besides import BesidesExam, Examinee

DAY_MS = 86_400_000
_ALWAYS = (0, NOON + 10 * DAY_MS)


class StoreExam(BesidesExam):
    """Checks as methods; a test class inherits them and has a fixture `examinee`."""

    def test_what_is_written_is_read_back_in_time_order(self, examinee: Examinee) -> None:
        registry = stored_registry(["lv-01", "lv-02"])
        store = examinee.open()
        times = [NOON + 2000, NOON + 1000, NOON, NOON + 1000]
        store.write(readings_of([0, 1, 0, 0], times, [3.2, 9.5, 3.0, 3.1]), registry)
        examinee.settle()

        found = store.readings("lv-01", "water_level", *_ALWAYS)

        assert found.time.tolist() == [NOON, NOON + 1000, NOON + 2000]
        assert found.value.tolist() == [3.0, 3.1, 3.2]
        assert (found.received - found.time).tolist() == [250, 250, 250]
        assert found.quality.tolist() == [1, 1, 1]
        assert found.flags.tolist() == [0, 0, 0]
        store.close()

    def test_an_unknown_series_has_no_readings(self, examinee: Examinee) -> None:
        store = examinee.open()

        assert len(store.readings("nobody", "water_level", *_ALWAYS)) == 0

        store.write(readings_of([0], [NOON], [1.0]), stored_registry(["lv-01"]))
        examinee.settle()
        assert len(store.readings("lv-01", "rainfall", *_ALWAYS)) == 0
        assert len(store.readings("lv-0", "water_level", *_ALWAYS)) == 0
        store.close()

    def test_the_start_is_included_and_the_end_is_not(self, examinee: Examinee) -> None:
        store = examinee.open()
        times = [NOON - 1, NOON, NOON + 1, NOON + 2]
        store.write(readings_of([0] * 4, times, [0, 1, 2, 3]), stored_registry(["lv-01"]))
        examinee.settle()

        assert _values(store.readings("lv-01", "water_level", NOON, NOON + 2)) == [1, 2]
        assert _values(store.readings("lv-01", "water_level", NOON, NOON)) == []
        assert _values(store.readings("lv-01", "water_level", NOON + 1, NOON)) == []
        store.close()

    def test_of_more_than_the_limit_the_newest_are_read(self, examinee: Examinee) -> None:
        store = examinee.open()
        times = [NOON + day * DAY_MS for day in (-3, -2, -1)]
        store.write(readings_of([0] * 3, times, [0, 1, 2]), stored_registry(["lv-01"]))
        examinee.settle()

        assert _values(store.readings("lv-01", "water_level", *_ALWAYS, limit=2)) == [1, 2]
        assert _values(store.readings("lv-01", "water_level", *_ALWAYS, limit=9)) == [0, 1, 2]
        assert _values(store.readings("lv-01", "water_level", *_ALWAYS, limit=0)) == []
        store.close()

    def test_readings_lie_on_both_sides_of_midnight(self, examinee: Examinee) -> None:
        store = examinee.open()
        midnight = NOON + DAY_MS // 2
        times = [midnight + 1, midnight - 1, midnight]
        store.write(readings_of([0] * 3, times, [3, 1, 2]), stored_registry(["lv-01"]))
        examinee.settle()

        found = store.readings("lv-01", "water_level", midnight - 1, midnight + 2)

        assert found.time.tolist() == [midnight - 1, midnight, midnight + 1]
        assert _values(found) == [1, 2, 3]
        store.close()

    def test_marks_promises_and_repeats_are_not_kept(self, examinee: Examinee) -> None:
        never = [
            ReadingFlag.REPEAT,
            ReadingFlag.CLOCK_OFF,
            ReadingFlag.DEADLINE,
            ReadingFlag.ALIVE,
        ]
        store = examinee.open()
        sensors = [0, Mark.TICK, Mark.LINK_DOWN, 0, 0, 0, 0]
        times = [NOON + step for step in range(7)]
        batch = readings_of(sensors, times, list(range(7)), flags=[0, 0, 0, *never])
        store.write(batch, stored_registry(["lv-01"]))
        store.write(batch.take(slice(1, None)), stored_registry(["lv-01"]))
        examinee.settle()

        assert _values(store.readings("lv-01", "water_level", *_ALWAYS)) == [0]
        store.close()

    def test_late_and_historical_readings_are_kept_and_marked(self, examinee: Examinee) -> None:
        flags = [ReadingFlag.LATE, ReadingFlag.HISTORICAL | ReadingFlag.UNTIMED, 0]
        store = examinee.open()
        times = [NOON, NOON + 1, NOON + 2]
        batch = readings_of([0] * 3, times, [1, 2, 3], flags=flags)
        store.write(batch, stored_registry(["lv-01"]))
        examinee.settle()

        found = store.readings("lv-01", "water_level", *_ALWAYS)

        assert found.flags.tolist() == [int(flag) for flag in flags]
        store.close()

    def test_quality_is_kept_and_an_unknown_value_stays_unknown(self, examinee: Examinee) -> None:
        store = examinee.open()
        registry = stored_registry(["lv-01"])
        store.write(readings_of([0], [NOON], [np.nan], quality=Quality.MISSING), registry)
        store.write(readings_of([0], [NOON + 1], [1e9], quality=Quality.FAIL), registry)
        examinee.settle()

        found = store.readings("lv-01", "water_level", *_ALWAYS)

        assert np.isnan(found.value[0])
        assert found.value[1] == 1e9
        assert found.quality.tolist() == [Quality.MISSING, Quality.FAIL]
        store.close()

    def test_writing_again_in_other_batches_changes_nothing(self, examinee: Examinee) -> None:
        registry = stored_registry([f"lv-{number}" for number in range(7)])
        sensors = [step % 7 for step in range(500)]
        times = [NOON + (step * 7919) % 500 * 1000 for step in range(500)]
        batch = readings_of(sensors, times, [step / 8 for step in range(500)])
        store = examinee.open()
        store.write(batch, registry)
        for start in range(0, 500, 33):
            store.write(batch.take(slice(start, start + 50)), registry)
        store.close()

        again = examinee.open()
        again.write(batch, registry)
        examinee.settle()

        for sensor in range(7):
            chosen = batch.take(np.flatnonzero(batch.sensor == sensor))
            expected = chosen.take(np.argsort(chosen.time))
            found = again.readings(f"lv-{sensor}", "water_level", *_ALWAYS)
            assert found.time.tolist() == expected.time.tolist()
            assert _values(found) == expected.value.tolist()
        again.close()

    def test_of_equal_readings_in_one_call_the_first_stands(self, examinee: Examinee) -> None:
        store = examinee.open()
        batch = readings_of([0, 0, 0], [NOON, NOON, NOON + 1], [1, 9, 2])
        store.write(batch, stored_registry(["lv-01"]))
        examinee.settle()

        assert _values(store.readings("lv-01", "water_level", *_ALWAYS)) == [1, 2]
        store.close()

    def test_of_equal_readings_in_two_calls_one_stands(self, examinee: Examinee) -> None:
        store = examinee.open()
        registry = stored_registry(["lv-01"])
        store.write(readings_of([0], [NOON], [1]), registry)
        store.write(readings_of([0], [NOON], [9]), registry)
        examinee.settle()

        found = _values(store.readings("lv-01", "water_level", *_ALWAYS))

        assert found == [1] if examinee.first_stands else len(found) == 1
        store.close()

    def test_odd_names_are_names(self, examinee: Examinee) -> None:
        store = examinee.open()
        registry = stored_registry(ODD_NAMES)
        count = len(ODD_NAMES)
        store.write(readings_of(range(count), [NOON] * count, range(count)), registry)
        examinee.settle()

        found = [_values(store.readings(name, "water_level", *_ALWAYS)) for name in ODD_NAMES]

        assert found == [[number] for number in range(count)]
        store.close()

    def test_a_registry_that_numbers_anew_is_followed(self, examinee: Examinee) -> None:
        store = examinee.open()
        store.write(readings_of([0], [NOON], [1]), stored_registry(["lv-01", "lv-02"]))
        store.write(readings_of([0], [NOON + 1], [2]), stored_registry(["lv-02", "lv-01"]))
        examinee.settle()

        assert _values(store.readings("lv-01", "water_level", *_ALWAYS)) == [1]
        assert _values(store.readings("lv-02", "water_level", *_ALWAYS)) == [2]
        store.close()

    def test_nothing_can_be_written(self, examinee: Examinee) -> None:
        store = examinee.open()

        store.write(Readings.empty(), stored_registry([]))
        store.write_findings([])
        store.write_rejections([])

        assert store.rejections() == []
        assert store.rejected() == {}
        store.close()


def _values(found: StoredReadings) -> list[float]:
    return [float(value) for value in found.value]
