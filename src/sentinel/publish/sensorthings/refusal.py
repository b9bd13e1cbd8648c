"""Why a question is not answered."""

from sentinel.domain.errors import SentinelError


class BadQueryError(SentinelError):
    """The question makes no sense, or asks for more than one answer may hold; says what does."""


class NotThereError(SentinelError):
    """There is no such thing, or not for the one who asks."""
