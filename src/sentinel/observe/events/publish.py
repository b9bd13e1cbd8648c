"""What is said of what goes out."""

from dataclasses import dataclass
from typing import ClassVar

from prometheus_client import Counter

from sentinel.observe.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationIssued(Event):
    """A CAP message went out. kind, scope: In CAP's words."""

    name: ClassVar[str] = "publication_issued"
    counter: ClassVar[Counter | None] = Counter(
        "sentinel_publish_messages_issued_total", "CAP messages issued", ["kind", "scope"]
    )
    labels: ClassVar[tuple[str, ...]] = ("kind", "scope")
    publication: str
    kind: str
    scope: str
