"""Which publications are asked for."""

import msgspec

from sentinel.publish.cap.publication import State


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A page of publications, what changed last first.

    case: Its id; empty: any. states: Empty: any. after: `changed_at` and id of the last line of
        the page before; None: from the top.
    """

    case: str = ""
    states: tuple[State, ...] = ()
    limit: int = 100
    after: tuple[int, str] | None = None
