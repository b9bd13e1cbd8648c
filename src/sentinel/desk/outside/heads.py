"""The head of the trail, sent where nobody of this machine can rewrite it."""

from collections.abc import Sequence

from sqlalchemy import Engine

from sentinel.desk import outbox, trail
from sentinel.desk.outside.settings import HeadSettings, Target
from sentinel.desk.trail import Head
from sentinel.desk.transactions import reading, writing
from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Message, Notice, Occasion


class HeadKeeper:
    """Puts the head into the outbox once in each period, whatever number of desks there are.

    Args:
        engine: The desk's database.
        settings: Where to, and how often.
        name: Of the deployment, for those who keep several.
    """

    def __init__(self, engine: Engine, settings: HeadSettings, name: str) -> None:
        self._engine = engine
        self._settings = settings
        self._name = name
        self._period = -1

    def step(self, now: int) -> None:
        """Send the head if this period has not seen one; now: milliseconds since 1970 UTC."""
        period = now // self._settings.every
        if period == self._period:
            return
        send_head(self._engine, self._settings.to, self._name, f"{period}", now)
        self._period = period


def send_head(engine: Engine, to: Sequence[Target], name: str, when: str, now: int) -> Head:
    """Put the head as it is now into the outbox; of two for the same `when` the first is sent."""
    with reading(engine) as connection:
        head = trail.head(connection)
    if head.number:
        messages = [_message(head, target, n, name, when) for n, target in enumerate(to)]
        with writing(engine) as connection:
            outbox.put(connection, messages, now)
    return head


def _message(head: Head, to: Target, n: int, name: str, when: str) -> Message:
    key = f"head:{when}"
    notice = Notice(
        key=key,
        occasion=Occasion.HEAD,
        audience=Audience.OUTSIDE,
        to="heads",
        rank=Rank.NONE,
        title={"zh": f"审计日志链头:{name}", "en": f"Head of the audit trail of {name}"},
        text={
            "zh": f"第 {head.number} 条,散列 {head.hash}。请妥善保存,用于核验。",
            "en": f"Row {head.number}, hash {head.hash}. Keep it: the trail is verified with it.",
        },
        facts={"number": str(head.number), "hash": head.hash, "name": name},
    )
    return Message(id=f"{key}:{n}", notice=notice, channel=to.channel, address=to.address)
