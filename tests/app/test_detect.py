"""How detect is put together."""

from pathlib import Path
from threading import Event

import pytest

from sentinel.app.detect import run_detect
from sentinel.config import load_config
from sentinel.domain.errors import ServiceError
from sentinel.flow.detect import DetectCounts
from sentinel.flow.progress import Progress
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
