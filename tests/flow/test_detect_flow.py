"""The whole detect flow: the same journal gives the same findings, however it is cut or stopped."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from sentinel.bundle import Bundle
from sentinel.detect.engine import Engine
from sentinel.domain.errors import ServiceError
from sentinel.domain.finding import Finding
from sentinel.flow import source
from sentinel.flow.checkpoint import Checkpoints
from sentinel.flow.detect import DetectCounts, ShardJudge
from sentinel.flow.progress import Progress, Reference
from sentinel.flow.shard import Turns

Run = Callable[..., list[Finding]]


def in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda f: (f.row, f.index, f.id))


def test_a_journal_leads_to_findings_each_once(run: Run) -> None:
    found = run()

    assert len(found) > 10
    assert {1} == set(Counter(finding.id for finding in found).values())


@pytest.mark.parametrize("rows", [1, 3, 50])
def test_slices_of_any_size_lead_to_the_same_findings(
    run: Run, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run("whole")

    monkeypatch.setattr(source, "SLICE_ROWS", rows)
    cut = run("cut")

    assert in_order(whole) == in_order(cut)


@pytest.mark.parametrize("shards", [1, 7])
def test_any_number_of_shards_leads_to_the_same_findings(run: Run, shards: int) -> None:
    assert in_order(run("three")) == in_order(run("other", shards=shards))


def test_a_checkpoint_of_another_version_is_refused_with_what_to_do(
    bundle: Bundle, tmp_path: Path
) -> None:
    checkpoints = Checkpoints(tmp_path / "detect" / "checkpoints")
    old = {**Engine(bundle, 0, 1, started_at=0).snapshot(), "schema": 1, "flow.bundle": bundle.hash}
    file = checkpoints.save(0, 5, old).result()

    with pytest.raises(
        ServiceError,
        match=rf"{file}: .* must be of schema 2, .*; got 1\. Remove the folder .*/detect to",
    ):
        ShardJudge(
            Reference(shard=0, file=file, row=5), load_bundle=lambda _hash: bundle, shards=1,
            counts=DetectCounts(), checkpoints=checkpoints, progress=Progress(1),
            turns=Turns(1, 0.0, lambda: 0.0),
        )  # fmt: skip
    checkpoints.close()


def test_a_flow_stopped_again_and_again_finds_what_one_run_finds(run: Run) -> None:
    whole = run("whole")

    for until in (5, 400, 401, 1500):
        run("stopped", until=until)
    stopped = run("stopped")

    assert in_order(whole) == in_order(stopped)
