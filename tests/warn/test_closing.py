"""Merging, linking, and verdicts that end in a silence."""

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.acts import (
    Accept,
    Actor,
    Dispatch,
    GiveBack,
    Link,
    Merge,
    Mute,
    Open,
    Resolve,
    Verify,
)
from sentinel.warn.case import CaseFile, CaseState, Report, Verdict
from sentinel.warn.city import City
from sentinel.warn.notice import Audience
from sentinel.warn.opening import Known, open_by_hand, told
from sentinel.warn.order import OrderState
from sentinel.warn.outcome import Done
from sentinel.warn.silence import Silence
from sentinel.warn.warning import EarlyWarning
from tests.warn.town import (
    CITY,
    G07,
    HOUR,
    MINUTE,
    NOW,
    PEOPLE,
    after,
    did,
    heard,
    only,
    opened,
    refused,
    warning,
)

RESOLVE = ("zhang", Resolve(order=1, found="water", done="gates shut"))


def beside(*files: CaseFile, warnings: tuple[EarlyWarning, ...] = ()) -> City:
    return msgspec.structs.replace(
        CITY,
        cases={file.case.id: file for file in files},
        warnings={one.id: one for one in warnings},
    )


def reported(key: str = "1", rank: Rank = Rank.YELLOW, **changes: object) -> CaseFile:
    act = Open(
        title="Water in the cellar",
        area=G07,
        rank=rank,
        report=Report(source="hotline", text="a call", reference="H-7"),
    )
    city = msgspec.structs.replace(CITY, person=PEOPLE["olga"])
    act = msgspec.structs.replace(act, **changes)
    done = open_by_hand(act, key, Actor(by="olga"), NOW, city)
    assert isinstance(done, Done)
    return done.file


def merged(one: CaseFile, other: CaseFile, by: str = "olga") -> tuple[CaseFile, CaseFile, Done]:
    done = did(one, by, Merge(into=other.case.id, reason="the same"), city=beside(other))
    (target,) = done.others
    return done.file, target, done


def test_merging_moves_the_order_of_another_unit_as_far_as_it_is() -> None:
    one = after(opened(Rank.RED).file, ("zhang", Accept(order=1)))
    other = reported()

    old, target, done = merged(one, other)

    assert (old.case.state, old.case.parent) == (CaseState.MERGED, other.case.id)
    assert [order.state for order in old.orders] == [OrderState.WITHDRAWN]
    moved = target.orders[1]
    assert (moved.unit, moved.state, moved.accepted_by) == (
        "water-hq",
        OrderState.ACCEPTED,
        "zhang",
    )
    assert (target.case.rank, target.case.warnings) == (Rank.RED, one.case.warnings)
    assert ("water-hq", "reassigned") in heard(done)
    assert ("desk-hq", "rose") in heard(done)


def test_merging_two_orders_of_one_unit_keeps_what_is_further() -> None:
    one = after(opened().file, ("zhang", Accept(order=1)))
    other = opened(subject="lv-02").file

    _, target, done = merged(one, other)

    assert only(target).state is OrderState.ACCEPTED
    assert (other.case.id, 1) in done.cancelled
    assert only(merged(other, one)[1]).accepted_by == "zhang"


def test_what_no_unit_has_is_carried_along_with_its_clock() -> None:
    one = after(opened().file, ("zhang", GiveBack(order=1, reason="no")))

    _, target, _ = merged(one, reported())

    assert (target.case.unmet, target.case.next_at) == (1, one.case.next_at)


def test_who_resolved_a_merged_case_cannot_verify_the_one_that_carries_on() -> None:
    one = did(opened().file, "hao", Resolve(order=1, found="a", done="b")).file
    other = opened(subject="lv-02", ended=True).file

    _, target, _ = merged(one, other)

    assert target.case.barred == ("hao",)


def test_a_case_that_is_told_makes_the_quiet_one_speak_into_which_it_is_merged() -> None:
    hush = Silence(
        id="s",
        author="olga",
        reason="x",
        starts_at=0,
        ends_at=NOW + HOUR,
        cap=Rank.RED,
        subject="lv-02",
    )
    city = msgspec.structs.replace(CITY, silences=(hush,))
    quiet = opened(subject="lv-02", city=city).file
    resolved = after(opened().file, RESOLVE)

    _, with_order, _ = merged(opened().file, quiet)
    _, without, _ = merged(resolved, quiet)
    still = merged(quiet, opened(subject="lv-03").file)[1]

    assert with_order.case.quiet == without.case.quiet == still.case.quiet == ""
    assert len(with_order.orders) == len(without.orders) == 1


def test_a_case_is_merged_only_into_a_live_one_of_its_kind_that_is_ones_own() -> None:
    one = opened().file
    closed = after(opened(subject="b", ended=True).file, RESOLVE)
    closed = after(closed, ("olga", Verify(verdict=Verdict.TRUE)))
    drill = opened(subject="c", exercise=True).file
    far = opened(subject="d", area="minhang").file

    def why(other: CaseFile) -> str:
        return refused(one, "olga", Merge(into=other.case.id), city=beside(other))

    assert refused(one, "olga", Merge(into="x")) == "there is no case to merge it into"
    assert why(one) == "a case cannot be merged into itself"
    assert why(closed) == "the case to merge it into is over"
    assert why(drill) == "an exercise and a real event are never one case"
    assert why(far) == "the case to merge it into is not yours"


def test_a_warning_is_linked_to_a_reported_case_and_raises_it() -> None:
    one = warning(Rank.RED)

    done = did(reported(), "olga", Link(warning=one.id), city=beside(warnings=(one,)))

    assert (done.file.case.warnings, done.file.case.rank) == ((one.id,), Rank.RED)
    assert done.file.case.title["en"] == "Water in the cellar"
    assert heard(done) == [("desk-hq", "rose")]


def test_a_reported_case_never_sinks_below_the_rank_that_it_was_given() -> None:
    one = warning(Rank.BLUE)
    file = did(reported(), "olga", Link(warning=one.id), city=beside(warnings=(one,))).file
    ended = told(warning(Rank.BLUE, ended=True), Known(file=file), NOW + HOUR, CITY)

    assert ended is not None
    assert (file.case.rank, ended.file.case.rank) == (Rank.YELLOW, Rank.YELLOW)
    assert ended.file.case.holds


def test_a_warning_that_is_unknown_held_back_a_drill_or_dealt_with_is_not_linked() -> None:
    file = reported()
    held = warning(told=None, subject="h")
    drill = warning(exercise=True, subject="e")
    taken = warning(subject="t")
    city = beside(opened(subject="t").file, warnings=(held, drill, taken))

    whys = [
        refused(file, "olga", Link(warning=each), city=city)
        for each in ("x", held.id, drill.id, taken.id)
    ]

    assert whys == [
        "there is no such warning",
        "there is no such warning",
        "an exercise and a real event are never one case",
        "the warning belongs to a case already: merge the cases",
    ]


def verdict(mute: Mute | None, **more: object) -> Verify:
    values: dict[str, object] = {"verdict": Verdict.FALSE_ALARM, "reason": "stuck", "mute": mute}
    return Verify(**(values | more))  # type: ignore[arg-type]


def test_a_false_alarm_can_silence_the_device_so_that_it_does_not_reopen_at_once() -> None:
    file = after(opened(Rank.RED).file, RESOLVE)

    done = did(file, "olga", verdict(Mute(until=NOW + 9 * HOUR, cap=Rank.RED)), at=NOW + HOUR)

    (silence,) = done.silences
    assert (silence.subject, silence.until, silence.author) == ("lv-01", NOW + 9 * HOUR, "olga")
    (follow,) = done.follow
    assert (follow.case.quiet, follow.orders) == (f"silence {silence.id}", ())
    assert heard(done) == [("water-hq", "closed")]
    assert follow.case.next_at == NOW + 9 * HOUR


def test_a_rank_above_the_cap_of_that_silence_goes_on_to_the_unit() -> None:
    file = after(opened(Rank.RED).file, RESOLVE)

    done = did(file, "olga", verdict(Mute(until=NOW + 9 * HOUR, cap=Rank.ORANGE)), at=NOW + HOUR)

    assert heard(done)[-1] == ("water-hq", "dispatched")


def test_out_of_service_is_for_the_whole_device_at_any_rank() -> None:
    file = after(opened(subject="lv-01/water_level", ended=True).file, RESOLVE)

    mute = Mute(until=NOW + 90 * 24 * HOUR, cap=Rank.BLUE, out_of_service=True)
    (silence,) = did(file, "olga", verdict(mute, reason=""), at=NOW + HOUR).silences

    assert (silence.subject, silence.cap, silence.reason) == ("lv-01", Rank.RED, "false alarm")


def test_a_judged_area_is_silenced_as_a_subject_of_its_own() -> None:
    file = after(opened(subject="pudong/hq", area="pudong/hq", ended=True).file, RESOLVE)

    (silence,) = did(file, "olga", verdict(Mute(until=NOW + 9 * HOUR))).silences

    assert silence.subject == "pudong/hq"
    assert silence.fits(area="pudong/hq", scenario="x", subject="pudong/hq")


def test_a_silence_needs_a_device_and_an_end_in_time() -> None:
    by_hand = after(reported(), ("olga", Resolve(order=1, found="a", done="b")))
    file = after(opened(ended=True).file, RESOLVE)

    assert refused(by_hand, "oscar", verdict(Mute(until=NOW + HOUR))) == (
        "this case has no device to silence"
    )
    assert refused(file, "olga", verdict(Mute(until=NOW - 1))) == "the end must lie in the future"
    assert refused(file, "olga", verdict(Mute(until=NOW + 31 * 24 * HOUR))) == "at most 30 days"


def test_the_outcome_of_a_call_goes_back_to_the_hotline() -> None:
    file = after(
        reported(),
        ("olga", Dispatch(unit="fire-city")),
        ("olga", Resolve(order=1, found="a", done="b")),
        ("feng", Resolve(order=2, found="a", done="b")),
    )

    done = did(file, "oscar", Verify(verdict=Verdict.TRUE), at=NOW + 9 * MINUTE)

    assert [(n.to, n.audience) for n in done.notices][-1] == ("hotline", Audience.SOURCE)
    assert done.notices[-1].facts["report"] == "H-7"
    assert done.follow == ()
