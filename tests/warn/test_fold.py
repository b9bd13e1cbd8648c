from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from sentinel.domain.person import Person
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.acts import Accept, Actor, Note, Urge, Verify
from sentinel.warn.case import Case, CaseFile, CaseState, Origin, Verdict
from sentinel.warn.escalate import next_at, overdue
from sentinel.warn.fold import Folded, fold, fold_place, threshold
from sentinel.warn.notice import Notice, Occasion
from sentinel.warn.opening import Known, told
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.terms import RuleTerms
from sentinel.warn.together import accept_all, gather, seen_from
from tests.warn.town import CITY, MINUTE, NOW, PEOPLE, acts_of, did, heard, opened, refused, warning

RULE = RuleTerms(rule="river-level", fold_into="district", fold_count=4)


def many(count: int, rank: Rank = Rank.ORANGE, **changes: Any) -> list[CaseFile]:  # noqa: ANN401 -- any field
    return [opened(rank, subject=f"lv-{n:04}", **changes).file for n in range(count)]


def cases(files: Sequence[CaseFile]) -> list[Case]:
    return [file.case for file in files]


def folded(files: Sequence[CaseFile], parent: CaseFile | None = None) -> Folded:
    found = fold(RULE, "pudong", cases(files), parent, 0, NOW, CITY)
    assert found is not None
    return found


def into(parent: CaseFile, files: Sequence[CaseFile]) -> list[CaseFile]:
    """The children as they stand after folding."""
    return [
        msgspec.structs.replace(
            file, case=msgspec.structs.replace(file.case, parent=parent.case.id)
        )
        for file in files
    ]


@pytest.mark.parametrize(
    ("level", "area", "where"),
    [
        ("city", "pudong/hq", ""),
        ("district", "pudong/hq/g07", "pudong"),
        ("street", "pudong/hq/g07", "pudong/hq"),
        ("street", "pudong", None),
        ("district", "", None),
        ("", "pudong", None),
    ],
)
def test_a_rule_folds_into_the_area_of_its_level(level: str, area: str, where: str | None) -> None:
    rule = RuleTerms(rule="r", fold_into=level)

    assert fold_place(area, rule) == where


def test_the_count_or_the_share_counts_whichever_is_fewer_and_one_is_never_many() -> None:
    share = RuleTerms(rule="r", fold_count=20, fold_share=0.1)

    assert [threshold(share, subjects) for subjects in (0, 45, 1_000, 3)] == [20, 5, 20, 2]
    assert threshold(RuleTerms(rule="r", fold_share=0.1), 0) is None


def test_enough_cases_become_one_and_the_centre_is_told_once() -> None:
    files = many(4)

    found = folded(files)

    parent = found.done.file.case
    assert (parent.origin, parent.children, parent.rank) == (Origin.FOLDED, 4, Rank.ORANGE)
    assert (parent.area, parent.centre) == ("pudong", "pudong")
    assert parent.title["en"].startswith("Pudong: 4 alike, such as “lv-000")
    assert heard(found.done) == [("desk-pd", "summary")]
    assert {child.parent for child in found.children} == {parent.id}
    assert {child.version for child in found.children} == {2}
    assert next_at(found.done.file) is None


def test_too_few_stay_as_they_are_and_so_do_those_of_a_rule_that_does_not_fold() -> None:
    assert fold(RULE, "pudong", cases(many(3)), None, 0, NOW, CITY) is None
    bare = RuleTerms(rule="river-level")
    assert fold(bare, "pudong", cases(many(9)), None, 0, NOW, CITY) is None


def test_quiet_over_and_foreign_cases_do_not_count() -> None:
    one, two, three, four = cases(many(4))
    others = [
        msgspec.structs.replace(one, quiet="silence x"),
        msgspec.structs.replace(two, state=CaseState.CLOSED),
        msgspec.structs.replace(three, area="minhang"),
        msgspec.structs.replace(four, origin=Origin.REPORTED),
    ]

    assert fold(RULE, "pudong", [*others, *cases(many(3))], None, 0, NOW, CITY) is None


def test_the_same_children_make_the_same_parent_at_every_desk() -> None:
    files = many(4)

    assert folded(files) == folded(files)
    assert folded(files).done.file.case.id != folded(many(5)).done.file.case.id


def test_a_parent_counts_again_and_is_told_only_when_the_worst_is_worse() -> None:
    parent = folded(many(4)).done.file
    children = into(parent, many(4))

    more = folded([*children, opened(subject="new").file], parent)
    red = folded([*children, opened(Rank.RED, subject="new").file], parent)

    assert (more.done.file.case.children, heard(more.done)) == (5, [])
    assert heard(red.done) == [("desk-pd", "summary")]
    assert len(more.children) == 1


def test_nothing_new_changes_nothing_even_after_the_worst_fell() -> None:
    parent = folded(many(4)).done.file
    children = into(parent, many(4))
    assert fold(RULE, "pudong", cases(children), parent, 0, NOW, CITY) is None

    lower = into(parent, many(4, Rank.BLUE))
    fallen = folded(lower, parent).done.file

    assert (fallen.case.rank, fallen.case.worst) == (Rank.BLUE, Rank.ORANGE)
    assert fold(RULE, "pudong", cases(lower), fallen, 0, NOW, CITY) is None


def test_when_few_are_left_it_unfolds_and_each_stands_for_itself_again() -> None:
    parent = folded(many(4)).done.file
    children = into(parent, many(1))

    found = folded(children, parent)

    assert found.done.file.case.state is CaseState.CLOSED
    assert [child.parent for child in found.children] == [""]
    assert acts_of(found.done) == ["unfolded"]
    assert folded([], parent).children == ()


def test_a_parent_is_acted_on_through_its_children_only() -> None:
    parent = folded(many(4)).done.file

    assert acts_of(did(parent, "carl", Note(text="x"))) == ["note"]
    assert (
        refused(parent, "carl", Verify(verdict=Verdict.TRUE))
        == "this stands for many cases: act on those in it"
    )


def gathered(
    notices: Sequence[Notice], files: Sequence[CaseFile], parent: Case, now: int = NOW
) -> tuple[Notice, ...]:
    children = {file.case.id: file.case for file in files}
    return gather(notices, children, {parent.id: parent}, now, CITY)


def test_three_thousand_folded_openings_are_one_notice_to_the_unit() -> None:
    done = [told(warning(subject=f"s{n}"), Known(), NOW, CITY) for n in range(3_000)]
    files = [one.file for one in done if one]
    notices = [notice for one in done if one for notice in one.notices]
    parent = folded(files).done.file

    out = gathered(notices, into(parent, files), parent.case)

    assert [(notice.to, notice.occasion, notice.case) for notice in out] == [
        ("water-hq", Occasion.DISPATCHED, parent.case.id)
    ]
    assert "3000 alike" in out[0].title["en"]


def test_what_is_gathered_is_told_at_the_rank_of_those_it_stands_for() -> None:
    files = [*many(2, Rank.BLUE), opened(subject="o").file, opened(Rank.RED, subject="r").file]
    parent = folded(files).done.file
    notices = [
        notice
        for done in (opened(Rank.BLUE, subject="lv-0000"), opened(subject="o"))
        for notice in done.notices
    ]

    (out,) = gathered(notices, into(parent, files), parent.case)

    assert parent.case.rank is Rank.RED
    assert out.rank is Rank.ORANGE
    assert out.title["en"].startswith("[ORANGE] new order: Pudong: 4 alike")
    assert out.facts["subject"] == "pudong"


def test_a_notice_of_one_interval_goes_out_once_and_of_the_next_again() -> None:
    parent = folded(many(4)).done.file
    children = into(parent, many(4))
    late = [overdue(file, NOW + 10 * MINUTE, CITY) for file in children]
    notices = [notice for one in late if one for notice in one.notices]

    first = gathered(notices, children, parent.case, NOW + 10 * MINUTE)
    same = gathered(notices, children, parent.case, NOW + 19 * MINUTE)
    later = gathered(notices, children, parent.case, NOW + 20 * MINUTE)

    assert [notice.to for notice in first] == ["water-hq", "desk-hq"]
    assert [notice.key for notice in first] == [notice.key for notice in same]
    assert not {notice.key for notice in first} & {notice.key for notice in later}


def test_reds_the_unfolded_and_what_one_person_did_are_told_one_by_one() -> None:
    parent = folded(many(4)).done.file
    red = opened(Rank.RED)
    free = opened(subject="free")
    urged = did(many(1)[0], "sun", Urge(reason="x"))
    children = [*into(parent, [red.file, urged.file]), free.file]

    notices = [*red.notices, *free.notices, *urged.notices, *free.notices]

    assert gathered(notices, children, parent.case) == tuple(notices[:3])
    strange = msgspec.structs.replace(notices[0], case="unknown", key="k")
    assert gathered([strange], children, parent.case) == (strange,)


def test_each_tier_sees_the_parent_with_its_own_children() -> None:
    files = [*many(3), *many(2, Rank.BLUE, area="pudong/other", sight=Sight.BLIND)]
    parent = folded(files).done.file.case

    other = seen_from(parent, cases(files), ("pudong/other",), CITY)

    assert other is not None
    assert (other.children, other.rank, other.sight) == (2, Rank.BLUE, Sight.BLIND)
    assert "2 alike" in other.title["en"]
    assert seen_from(parent, cases(files), ("minhang",), CITY) is None


def all_of(name: str, files: Sequence[CaseFile]) -> Done | Refused:
    parent = folded(files).done.file
    city = msgspec.structs.replace(CITY, person=PEOPLE.get(name) or Person(id=name, name=name))
    return accept_all(parent, into(parent, files), Actor(by=name), NOW + MINUTE, city)


def test_bulk_accept_is_one_act_for_every_waiting_order_but_the_reds() -> None:
    taken = did(opened(subject="taken").file, "li", Accept(order=1)).file
    files = [*many(3), opened(Rank.RED, subject="red").file, taken]

    done = all_of("zhang", files)

    assert isinstance(done, Done)
    assert {file.case.subject for file in done.others} == {"lv-0000", "lv-0001", "lv-0002"}
    assert {file.orders[0].accepted_by for file in done.others} == {"zhang"}
    assert len(done.cancelled) == 3
    assert acts_of(done) == ["accept", "accept", "accept", "accept_all"]


def test_who_may_accept_none_of_them_is_refused() -> None:
    answer = all_of("feng", many(4))

    assert isinstance(answer, Refused)
    assert answer.reason["en"] == "there is no waiting order here that you may accept"


def test_cases_of_another_parent_are_left_alone() -> None:
    parent = folded(many(4)).done.file
    city = msgspec.structs.replace(CITY, person=PEOPLE["zhang"])

    assert isinstance(accept_all(parent, many(4), Actor(by="zhang"), NOW, city), Refused)


def test_a_view_of_a_parent_names_nothing_of_other_areas() -> None:
    secret = {"en": "open the secret gate"}
    files = [*many(3, Rank.BLUE), opened(area="pudong/other", instruction=secret).file]
    parent = folded(files).done.file.case

    view = seen_from(parent, cases(files), ("pudong/hq",), CITY)

    assert view is not None
    assert "secret" in str(parent)
    assert "secret" not in str(view)
