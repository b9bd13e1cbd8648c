# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Who is asked: the department's nearest unit, and the duty centres around a place."""

import msgspec

from sentinel.domain.person import EVERYWHERE, is_inside
from sentinel.warn.duty import Centre, Duty, Unit
from sentinel.warn.picture import around


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A way that was found. centre: Who dispatches. why: For people, by language."""

    unit: Unit
    centre: Centre
    why: dict[str, str]


class NoRoute(msgspec.Struct, frozen=True, kw_only=True):
    """No unit can be asked; the centre is told, loudly, and has to find one."""

    centre: Centre
    why: dict[str, str]


def route(department: str, area: str, duty: Duty) -> Route | NoRoute:
    """Return the department's unit at the lowest area at or above `area` that has one.

    `department` may also be the id of a unit, which is then asked wherever it is; empty: the duty
    centre sees to it itself. Of several units at one area, the first by id.
    """
    centre = centre_of(area, duty)
    if department in duty.units:
        return Route(unit=duty.units[department], centre=centre, why=_named(department))
    if not department:
        return _to_the_centre(centre, duty)
    for place in reversed(around(area)):
        for unit in sorted(duty.units.values(), key=lambda unit: unit.id):
            if (unit.department, unit.area) == (department, place):
                return Route(unit=unit, centre=centre, why=_nearest(department, area, place, duty))
    return NoRoute(centre=centre, why=_nobody(department, area, duty))


def centres_around(area: str, duty: Duty) -> tuple[Centre, ...]:
    """Return the duty centres at and above `area`, lowest first; the city's is always the last.

    If the city has none (the loader refuses such a file), one without a unit stands for it.
    """
    found = {centre.area: centre for centre in duty.centres if is_inside(area, centre.area)}
    city = found.pop(EVERYWHERE, Centre(area=EVERYWHERE, unit=""))
    return (*sorted(found.values(), key=lambda centre: -len(centre.area)), city)


def centre_of(area: str, duty: Duty) -> Centre:
    """Return the duty centre of `area`: the lowest at or above it."""
    return centres_around(area, duty)[0]


def centre_above(area: str, duty: Duty) -> Centre | None:
    """Return the next centre above the one of area `area`; None: that is the city's already."""
    return next((c for c in centres_around(area, duty) if c.area != area), None)


def _to_the_centre(centre: Centre, duty: Duty) -> Route | NoRoute:
    unit = duty.units.get(centre.unit)
    if unit is None:
        return NoRoute(
            centre=centre,
            why={
                "zh": "未指定部门，值班中心也没有值班单位",
                "en": "no department is named, and the duty centre has no unit",
            },
        )
    why = {
        "zh": "未指定部门：由值班中心处置",
        "en": "no department is named: the duty centre sees to it",
    }
    return Route(unit=unit, centre=centre, why=why)


def _named(unit: str) -> dict[str, str]:
    return {"zh": f"指定单位 {unit}", "en": f"the unit `{unit}` is named"}


def _nearest(department: str, area: str, place: str, duty: Duty) -> dict[str, str]:
    zh, en = _names(department, duty)
    return {
        "zh": f"{zh}在{_place(area)['zh']}及以上最近的单位，设于{_place(place)['zh']}",
        "en": f"nearest unit of {en} at or above {_place(area)['en']}: at {_place(place)['en']}",
    }


def _nobody(department: str, area: str, duty: Duty) -> dict[str, str]:
    if department not in duty.departments:
        return {"zh": f"没有部门“{department}”", "en": f"there is no department `{department}`"}
    zh, en = _names(department, duty)
    return {
        "zh": f"{zh}在{_place(area)['zh']}及以上没有单位",
        "en": f"{en} has no unit at or above {_place(area)['en']}",
    }


def _names(department: str, duty: Duty) -> tuple[str, str]:
    known = duty.departments.get(department)
    name = known.name if known else {}
    return name.get("zh", department), name.get("en", department)


def _place(area: str) -> dict[str, str]:
    return {"zh": area or "全市", "en": area or "the city"}
