"""How far each reader has come: told to the writer's trim, and to `sentinel status`."""

import os
from contextlib import suppress
from pathlib import Path

_FOLDER = "cursors"


def write_cursor(directory: Path, reader_name: str, row: int) -> None:
    """Note that this reader needs no row up to `row` again, not even after a crash."""
    folder = directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{reader_name}.{os.getpid()}"
    unfinished.write_text(f"{row}\n", encoding="ascii")
    unfinished.replace(folder / reader_name)


def sweep_cursor(directory: Path, reader_name: str) -> None:
    """Remove what killed processes of this reader left half written; nobody else is this reader."""
    for unfinished in (directory / _FOLDER).glob(f".{reader_name}.*"):
        unfinished.unlink(missing_ok=True)


def read_cursors(directory: Path) -> dict[str, int]:
    """Return the cursor of each reader that ever noted one."""
    folder = directory / _FOLDER
    cursors: dict[str, int] = {}
    if not folder.is_dir():
        return cursors
    for path in sorted(folder.iterdir()):
        if not path.name.startswith("."):
            cursors[path.name] = _row_in(path)
    return cursors


def _row_in(path: Path) -> int:
    """A loss of power may leave the file empty: then nothing counts as read, and nothing goes."""
    with suppress(ValueError, FileNotFoundError):
        return int(path.read_text(encoding="ascii"))
    return 0
