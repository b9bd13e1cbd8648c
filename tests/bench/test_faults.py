"""A short form of `sentinel bench faults`: each service killed once, each trouble made once."""

import pytest

from sentinel.bench import faults
from sentinel.testing.mosquitto import find_mosquitto
from sentinel.testing.victoria import find_victoria

pytestmark = [pytest.mark.broker, pytest.mark.slow, pytest.mark.victoria]


def test_nothing_is_lost_twice_or_different_whatever_goes_wrong() -> None:
    if find_mosquitto() is None or find_victoria() is None:
        pytest.skip("mosquitto or VictoriaMetrics is not on this machine")

    found = faults.run(kills=4, kills_a_trouble=1)

    made = {note.split(":")[0] for note in found.notes}
    assert {f"kill {name}" for name in ("listen", "detect", "record", "desk")} <= made
    assert {"restart broker", "store away", "store back", "bundle changed"} <= made
    assert found.figures["acknowledged"] > 10_000
    assert found.figures["findings"] > 100
    assert {must.figure: found.figures[must.figure] for must in found.musts} == {
        "acknowledged_lost": 0,
        "findings_missing": 0,
        "findings_twice": 0,
        "findings_different": 0,
        "desk_missing": 0,
    }
