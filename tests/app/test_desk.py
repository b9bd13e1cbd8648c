# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""How the desk is put together."""

import os
from contextlib import closing
from pathlib import Path

from sentinel.app.clock import WallClock
from sentinel.app.desk import desk_intake, service_states
from sentinel.app.paths import Paths
from sentinel.app.runfile import RunFile
from sentinel.app.status import look
from sentinel.config import load_config
from sentinel.desk import Desk, open_database
from sentinel.domain.finding import encode_findings
from sentinel.domain.rows import Entry, RowKind
from sentinel.ingest.figures import Figures
from sentinel.journal import JournalWriter, read_cursors
from sentinel.observe.health import HealthServer

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


def test_the_page_shows_a_journal_that_cannot_be_read(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.journal.mkdir()
    (paths.journal / "0000000000000001-20260618T08.journal").write_bytes(b"spoilt" * 1000)

    *services, state = service_states(look(paths))

    assert len(services) == 4
    assert state.service == "journal"
    assert "a journal file must be readable" in state.state
    assert state.words["zh"].startswith("日志读不了：")


def test_the_page_shows_how_a_service_is_in_both_languages(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    figures = Figures("b:1883", why="Connection refused")
    with closing(HealthServer(figures.health)) as server:
        RunFile(
            service="listen",
            pid=os.getpid(),
            health_host="127.0.0.1",
            health_port=server.port,
            host="",
            port=0,
            started_at=0,
        ).write(paths.run)
        found = {one.service: one.words for one in service_states(look(paths))}

    assert found["listen"] == {
        "zh": "未连接消息服务器 b:1883：连接被拒绝",
        "en": "not connected to b:1883: Connection refused",
    }
    assert found["detect"] == {"zh": "未运行", "en": "down"}
