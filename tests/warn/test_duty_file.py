"""`duty.yaml` and plan files: what they say when they are right, and what is said when not."""

from datetime import date, time

import pytest

from sentinel.document import Problems, parse_yaml
from sentinel.domain.rank import Rank
from sentinel.warn.duty_file import DutyFile, parse_duty
from sentinel.warn.plan import Plan
from sentinel.warn.plan_file import parse_plans
from sentinel.warn.terms import USUAL

GOOD = """
departments:
  water: {zh: 水务局, en: Water Affairs}
  duty: 值班中心
people:
  wang: {name: 王芳, channels: {app: wang, sms: "13800000000"}}
  li: {name: 李强}
units:
  water-pd:
    name: {zh: 浦东水务所, en: Pudong water station}
    department: water
    area: pudong
    fallback: li
    channels: {app: water-pd}
    shifts:
      - {name: day, who: [wang], days: mon-fri, hours: "08:00-20:00"}
      - {name: night, who: [li], hours: "20:00-08:00"}
    overrides:
      - {day: 2026-10-01, shift: day, who: [li], reason: National Day}
  desk: {name: 指挥中心, department: duty, area: shanghai, fallback: li, members: [wang, li]}
centres:
  - {area: shanghai, unit: desk}
terms: {accept: {red: 2m}}
channels: {blue: [app], red: [sms, app]}
limits: {each_minute: 3}
"""
AREAS = {"shanghai": "", "pudong": "", "pudong/hq": ""}


def read(text: str) -> tuple[DutyFile | None, list[str]]:
    problems = Problems()
    node = parse_yaml(text, "duty.yaml", problems)
    assert node is not None
    found = parse_duty(node, problems, zone="Asia/Shanghai", areas=AREAS, city="shanghai")
    return found, [str(problem) for problem in problems.in_order()]


def test_a_good_file_says_who_is_where_and_how_long_things_may_take() -> None:
    found, told = read(GOOD)

    assert told == []
    assert found is not None
    unit = found.duty.units["water-pd"]
    assert (unit.area, unit.members, unit.fallback) == ("pudong", ("wang", "li"), "li")
    assert (unit.shifts[0].days, unit.shifts[0].starts) == (frozenset(range(5)), time(8))
    assert unit.shifts[1].ends == time(8)
    assert unit.overrides[0].day == date(2026, 10, 1)
    assert [(centre.area, centre.unit) for centre in found.duty.centres] == [("", "desk")]
    assert found.duty.contacts["wang"].channels == {"app": "wang", "sms": "13800000000"}
    assert "water-pd" in found.duty.contacts
    assert found.terms.accept == USUAL.accept | {Rank.RED: 120_000}
    assert found.channels == {Rank.BLUE: ("app",), Rank.RED: ("sms", "app")}
    assert found.limits.each_minute == 3


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "department: water\n",
            "department: watr\n",
            "units.water-pd.department: no department 'watr'",
        ),
        ("area: pudong\n", "area: pudng\n", "no area 'pudng'; did you mean 'pudong'?"),
        ("who: [wang], days", "who: [wnag], days", "no person 'wnag'; did you mean 'wang'?"),
        ("    fallback: li\n", "", "the key `units.water-pd.fallback` is required"),
        ("mon-fri", "mon-fry", 'must be days such as "mon-fri" or "sat,sun"; got \'mon-fry\''),
        ("08:00-20:00", "8-20", 'must be local times such as "20:00-08:00"; got \'8-20\''),
        ("shift: day", "shift: dya", "no shift 'dya'; did you mean 'day'?"),
        ("{area: shanghai, unit: desk}", "{area: pudong, unit: desk}",
         "the city needs a duty centre"),
        ("unit: desk}", "unit: dsk}", "no unit 'dsk'; did you mean 'desk'?"),
        (", members: [wang, li]", "", "a unit has members, or shifts that say who"),
        ("limits:", "limit:", "there is no such key: 'limit'; did you mean 'limits'?"),
        ("red: 2m", "red: 2", 'must be a duration such as "5m" or "1h30m"'),
        ("  desk: {name", "  wang: {name", "is a person and a unit"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, told: str) -> None:
    found, problems = read(GOOD.replace(old, new, 1))

    assert found is None
    assert any(told in problem for problem in problems), problems


def test_days_may_go_over_the_end_of_the_week() -> None:
    found, _ = read(GOOD.replace("mon-fri", '"sat-mon, wed"'))

    assert found is not None
    assert found.duty.units["water-pd"].shifts[0].days == {5, 6, 0, 2}


def plans(text: str, seen: dict[str, Plan] | None = None) -> tuple[dict[str, Plan], list[str]]:
    problems = Problems()
    node = parse_yaml(text, "plans.yaml", problems)
    duty, _ = read(GOOD)
    assert node is not None
    assert duty is not None
    found = parse_plans(node, problems, duty=duty.duty, seen=seen or {})
    return found, [str(problem) for problem in problems.in_order()]


PLAN = "plans: {flood: {title: 内涝, orders: [{to: water, checklist: [关闭闸门]}, {to: desk}]}}"


def test_a_plan_sends_several_each_with_a_checklist() -> None:
    found, told = plans(PLAN)

    assert told == []
    assert [order.to for order in found["flood"].orders] == ["water", "desk"]
    assert found["flood"].orders[0].checklist == ({"zh": "关闭闸门", "en": "关闭闸门"},)


def test_a_plan_for_nobody_and_one_that_comes_twice_are_told() -> None:
    before, _ = plans(PLAN)
    _, told = plans(PLAN.replace("to: water", "to: watr"), before)

    assert "no department or unit 'watr'; did you mean 'water'?" in " ".join(told)
    assert "a plan's id is unique over all files" in " ".join(told)
