"""The sender on both databases, with channels that are slow, down, broken or gone."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine

from sentinel.desk import open_database, outbox, trail
from sentinel.desk.outbox import Kept
from sentinel.desk.sending import Sender
from sentinel.desk.transactions import reading, writing
from sentinel.domain.errors import Refused, TryAgain
from sentinel.observe.sentences import state
from sentinel.testing.clock import HandClock
from sentinel.testing.notices import notice_message as message
from sentinel.testing.postgres import Postgres

Make = Callable[..., Sender]
Put = Callable[..., int]
Look = Callable[[], dict[str, Kept]]
Until = Callable[[Callable[[], object]], None]
Run = Callable[[Sender], Any]
Channels = Callable[..., Any]


def told(sender: Sender) -> str:
    return state(sender.troubles())["state"]


def states(look: Look) -> dict[str, str]:
    return {key: kept.state.value for key, kept in look().items()}


def test_a_message_goes_out_and_is_noted(
    engine: Engine, make: Make, working: Run, put: Put, look: Look, until: Until, scripted: Channels
) -> None:
    sms = scripted()
    put(message())

    working(make(engine, {"sms": sms}))
    until(lambda: states(look) == {"k1:0": "sent"})

    assert sms.taken == ["k1:0"]
    assert look()["k1:0"].receipt == "taken"


def test_a_slow_channel_holds_up_no_other(
    engine: Engine, make: Make, working: Run, put: Put, until: Until, scripted: Channels
) -> None:
    slow, quick = scripted(), scripted()
    slow.open.clear()
    put(
        *[message(f"s{n}", "slow") for n in range(5)],
        *[message(f"q{n}", "quick") for n in range(5)],
    )

    working(make(engine, {"slow": slow, "quick": quick}))
    until(lambda: len(quick.taken) == 5)

    assert slow.taken == []
    assert len(slow.tried) == 2
    slow.open.set()
    until(lambda: len(slow.taken) == 5)


def test_no_more_are_under_way_than_a_channel_takes_at_once(
    engine: Engine, make: Make, working: Run, put: Put, until: Until, scripted: Channels
) -> None:
    sms = scripted()
    put(*[message(f"k{n}") for n in range(30)])

    working(make(engine, {"sms": sms}, width=3))
    until(lambda: len(sms.taken) == 30)

    assert sms.most <= 3
    assert sorted(sms.taken) == sorted(set(sms.taken))


def test_senders_that_share_an_outbox_send_each_message_once(
    database_url: str,
    make: Make,
    working: Run,
    put: Put,
    look: Look,
    until: Until,
    scripted: Channels,
) -> None:
    engines = [open_database(database_url) for _ in range(2)]
    first, second = scripted(), scripted()
    put(*[message(f"k{n}") for n in range(120)])

    running = [
        working(make(engine, {"sms": channel}, who=who))
        for engine, channel, who in zip(engines, (first, second), "ab", strict=True)
    ]
    until(lambda: set(states(look).values()) == {"sent"})
    for one in running:
        one.end()

    assert sorted(first.taken + second.taken) == sorted(f"k{n}:0" for n in range(120))
    for engine in engines:
        engine.dispose()


def test_a_refused_message_is_with_the_next_channel_at_once(
    engine: Engine, make: Make, working: Run, put: Put, look: Look, until: Until, scripted: Channels
) -> None:
    sms, mail = scripted(always=Refused("no such number")), scripted()
    put(message("k1", "sms", "mail"))

    working(make(engine, {"sms": sms, "mail": mail}))
    until(lambda: states(look) == {"k1:0": "failed", "k1:0+": "sent"})


def test_a_chain_at_its_end_raises_health_until_a_person_has_seen_to_it(
    engine: Engine,
    make: Make,
    put: Put,
    look: Look,
    until: Until,
    clock: HandClock,
    scripted: Channels,
) -> None:
    sender = make(engine, {"sms": scripted(always=Refused("no such number"))})
    put(message())

    sender.step()
    until(lambda: states(look) == {"k1:0": "dead"})
    clock.wind(seconds=6)
    sender.step()

    assert told(sender).startswith("1 messages reached nobody")
    assert sender.figures()["dead"] == 1


def test_a_channel_that_is_configured_no_more_hands_over(
    engine: Engine, make: Make, put: Put, look: Look, until: Until, scripted: Channels
) -> None:
    sender = make(engine, {"mail": scripted()})
    put(message("k1", "fax", "mail"), message("k2", "fax"))

    sender.step()
    sender.step()
    until(lambda: states(look) == {"k1:0": "failed", "k1:0+": "sent", "k2:0": "dead"})

    assert look()["k2:0"].reason == "there is no channel 'fax'"


def test_a_mistake_of_our_own_loses_no_message(
    engine: Engine,
    make: Make,
    put: Put,
    look: Look,
    until: Until,
    clock: HandClock,
    scripted: Channels,
) -> None:
    sms = scripted([ZeroDivisionError("oops")])
    sender = make(engine, {"sms": sms})
    put(message())

    sender.step()
    until(lambda: look()["k1:0"].reason)
    clock.wind(seconds=1)
    sender.step()
    until(lambda: states(look) == {"k1:0": "sent"})

    assert sms.tried == ["k1:0", "k1:0"]


def test_a_channel_that_is_down_is_gone_round_and_probed_until_it_works(
    engine: Engine,
    make: Make,
    put: Put,
    look: Look,
    until: Until,
    clock: HandClock,
    scripted: Channels,
) -> None:
    sms, mail = scripted(always=TryAgain("no answer")), scripted()
    sender = make(engine, {"sms": sms, "mail": mail}, width=1, lease=900_000)
    for n in range(3):
        put(message(f"k{n}", "sms", "mail"))
        sender.step()
        until(lambda: not sender._lanes["sms"].held())

    put(message("k3", "sms", "mail"))
    until(lambda: sender.step() == 0 and states(look).get("k3:0+") == "sent")

    assert len(sms.tried) == 3
    assert look()["k3:0"].reason == "sms is down: no answer"
    assert "channel sms is down, and messages go round it: no answer" in told(sender)
    assert sender.figures()["down"] == ["sms"]
    sms.always = None
    put(message("k4", "sms"))
    clock.wind(seconds=6)
    until(lambda: sender.step() == 0 and states(look)["k4:0"] == "sent")
    assert "is down" not in told(sender)


def test_a_message_under_way_for_long_stays_ours(
    engine: Engine,
    make: Make,
    put: Put,
    look: Look,
    until: Until,
    clock: HandClock,
    scripted: Channels,
) -> None:
    sms = scripted()
    sms.open.clear()
    sender = make(engine, {"sms": sms})
    put(message())
    sender.step()
    until(lambda: sms.tried)

    for _ in range(10):
        clock.wind(seconds=7)
        sender.step()
        assert outbox.due(engine, clock.now()) == set()
    sms.open.set()
    until(lambda: states(look) == {"k1:0": "sent"})

    assert sms.tried == ["k1:0"]


def test_what_a_dead_sender_had_in_hand_is_tried_again_when_its_lease_ends(
    engine: Engine,
    make: Make,
    put: Put,
    look: Look,
    until: Until,
    clock: HandClock,
    scripted: Channels,
) -> None:
    put(message())
    outbox.lease(engine, clock.now(), "dead", 1, channel="sms", until=clock.now() + 20_000)
    sms = scripted()
    sender = make(engine, {"sms": sms})

    sender.step()
    early = list(sms.tried)
    clock.wind(seconds=20)
    sender.step()
    until(lambda: states(look) == {"k1:0": "sent"})

    assert (early, look()["k1:0"].attempts) == ([], 2)


def test_a_sender_that_is_stopped_ends_what_is_under_way(
    engine: Engine, make: Make, working: Run, put: Put, look: Look, until: Until, scripted: Channels
) -> None:
    sms = scripted()
    sms.open.clear()
    put(message())
    running = working(make(engine, {"sms": sms}))
    until(lambda: sms.tried)

    running.stop.set()
    opening = Thread(target=sms.open.set)
    opening.start()
    running.end()
    opening.join()

    assert states(look) == {"k1:0": "sent"}


def test_a_message_that_waits_too_long_raises_health(
    engine: Engine, make: Make, put: Put, clock: HandClock, scripted: Channels
) -> None:
    sms = scripted()
    sms.open.clear()
    sender = make(engine, {"sms": sms}, width=1)
    put(message("k1"), message("k2"))
    sender.step()

    clock.wind(seconds=61)
    sender.step()

    assert told(sender) == "a message has waited for 1m1s to be sent"
    assert sender.figures()["waiting"] == {"sms": 2}
    sms.open.set()


@pytest.mark.postgres
def test_a_database_that_goes_away_while_a_message_is_sent_makes_no_second_one(
    postgres: Postgres, make: Make, working: Run, until: Until, clock: HandClock, scripted: Channels
) -> None:
    engine = open_database(postgres.database())
    sms = scripted()
    sms.open.clear()
    with writing(engine) as connection:
        outbox.put(connection, [message()], clock.now())
    running = working(make(engine, {"sms": sms}))
    until(lambda: sms.tried)

    postgres.kill()
    sms.open.set()
    until(lambda: running.sender.fault)
    assert "the database refused" in told(running.sender)
    postgres.start()
    until(lambda: told(running.sender) == "ok" and trail_length(engine) == 1)
    running.end()

    assert sms.tried == ["k1:0"]
    engine.dispose()


def trail_length(engine: Engine) -> int:
    with reading(engine) as connection:
        return trail.head(connection).number
