"""How far a reading can be trusted: the flags of IOOS QARTOD."""

from enum import IntEnum


class Quality(IntEnum):
    """Worst flag wins. SUSPECT is used and marked; FAIL is kept out of every rule."""

    PASS = 1
    NOT_EVALUATED = 2
    SUSPECT = 3
    FAIL = 4
    MISSING = 9
