"""How the desk is put together."""

from pathlib import Path

from sentinel.app.clock import WallClock
from sentinel.app.desk import desk_intake
from sentinel.app.paths import Paths
from sentinel.config import load_config
from sentinel.desk import Desk, open_database
from sentinel.domain.finding import encode_findings
from sentinel.domain.rows import Entry, RowKind
from sentinel.journal import JournalWriter, read_cursors

DEMO = Path(__file__).parents[2] / "configs/demo.yaml"


def test_the_desk_notes_how_far_it_has_come_in_the_findings(tmp_path: Path) -> None:
    """Detect holds findings back for the reader of that name."""
    config = load_config(DEMO).model_copy(update={"data": tmp_path})
    findings = Paths(tmp_path).findings
    writer = JournalWriter(findings, clock=WallClock())
    writer.append([Entry(RowKind.FINDINGS, 0, encode_findings([]))] * 3)
    desk = Desk(open_database(tmp_path / "desk.sqlite"), WallClock())

    desk_intake(config, desk, WallClock()).step()

    assert read_cursors(findings) == {"desk": 3}
    writer.close()
    desk.close()
