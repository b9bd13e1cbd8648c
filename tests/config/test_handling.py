"""What files say of handling, read with a registry, and read again when they change."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sentinel.bundle import Bundle
from sentinel.config.bundles import BundleStore
from sentinel.config.check import check, put_by
from sentinel.config.handling import FactsBook
from sentinel.config.load import load_config
from sentinel.domain.person import EVERYWHERE

ROOT = Path(__file__).parents[2]


@pytest.fixture
def demo(tmp_path: Path) -> Path:
    """A copy of the demo's configuration; returns its file."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    return tmp_path / "configs" / "demo.yaml"


@pytest.fixture
def in_force(demo: Path, tmp_path: Path) -> Callable[[], Bundle | None]:
    """The demo's bundle."""
    store = BundleStore(tmp_path / "bundles")
    bundle = put_by(load_config(demo), store).bundle
    return lambda: bundle


def spoil(demo: Path, old: str, new: str) -> Path:
    duty = demo.parent / "demo" / "duty.yaml"
    text = duty.read_text(encoding="utf-8")
    assert old in text
    duty.write_text(text.replace(old, new, 1), encoding="utf-8")
    stamp = duty.stat().st_mtime_ns + 1_000_000
    os.utime(duty, ns=(stamp, stamp))  # two changes in one tick of a coarse clock are two
    return duty


def test_the_demo_is_good(demo: Path) -> None:
    assert [str(problem) for problem in check(demo).problems.in_order()] == []


def test_check_tells_what_is_wrong_with_the_roster_beside_all_else(demo: Path) -> None:
    spoil(demo, "members: [liu]", "members: [luu]")
    (problem,) = check(demo).problems.in_order()

    assert str(problem).endswith("units.gas-city.members.0: no person 'luu'; did you mean 'liu'?")


def test_a_channel_that_is_not_there_is_told_where_it_is_first_named(demo: Path) -> None:
    spoil(demo, "channels: {app: wang}", "channels: {app: wang, apq: wang}")
    spoil(demo, "channels: {blue: [app]}", "channels: {blue: [app, apq, sms]}")
    first, second = (str(problem) for problem in check(demo).problems.in_order())

    assert first.endswith("has no channel 'apq'; did you mean 'app'?")
    assert second.endswith("has no channel 'sms'")
    assert "duty.yaml:11:" in first


def test_a_plan_that_is_not_there_is_told(demo: Path) -> None:
    demo.write_text(
        demo.read_text(encoding="utf-8").replace("plans/*.yaml", "plans/none-*.yaml"),
        encoding="utf-8",
    )

    assert "`desk.plans`: no file matches" in str(check(demo).problems.in_order()[0])


def test_facts_say_who_is_where_and_what_rules_ask_for(
    demo: Path, in_force: Callable[[], Bundle | None]
) -> None:
    facts = FactsBook(load_config(demo), in_force)()

    assert facts.city.duty.units["water-city"].area == EVERYWHERE
    assert facts.city.rules["gas-leak"].dispatch_to == "gas-company"
    assert facts.city.places[EVERYWHERE]["en"] == "Lancheng"
    assert facts.city.plans["underpass-flooded"].orders[1].to == "fire-brigade"
    assert facts.subjects("river-level", "guqiao") > 0
    assert facts.subjects("river-level", EVERYWHERE) > facts.subjects("river-level", "guqiao")


def test_a_changed_roster_counts_at_once_and_a_spoilt_one_changes_nothing(
    demo: Path, in_force: Callable[[], Bundle | None]
) -> None:
    changes: list[object] = []
    book = FactsBook(load_config(demo), in_force, changes.append)
    before = book()
    same = book()
    spoil(demo, "members: [liu]", "members: [liu, chen]")
    after = book()
    spoil(demo, "members: [liu, chen]", "members: [nobody]")
    spoilt = book()

    assert same is before
    assert after.city.duty.units["gas-city"].members == ("liu", "chen")
    assert spoilt is after
    assert "no person 'nobody'" in book.fault
    assert len(changes) == 2
