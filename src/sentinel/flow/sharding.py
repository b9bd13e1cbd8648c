"""The number of shards, which a folder keeps for its life."""

import os
from pathlib import Path

from sentinel.domain.errors import ServiceError

_FILE = "shards"


def settle_shards(directory: Path, shards: int) -> None:
    """Keep the number beside the state that was made with it.

    A shard's state is a table by place, and places come from the number: with another one, each
    device would go on with the state of a different one.

    Args:
        directory: Of the flow: its position, and `checkpoints/` below.
        shards: As the configuration has it now.

    Raises:
        ServiceError: The state is of another number.
    """
    kept = _kept(directory)
    if kept is None:
        _keep(directory, shards)
    elif kept != shards:
        message = (
            f"detect: `shards` stays as it is for the life of a data folder; got {shards}, the "
            f"state in {directory} is of {kept}; set it to {kept} again, or remove that folder to "
            "judge the kept journal again from its beginning"
        )
        raise ServiceError(message)


def _kept(directory: Path) -> int | None:
    try:
        return int((directory / _FILE).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):  # a loss of power may leave it empty
        return None


def _keep(directory: Path, shards: int) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = directory / f"{_FILE}.unfinished"
    with unfinished.open("w", encoding="ascii") as file:
        file.write(f"{shards}\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(directory / _FILE)
