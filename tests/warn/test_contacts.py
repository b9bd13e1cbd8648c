import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.contacts import messages, order_of
from sentinel.warn.duty import Contact, Duty
from sentinel.warn.notice import Audience, Notice, Occasion
from tests.warn.town import DUTY, NOW

CHANNELS = {Rank.RED: ("voice", "sms", "app"), Rank.YELLOW: ("app",)}


def contact(name: str, **channels: str) -> Contact:
    return Contact(id=name, name=name, channels=channels)


def duty(*contacts: Contact) -> Duty:
    return msgspec.structs.replace(DUTY, contacts={one.id: one for one in contacts})


def notice(
    to: str = "water-hq", audience: Audience = Audience.UNIT, rank: Rank = Rank.RED
) -> Notice:
    return Notice(
        key="k",
        occasion=Occasion.DISPATCHED,
        audience=audience,
        to=to,
        rank=rank,
        title={},
        text={},
        case="c",
    )


def test_everybody_on_duty_is_told_by_the_first_channel_with_the_rest_in_hand() -> None:
    people = duty(contact("zhang", voice="1", app="z", sms="2"), contact("li", app="l"))

    sent = messages(notice(), people, CHANNELS, NOW)

    assert [(one.id, one.channel, one.address, one.chain) for one in sent.messages] == [
        ("k-zhang", "voice", "1", (("sms", "2"), ("app", "z"))),
        ("k-li", "app", "l", ()),
    ]
    assert sent.unreached == ()


def test_a_unit_with_a_phone_of_its_own_is_told_there_as_well() -> None:
    people = duty(contact("water-hq", voice="9"), contact("zhang", app="z"))

    sent = messages(notice(), people, CHANNELS, NOW)

    assert [one.id for one in sent.messages] == ["k-water-hq", "k-zhang"]
    assert sent.unreached == ("li",)


def test_if_nobody_has_an_address_the_fallback_is_told() -> None:
    sent = messages(notice(), duty(contact("water-hq-fallback", sms="7")), CHANNELS, NOW)

    assert [one.address for one in sent.messages] == ["7"]
    assert sent.unreached == ("zhang", "li")
    assert messages(notice(), duty(), CHANNELS, NOW).messages == ()


def test_an_address_that_the_rank_does_not_name_is_better_than_none() -> None:
    people = duty(contact("zhang", mail="z@a", app="z"))

    (one,) = messages(notice(rank=Rank.YELLOW), people, CHANNELS, NOW).messages

    assert (one.channel, one.chain) == ("app", (("mail", "z@a"),))


def test_people_sources_and_places_outside() -> None:
    people = duty(contact("hotline", app="h"), contact("wu", app="w"))

    def to(name: str, audience: Audience) -> list[str]:
        found = messages(notice(name, audience), people, CHANNELS, NOW)
        return [one.id for one in found.messages] + list(found.unreached)

    assert to("wu", Audience.PERSON) == ["k-wu"]
    assert to("hotline", Audience.SOURCE) == ["k-hotline"]
    assert to("patrol", Audience.SOURCE) == []
    assert to("elsewhere", Audience.OUTSIDE) == []
    assert to("", Audience.CENTRE) == [""]


def test_a_rank_that_is_not_named_takes_the_channels_of_the_next_below() -> None:
    assert order_of(Rank.ORANGE, CHANNELS) == ("app",)
    assert order_of(Rank.BLUE, CHANNELS) == ("app",)
    assert order_of(Rank.RED, {}) == ()
