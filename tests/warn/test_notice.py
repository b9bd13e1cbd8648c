from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Message, Notice, Occasion, following

NOTICE = Notice(
    key="k",
    occasion=Occasion.DISPATCHED,
    audience=Audience.UNIT,
    to="pump-1",
    rank=Rank.RED,
    title={"en": "River"},
    text={"en": "Go"},
)


def test_a_chain_is_followed_to_its_end_with_an_id_of_its_own_at_each_place() -> None:
    chain = (("sms", "+861"), ("mail", "a@b"))
    first = Message(id="k:1", notice=NOTICE, channel="app", address="wang", chain=chain)

    second = following(first)
    assert second
    third = following(second)
    assert third

    assert [(one.id, one.channel, one.address) for one in (first, second, third)] == [
        ("k:1", "app", "wang"),
        ("k:1+", "sms", "+861"),
        ("k:1++", "mail", "a@b"),
    ]
    assert following(third) is None
