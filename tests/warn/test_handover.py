import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.acts import Actor, GiveBack, Resolve, Verify
from sentinel.warn.case import Case, Verdict
from sentinel.warn.handover import HandOver, hand_over, sign
from sentinel.warn.outcome import Refused
from sentinel.warn.precision import Precision, precision
from sentinel.warn.roster import to_be_told
from sentinel.warn.silence import Silence
from tests.warn.test_roster import DAY, NIGHT, at
from tests.warn.town import CITY, DUTY, HOUR, MINUTE, NOW, PEOPLE, after, opened

RESOLVE = ("zhang", Resolve(order=1, found="a", done="b"))
HUSH = Silence(
    id="s", author="o", reason="x", starts_at=0, ends_at=NOW + HOUR, cap=Rank.RED, subject="q"
)
QUIET = msgspec.structs.replace(CITY, silences=(HUSH,))
FILES = {
    "own": opened(Rank.RED).file,
    "back": after(opened(subject="b").file, ("zhang", GiveBack(order=1, reason="no"))),
    "done": after(opened(subject="d").file, RESOLVE),
    "closed": after(
        opened(subject="c", ended=True).file, RESOLVE, ("olga", Verify(verdict=Verdict.TRUE))
    ),
    "quiet": opened(subject="q", city=QUIET).file,
}


def listed(unit: str, now: int = NOW) -> dict[str, set[str]]:
    names = {file.case.id: name for name, file in FILES.items()}
    found = hand_over(DUTY.units[unit], FILES.values(), now, CITY)
    return {
        "open": {names[one] for one in found.open},
        "overdue": {names[one] for one in found.overdue},
        "silenced": {names[one] for one in found.silenced},
    }


def test_a_unit_hands_over_its_orders_what_is_late_and_what_is_silenced_in_its_area() -> None:
    assert listed("water-hq") == {"open": {"own"}, "overdue": set(), "silenced": {"quiet"}}
    assert listed("water-hq", NOW + 3 * MINUTE)["overdue"] == {"own"}
    assert listed("fire-city")["open"] == set()


def test_a_centre_hands_over_what_no_unit_has_and_what_it_is_to_verify() -> None:
    assert listed("desk-hq")["open"] == {"back", "done"}
    assert listed("desk-hq")["overdue"] == {"back"}
    assert listed("desk-hq", NOW + 9 * HOUR)["overdue"] == {"back", "done"}


def test_who_is_on_duty_signs_and_from_then_on_the_watch_before_is_not_told() -> None:
    unit = msgspec.structs.replace(DUTY.units["water-hq"], shifts=(DAY, NIGHT))
    now = at("2026-06-18T08:05")
    zhang = msgspec.structs.replace(CITY, person=PEOPLE["zhang"])

    done = sign(unit, HandOver(open=("c1",)), Actor(by="zhang"), now, zhang)

    assert not isinstance(done, Refused)
    assert to_be_told(unit, now, "Asia/Shanghai", (done.signed,)) == ("zhang",)
    assert list(done.entry.detail["open"]) == ["c1"]
    li = msgspec.structs.replace(CITY, person=PEOPLE["li"])
    assert isinstance(sign(unit, HandOver(), Actor(by="li"), now, li), Refused)


def closed(verdict: Verdict, **more: object) -> Case:
    drill = bool(more.get("exercise"))
    file = after(opened(ended=True, exercise=drill).file, RESOLVE)
    return after(file, ("olga", Verify(verdict=verdict))).case


def test_a_rule_is_as_precise_as_the_verdicts_on_it() -> None:
    cases = [
        closed(Verdict.TRUE),
        closed(Verdict.TRUE),
        closed(Verdict.FALSE_ALARM),
        closed(Verdict.DUPLICATE),
        closed(Verdict.DRILL, exercise=True),
        opened().file.case,
    ]

    found = precision(cases)

    assert found == {"river-level": Precision(true=2, false=1, unjudged=1)}
    assert found["river-level"].ratio == 2 / 3
    assert Precision().ratio is None
