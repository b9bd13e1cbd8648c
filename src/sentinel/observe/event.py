"""One class an event: saying it writes the log line and moves the counter, in one place."""

from dataclasses import dataclass, fields
from typing import ClassVar

import structlog
from prometheus_client import Counter

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened, worth a line. Subclasses live in `observe.events.<stage>`.

    name: Noun and past participle, `reading_rejected`. level: `debug` to `error`.
    counter: Moved by `amount()`, with the fields named in `labels` as its labels; labels take
        closed sets only, never ids.
    """

    name: ClassVar[str]
    level: ClassVar[str] = "info"
    counter: ClassVar[Counter | None] = None
    labels: ClassVar[tuple[str, ...]] = ()

    def amount(self) -> float:
        """How far the counter moves; a subclass with a count says it here."""
        return 1

    def emit(self) -> None:
        """Write the log line and move the counter."""
        if self.counter is not None:
            chosen = {label: str(getattr(self, label)) for label in self.labels}
            (self.counter.labels(**chosen) if chosen else self.counter).inc(self.amount())
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        getattr(_log, self.level)(self.name, **values)
