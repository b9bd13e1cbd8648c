"""Messages as the desk puts them into its outbox."""

from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Message, Notice, Occasion


def notice_message(
    key: str = "k1",
    channel: str = "sms",
    *chain: str,
    rank: Rank = Rank.ORANGE,
    occasion: Occasion = Occasion.DISPATCHED,
    case: str = "c1",
    order: int | None = 1,
    not_before: int = 0,
    not_after: int | None = None,
    address: str = "a",
) -> Message:
    """Return a message; `chain` are the channels after the first, each with the address `a`."""
    notice = Notice(
        key=key,
        occasion=occasion,
        audience=Audience.UNIT,
        to="pump-1",
        rank=rank,
        title={"zh": "河水上涨", "en": "River rising"},
        text={"zh": "请速到三号闸", "en": "Go to gate 3"},
        case=case,
        order=order,
        not_before=not_before,
        not_after=not_after,
        facts={"area": "pudong/hq"},
    )
    rest = tuple((name, "a") for name in chain)
    return Message(id=f"{key}:0", notice=notice, channel=channel, address=address, chain=rest)
