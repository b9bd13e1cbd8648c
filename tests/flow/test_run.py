"""What stops a flow is told in words."""

from pathlib import Path
from typing import Any

import pytest
from bytewax import operators as op
from bytewax.dataflow import Dataflow
from bytewax.testing import TestingSink, TestingSource

from sentinel.domain.errors import NoRoom, ServiceError
from sentinel.flow.run import run_flow


def flow_that(does: Any) -> Dataflow:  # noqa: ANN401 -- any function
    """Return a flow of one item and one step."""
    flow = Dataflow("one")
    numbers = op.input("numbers", flow, TestingSource([1]))
    op.output("out", op.map("does", numbers, does), TestingSink([]))
    return flow


@pytest.mark.parametrize("low_bytes", [0, 2**62])
def test_a_position_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, low_bytes: int
) -> None:
    """On a disk that is nearly full, too: room is not what it wants."""
    monkeypatch.setattr("sentinel.disk.room._LOW_BYTES", low_bytes)
    run_flow(flow_that(abs), tmp_path)
    for part in (tmp_path / "recovery").glob("*"):
        part.unlink() if part.suffix != ".sqlite3" else part.write_bytes(b"spoilt" * 1000)

    with pytest.raises(
        ServiceError, match=r"the position under .*recovery.* cannot be kept"
    ) as told:
        run_flow(flow_that(abs), tmp_path)
    assert "nothing is lost" in str(told.value)
    assert not isinstance(told.value, NoRoom)


@pytest.mark.parametrize(("low_bytes", "expected"), [(0, ServiceError), (2**62, NoRoom)])
def test_trouble_with_the_position_on_a_disk_that_is_nearly_full_is_want_of_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, low_bytes: int, expected: type[ServiceError]
) -> None:
    """SQLite does not always say so; what it says is told."""
    monkeypatch.setattr("sentinel.disk.room._LOW_BYTES", low_bytes)
    run_flow(flow_that(abs), tmp_path)
    (position,) = (tmp_path / "recovery").glob("*.sqlite3")
    position.unlink()
    position.mkdir()

    with pytest.raises(ServiceError, match="unable to open database file") as told:
        run_flow(flow_that(abs), tmp_path)
    assert type(told.value) is expected


@pytest.mark.parametrize("name", [None, "/data/detect/checkpoints/shard-000.part"])
def test_a_disk_that_is_full_is_told(tmp_path: Path, name: str | None) -> None:
    def full(_item: int) -> int:
        raise OSError(28, "No space left on device", name)

    with pytest.raises(NoRoom) as told:
        run_flow(flow_that(full), tmp_path)
    assert str(told.value) == f"{name or tmp_path}: no space left on device"


def test_a_file_that_may_not_be_touched_is_told(tmp_path: Path) -> None:
    def denied(_item: int) -> int:
        raise OSError(13, "Permission denied", "/data/x")

    with pytest.raises(ServiceError, match="/data/x: permission denied; nothing is lost") as told:
        run_flow(flow_that(denied), tmp_path)
    assert not isinstance(told.value, NoRoom)


def test_a_position_that_was_only_half_made_is_made_anew(tmp_path: Path) -> None:
    """A disk that is full, or a crash, may come while Bytewax makes its files."""
    (tmp_path / "recovery.unfinished").mkdir()
    (tmp_path / "recovery.unfinished" / "part-0.sqlite3").write_bytes(b"half")
    (tmp_path / "recovery").mkdir()
    run_flow(flow_that(abs), tmp_path)
    run_flow(flow_that(abs), tmp_path)

    assert not (tmp_path / "recovery.unfinished").exists()


def test_a_mistake_of_our_own_keeps_its_name(tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        run_flow(flow_that(len), tmp_path)
