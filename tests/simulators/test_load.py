"""The load generator: known content, an even pace, nothing lost when the connection breaks."""

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.content import Content, Encoder, Kind
from simulators.generator import Pacer, Way
from simulators.ledger import Ledger
from simulators.load import Load, send_load
from simulators.wire import PACKET_IDS, Acks, publish_packet

NONE = np.empty(0, np.int64)


@given(
    qos=st.sampled_from([0, 1]),
    version=st.sampled_from([4, 5]),
    number=st.integers(0, 900_000_000),
    content=st.integers(0, 900_000_000),
    time=st.integers(10**12, 10**13 - 1),
    dup=st.booleans(),
)
def test_a_row_of_bytes_is_the_packet_of_its_message(
    qos: int, version: int, number: int, content: int, time: int, dup: bool
) -> None:
    what = Content(sensors=70_000)
    ids = [np.array([value], np.int64) for value in (number, content, time)]

    rows = Encoder(what, qos=qos, version=version).encode(ids[0], ids[1], ids[2], dup=dup)

    value = int(what.thousandths(ids[1])[0])
    payload = f'{{"v":{value // 1000}.{value % 1000:03},"t":{time},"n":"{content:09}"}}'
    assert rows[0].tobytes() == publish_packet(
        f"load/s{content % 70_000:07}/level",
        payload.encode(),
        qos=qos,
        packet_id=number % PACKET_IDS + 1,
        version=version,
        dup=dup and qos == 1,
    )


def test_a_repeat_says_what_the_message_before_it_said_and_garbled_ones_are_unreadable() -> None:
    content = Content(sensors=50, repeat=0.2, garble=0.1, seed=4)
    ledger = Ledger(content, 1000, qos=1, version=4, interval_ms=None)
    payloads = _payloads(b"".join(ledger.next(50, 10**12 + turn) for turn in range(20)))
    kinds = content.kinds(np.arange(1000, dtype=np.int64)).tolist()

    assert len(payloads) == 1000
    for number, (kind, payload) in enumerate(zip(kinds, payloads, strict=True)):
        assert _is_readable(payload) == (kind != Kind.GARBLED)
        if kind == Kind.REPEAT and kinds[number - 1] == Kind.PLAIN:
            assert payload == payloads[number - 1]
    shares = Counter(kinds)
    assert 150 < shares[Kind.REPEAT] < 250
    assert 70 < shares[Kind.GARBLED] < 130


@given(
    sensors=st.integers(1, 7),
    blocks=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3)), max_size=20),
)
def test_no_sensor_ever_dates_two_contents_alike(
    sensors: int, blocks: list[tuple[int, int]]
) -> None:
    ledger = Ledger(Content(sensors=sensors), 200, qos=0, version=4, interval_ms=None)
    now = 10**12
    seen: dict[str, list[int]] = {}
    for count, later in blocks:
        now += later
        for payload in _payloads(ledger.next(count, now)):
            found = json.loads(payload)
            seen.setdefault(str(int(found["n"]) % sensors), []).append(found["t"])

    for times in seen.values():
        assert times == sorted(set(times))


@given(data=st.data())
def test_what_is_in_flight_is_what_was_sent_and_not_answered(data: st.DataObject) -> None:
    ledger = Ledger(Content(sensors=100), 300, qos=1, version=4, interval_ms=1000)
    open_ids: set[int] = set()
    for _ in range(data.draw(st.integers(0, 8))):
        before = ledger.sent
        ledger.next(data.draw(st.integers(1, 40)), 10**12)
        open_ids |= {number % PACKET_IDS + 1 for number in range(before, ledger.sent)}
        answered = data.draw(st.sets(st.sampled_from(sorted(open_ids))))
        ledger.take(Acks(np.array(sorted(answered), np.int64), NONE))
        open_ids -= answered

    assert ledger.in_flight == len(open_ids)
    assert len(ledger.acknowledged) == ledger.sent - len(open_ids)
    assert len(_payloads(ledger.again())) == len(open_ids)


def test_an_answer_to_nothing_in_flight_is_passed_over() -> None:
    ledger = Ledger(Content(), 10, qos=1, version=4, interval_ms=None)
    ledger.next(5, 10**12)
    ledger.take(Acks(np.array([3, 3], np.int64)[:1], NONE))
    ledger.take(Acks(np.array([3, 9, 65_000], np.int64), NONE))

    assert ledger.in_flight == 4


def test_a_refused_message_is_answered_and_not_acknowledged() -> None:
    ledger = Ledger(Content(), 10, qos=1, version=5, interval_ms=None)
    ledger.next(5, 10**12)
    ledger.take(Acks(np.array([1, 2], np.int64), np.array([4], np.int64)))

    assert ledger.in_flight == 2
    assert ledger.acknowledged.tolist() == [0, 1]


def test_a_rate_is_paid_out_evenly_and_lost_time_is_not_caught_up() -> None:
    pacer = Pacer(500, now=0.0)

    paid = [pacer.due(now=step / 100) for step in range(1, 101)]

    assert sum(paid) == 500
    assert set(paid) == {5}
    assert pacer.due(now=100.0) == 25


def test_everything_sent_is_acknowledged_and_listed(
    make_broker: Callable[..., Any], tmp_path: Path
) -> None:
    broker = make_broker()
    content = Content(sensors=300, repeat=0.1, garble=0.1)
    taken = tmp_path / "taken.csv"

    outcome = send_load(
        Load(messages=5000, content=content), _way(broker.port, window=700), taken=taken
    )

    assert (outcome.messages, outcome.acknowledged, outcome.reconnects) == (5000, 5000, 0)
    assert len(broker.got) == 5000
    lines = taken.read_text().splitlines()[1:]
    for line, got in zip(lines, broker.got, strict=True):
        _, number, sensor, time, thousandths, kind = line.split(",")
        assert got.topic == f"load/s{sensor}/level"
        value = f"{int(thousandths) / 1000:.3f}" if kind != "garbled" else "####"
        assert got.payload.decode().startswith(f'{{"v":{value}')
        assert got.payload.decode().endswith(f'"t":{time},"n":"{int(number):09}"}}')


def test_a_broken_connection_loses_nothing_and_says_what_came_before(
    make_broker: Callable[..., Any],
) -> None:
    broker = make_broker(breaks_after=1500)

    outcome = send_load(
        Load(messages=4000, content=Content(sensors=500)), _way(broker.port, window=600)
    )

    assert (outcome.acknowledged, outcome.reconnects, broker.connections) == (4000, 1, 2)
    arrived = {got.payload for got in broker.got}
    assert len(arrived) == 4000
    again = [got for got in broker.got if got.is_dup]
    assert again


def test_a_load_that_is_stopped_waits_for_what_is_on_the_way(
    make_broker: Callable[..., Any],
) -> None:
    broker, stop = make_broker(), Event()
    stop.set()

    outcome = send_load(Load(messages=1000), _way(broker.port), stop=stop)

    assert outcome.messages == outcome.acknowledged == 0


def test_at_qos_0_what_was_written_counts(make_broker: Callable[..., Any]) -> None:
    broker = make_broker()

    outcome = send_load(Load(messages=3000), _way(broker.port, qos=0))

    assert outcome.acknowledged == 3000


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_says_the_same_values(seed: int) -> None:
    numbers = np.arange(5000, dtype=np.int64)
    content = Content(sensors=100, seed=seed, high=0.2)

    first, second = content.thousandths(numbers), content.thousandths(numbers)

    assert (first == second).all()
    assert 0.1 < float((first >= 5000).mean()) < 0.3
    assert ((first >= 1000) & (first < 7000)).all()


def _way(port: int, *, window: int = 1000, qos: int = 1) -> Way:
    return Way(host="127.0.0.1", port=port, client_id="test", window=window, qos=qos)


def _payloads(packets: bytes) -> list[bytes]:
    return re.findall(rb'\{"v":[^}]*\}', packets)


def _is_readable(payload: bytes) -> bool:
    try:
        json.loads(payload)
    except ValueError:
        return False
    return True
