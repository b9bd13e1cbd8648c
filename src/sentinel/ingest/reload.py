"""Asking a running listener to put a bundle's row into the journal."""

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

_FOLDER = "reload"
_HASH = re.compile(r"[0-9A-Za-z_.:=-]{1,200}\Z")


def request_reload(directory: Path, bundle: str, topics: Iterable[str] = ()) -> None:
    """Leave a request for the listener of this journal; it is granted when the file is gone.

    Args:
        directory: Of the journal.
        bundle: Hash of a bundle that is checked and kept.
        topics: What the listener is to be subscribed to from then on; none: as it is.

    Raises:
        ValueError: That is no hash.
    """
    if not _HASH.match(bundle):
        message = f"a bundle is named by its hash; got {bundle!r}"
        raise ValueError(message)
    folder = directory / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"~{bundle}"
    with unfinished.open("wb") as file:
        file.write(json.dumps(list(topics)).encode())
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / bundle)


def requested_reloads(directory: Path) -> list[str]:
    """Return the bundles asked for, the first asked first."""
    folder = directory / _FOLDER
    try:
        paths = [path for path in folder.iterdir() if _HASH.match(path.name)]
    except FileNotFoundError:
        return []
    return [path.name for path in sorted(paths, key=lambda path: path.stat().st_mtime_ns)]


def requested_topics(directory: Path, bundle: str) -> tuple[str, ...]:
    """Return the topics that go with a request; none: those that are subscribed stay."""
    try:
        found = json.loads((directory / _FOLDER / bundle).read_bytes() or b"[]")
    except (OSError, ValueError):
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def grant_reload(directory: Path, bundle: str) -> None:
    """Remove a request: its row is in the journal."""
    (directory / _FOLDER / bundle).unlink(missing_ok=True)
