"""What the demo and flood configurations say of storms and rivers, through the pure core."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sentinel.bundle import Bundle
from sentinel.bundle.compile import compile_files
from sentinel.config import gather, read_config
from sentinel.detect.engine import Engine
from sentinel.document import Problems
from sentinel.domain.finding import Change, Finding
from sentinel.domain.messages import Messages
from sentinel.domain.readings import READING_COLUMNS, Mark, Readings
from sentinel.domain.rejection import Rejection
from sentinel.normalise.normaliser import Normaliser
from simulators.cast import Step
from simulators.cloudburst import START_MS, Chapter, play
from simulators.storm import STORM_SECONDS
from simulators.truth import RANKS

CONFIGS = Path(__file__).parents[2] / "configs"
LADDERS = {"rain-intensity", "river-level", "underpass-depth", "gas-leak", "cabinet-heat"}


def _compiled(name: str) -> tuple[Bundle | None, list[str]]:
    problems = Problems()
    config = read_config(CONFIGS / name, problems)
    assert config is not None, problems.in_order()
    files = gather(config, problems)
    compiled = compile_files(files.files, files.names)
    found = [str(problem) for problem in problems.in_order() + compiled.problems.in_order()]
    return compiled.bundle, found


@pytest.mark.parametrize("name", ["demo.yaml", "flood.yaml"])
def test_a_shipped_configuration_has_no_problems(name: str) -> None:
    bundle, problems = _compiled(name)

    assert problems == []
    assert bundle is not None


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return next(play(1))


@pytest.fixture(scope="module")
def judged(chapter: Chapter) -> tuple[list[tuple[int, Finding]], list[Rejection]]:
    """The findings of one storm, each with its second, and the rejections."""
    bundle, _ = _compiled("demo.yaml")
    assert bundle is not None
    normaliser, engine = Normaliser(bundle), Engine(bundle, 0, 1, started_at=START_MS)
    findings: list[tuple[int, Finding]] = []
    rejections: list[Rejection] = []
    for row, (second, steps) in enumerate(_seconds(chapter.steps)):
        received_at = START_MS + 1000 * (second + 1)
        normalised = normaliser.normalise(_messages(steps, 2 * row + 1, received_at))
        rejections += normalised.rejections
        found = engine.judge(normalised.readings) + engine.judge(_tick(2 * row + 2, received_at))
        findings += [(second, finding) for finding in found]
    return findings, rejections


@pytest.mark.slow
def test_warnings_reach_the_ranks_that_the_truth_expects(
    chapter: Chapter, judged: tuple[list[tuple[int, Finding]], list[Rejection]]
) -> None:
    reached: dict[tuple[str, str], int] = defaultdict(int)
    for _, finding in judged[0]:
        if finding.rule in LADDERS:
            key = finding.rule, finding.subject
            reached[key] = max(reached[key], int(finding.rank))
    expected = {(h.rule, h.where): h for h in chapter.truth if h.rank}

    for key, happening in expected.items():
        off = abs(reached[key] - RANKS.index(happening.rank))
        assert off <= happening.is_close, (happening, RANKS[reached[key]])
    assert {key for key, rank in reached.items() if rank} <= set(expected)


@pytest.mark.slow
def test_the_first_warning_comes_soon_and_a_red_within_ninety_seconds(
    judged: tuple[list[tuple[int, Finding]], list[Rejection]],
) -> None:
    first: dict[int, int] = {}
    for second, finding in judged[0]:
        if finding.rule in LADDERS:
            first.setdefault(int(finding.rank), second)

    assert first[RANKS.index("blue")] <= 30
    assert first[RANKS.index("red")] <= 90


@pytest.mark.slow
def test_what_was_raised_in_a_storm_is_cleared_before_the_next(
    judged: tuple[list[tuple[int, Finding]], list[Rejection]],
) -> None:
    last = {(f.rule, f.subject): f for _, f in judged[0] if f.rule in LADDERS}

    assert {key for key, f in last.items() if f.change is not Change.ENDED} == set()


@pytest.mark.slow
def test_every_lie_is_found_out(
    chapter: Chapter, judged: tuple[list[tuple[int, Finding]], list[Rejection]]
) -> None:
    for happening in chapter.truth:
        if happening.rule and not happening.rank:
            found = [
                second
                for second, finding in judged[0]
                if finding.rule == happening.rule
                and finding.subject.split("/")[0] == happening.where
                and happening.at_ms <= START_MS + 1000 * (second + 1) <= happening.until_ms + 1000
            ]
            assert found, happening


@pytest.mark.slow
def test_rubbish_is_rejected_for_the_reason_that_the_truth_gives(
    chapter: Chapter, judged: tuple[list[tuple[int, Finding]], list[Rejection]]
) -> None:
    expected = Counter(h.note for h in chapter.truth if h.what == "rejected")
    expected["wrong_time"] += 50  # of the rain gauge whose clock is ahead

    assert Counter(str(rejection.reason) for rejection in judged[1]) == expected


def test_a_river_that_rises_steadily_is_warned_of_hours_before_its_danger_level() -> None:
    bundle, _ = _compiled("flood.yaml")
    assert bundle is not None
    engine = Engine(bundle, 0, 1, started_at=START_MS)
    normaliser = Normaliser(bundle)
    first: dict[int, int] = {}
    for hour in range(16):
        at_ms = START_MS + 3_600_000 * hour
        payload = f'{{"value":{1.20 + 0.06 * hour:.2f},"ts":{at_ms}}}'.encode()
        step = Step(0, "gauge/wl_2020675/water_level", payload)
        readings = normaliser.normalise(_messages([step], hour + 1, at_ms)).readings
        for finding in engine.judge(readings):
            first.setdefault(int(finding.rank), hour)

    # the watch level (1.73 m) is passed in hour 9, the danger level (2.00 m) in hour 14
    assert first == {1: 9, 2: 10, 3: 12, 4: 14}


def _seconds(steps: Iterator[Step]) -> Iterator[tuple[int, list[Step]]]:
    parts: list[list[Step]] = [[] for _ in range(STORM_SECONDS)]
    for step in steps:
        parts[step.at_ms // 1000].append(step)
    return iter(enumerate(parts))


def _messages(steps: list[Step], row: int, received_at: int) -> Messages:
    return Messages(
        row=row,
        received_at=received_at,
        topics=[step.topic for step in steps],
        payloads=[step.payload for step in steps],
        flags=np.zeros(len(steps), np.uint8),
        packet_ids=np.zeros(len(steps), np.uint16),
    )


def _tick(row: int, at_ms: int) -> Readings:
    values = {"sensor": Mark.TICK, "time": at_ms, "received": at_ms, "quality": 1, "row": row}
    columns = {
        name: np.array([values.get(name, 0)], dtype) for name, dtype in READING_COLUMNS.items()
    }
    return Readings(**columns)
