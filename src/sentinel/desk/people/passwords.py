"""Passwords: which are taken, and how they are kept."""

import unicodedata
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sentinel.domain.access import Weak

LEAST = 12
"""Characters; length is what counts, and rules beyond it make people write passwords down."""


class Passwords:
    """Argon2id, with the parameters that its library holds right for this year.

    A password that was kept with others is kept anew when its user next signs in.

    Args:
        hasher: Another one, for tests that cannot wait.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()

    def keep(self, password: str) -> str:
        """Return what is written down of a password."""
        return self._hasher.hash(_bytes(password))

    def is_right(self, kept: str | None, password: str) -> bool:
        """Return whether it is the password; with None as much work is done, and it never is."""
        dummy = self._dummy
        try:
            self._hasher.verify(kept or dummy, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def is_old(self, kept: str) -> bool:
        """Return whether it should be kept anew, with today's parameters."""
        return self._hasher.check_needs_rehash(kept)

    @cached_property
    def _dummy(self) -> str:
        return self._hasher.hash("nobody's")


def weakness(password: str, *names: str) -> Weak | None:
    """Return why a password is not taken; None: it is.

    Args:
        password: As typed.
        names: Of its user: they are no secret, so their letters do not count.
    """
    rest = _plain(password).casefold()
    for name in sorted({_plain(name).casefold() for name in names} - {""}, key=len, reverse=True):
        rest = rest.replace(name, "")
    if len(rest) >= LEAST:
        return None
    return Weak(
        why={
            "zh": f"密码至少要有 {LEAST} 个字符，其中的本人姓名不计",  # noqa: RUF001 -- Chinese
            "en": f"a password has at least {LEAST} characters, its user's own name not counted",
        }
    )


def _bytes(password: str) -> bytes:
    """Half a character, which no keyboard types, is a wrong password and no mistake of ours."""
    return _plain(password).encode("utf-8", "surrogatepass")


def _plain(text: str) -> str:
    """One text for one look, however a keyboard composed it."""
    return unicodedata.normalize("NFKC", text)
