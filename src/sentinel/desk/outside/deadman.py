"""The outward dead-man: whoever watches over the watchers hears every minute that all is well.

The sign goes the whole way of a notice: through the database, the outbox, the sender and a channel.
If anything on that way stands still, or anything else is wrong, it stays away, and its absence is
what calls for help. A sign that could not go out in time is not sent later: it would lie.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import Engine

from sentinel.desk import outbox
from sentinel.desk.outside.settings import DeadmanSettings
from sentinel.desk.transactions import writing
from sentinel.domain.rank import Rank
from sentinel.observe.events.notices import DeadmanWithheld
from sentinel.warn.notice import Audience, Message, Notice, Occasion

Faults = Callable[[], Sequence[str]]
"""What is wrong anywhere in the deployment, in plain sentences; empty: all is well."""


class Deadman:
    """Puts a sign of life into the outbox once in each period, if all is well.

    Args:
        engine: The desk's database.
        settings: Where to, and how often.
        name: Of the deployment.
        faults: Asked once a period.
    """

    def __init__(
        self, engine: Engine, settings: DeadmanSettings, name: str, faults: Faults
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._name = name
        self._faults = faults
        self._period = -1

    def step(self, now: int) -> None:
        """Tell outside that all is well, if it is; now: milliseconds since 1970 UTC."""
        period = now // self._settings.every
        if period == self._period:
            return
        if faults := self._faults():
            DeadmanWithheld(reason="; ".join(faults)).emit()
        else:
            with writing(self._engine) as connection:
                outbox.put(connection, [self._message(period, now)], now)
        self._period = period

    def _message(self, period: int, now: int) -> Message:
        to = self._settings
        key = f"well:{period}:{to.channel}:{to.address}"
        notice = Notice(
            key=key,
            occasion=Occasion.WELL,
            audience=Audience.OUTSIDE,
            to="deadman",
            rank=Rank.NONE,
            title={"zh": f"{self._name}:一切正常", "en": f"All is well at {self._name}"},
            text={"zh": "值守系统运行正常。", "en": "The whole way of a notice works."},
            not_after=now + self._settings.every,
            facts={"name": self._name},
        )
        return Message(id=key, notice=notice, channel=to.channel, address=to.address)
