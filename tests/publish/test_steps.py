"""Draft, approved, issued: two people, one of them a publisher, whatever they try."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel.domain.person import Person, Role
from sentinel.publish.cap.message import Content, Issuer, Kind, Scope, Status
from sentinel.publish.cap.publication import Publication, State
from sentinel.publish.cap.steps import (
    approve,
    cannot_follow,
    discard,
    edit,
    issue,
    message_of,
)
from sentinel.warn.outcome import Code, Refused
from tests.publish.small import (
    ISSUER,
    MINUTE,
    NOW,
    PUBLISHER,
    WRITER,
    content,
    person,
    publication,
)

OTHER_PUBLISHER = person("zhao", Role.PUBLISHER)


def approved(**changes: Any) -> Publication:  # noqa: ANN401 -- any field
    done = approve(publication(**changes), 1, PUBLISHER, NOW, despite_worries=False)
    assert isinstance(done, Publication)
    return done


def issued(earlier: tuple[Publication, ...] = (), **changes: Any) -> Publication:  # noqa: ANN401
    done = issue(approved(**changes), 2, PUBLISHER, ISSUER, earlier, NOW)
    assert isinstance(done, tuple)
    return done[0]


def code(done: object) -> Code:
    assert isinstance(done, Refused)
    assert all(done.reason.values())
    return done.code


def test_somebody_else_approves_and_a_publisher_issues() -> None:
    out = issued()

    assert (out.state, out.approved_by, out.issued_by) == (State.ISSUED, "li", "li")
    assert (out.sent_at, out.expires_at) == (NOW, NOW + 120 * MINUTE)


def test_nobody_approves_what_they_wrote_themselves() -> None:
    mine = publication(authors=("wang", "li"))

    assert code(approve(mine, 1, PUBLISHER, NOW, despite_worries=False)) is Code.FORBIDDEN


@pytest.mark.parametrize(
    "who",
    [WRITER, person("chen", Role.SUPERVISOR), person("wu", Role.PUBLISHER, "jiading")],
    ids=["operator", "supervisor", "publisher elsewhere"],
)
def test_only_a_publisher_of_the_area_approves_or_issues(who: Person) -> None:
    draft = publication(authors=("somebody",))

    assert code(approve(draft, 1, who, NOW, despite_worries=False)) is Code.FORBIDDEN
    assert code(issue(approved(), 2, who, ISSUER, (), NOW)) is Code.FORBIDDEN


def test_what_nobody_approved_does_not_go_out() -> None:
    assert code(issue(publication(), 1, OTHER_PUBLISHER, ISSUER, (), NOW)) is Code.CONFLICT


def test_a_change_after_approval_wants_a_new_approval() -> None:
    changed = edit(approved(), content(), 2, PUBLISHER, NOW)

    assert isinstance(changed, Publication)
    assert (changed.state, changed.approved_by) == (State.DRAFT, "")
    assert changed.authors == ("wang", "li")
    assert code(issue(changed, 3, PUBLISHER, ISSUER, (), NOW)) is Code.CONFLICT
    assert code(approve(changed, 3, PUBLISHER, NOW, despite_worries=False)) is Code.FORBIDDEN


def test_what_changed_since_it_was_read_is_neither_approved_nor_issued() -> None:
    assert code(approve(publication(), 7, PUBLISHER, NOW, despite_worries=False)) is Code.CONFLICT
    assert code(issue(approved(), 1, PUBLISHER, ISSUER, (), NOW)) is Code.CONFLICT


def test_what_is_issued_stays_as_it_is() -> None:
    out = issued()

    assert code(edit(out, content(), out.revision, WRITER, NOW)) is Code.CONFLICT
    assert code(discard(out, out.revision, "", WRITER, NOW)) is Code.CONFLICT
    assert code(issue(out, out.revision, PUBLISHER, ISSUER, (), NOW)) is Code.CONFLICT


def test_handlers_and_viewers_write_nothing() -> None:
    handler = person("zhou", Role.HANDLER)

    assert code(edit(publication(), content(), 1, handler, NOW)) is Code.FORBIDDEN


def test_it_is_approved_once() -> None:
    again = approve(approved(), 2, OTHER_PUBLISHER, NOW, despite_worries=False)

    assert code(again) is Code.CONFLICT


def test_what_looks_personal_goes_out_only_if_somebody_saw_it() -> None:
    risky = publication(content=content(description={"zh": "13812345678", "en": "13812345678"}))

    assert code(approve(risky, 1, PUBLISHER, NOW, despite_worries=False)) is Code.INVALID
    done = approve(risky, 1, PUBLISHER, NOW, despite_worries=True)
    assert isinstance(done, Publication)
    assert done.despite == 2


def test_what_is_not_whole_is_not_approved() -> None:
    bad = publication(content=content(restriction="", categories=()))
    done = approve(bad, 1, PUBLISHER, NOW, despite_worries=False)

    assert isinstance(done, Refused)
    assert done.reason["en"].count(";") == 1


def test_without_a_sender_nothing_goes_out() -> None:
    nobody = Issuer(sender="", name={}, zone="UTC")

    assert code(issue(approved(), 2, PUBLISHER, nobody, (), NOW)) is Code.INVALID


def test_a_discarded_draft_never_goes_out() -> None:
    gone = discard(publication(), 1, "not needed", WRITER, NOW)

    assert isinstance(gone, Publication)
    assert (gone.state, gone.reason) == (State.DISCARDED, "not needed")
    assert code(approve(gone, 2, PUBLISHER, NOW, despite_worries=False)) is Code.CONFLICT


def test_an_update_refers_to_all_that_is_still_heeded() -> None:
    old = issued()
    expired = msgspec.structs.replace(old, id="p0", sent_at=1_000, expires_at=NOW - 1)
    done = issue(approved(id="p2", kind=Kind.UPDATE), 2, PUBLISHER, ISSUER, (expired, old), NOW)

    assert isinstance(done, tuple)
    assert [one.identifier for one in done[1].references] == ["p1"]
    assert done[1].sent_at == NOW + 1_000  # never the same second as what it replaces


@pytest.mark.parametrize(
    "changes",
    [
        {"expires_at": NOW},
        {"replaced_by": "p9"},
        {"kind": Kind.CANCEL},
        {"state": State.DRAFT},
    ],
    ids=["expired", "replaced", "cancelled", "never issued"],
)
def test_what_does_not_stand_is_neither_updated_nor_cancelled(changes: dict[str, Any]) -> None:
    old = msgspec.structs.replace(issued(), **changes)
    later = approved(id="p2", kind=Kind.CANCEL)

    assert cannot_follow(old, NOW) is not None
    assert code(issue(later, 2, PUBLISHER, ISSUER, (old,), NOW)) is Code.CONFLICT


def test_the_status_says_what_it_is() -> None:
    drill = issued(exercise=True)

    assert message_of(publication(), ISSUER, (), NOW).status is Status.DRAFT
    assert message_of(drill, ISSUER, (), NOW).status is Status.EXERCISE
    assert message_of(issued(), ISSUER, (), NOW).status is Status.ACTUAL


CROWD = [
    WRITER,
    PUBLISHER,
    OTHER_PUBLISHER,
    person("zhou", Role.HANDLER),
    person("wu", Role.PUBLISHER, "jiading"),
]
TRIES = st.lists(
    st.tuples(
        st.sampled_from(["edit", "approve", "issue", "discard"]),
        st.sampled_from(CROWD),
        st.integers(0, 1),
    ),
    max_size=12,
)


@given(TRIES)
def test_whatever_people_try_two_answer_for_what_goes_out(
    tries: list[tuple[str, Person, int]],
) -> None:
    one = publication()
    for act, who, behind in tries:
        one = attempt(one, act, who, one.revision - behind)

    if one.state is State.ISSUED:
        publishers = {"li", "zhao"}
        assert one.approved_by in publishers - set(one.authors)
        assert one.issued_by in publishers
        assert (one.expires_at or 0) > (one.sent_at or 0)


def attempt(one: Publication, act: str, who: Person, revision: int) -> Publication:
    done: object
    match act:
        case "edit":
            words: Content = content(scope=Scope.PUBLIC)
            done = edit(one, words, revision, who, NOW)
        case "approve":
            done = approve(one, revision, who, NOW, despite_worries=False)
        case "issue":
            done = issue(one, revision, who, ISSUER, (), NOW)
        case _:
            done = discard(one, revision, "", who, NOW)
    if isinstance(done, tuple):
        done = done[0]
    return done if isinstance(done, Publication) else one
