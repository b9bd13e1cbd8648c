"""The frame around every command."""

import sys

import pytest
import typer

from sentinel.cli import app as frame


def test_a_folder_that_cannot_be_written_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def read_only() -> None:
        raise OSError(30, "Read-only file system", "/data/run/.listen.7")

    command = typer.Typer()
    command.command()(read_only)
    monkeypatch.setattr(frame, "app", command)
    monkeypatch.setattr(frame, "COMMANDS", {})
    monkeypatch.setattr(sys, "argv", ["sentinel"])

    with pytest.raises(SystemExit) as ended:
        frame.main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == "/data/run/.listen.7: read-only file system\n"
