"""Run files: who runs where."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel.app.runfile import RunFile, read_run_file

OURS = RunFile(
    service="desk",
    pid=os.getpid(),
    health_host="127.0.0.1",
    health_port=4711,
    host="127.0.0.1",
    port=8080,
    started_at=0,
)

WHOLE = (
    '{"service": "desk", "pid": 1, "health_host": "127.0.0.1", "health_port": 4711, '
    '"host": "", "port": 0, "started_at": 0}'
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    OURS.write(tmp_path / "run")

    assert read_run_file(tmp_path / "run", "desk") == OURS


def test_there_is_none_before_the_first_start(tmp_path: Path) -> None:
    assert read_run_file(tmp_path / "run", "desk") is None


def test_one_whose_process_is_gone_is_none(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    replace(OURS, pid=gone.pid).write(tmp_path)

    assert read_run_file(tmp_path, "desk") is None


@pytest.mark.parametrize(
    "content",
    [
        '{"service": "desk"',
        WHOLE.replace('"pid": 1', '"pid": -1'),
        WHOLE.replace('"pid": 1', '"pid": 1e999'),
        WHOLE.replace('"pid": 1', '"pid": [1]'),
        WHOLE.replace('"127.0.0.1"', "5"),
        WHOLE.replace("4711", "65536"),
    ],
)
def test_a_spoilt_one_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "desk.json").write_text(content)

    assert read_run_file(tmp_path, "desk") is None


def test_one_of_another_version_is_none(tmp_path: Path) -> None:
    (tmp_path / "desk.json").write_text('{"service": "desk", "pid": 1}')

    assert read_run_file(tmp_path, "desk") is None


def test_it_goes_with_its_service(tmp_path: Path) -> None:
    OURS.write(tmp_path)
    OURS.remove(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_successors_is_left(tmp_path: Path) -> None:
    successor = replace(OURS, started_at=1)
    successor.write(tmp_path)
    OURS.remove(tmp_path)

    assert read_run_file(tmp_path, "desk") == successor


def test_what_a_killed_process_left_half_written_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".listen.1").write_text("{")
    (tmp_path / ".desk.1").write_text("{")
    OURS.write(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == [".listen.1", "desk.json"]
