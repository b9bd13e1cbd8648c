"""What an act leaves in the audit trail."""

from typing import Any

import msgspec


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the trail; the desk adds its number, its time and its link in the chain.

    act: What was done: an act's tag, or `warned`, `escalated`, `sign_in`, `exported`, ...
    by: Id of the person, or `sentinel`. how: `How`, as a word. on_behalf_of: Who called.
    case, order: Of which; empty and None where there is none. area: Whose auditors may read it.
    detail: What changed, before and after; plain JSON, no personal data of citizens.
    """

    act: str
    by: str
    how: str = ""
    on_behalf_of: str = ""
    case: str = ""
    order: int | None = None
    area: str = ""
    detail: dict[str, Any] = {}
