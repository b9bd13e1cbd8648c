"""Secrets that browsers and machines carry: made here, kept as hashes."""

import hashlib
import secrets

_BYTES = 32


def new_secret(prefix: str = "") -> str:
    """Return a secret that nobody guesses; `prefix` tells people and scanners what it is."""
    return prefix + secrets.token_urlsafe(_BYTES)


def hashed(*parts: str) -> str:
    """Return the SHA-256 of texts, in hex; a secret of 256 bits needs nothing slower."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
