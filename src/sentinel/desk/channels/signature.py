"""Signed webhooks: who sent this, when, and has nobody changed it?"""

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256

from sentinel.desk.channels.channel import header_value

ID = "Idempotency-Key"
"""The message's id: the same in every try. A receiver does nothing about one that it has had."""
TIME = "Sentinel-Time"
"""When it was signed, milliseconds since 1970 UTC; new in every try."""
SIGNATURE = "Sentinel-Signature"
"""`v1=` and HMAC-SHA256 over time, a full stop and the body, in hexadecimal; one for each key."""
WINDOW = 300_000
"""Milliseconds that a signature is good for, either way: clocks differ, and networks are slow."""


def signed(body: bytes, message: str, keys: Sequence[bytes], at: int) -> dict[str, str]:
    """Return the headers of a body.

    message: Its id. keys: At least one. at: Now, milliseconds since 1970 UTC.
    """
    signatures = ",".join(f"v1={_mac(key, str(at), body)}" for key in keys)
    return {ID: header_value(message), TIME: str(at), SIGNATURE: signatures}


def why_refused(
    headers: Mapping[str, str], body: bytes, key: bytes, now: int, window: int = WINDOW
) -> str:
    """Return why a receiver should refuse this; empty: it is ours, whole and fresh.

    One that comes again within the window is known by its id, which the receiver remembers.
    """
    found = {name.lower(): value for name, value in headers.items()}
    at = found.get(TIME.lower(), "")
    given = found.get(SIGNATURE.lower(), "").split(",")
    expected = f"v1={_mac(key, at, body)}"
    matches = [hmac.compare_digest(one.strip().encode(), expected.encode()) for one in given]
    if not any(matches):
        return "the signature is not that of this time and body"
    if not (at.isascii() and at.isdigit() and abs(now - int(at)) <= window):
        return "it was signed too long ago, or a clock is off"
    return ""


def _mac(key: bytes, at: str, body: bytes) -> str:
    return hmac.new(key, at.encode() + b"." + body, sha256).hexdigest()
