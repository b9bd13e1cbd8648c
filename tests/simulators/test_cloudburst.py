"""The storm: the same for the same seed, plausible, and its truth is what was published."""

import json
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from simulators.cast import Step
from simulators.city import City, lancheng
from simulators.cloudburst import START_MS, Chapter, play, run, steps
from simulators.faults import BABBLE, TORN_OFF
from simulators.stations import Station
from simulators.storm import CALM_AFTER, STORM_SECONDS, Storm, storm
from simulators.truth import Happening

SEED = 1


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return next(play(SEED))


@pytest.fixture(scope="module")
def told(chapter: Chapter) -> list[Step]:
    return list(chapter.steps)


@pytest.fixture(scope="module")
def weather(city: City) -> Storm:
    return storm(city, SEED, 0)


def test_the_same_seed_gives_the_same_messages(told: list[Step]) -> None:
    assert list(islice(steps(SEED), len(told))) == told


def test_another_seed_gives_another_storm(told: list[Step]) -> None:
    assert list(islice(steps(SEED + 1), len(told))) != told


def test_messages_come_in_order_of_time_across_storms() -> None:
    times = [step.at_ms for step in islice(steps(SEED), 30_000)]

    assert times == sorted(times)
    assert times[-1] > STORM_SECONDS * 1000


def test_nothing_is_dated_after_its_publication_but_by_a_wrong_clock(
    told: list[Step], chapter: Chapter
) -> None:
    """Later than received is later than true."""
    rain = {h.where for h in chapter.truth if h.what == "clock_wrong"}
    addresses = {s.columns["address:senml"] for s in _stations(rain)}
    ahead = 0
    for step in told:
        for device, at_ms in _dated(step):
            if at_ms > START_MS + step.at_ms:
                assert device in addresses
                ahead += 1

    assert ahead == 50


def test_the_river_answers_later_than_the_rain_falls(weather: Storm) -> None:
    rain_peak = weather.rain.mean(axis=1).argmax()

    assert (weather.level.argmax(axis=0)[-8:] > 0).all()
    assert weather.level[:, 7].argmax() > rain_peak


def test_the_flood_wave_travels_down_the_river(weather: Storm) -> None:
    peaks = weather.level[:, :8].argmax(axis=0)

    assert (np.diff(peaks) > 0).all()


def test_an_underpass_holds_what_came_in_less_what_was_pumped(city: City, weather: Storm) -> None:
    """No water from nowhere: it never rises faster than its catchment gathers."""
    underpasses = city.of_kind("underpass")
    gather = np.array([station.nature["gather"] for station in underpasses])

    rise = np.diff(weather.depth, axis=0)

    assert (weather.depth >= 0).all()
    assert (rise <= 160 * gather + 1e-9).all()
    assert (weather.depth.max(axis=0) > 0.4).sum() >= 3


@pytest.mark.parametrize("seed", range(5))
def test_a_storm_begins_soon_and_ends_calm(city: City, seed: int) -> None:
    found = storm(city, seed, 0)

    assert (found.rain > 20).any(axis=1).argmax() < 20
    assert (found.depth > 0.40).any(axis=1).argmax() < 90
    assert found.rain[CALM_AFTER:].max() < 1
    assert found.depth[-1].max() < 0.05
    assert np.allclose(found.level[-1], found.level[0], atol=0.05)


def test_a_dead_sensor_is_silent_for_as_long_as_the_truth_says(
    told: list[Step], chapter: Chapter
) -> None:
    dead = _one(chapter, "dies")
    times = [
        START_MS + step.at_ms for step in told if step.topic == f"city/{dead.where}/water_level"
    ]

    assert not [at for at in times if dead.at_ms + 1000 <= at < dead.until_ms]
    assert [at for at in times if at < dead.at_ms]
    assert [at for at in times if at >= dead.until_ms]


def test_a_stuck_sensor_repeats_itself_to_the_last_digit(
    told: list[Step], chapter: Chapter
) -> None:
    stuck = _one(chapter, "sticks")
    topic = f"city/{stuck.where}/water_level"
    values = [
        json.loads(step.payload)["value"]
        for step in told
        if step.topic == topic and stuck.at_ms + 1000 <= START_MS + step.at_ms < stuck.until_ms
    ]

    assert len(values) > 50
    assert len(set(values)) == 1


def test_a_babbling_sensor_says_thirty_times_what_is_due_once(
    told: list[Step], chapter: Chapter
) -> None:
    babbler = _one(chapter, "babbles")
    topic = f"application/7/device/{babbler.where}/event/up"
    moments = Counter(step.at_ms for step in told if step.topic == topic)

    assert sorted(set(moments.values())) == [1, BABBLE]
    assert sum(count == BABBLE for count in moments.values()) == 3


def test_a_torn_off_probe_reports_what_the_chip_says_then(
    told: list[Step], chapter: Chapter
) -> None:
    torn = _one(chapter, "over_range")
    topic = f"tele/{torn.where}/SENSOR"
    found = [
        json.loads(step.payload)["SHT3X"]["Temperature"] for step in told if step.topic == topic
    ]

    assert found.count(TORN_OFF) == 8


def test_a_gateway_without_network_sends_all_that_it_kept_once_it_is_back(
    told: list[Step], chapter: Chapter
) -> None:
    cut = _one(chapter, "buffers")
    times = Counter(step.at_ms for step in told if step.topic == f"v/{cut.where}/up")

    assert sum(times.values()) == STORM_SECONDS // 2
    assert max(times.values()) == 7


def test_what_is_rejected_is_told_with_its_reason(told: list[Step], chapter: Chapter) -> None:
    rejected = [h for h in chapter.truth if h.what == "rejected"]
    published = {(START_MS + step.at_ms, step.topic) for step in told}

    assert len(rejected) == STORM_SECONDS / 6
    assert all((h.at_ms, h.where) in published for h in rejected)
    assert {h.note for h in rejected} == {
        "unreadable", "unknown_device", "unknown_metric", "not_a_number", "wrong_time",
        "missing_field", "bad_unit",
    }  # fmt: skip


def test_a_run_publishes_until_its_time_is_over_and_writes_the_truth(
    make_broker: Callable[..., Any], tmp_path: Path
) -> None:
    broker = make_broker()
    truth = tmp_path / "truth.jsonl"

    sent = run(
        "127.0.0.1", broker.port, seed=SEED, stop=Event(), clock=_Racing(), duration_s=10,
        truth=truth,
    )  # fmt: skip

    due = [step for step in islice(steps(SEED), 2000) if step.at_ms <= 10_000]
    assert (sent.messages, sent.acknowledged, sent.refused) == (len(due), len(due), 0)
    assert [got.topic for got in broker.got] == [step.topic for step in due]
    lines = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines()]
    assert {"river", "dies", "rejected"} <= {line["what"] for line in lines}


def test_a_run_that_is_stopped_ends_at_once_without_a_broker() -> None:
    stop = Event()
    stop.set()

    sent = run("127.0.0.1", 1, seed=SEED, stop=stop, clock=_Racing())

    assert sent.messages == 0


class _Racing:
    """A clock by which an hour passes between two looks at it."""

    def __init__(self) -> None:
        self._now = START_MS - 3_600_000

    def now(self) -> int:
        self._now += 3_600_000
        return self._now


def _one(chapter: Chapter, what: str) -> Happening:
    (found,) = [happening for happening in chapter.truth if happening.what == what]
    return found


def _stations(ids: set[str]) -> list[Station]:
    return [station for station in lancheng().stations if station.id in ids]


def _dated(step: Step) -> list[tuple[str, int]]:
    """Return the senders and times of a message that is dated by a number."""
    try:
        found = json.loads(step.payload)
    except ValueError:
        return []
    if isinstance(found, list):
        return [(r["bn"].split(":")[-2], round(r["bt"] * 1000)) for r in found if "bt" in r]
    return [(step.topic, found["ts"])] if "ts" in found else []
