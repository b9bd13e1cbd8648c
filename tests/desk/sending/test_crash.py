"""Killed with -9 at random points while sending: nothing is lost, and what comes twice is known."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine

from sentinel.desk import outbox, trail
from sentinel.desk.outbox import MessageState
from sentinel.desk.transactions import reading, writing
from sentinel.testing.notices import notice_message
from sentinel.testing.receiver import Receiver, running_receiver

Until = Callable[[Callable[[], object]], None]
KILLS = 20
SEND_FOR_EVER = """
import random, sys, threading, time
from pathlib import Path
from sentinel.desk import open_database
from sentinel.desk.channels.settings import WebhookSettings
from sentinel.desk.channels.webhook import Webhook
from sentinel.desk.outbox.settings import OutboxSettings
from sentinel.desk.sending import Sender
from sentinel.observe.log import configure_logging

configure_logging(service="desk", level="error")

class Clock:
    def now(self):
        return int(time.time() * 1000)

database, url, secret, who = sys.argv[1:]
settings = WebhookSettings(kind="webhook", url=url, secret_file=Path(secret), timeout=5_000)
channels = {name: (Webhook(settings, Clock()), 3) for name in ("app", "sms")}
pauses = OutboxSettings(poll=10, lease=400, retry_first=10, retry_most=100)
sender = Sender(
    open_database(database), channels, pauses, Clock(), who=who, jitter=random.random
)
print("runs", flush=True)
sender.run(threading.Event())
"""


@pytest.mark.slow
def test_killed_at_any_instant_no_message_is_lost_and_each_repeat_has_the_same_key(
    engine: Engine, database_url: str, tmp_path: Path, until: Until
) -> None:
    (tmp_path / "secret").write_text("key")
    chance = random.Random(7)  # noqa: S311 -- the same kills each time
    put: list[str] = []
    with running_receiver() as receiver:
        for life in range(KILLS):
            put += put_some(engine, life)
            receiver.answers += [(chance.choice((200, 500, 404)), {}, b"") for _ in range(9)]
            process = start(database_url, receiver.url, tmp_path / "secret", f"life-{life}")
            kill_in_the_midst(process, receiver, chance, until)
        last = start(database_url, receiver.url, tmp_path / "secret", "last")
        try:
            until(lambda: not waiting(engine))
        finally:
            end(last)

    check_all_told(engine, put, receiver)


def put_some(engine: Engine, life: int) -> list[str]:
    keys = [f"{life}-{n}" for n in range(12)]
    with writing(engine) as connection:
        outbox.put(connection, [notice_message(key, "app", "sms") for key in keys], 0)
    return keys


def start(database: str, url: str, secret: Path, who: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(  # noqa: S603 -- our own script
        [sys.executable, "-c", SEND_FOR_EVER, database, url, str(secret), who],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "runs\n"
    return process


def kill_in_the_midst(
    process: "subprocess.Popen[str]", receiver: Receiver, chance: random.Random, until: Until
) -> None:
    """Kill after some messages and then a moment, so that any step may be the one that is cut."""
    enough = len(receiver.received) + chance.randint(0, 8)
    try:
        until(lambda: len(receiver.received) >= enough)
        Event().wait(chance.random() * 0.01)
    finally:
        end(process)


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def waiting(engine: Engine) -> int:
    with reading(engine) as connection:
        return outbox.counts(connection).get(MessageState.WAITING, 0)


def check_all_told(engine: Engine, put: list[str], receiver: Receiver) -> None:
    came = Counter(one.headers["Idempotency-Key"] for one in receiver.received)
    bodies = {(one.headers["Idempotency-Key"], one.body) for one in receiver.received}
    with reading(engine) as connection:
        counts = outbox.counts(connection)
        lines = list(trail.lines(connection, trail.Asked(limit=100_000)))
        verified = trail.verify(connection)

    told = Counter(str(line.entry.detail["message"]) for line in lines if line.entry.act == "told")
    untold = [line for line in lines if line.entry.act == "not_told"]
    assert {key.split(":")[0] for key in came} == set(put), "a message was lost"
    assert len(bodies) == len(came), "two bodies under one key"
    assert set(told.values()) == {1}, "one delivery noted twice"
    assert set(told) <= set(came)
    assert counts[MessageState.SENT] == len(told)
    assert {key.split(":")[0] for key in told} | {
        str(line.entry.detail["message"]).split(":")[0] for line in untold
    } == set(put)
    assert isinstance(verified, trail.Whole)
    assert sum(came.values()) > len(came), "no kill fell between sending and noting: a dull test"
