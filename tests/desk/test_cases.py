"""From a finding to a verified end, in SQL: on SQLite and PostgreSQL alike."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine

from sentinel.desk import outbox, trail
from sentinel.desk.desk import Desk
from sentinel.desk.facts import Facts
from sentinel.desk.outbox import Asked, MessageState
from sentinel.desk.transactions import reading
from sentinel.domain.finding import Change, Ending, Finding, finding_id, warning_id
from sentinel.domain.rank import Rank
from sentinel.testing.clock import HandClock
from sentinel.warn.acts import Accept, Act, Actor, Link, Merge, Note, Open, Resolve, Verify
from sentinel.warn.case import CaseFile, CaseState, Report, Verdict
from sentinel.warn.duty import Contact
from sentinel.warn.listing import ChosenCases, Queue
from sentinel.warn.notice import Occasion
from sentinel.warn.order import How
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.silence import Silence
from sentinel.warn.terms import RuleTerms
from tests.warn.town import CITY, DUTY, G07, HOUR, MINUTE, NOW, PEOPLE

CONTACTS = {
    name: Contact(id=name, name=name, channels={"app": f"{name}@app", "sms": f"{name}@sms"})
    for name in (*DUTY.units, *PEOPLE)
}
FOLDING = RuleTerms(rule="river-level", fold_into="district", fold_count=3)
RULES = {
    "river-level": RuleTerms(rule="river-level"),
    "dam-open": RuleTerms(rule="dam-open", explains=("river-level",)),
}
Build = Callable[..., Finding]


@pytest.fixture
def facts() -> Facts:
    city = msgspec.structs.replace(
        CITY, duty=msgspec.structs.replace(DUTY, contacts=CONTACTS), rules=RULES
    )
    return Facts(city=city, channels={Rank.BLUE: ("app", "sms")})


@pytest.fixture
def clock() -> HandClock:
    clock = HandClock()
    clock.at = NOW
    return clock


@pytest.fixture
def given(facts: Facts) -> dict[str, Facts]:
    """What the desk is told of the city; a test may change it."""
    return {"facts": facts}


@pytest.fixture
def desk(engine: Engine, clock: HandClock, given: dict[str, Facts]) -> Desk:
    return Desk(engine, clock, lambda: given["facts"])


def finding(
    rank: Rank = Rank.ORANGE,
    *,
    subject: str = "lv-01",
    number: int = 1,
    at: int = NOW,
    rule: str = "river-level",
    onset: int = 1_000,
    **changes: Any,  # noqa: ANN401 -- any field of a finding
) -> Finding:
    warning = warning_id(rule, subject, onset)
    values: dict[str, Any] = {
        "id": finding_id(warning, number),
        "warning": warning,
        "number": number,
        "rule": rule,
        "subject": subject,
        "area": G07,
        "scenario": "flood-control",
        "change": Change.OPENED if number == 1 else Change.RANK,
        "rank": rank,
        "previous_rank": Rank.NONE,
        "sight": 0,
        "blind_since": None,
        "onset": onset,
        "decided_at": at,
        "received_at": at,
        "title": {"zh": f"{subject} 水位", "en": f"{subject}: river"},
        "evidence": (),
        "bundle": "b1",
        "row": number,
        "index": 0,
        "dispatch_to": "water",
    }
    return msgspec.convert(values | changes, Finding, strict=False)


def ended(**changes: Any) -> Finding:  # noqa: ANN401
    more = {"change": Change.ENDED, "ending": Ending.CLEARED}
    return finding(Rank.NONE, number=changes.pop("number", 2), **(more | changes))


def only(desk: Desk, queue: Queue = Queue.ALL) -> CaseFile:
    (line,) = desk.cases(ChosenCases(queue=queue))
    return line.file


def act(desk: Desk, who: str, wanted: Act, case: str = "", how: How = How.SCREEN) -> Done | Refused:
    return desk.do(case or only(desk).case.id, wanted, Actor(by=who, how=how), PEOPLE[who])


def done(result: object) -> Done:
    assert isinstance(result, Done), result
    return result


def waiting(desk: Desk) -> list[tuple[str, str]]:
    """Occasion and address of what waits in the outbox, in order."""
    with reading(desk._engine) as connection:
        kept = outbox.listed(connection, Asked(state=MessageState.WAITING, limit=1_000))
    told = [(one.message.notice.occasion.value, one.message.address) for one in kept]
    return sorted(told)


def said(desk: Desk) -> list[str]:
    opened = desk.case(only(desk).case.id)
    assert opened
    return [line.entry.act for line in opened.trail]


def test_a_finding_opens_a_case_that_is_dispatched_and_told(desk: Desk) -> None:
    desk.take([finding()], 1)

    file = only(desk)
    assert (file.case.state, file.case.rank) == (CaseState.OPEN, Rank.ORANGE)
    assert [order.unit for order in file.orders] == ["water-hq"]
    assert waiting(desk) == [
        ("dispatched", "li@app"),
        ("dispatched", "water-hq@app"),
        ("dispatched", "zhang@app"),
    ]
    assert said(desk) == ["open", "dispatch"]


def test_findings_that_come_again_change_nothing(desk: Desk) -> None:
    desk.take([finding(), finding(Rank.RED, number=2)], 1)
    before = (only(desk), waiting(desk), desk.revision)

    desk.take([finding(), finding(Rank.RED, number=2), finding()], 2)

    assert (only(desk), waiting(desk), desk.revision) == before
    assert desk.cursor() == 2


def test_a_case_goes_its_way_to_the_verified_end(desk: Desk, clock: HandClock) -> None:
    desk.take([finding()], 1)
    clock.at += MINUTE
    done(act(desk, "zhang", Accept(order=1)))
    desk.take([ended(at=clock.at)], 2)
    clock.at += MINUTE
    done(act(desk, "zhang", Resolve(order=1, found="gate open", done="closed it")))
    assert only(desk).case.state is CaseState.RESOLVED
    refused = act(desk, "zhang", Verify(verdict=Verdict.TRUE))
    done(act(desk, "olga", Verify(verdict=Verdict.TRUE)))

    assert isinstance(refused, Refused)
    assert only(desk).case.state is CaseState.CLOSED
    assert said(desk) == ["open", "dispatch", "accept", "warned", "resolve", "resolved", "verify"]
    with reading(desk._engine) as connection:
        assert isinstance(trail.verify(connection), trail.Whole)


def test_accepting_cancels_every_reminder_in_the_same_transaction(desk: Desk) -> None:
    desk.take([finding()], 1)

    done(act(desk, "zhang", Accept(order=1)))

    assert waiting(desk) == []


def test_closing_never_hides_a_condition_that_still_holds(desk: Desk) -> None:
    desk.take([finding()], 1)
    done(act(desk, "zhang", Accept(order=1)))
    done(act(desk, "zhang", Resolve(order=1, found="x", done="y")))
    done(act(desk, "olga", Verify(verdict=Verdict.TRUE)))

    closed, following = sorted(
        (line.file.case for line in desk.cases(ChosenCases(queue=Queue.ALL))),
        key=lambda case: case.is_live,
    )
    assert following.follows == closed.id
    opened = desk.warning(closed.warnings[0])
    assert opened
    assert opened.case == following.id


def test_raised_again_before_it_is_resolved_is_the_same_case(desk: Desk) -> None:
    desk.take([finding(), ended(), finding(onset=2_000)], 1)
    desk.take([], 2)

    assert only(desk).case.episodes == 2
    assert len(only(desk).warnings) == 2


def test_who_is_late_is_told_and_then_the_tier_above(desk: Desk, clock: HandClock) -> None:
    desk.take([finding()], 1)
    clock.at += 11 * MINUTE

    assert desk.tick() == 1
    late = [to for occasion, to in waiting(desk) if occasion == Occasion.NOT_ACCEPTED.value]
    assert {"water-hq@app", "desk-hq@app"} <= set(late)
    assert desk.tick() == 0
    clock.at += 11 * MINUTE
    desk.tick()

    late = [to for occasion, to in waiting(desk) if occasion == Occasion.NOT_ACCEPTED.value]
    assert "desk-pd@app" in late


def silenced(desk: Desk, cap: Rank = Rank.ORANGE, hours: int = 2) -> Silence:
    wanted = Silence(
        id="s",
        author="",
        reason="works on the gate",
        starts_at=NOW,
        ends_at=NOW + hours * HOUR,
        cap=cap,
        area="pudong/hq",
    )
    made = desk.silence(wanted, Actor(by="olga"), PEOPLE["olga"])
    assert isinstance(made, Silence), made
    return made


def test_a_silenced_case_is_kept_and_told_at_the_end_if_it_still_holds(
    desk: Desk, clock: HandClock
) -> None:
    silenced(desk)
    desk.take([finding()], 1)
    before = (waiting(desk), only(desk, Queue.QUIET).orders)
    clock.at = NOW + 2 * HOUR
    desk.tick()

    assert before == ([], ())
    assert ("silence ended", "water-hq@app") in waiting(desk)
    assert only(desk, Queue.LIVE).orders[0].unit == "water-hq"


def test_a_rank_above_the_cap_breaks_through_a_silence(desk: Desk) -> None:
    silenced(desk)
    desk.take([finding()], 1)
    desk.take([finding(Rank.RED, number=2)], 2)

    assert ("dispatched", "water-hq@app") in waiting(desk)


def test_lifting_a_silence_tells_what_it_kept_quiet(desk: Desk) -> None:
    silence = silenced(desk)
    desk.take([finding()], 1)

    lifted = desk.lift(silence.id, "works are done", Actor(by="olga"), PEOPLE["olga"])

    assert isinstance(lifted, Silence)
    assert ("silence ended", "water-hq@app") in waiting(desk)


def test_a_case_that_another_explains_is_quiet_until_that_one_ends(desk: Desk) -> None:
    dam: dict[str, Any] = {"rule": "dam-open", "subject": "dam-1"}
    desk.take([finding(Rank.RED, **dam)], 1)
    desk.take([finding()], 2)
    quiet = only(desk, Queue.QUIET).case
    desk.take([ended(**dam)], 3)

    assert quiet.rule == "river-level"
    assert desk.cases(ChosenCases(queue=Queue.QUIET)) == []


def test_cause_and_effect_of_one_batch_are_told_apart(desk: Desk) -> None:
    desk.take([finding(Rank.RED, rule="dam-open", subject="dam-1"), finding()], 1)

    assert only(desk, Queue.QUIET).case.rule == "river-level"


def test_many_of_one_rule_are_folded_and_unfold_again(
    desk: Desk, given: dict[str, Facts], facts: Facts
) -> None:
    city = msgspec.structs.replace(facts.city, rules={"river-level": FOLDING})
    given["facts"] = Facts(city=city, channels=facts.channels)
    subjects = [f"lv-{number:02}" for number in range(4)]
    desk.take([finding(Rank.YELLOW, subject=one) for one in subjects], 1)
    parent = only(desk, Queue.LIVE)
    children = desk.cases(ChosenCases(parent=parent.case.id))
    told = [to for _, to in waiting(desk) if to == "water-hq@app"]
    desk.take([ended(subject=one) for one in subjects], 2)
    for line in children:
        done(act(desk, "zhang", Accept(order=1), line.file.case.id))
        done(act(desk, "zhang", Resolve(order=1, found="x", done="y"), line.file.case.id))
        done(act(desk, "olga", Verify(verdict=Verdict.TRUE), line.file.case.id))

    assert (parent.case.children, len(children), len(told)) == (4, 4, 1)
    assert all(line.file.orders for line in children)
    assert desk.cases(ChosenCases()) == []


def test_a_merged_case_hands_its_warnings_on(desk: Desk) -> None:
    desk.take([finding(), finding(subject="lv-02")], 1)
    one, two = (line.file.case.id for line in desk.cases(ChosenCases()))
    done(act(desk, "olga", Merge(into=two), one))
    desk.take([finding(Rank.RED, number=2), finding(Rank.RED, number=2, subject="lv-02")], 2)

    opened = desk.case(two)
    assert opened
    assert len(opened.listed.file.warnings) == 2
    assert desk.count_cases(ChosenCases()) == 1


def test_a_reported_case_is_opened_once_and_takes_a_detected_one_in(desk: Desk) -> None:
    desk.take([finding()], 1)
    wanted = Open(
        title="child in the water",
        area=G07,
        rank=Rank.RED,
        report=Report(source="hotline", text="a caller", reference="12345-1"),
        department="water",
    )
    made = [
        done(desk.open(wanted, "12345-1", Actor(by="olga"), PEOPLE["olga"])).file.case.id
        for _ in range(2)
    ]
    refused = act(desk, "olga", Link(warning=finding().warning), made[0])
    (detected,) = (one for one in desk.cases(ChosenCases()) if one.file.case.rule)
    done(act(desk, "olga", Merge(into=made[0]), detected.file.case.id))

    assert made[0] == made[1]
    assert isinstance(refused, Refused)
    opened = desk.case(made[0])
    assert opened
    assert opened.listed.file.case.warnings == (finding().warning,)


def test_who_may_not_see_a_place_learns_nothing_of_its_cases(desk: Desk) -> None:
    desk.take([finding(area="xuhui/x")], 1)
    (line,) = desk.cases(ChosenCases())

    assert desk.cases(ChosenCases(seen=("pudong",))) == []
    result = act(desk, "petra", Note(text="x"), line.file.case.id)
    assert isinstance(result, Refused)
    assert result.code == "unknown"


def test_two_desks_on_one_database_do_no_step_twice(
    engine: Engine, clock: HandClock, facts: Facts
) -> None:
    one, two = (Desk(engine, clock, lambda: facts) for _ in range(2))
    one.take([finding()], 1)
    two.take([finding()], 1)
    clock.at += 11 * MINUTE
    ticked = one.tick() + two.tick()
    accepted = [act(one, "zhang", Accept(order=1)), act(two, "li", Accept(order=1))]

    assert ticked == 1
    assert [isinstance(result, Done) for result in accepted] == [True, False]
    assert said(two) == ["open", "dispatch", "escalated", "accept"]


def test_the_incoming_watch_signs_once(desk: Desk) -> None:
    first = desk.sign_for("water-hq", Actor(by="zhang"), PEOPLE["zhang"])
    second = desk.sign_for("water-hq", Actor(by="li"), PEOPLE["li"])
    stranger = desk.sign_for("water-hq", Actor(by="olga"), PEOPLE["olga"])

    assert not isinstance(first, Refused)
    assert isinstance(second, Refused)
    assert isinstance(stranger, Refused)
