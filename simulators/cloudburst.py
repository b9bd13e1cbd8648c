"""The cloudburst: a city's devices in a storm that comes again and again, and its truth.

`play` is pure and endless: the same seed and start give the same bytes. `run` sends it to a
broker as time passes. One second stands for a minute of weather, so readings carry real times and
a storm still comes and goes in six minutes: rain is warned of after some ten seconds, the first
red follows within a minute and a half, and all is clear again before the next storm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from threading import Event

from simulators.cast import Cast, Step
from simulators.city import City, lancheng
from simulators.faults import plan_faults
from simulators.publish import Clock, Publisher, Sent
from simulators.rubbish import rubbish
from simulators.storm import STORM_SECONDS, storm
from simulators.truth import Happening, happenings

START_MS = 1_781_740_800_000
"""2026-06-18 08:00 in the city: where a storm begins that nobody dates otherwise."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One storm: what happens in it, and what is published, made while it is taken."""

    truth: list[Happening]
    steps: Iterator[Step]


def steps(seed: int, start_ms: int = START_MS) -> Iterator[Step]:
    """Yield all messages in order of time, for ever."""
    for chapter in play(seed, start_ms):
        yield from chapter.steps


def play(seed: int, start_ms: int = START_MS) -> Iterator[Chapter]:
    """Yield storm after storm."""
    city = lancheng()
    for cycle in count():
        yield _chapter(city, seed, start_ms, cycle)


def run(
    host: str,
    port: int,
    *,
    seed: int,
    stop: Event,
    clock: Clock,
    duration_s: float | None = None,
    truth: Path | None = None,
) -> Sent:
    """Publish the storm in real time until `stop` is set or `duration_s` has passed.

    Blocks. Waits for a broker that goes away; what falls due meanwhile is sent late, as a device
    with a buffer would.

    Args:
        host: The broker's address.
        port: Its port; plain MQTT 3.1.1.
        seed: Which storm.
        stop: Ends it from another thread.
        clock: Readings carry its time.
        duration_s: None: until stopped.
        truth: File that gets a line for all that happens, a storm at a time.

    Raises:
        OSError: There is no broker.
    """
    start = clock.now()
    end = None if duration_s is None else round(1000 * duration_s)
    if truth is not None:
        truth.write_text("", encoding="utf-8")
    with Publisher(host, port, client_id=f"cloudburst-{seed}-{start}", stop=stop) as publisher:
        for chapter in play(seed, start):
            if truth is not None:
                _write(chapter.truth, truth)
            for step in chapter.steps:
                is_over = end is not None and step.at_ms > end
                if is_over or not publisher.wait_until(start + step.at_ms, clock):
                    return publisher.finish()
                publisher.send(step.topic, step.payload, retain=step.retain)
    raise AssertionError  # storms never end


def _chapter(city: City, seed: int, start_ms: int, cycle: int) -> Chapter:
    begin = cycle * STORM_SECONDS * 1000
    weather = storm(city, seed, cycle)
    faults = plan_faults(city, weather, seed)
    truth = [
        *happenings(city, weather, faults, start_ms + begin),
        *_rejected(start_ms + begin),
    ]
    return Chapter(truth, Cast(city, weather, faults, seed, start_ms).perform(begin))


def _rejected(begin_ms: int) -> Iterator[Happening]:
    for second in range(STORM_SECONDS):
        at = begin_ms + 1000 * second
        for reason, (topic, _) in rubbish(second, at):
            yield Happening(
                what="rejected", where=topic, area="", at_ms=at, until_ms=at, note=reason
            )


def _write(happened: list[Happening], path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.writelines(happening.line() for happening in happened)
