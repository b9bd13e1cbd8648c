"""A small city with three tiers, and shorthands in which a test says only what matters."""

from collections.abc import Sequence
from typing import Any

import msgspec

from sentinel.domain.finding import Ending, warning_id
from sentinel.domain.person import EVERYWHERE, Grant, Person, Role
from sentinel.domain.rank import Rank, Sight
from sentinel.warn.acts import Act, Actor
from sentinel.warn.case import CaseFile
from sentinel.warn.city import City
from sentinel.warn.duty import Centre, Department, Duty, Unit
from sentinel.warn.handling import do
from sentinel.warn.notice import Occasion
from sentinel.warn.opening import Known, told
from sentinel.warn.order import How, Order
from sentinel.warn.outcome import Done, Refused
from sentinel.warn.warning import Condition, EarlyWarning

NOW = 1_781_722_800_000
"""2026-06-18, 03:00 in Shanghai."""
MINUTE = 60_000
HOUR = 60 * MINUTE
G07 = "pudong/hq/g07"


def unit(id: str, area: str, department: str = "water", *who: str, **more: Any) -> Unit:  # noqa: A002, ANN401
    return Unit(
        id=id,
        name={"zh": id, "en": id},
        department=department,
        area=area,
        members=who,
        fallback=f"{id}-fallback",
        **more,
    )


UNITS = (
    unit("water-hq", "pudong/hq", "water", "zhang", "li"),
    unit("water-pd", "pudong", "water", "wu"),
    unit("fire-city", "", "fire", "feng"),
    unit("desk-hq", "pudong/hq", "duty", "olga", "oscar"),
    unit("desk-pd", "pudong", "duty", "petra"),
    unit("desk-city", "", "duty", "carl"),
)
DUTY = Duty(
    zone="Asia/Shanghai",
    departments={
        "water": Department(id="water", name={"zh": "水务局", "en": "Water Affairs"}),
        "fire": Department(id="fire", name={"zh": "消防", "en": "Fire Brigade"}),
        "parks": Department(id="parks", name={"zh": "园林", "en": "Parks"}),
        "duty": Department(id="duty", name={"zh": "值班中心", "en": "Duty centre"}),
    },
    units={one.id: one for one in UNITS},
    centres=(
        Centre(area="", unit="desk-city"),
        Centre(area="pudong/hq", unit="desk-hq"),
        Centre(area="pudong", unit="desk-pd"),
    ),
    contacts={},
)
PLACES = {
    "pudong": {"zh": "浦东新区", "en": "Pudong"},
    "pudong/hq": {"zh": "花桥街道", "en": "Huaqiao"},
}
CITY = City(duty=DUTY, places=PLACES)


def person(id: str, *grants: tuple[Role, str] | tuple[Role, str, str]) -> Person:  # noqa: A002
    held = tuple(
        Grant(role=role, area=area, department=rest[0] if rest else "")
        for role, area, *rest in grants
    )
    return Person(id=id, name=id.title(), grants=held)


PEOPLE = {
    one.id: one
    for one in (
        person("zhang"),
        person("li"),
        person("wu"),
        person("feng"),
        person("hao", (Role.HANDLER, "pudong", "water")),
        person("olga", (Role.OPERATOR, "pudong/hq")),
        person("oscar", (Role.OPERATOR, "pudong/hq")),
        person("petra", (Role.OPERATOR, "pudong")),
        person("sun", (Role.SUPERVISOR, "pudong")),
        person("carl", (Role.SUPERVISOR, EVERYWHERE)),
        person("vera", (Role.VIEWER, EVERYWHERE)),
    )
}


def warning(
    rank: Rank = Rank.ORANGE,
    *,
    number: int = 1,
    subject: str = "lv-01",
    **changes: Any,  # noqa: ANN401
) -> EarlyWarning:
    """A warning of `river-level` as it stands after finding `number`."""
    rule = changes.get("rule", "river-level")
    ended = changes.pop("ended", False)
    sight = changes.pop("sight", Sight.SEEN)
    onset = changes.get("onset", 1_000)
    held = Condition(
        number=number,
        rank=rank,
        sight=sight,
        blind_since=1 if sight else None,
        since=NOW,
        received_at=NOW,
        ending=None,
    )
    end = msgspec.structs.replace(held, number=number + 1, rank=Rank.NONE, ending=Ending.CLEARED)
    values: dict[str, Any] = {
        "id": warning_id(rule, subject, onset),
        "rule": rule,
        "scenario": "flood-control",
        "subject": subject,
        "onset": onset,
        "exercise": False,
        "area": G07,
        "title": {"zh": f"{subject} 水位", "en": f"{subject}: river"},
        "instruction": {"zh": "关闭闸门", "en": "Close the gates"},
        "dispatch_to": "water",
        "described_by": (True, True, number),
        "told": held,
        "newest": end if ended else held,
        "worst": rank,
        "told_at": NOW,
    }
    return EarlyWarning(**(values | changes))


def opened(
    rank: Rank = Rank.ORANGE,
    *,
    city: City = CITY,
    now: int = NOW,
    known: Known | None = None,
    **changes: Any,  # noqa: ANN401
) -> Done:
    """What comes of a new warning."""
    done = told(warning(rank, **changes), known or Known(), now, city)
    assert done is not None
    return done


def acted(
    file: CaseFile,
    by: str,
    act: Act,
    *,
    at: int = NOW + MINUTE,
    city: City = CITY,
    on_behalf_of: str = "",
    how: How = How.SCREEN,
) -> Done | Refused:
    """What comes of an act of a person of this city."""
    mine = msgspec.structs.replace(city, person=PEOPLE[by])
    return do(file, act, Actor(by=by, how=how, on_behalf_of=on_behalf_of), at, mine)


def did(file: CaseFile, by: str, act: Act, **more: Any) -> Done:  # noqa: ANN401
    """What comes of an act that is not refused."""
    done = acted(file, by, act, **more)
    assert isinstance(done, Done), done
    return done


def refused(file: CaseFile, by: str, act: Act, **more: Any) -> str:  # noqa: ANN401
    """Why an act is refused, in English."""
    answer = acted(file, by, act, **more)
    assert isinstance(answer, Refused), answer
    assert answer.reason["zh"]
    return answer.reason["en"]


def after(file: CaseFile, *steps: tuple[str, Act]) -> CaseFile:
    """The case after these acts, a minute apart."""
    for nth, (by, act) in enumerate(steps, 1):
        file = did(file, by, act, at=NOW + nth * MINUTE).file
    return file


def only(file: CaseFile) -> Order:
    """The case's one order."""
    (order,) = file.orders
    return order


def heard(done: Done) -> list[tuple[str, str]]:
    """Who was told of what: (to, occasion), in order."""
    return [(notice.to, notice.occasion.value) for notice in done.notices]


def acts_of(done: Done) -> list[str]:
    return [entry.act for entry in done.entries]


def occasions(done: Done) -> Sequence[Occasion]:
    return [notice.occasion for notice in done.notices]
