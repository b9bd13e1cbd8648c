"""Asking a running listener to put a bundle's row into the journal."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from sentinel.ingest.left import Left, leave, list_left

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
    leave(directory, _FOLDER, bundle, json.dumps(list(topics)).encode())


def requested_reloads(directory: Path) -> list[Left]:
    """Return the requests, each named by its bundle, the first left first.

    Raises:
        OSError: The folder cannot be read.
    """
    return list_left(directory, _FOLDER, _HASH)


def requested_topics(directory: Path, bundle: str) -> tuple[str, ...]:
    """Return the topics that go with a request; none: those that are subscribed stay.

    Raises:
        OSError: The request cannot be read.
    """
    try:
        found = json.loads((directory / _FOLDER / bundle).read_bytes() or b"[]")
    except ValueError:
        return ()
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()
