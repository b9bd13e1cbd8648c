"""The outbox on both databases: put once, leased by one, noted, handed on, dead, brought back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from sqlalchemy import Engine

from sentinel.desk import open_database, outbox, trail
from sentinel.desk.outbox import Asked, Kept, Leased, MessageState, Patience, Setback, Upshot
from sentinel.desk.transactions import reading, writing
from sentinel.domain.rank import Rank
from sentinel.warn.notice import Message, Occasion

Build = Callable[..., Message]
Put = Callable[..., int]
Look = Callable[[], dict[str, Kept]]

PATIENCE = Patience(first=1_000, most=60_000, give_up=600_000, jitter=lambda: 0.0)
REFUSED = Setback(reason="no such number", permanent=True)
DOWN = Setback(reason="no answer", permanent=False)


def lease(
    engine: Engine, now: int = 0, who: str = "a", most: int = 100, channel: str = "sms"
) -> list[Leased]:
    return outbox.lease(engine, now, who, most, channel=channel, until=now + 10_000)


def one(engine: Engine, now: int = 0, channel: str = "sms") -> Leased:
    (leased,) = lease(engine, now, channel=channel)
    return leased


def fail(engine: Engine, leased: Leased, setback: Setback, now: int = 0) -> Upshot:
    return outbox.failed(engine, leased, setback, now, PATIENCE)


def states(look: Look) -> dict[str, str]:
    return {key: kept.state.value for key, kept in look().items()}


def told(engine: Engine) -> list[tuple[str, str, dict[str, object]]]:
    with reading(engine) as connection:
        lines = list(trail.lines(connection, trail.Asked(after=0)))
    return [(line.entry.act, line.entry.by, line.entry.detail) for line in lines]


def test_the_same_message_is_put_once(put: Put, look: Look, message: Build) -> None:
    assert put(message("k1"), message("k2"), message("k1")) == 2
    assert put(message("k1"), at=9) == 0
    assert {key: kept.put_at for key, kept in look().items()} == {"k1:0": 0, "k2:0": 0}


def test_what_a_transaction_undoes_is_never_sent(
    engine: Engine, look: Look, message: Build
) -> None:
    def fail_later() -> None:
        with writing(engine) as connection:
            outbox.put(connection, [message()], 0)
            _ = 1 // 0

    with pytest.raises(ZeroDivisionError):
        fail_later()

    assert look() == {}


def test_a_leased_message_is_what_was_put_and_says_when(
    engine: Engine, put: Put, message: Build
) -> None:
    put(message("k1", "sms", "mail"), at=7)

    leased = one(engine, 7)

    assert leased.message == msgspec.structs.replace(message("k1", "sms", "mail"), put_at=7)
    assert (leased.attempt, leased.who, leased.chain) == (1, "a", "k1:0")


def test_reds_go_first_then_the_oldest(engine: Engine, put: Put, message: Build) -> None:
    put(message("old"), at=1)
    put(message("older", rank=Rank.BLUE), at=0)
    put(message("new"), message("red", rank=Rank.RED), at=2)

    order = [leased.message.notice.key for leased in lease(engine, 5)]

    assert order == ["red", "old", "new", "older"]


def test_a_message_that_is_for_later_waits(engine: Engine, put: Put, message: Build) -> None:
    put(message(not_before=50))

    assert (outbox.due(engine, 49), lease(engine, 49)) == (set(), [])
    assert outbox.due(engine, 50) == {"sms"}
    assert len(lease(engine, 50)) == 1


def test_what_is_leased_is_nobody_elses_until_the_lease_ends(
    engine: Engine, put: Put, message: Build
) -> None:
    put(message())
    first = one(engine, 0)

    assert (outbox.due(engine, 9_999), lease(engine, 9_999, "b")) == (set(), [])
    second = one(engine, 10_000)
    assert second.message == first.message
    assert (second.attempt, second.chain) == (2, first.chain)


def test_a_lease_that_is_renewed_does_not_end(engine: Engine, put: Put, message: Build) -> None:
    put(message())
    leased = one(engine, 0)

    outbox.renew(engine, [leased], 15_000)

    assert lease(engine, 14_999, "b") == []
    assert len(lease(engine, 15_000, "b")) == 1
    outbox.renew(engine, [leased], 99_000)
    assert len(lease(engine, 25_000, "c")) == 1


def test_no_message_is_leased_twice_by_desks_that_ask_at_once(
    database_url: str, put: Put, message: Build
) -> None:
    put(*[message(f"k{n}") for n in range(200)])
    engines = [open_database(database_url) for _ in range(3)]

    def take(n: int) -> list[str]:
        leased = lease(engines[n % 3], who=f"w{n}", most=7)
        return [found.message.id for found in leased]

    with ThreadPoolExecutor(6) as desks:
        taken = [key for keys in desks.map(take, range(60)) for key in keys]

    assert len(taken) == len(set(taken)) == 200
    for opened in engines:
        opened.dispose()


def test_what_is_sent_stays_with_its_receipt_and_is_in_the_trail(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message())

    outbox.done(engine, one(engine), "250 queued as 7", 5)

    kept = look()["k1:0"]
    assert (kept.state, kept.receipt, kept.done_at) == (MessageState.SENT, "250 queued as 7", 5)
    assert lease(engine, 99_999_999) == []
    ((act, by, detail),) = told(engine)
    assert (act, by, detail["receipt"], detail["to"]) == (
        "told",
        "sentinel",
        "250 queued as 7",
        "pump-1",
    )


def test_after_a_failure_it_is_tried_again_with_pauses_that_double_up_to_a_limit(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message())
    now, pauses = 0, []
    for _ in range(9):
        assert fail(engine, one(engine, now), DOWN, now) is Upshot.AGAIN
        pauses.append(look()["k1:0"].next_at - now)
        now += pauses[-1]

    assert pauses == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]
    assert look()["k1:0"].reason == "no answer"


def test_a_channel_that_asks_for_a_pause_gets_it(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message())

    fail(engine, one(engine), Setback(reason="busy", permanent=False, after=30_000))

    assert look()["k1:0"].next_at == 30_000


@pytest.mark.parametrize("setback", [REFUSED, DOWN], ids=["refused", "down"])
def test_a_channel_that_fails_hands_over_to_the_next_at_once(
    engine: Engine, put: Put, look: Look, message: Build, setback: Setback
) -> None:
    put(message("k1", "sms", "voice", "mail"))

    fail(engine, one(engine), setback, 3)

    assert outbox.due(engine, 3) == {"voice"}
    second = one(engine, 3, "voice").message
    assert (second.id, second.chain, second.notice) == (
        "k1:0+",
        (("mail", "a"),),
        message("k1").notice,
    )
    assert states(look)["k1:0"] == ("failed" if setback is REFUSED else "waiting")


def test_once_one_channel_got_through_the_others_stop_trying(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1", "sms", "voice"), message("k2", "sms", "voice"))
    for leased in lease(engine):
        fail(engine, leased, DOWN)

    first = one_of(lease(engine, 0, channel="voice"), "k1:0+")
    outbox.done(engine, first, "ok", 1)

    assert states(look) == {
        "k1:0": "needless",
        "k1:0+": "sent",
        "k2:0": "waiting",
        "k2:0+": "waiting",
    }


def one_of(leased: list[Leased], key: str) -> Leased:
    return next(found for found in leased if found.message.id == key)


def test_a_chain_at_its_end_is_a_dead_letter_and_in_the_trail(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1", "sms", "mail"))

    assert fail(engine, one(engine), REFUSED) is Upshot.HANDED_ON
    assert fail(engine, one(engine, channel="mail"), REFUSED, 4) is Upshot.DEAD

    assert states(look) == {"k1:0": "failed", "k1:0+": "dead"}
    ((act, _, detail),) = told(engine)
    assert (act, detail["reason"], detail["channel"]) == ("not_told", "no such number", "mail")


def test_the_last_of_a_chain_to_be_given_up_is_the_dead_letter(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1", "sms", "mail"))
    fail(engine, one(engine), DOWN)

    refused = fail(engine, one(engine, channel="mail"), REFUSED)
    given_up = fail(engine, one(engine, 600_000), DOWN, 600_000)

    assert (refused, given_up) == (Upshot.HANDED_ON, Upshot.DEAD)
    assert states(look) == {"k1:0": "dead", "k1:0+": "failed"}


def test_a_dead_letter_is_tried_again_over_its_whole_chain_when_a_person_says_so(
    engine: Engine, put: Put, message: Build
) -> None:
    put(message("k1", "sms", "mail"), message("k2"))
    fail(engine, one_of(lease(engine), "k1:0"), REFUSED)
    fail(engine, one(engine, channel="mail"), REFUSED)

    with writing(engine) as connection:
        count = outbox.retry(connection, ["k1:0+", "k2:0"], 700_000, "wang")

    assert count == 1
    again = one_of(lease(engine, 700_000), "k1:0")
    assert (again.message.id, again.attempt) == ("k1:0", 1)
    assert fail(engine, again, DOWN, 700_000) is Upshot.AGAIN
    assert told(engine)[-1] == ("retried", "wang", {"message": "k1:0+"})


def test_a_dead_letter_is_laid_to_rest_by_a_person_with_a_reason(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1"), message("k2"))
    for leased in lease(engine):
        fail(engine, leased, REFUSED)

    with writing(engine) as connection:
        outbox.dismiss(connection, None, 9, "wang", "called them")

    assert set(states(look).values()) == {"dismissed"}
    assert told(engine)[-1] == ("dismissed", "wang", {"message": "k2:0", "reason": "called them"})


def test_accepting_cancels_the_reminders_of_that_order_and_nothing_else(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(
        message("dispatched"),
        message("later", occasion=Occasion.NOT_ACCEPTED, not_before=10**12),
        message("other-order", order=2),
        message("other-case", case="c2"),
        message("closed", occasion=Occasion.CLOSED),
    )

    with writing(engine) as connection:
        count = outbox.cancel(connection, [("c1", 1), ("c1", 1), ("c9", 1)], 5)

    assert count == 2
    assert {key for key, state in states(look).items() if state == "cancelled"} == {
        "dispatched:0",
        "later:0",
    }
    assert len(lease(engine, 5)) == 3


def test_a_reminder_cancelled_while_it_is_sent_is_neither_tried_again_nor_handed_on(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1", "sms", "mail"))
    leased = one(engine)
    with writing(engine) as connection:
        outbox.cancel(connection, [("c1", 1)], 5)

    assert fail(engine, leased, DOWN, 6) is Upshot.OVER
    assert states(look) == {"k1:0": "cancelled"}


def test_a_reminder_cancelled_while_it_went_out_counts_as_sent(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message())
    leased = one(engine)
    with writing(engine) as connection:
        outbox.cancel(connection, [("c1", 1)], 5)

    outbox.done(engine, leased, "ok", 6)

    assert states(look) == {"k1:0": "sent"}


def test_cancelling_while_reminders_are_handed_on_leaves_none(
    database_url: str, put: Put, look: Look, message: Build
) -> None:
    """On PostgreSQL the next of a chain may be put between two looks of the one who cancels."""
    engines = [open_database(database_url) for _ in range(2)]
    put(*[message(f"k{n}", "sms", "mail", "voice") for n in range(40)])
    leased = lease(engines[0])

    def hand_on(found: Leased) -> None:
        fail(engines[0], found, DOWN)

    def cancel() -> None:
        with writing(engines[1]) as connection:
            outbox.cancel(connection, [("c1", 1)], 5)

    with ThreadPoolExecutor(4) as threads:
        handing = [threads.submit(hand_on, found) for found in leased[:20]]
        cancelling = threads.submit(cancel)
        handing += [threads.submit(hand_on, found) for found in leased[20:]]
        cancelling.result()
        for waiting in handing:
            waiting.result()

    assert set(states(look).values()) == {"cancelled"}
    for opened in engines:
        opened.dispose()


def test_a_sender_that_lost_its_lease_changes_nothing_by_failing(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1", "sms", "mail"))
    slow = one(engine, 0)
    (quick,) = lease(engine, 10_000, "b")

    assert fail(engine, slow, REFUSED, 10_001) is Upshot.OVER
    assert states(look) == {"k1:0": "waiting"}
    outbox.done(engine, quick, "ok", 10_002)
    outbox.done(engine, slow, "ok too", 10_003)
    assert look()["k1:0"].receipt == "ok"
    assert len(told(engine)) == 1


def test_a_message_that_is_worth_nothing_any_more_is_not_sent(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    put(message("k1", not_after=100), message("k2", not_after=101))

    assert [leased.message.id for leased in lease(engine, 100)] == ["k2:0"]
    assert states(look) == {"k1:0": "expired", "k2:0": "waiting"}


def test_a_message_put_back_because_its_channel_is_down_has_not_been_tried(
    engine: Engine, put: Put, message: Build
) -> None:
    put(message("k1", "sms", "mail"))

    outbox.deferred(engine, one(engine), "sms is down", 1, 5_000)

    assert outbox.due(engine, 4_999) == {"mail"}
    assert one(engine, 5_000).attempt == 1


def test_what_was_settled_long_ago_is_cleared_away_but_not_the_dead(
    engine: Engine, put: Put, look: Look, message: Build
) -> None:
    day = 86_400_000
    put(message("sent"), message("dead"), message("waits"), message("sign", occasion=Occasion.WELL))
    leased = {found.message.notice.key: found for found in lease(engine)}
    outbox.done(engine, leased["sent"], "", 0)
    outbox.done(engine, leased["sign"], "", 0)
    fail(engine, leased["dead"], REFUSED)

    with writing(engine) as connection:
        outbox.prune(connection, 2 * day, 10 * day)
    early = set(look())
    with writing(engine) as connection:
        outbox.prune(connection, 11 * day, 10 * day)

    assert early == {"sent:0", "dead:0", "waits:0"}
    assert set(look()) == {"dead:0", "waits:0"}


def test_the_outbox_tells_what_waits_and_what_there_is(
    engine: Engine, put: Put, message: Build
) -> None:
    put(message("k1"), message("k2", not_before=99), at=3)
    put(message("k3", "mail"), at=5)
    outbox.done(engine, one(engine, 5, "mail"), "", 6)

    with reading(engine) as connection:
        assert outbox.counts(connection) == {MessageState.WAITING: 2, MessageState.SENT: 1}
        assert [(w.channel, w.count, w.oldest) for w in outbox.waiting(connection, 10)] == [
            ("sms", 1, 3)
        ]
        assert [kept.message.id for kept in outbox.listed(connection, Asked(channel="sms"))] == [
            "k2:0",
            "k1:0",
        ]
        sent = outbox.listed(connection, Asked(state=MessageState.SENT, case="c1"))
        assert [kept.message.id for kept in sent] == ["k3:0"]


def test_pauses_are_shortened_by_chance_but_never_by_more_than_half() -> None:
    patience = Patience(first=1_000, most=60_000, give_up=1, jitter=lambda: 1.0)

    assert [patience.pause(n) for n in (1, 2, 1_000)] == [500, 1_000, 30_000]
