"""Many cases shown as one, to each as far as they see them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sentinel.desk import Facts, open_database
from sentinel.domain.finding import Change, Finding, finding_id, warning_id
from sentinel.domain.person import Grant, Person, Role
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.terms import RuleTerms
from tests.console.asking import API, act, get, post
from tests.console.conftest import Served
from tests.console.crowd import CHEN, HANDLING, WANG, ZHAO
from tests.console.night import NOW, NightCity

FOLDING = RuleTerms(rule="river-level", fold_into="district", fold_count=3)
MINDE = Person(id="minde", name="Minde", grants=(Grant(role=Role.OPERATOR, area="guqiao/minde"),))
"""Runs one street: the parent, at the district, is above it."""


@pytest.fixture
def storm(tmp_path: Path, lancheng: NightCity) -> Iterator[Served]:
    """Five rivers of Guqiao at once: three in one street, one of another, and one red."""
    facts = Facts(city=msgspec.structs.replace(HANDLING, rules={"river-level": FOLDING}))
    engine = open_database(tmp_path / "desk.sqlite")
    served = Served(engine, lancheng, facts=facts)
    served.crowd[MINDE.id] = MINDE
    places = ["minde/g01", "minde/g01", "minde/g02", "hq/g01"]
    rivers = [finding(f"r{n}", f"guqiao/{place}") for n, place in enumerate(places)]
    served.desk.take([*rivers, finding("r9", "guqiao/minde/g02", Rank.RED)], 1)
    yield served
    engine.dispose()


def finding(subject: str, area: str, rank: Rank = Rank.ORANGE) -> Finding:
    warning = warning_id("river-level", subject, NOW)
    return Finding(
        id=finding_id(warning, 1),
        warning=warning,
        number=1,
        rule="river-level",
        subject=subject,
        area=area,
        scenario="flood-control",
        change=Change.OPENED,
        rank=rank,
        previous_rank=Rank.NONE,
        sight=Sight.SEEN,
        blind_since=None,
        onset=NOW,
        decided_at=NOW,
        received_at=NOW,
        title={"zh": "水位", "en": f"river at {subject}"},
        evidence=(),
        bundle="b",
        row=1,
        index=0,
        dispatch_to="water-affairs",
    )


def parent_of(served: Served, who: Person) -> dict[str, Any]:
    found: list[dict[str, Any]] = get(served, "cases", who)["cases"]
    (parent,) = [one for one in found if one["origin"] == "folded"]
    return parent


def test_a_list_shows_the_parent_and_every_red(storm: Served) -> None:
    found = get(storm, "cases", CHEN)["cases"]

    assert sorted((one["origin"], one["children"]) for one in found) == [
        ("detected", 0),
        ("folded", 5),
    ]
    inside = get(storm, "cases", CHEN, parent=parent_of(storm, CHEN)["id"])
    assert inside["total"] == 5


def test_a_street_sees_the_parent_with_its_own_children_alone(storm: Served) -> None:
    parent = parent_of(storm, MINDE)
    opened = get(storm, f"cases/{parent['id']}", MINDE)

    assert parent["children"] == 4
    assert {one["area"] for one in opened["children"]} == {"guqiao/minde/g01", "guqiao/minde/g02"}
    assert get(storm, "cases", MINDE, parent=parent["id"])["total"] == 4
    assert get(storm, "cases", MINDE)["total"] == 2


def test_what_waits_is_accepted_in_one_act_but_for_reds(storm: Served) -> None:
    parent = parent_of(storm, WANG)
    before = get(storm, f"cases/{parent['id']}", WANG)

    after = post(storm, f"cases/{parent['id']}/accept_all", WANG)

    assert (before["may_accept_all"], after["may_accept_all"]) == (True, False)
    waiting = [one["rank"] for one in after["children"] if one["waits"]]
    assert waiting == ["red"]
    post(storm, f"cases/{parent['id']}/accept_all", WANG, 409)
    post(storm, f"cases/{parent['id']}/accept_all", CHEN, 409)


def test_the_parent_itself_cannot_be_acted_on(storm: Served) -> None:
    refused = act(storm, parent_of(storm, ZHAO), ZHAO, "urge", 409, reason="hurry")

    assert refused["words"]["en"] == "this stands for many cases: act on those in it"


def test_another_district_learns_nothing_of_it(storm: Served) -> None:
    storm.crowd["ma"] = Person(
        id="ma", name="Ma", grants=(Grant(role=Role.OPERATOR, area="xiling"),)
    )
    parent = parent_of(storm, ZHAO)

    assert get(storm, "cases", storm.crowd["ma"])["cases"] == []
    answer = storm.of(storm.crowd["ma"]).get(f"{API}/cases/{parent['id']}")
    assert answer.status_code == 404
