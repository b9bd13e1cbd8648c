"""docs/formats.md says what is so: its examples run, its tables are those of the parser."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sentinel.normalise.keys import reference
from sentinel.normalise.trial import Trial, TrialSettings, try_format

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(
    r"### ([^\n]+)\n\n```yaml\n(.+?)```\n\nOn `([^`]+)`:\n\n```json\n(.+?)```\n\n```text\n(.+?)```",
    re.DOTALL,
)


@pytest.mark.parametrize("example", EXAMPLE.findall(PAGE), ids=lambda example: example[0])
def test_every_example_comes_to_what_the_page_says(
    make_city: Callable[..., Any], now: int, example: tuple[str, ...]
) -> None:
    _, text, topic, payload, told = example
    city = make_city(text)
    settings = TrialSettings(
        registry=city.registry,
        formats=city.formats,
        zone=city.zone,
        skew_ms=city.skew_ms,
        past_ms=city.past_ms,
        max_payload_bytes=city.max_payload_bytes,
    )

    name = city.formats[0].name
    trial = try_format(settings, name, payload.encode(), topic=topic, received=now)

    assert isinstance(trial, Trial)
    assert _lines(trial) == told.splitlines()


def test_there_is_an_example_for_each_kind_of_device() -> None:
    assert len(EXAMPLE.findall(PAGE)) == PAGE.count("\n```yaml\n")


def test_the_tables_are_those_of_the_parser() -> None:
    """After a change of keys, `sentinel.normalise.keys.reference()` has the new tables."""
    assert PAGE.endswith(reference())


def _lines(trial: Trial) -> list[str]:
    lines = []
    for reading in trial.readings:
        at = datetime.fromtimestamp(reading.time / 1000, ZoneInfo("Asia/Shanghai"))
        time = at.isoformat(" ", "milliseconds").removesuffix("+08:00").removesuffix(".000")
        notes = f" ({'; '.join(reading.notes)})" if reading.notes else ""
        lines.append(f"{reading.device} {reading.metric} {reading.value} {time}{notes}")
    lines += [f"rejected {reason}: {found}" for reason, found, _, _ in trial.rejections]
    return lines + ([f"ignored {trial.ignored}"] if trial.ignored else [])
