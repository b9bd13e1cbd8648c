"""What acts on people leave in the trail."""

from collections.abc import Callable, Sequence

from sqlalchemy.engine import Connection

from sentinel.warn.trail import Entry

Trail = Callable[[Connection, Sequence[Entry]], None]
"""Writes entries in the transaction of a connection; the composition root brings it. Called last:
it may hold up everybody else who writes."""


def entry(act: str, by: str, **detail: object) -> Entry:
    """Return an entry of the whole city's auditors. Never give it a password or a secret.

    by: Empty for a stranger: what they typed as a name may be a password.
    """
    return Entry(act=act, by=by, detail=detail)
