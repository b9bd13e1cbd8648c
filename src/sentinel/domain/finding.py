"""What the detector concludes: a change in the condition of one subject under one rule."""

from enum import StrEnum
from hashlib import blake2b

import msgspec

from sentinel.domain.rank import Rank, Sight

LINK_RULE = "listener-link"
"""The rule of the warning that the listener has lost its broker: all that it hears of is blind."""


class Change(StrEnum):
    """What a finding says has changed."""

    OPENED = "opened"
    """A condition other than none and seen began: a new early warning."""
    RANK = "rank"
    SIGHT = "sight"
    CONFIRMED = "confirmed"
    """A warning that was marked delayed still holds: now it is told."""
    ENDED = "ended"


class Ending(StrEnum):
    """Why an early warning's condition ended."""

    CLEARED = "cleared"
    SEEN_AGAIN = "seen again"
    """It was blind at rank none, and is no longer blind."""
    RULE_CHANGED = "rule changed"
    DEVICE_RETIRED = "device retired"


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One input or function value that decided a finding.

    text: As the rule writes it: `slope(level, over=30m)`.
    value: In `unit`; None when unknown.
    note: Why it is unknown, or what is odd about it; empty as a rule.
    """

    text: str
    value: float | None
    unit: str
    note: str = ""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One change of one condition.

    id: hash(warning, number). warning: hash(rule, subject, onset); a replay gives the same.
    number: 1 for the first finding of a warning, growing by one.
    subject: Device id (or `device/metric` for built-in checks; a listener's name for its link).
    area: Code of the subject's area; empty if it has none.
    rank, sight, blind_since: The condition from now on; `blind_since` None while seen.
    previous_rank: The rank before; equal to `rank` if only the sight changed.
    onset: When the hold that opened the warning began (the subject's clock).
    decided_at: The subject's clock at the decision. received_at: The listener's time at it.
        Instants are milliseconds since 1970 UTC.
    ending: Set when `change` is ENDED.
    delayed: The deciding reading was old when it arrived; not to be told before a CONFIRMED.
    unjudged: Ranks that could not be judged: `("orange",)`.
    title: The rule's title with the values filled in, by language: `{"zh": ..., "en": ...}`.
    row, index: Journal row and position in it that decided; (row, index, shard order) sorts
        findings the same way in every replay.
    bundle: Hash of the bundle in force.
    """

    id: str
    warning: str
    number: int
    rule: str
    subject: str
    area: str
    scenario: str
    change: Change
    rank: Rank
    previous_rank: Rank
    sight: Sight
    blind_since: int | None
    onset: int
    decided_at: int
    received_at: int
    title: dict[str, str]
    evidence: tuple[Evidence, ...]
    bundle: str
    row: int
    index: int
    ending: Ending | None = None
    delayed: bool = False
    exercise: bool = False
    unjudged: tuple[str, ...] = ()
    dispatch_to: str = ""
    instruction: dict[str, str] = {}


def warning_id(rule: str, subject: str, onset: int) -> str:
    """Return the identity of the warning of `rule` on `subject` that began at `onset`."""
    return _short_hash(f"{rule}\x00{subject}\x00{onset}")


def finding_id(warning: str, number: int) -> str:
    """Return the identity of a warning's finding number `number`, counted from 1."""
    return _short_hash(f"{warning}\x00{number}")


def encode_findings(findings: list[Finding]) -> bytes:
    """Return the body of a FINDINGS row."""
    return _encoder.encode(findings)


def decode_findings(body: bytes) -> list[Finding]:
    """Read the body of a FINDINGS row back."""
    return _decoder.decode(body)


def _short_hash(text: str) -> str:
    """24 hexadecimal digits: no two of a billion warnings will share one."""
    return blake2b(text.encode(), digest_size=12).hexdigest()


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Finding])
