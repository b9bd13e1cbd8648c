"""What a bench tells at its end."""

import json
from dataclasses import replace

import pytest

from sentinel.bench.result import Must, Result
from sentinel.cli.bench import NAMES, bench_command
from sentinel.domain.errors import ServiceError

FOUND = Result(
    bench="live",
    figures={"share": 0.81237, "lag_seconds": 3.0, "taken": 18_765.4},
    meaning={"share": "of the do-nothing subscriber's speed"},
    musts=(
        Must(figure="share", at_least=0.7, aim=0.85),
        Must(figure="lag_seconds", at_most=5.0),
    ),
)


def test_the_last_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    FOUND.tell(as_json=True)

    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {
        "bench": "live",
        "figures": {"share": 0.8124, "lag_seconds": 3, "taken": 18_765},
        "must": {"share": ">= 0.7 (aim 0.85)", "lag_seconds": "<= 5"},
        "meets": True,
    }


@pytest.mark.parametrize(
    ("figures", "meets"),
    [
        ({"share": 0.7, "lag_seconds": 5.0}, True),
        ({"share": 0.69, "lag_seconds": 5.0}, False),
        ({"share": 0.7, "lag_seconds": 5.1}, False),
    ],
)
def test_every_bound_must_be_kept(figures: dict[str, float], meets: bool) -> None:
    assert replace(FOUND, figures=figures).meets is meets


def test_the_table_says_which_figure_misses(capsys: pytest.CaptureFixture[str]) -> None:
    replace(FOUND, figures={"share": 0.5, "lag_seconds": 1.0}).tell(as_json=False)

    shown = capsys.readouterr().out
    assert "NO" in shown
    assert "yes" in shown
    assert ">= 0.7" in shown


def test_a_bench_that_there_is_not_is_answered_with_those_there_are() -> None:
    with pytest.raises(ServiceError) as told:
        bench_command("raplay")

    assert str(told.value) == f"there is no bench 'raplay'; there are {', '.join(NAMES)}"
    assert NAMES == ("replay", "live", "latency", "memory", "growth", "faults")
