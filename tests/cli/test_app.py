"""The frame around every command."""

import sys

import pytest
import typer

from sentinel.cli import app as frame


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            OSError(30, "Read-only file system", "/data/run/.listen.7"),
            "/data/run/.listen.7: read-only file system\n",
        ),
        (OSError(28, "No space left on device"), "no space left on device\n"),
    ],
)
def test_a_folder_that_cannot_be_written_is_told_in_words(
    error: OSError, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cannot() -> None:
        raise error

    command = typer.Typer()
    command.command("try")(cannot)
    monkeypatch.setattr(frame, "app", command)
    monkeypatch.setattr(frame, "COMMANDS", {})
    monkeypatch.setattr(sys, "argv", ["sentinel", "try"])

    with pytest.raises(SystemExit) as ended:
        frame.main()

    assert ended.value.code == 2
    assert capsys.readouterr().err == told


def test_the_version_is_told_without_a_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(frame, "COMMANDS", {})
    monkeypatch.setattr(sys, "argv", ["sentinel", "--version"])

    with pytest.raises(SystemExit) as ended:
        frame.main()

    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("sentinel ")
