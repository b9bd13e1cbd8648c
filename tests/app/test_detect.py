"""How detect is put together."""

from pathlib import Path
from threading import Event

import msgspec
import pytest

from sentinel.app.detect import detect_health, run_detect
from sentinel.config import load_config
from sentinel.domain.errors import ServiceError
from sentinel.domain.rows import Row, RowKind
from sentinel.flow.detect import DetectCounts
from sentinel.flow.progress import Progress
from sentinel.flow.room import Room
from sentinel.flow.slices import Normalisers
from sentinel.flow.source import Slice
from sentinel.journal import JournalWriter
from sentinel.testing.clock import HandClock

DEMO = Path(__file__).parents[2] / "configs/demo.yaml"


def test_state_is_never_read_as_that_of_another_number_of_shards(tmp_path: Path) -> None:
    """Each device would go on with the state of a different one."""
    config = load_config(DEMO).model_copy(update={"data": tmp_path})
    JournalWriter(tmp_path / "journal", clock=HandClock()).close()

    def run(shards: int) -> None:
        detect = config.detect.model_copy(update={"shards": shards})
        changed = config.model_copy(update={"detect": detect})
        counts = DetectCounts()
        run_detect(changed, Event(), progress=Progress(shards), counts=counts, until=0)

    run(16)
    with pytest.raises(ServiceError, match="`shards` stays as it is"):
        run(15)
    run(16)


def test_rows_gone_before_they_were_judged_are_told_in_health() -> None:
    """Files deleted by hand: nothing else would say so."""
    counts = DetectCounts()
    body = msgspec.msgpack.encode({"from": 3, "to": 6, "reason": "no longer kept"})
    part = Slice([Row(id=6, received_at=1, kind=RowKind.GAP, count=0, body=body)], "")
    counts.add(Normalisers(lambda _hash: pytest.fail("nothing to read")).columns(part), part)

    health = detect_health(Progress(1), counts, Room())

    assert health["missed_rows"] == 4
    assert "4 rows were gone from the journal before they were judged" in health["state"]
