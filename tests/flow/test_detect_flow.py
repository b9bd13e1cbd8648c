"""The whole detect flow: the same journal gives the same findings, however it is cut or stopped."""

from collections import Counter
from collections.abc import Callable

import pytest

from sentinel.domain.finding import Finding
from sentinel.flow import source

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


def test_a_flow_stopped_again_and_again_finds_what_one_run_finds(run: Run) -> None:
    whole = run("whole")

    for until in (5, 400, 401, 1500):
        run("stopped", until=until)
    stopped = run("stopped")

    assert in_order(whole) == in_order(stopped)
