# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Builders of cases and publications for tests; the time is 03:12 in Shanghai on 18 June 2026."""

from typing import Any

from sentinel.domain.person import Grant, Person, Role
from sentinel.domain.rank import Rank, Sight
from sentinel.publish.cap.message import (
    Category,
    Certainty,
    Content,
    Issuer,
    Kind,
    Severity,
    Urgency,
    Where,
)
from sentinel.publish.cap.publication import Publication
from sentinel.warn.case import Case, CaseFile, CaseState, Origin, Verdict, Verified
from sentinel.warn.order import Due, Order, OrderState
from sentinel.warn.warning import Condition, EarlyWarning

NOW = 1_781_723_520_000
MINUTE = 60_000
AREA = "pudong/hq"
ISSUER = Issuer(
    sender="duty@lancheng.example.cn",
    name={"zh": "澜城市应急指挥中心", "en": "Lancheng duty centre"},
    zone="Asia/Shanghai",
    web="https://lancheng.example.cn/",
)
WHERE = Where(
    code=AREA,
    place={"zh": "浦东 · 花桥", "en": "Pudong · Huaqiao"},
    polygons=("31,121 31,122 32,122 31,121",),
)


def person(name: str, role: Role, area: str = "pudong") -> Person:
    """Somebody with one role."""
    return Person(id=name, name=name.title(), grants=(Grant(role=role, area=area),))


WRITER = person("wang", Role.OPERATOR)
PUBLISHER = person("li", Role.PUBLISHER)


def warning(number: int = 1, **changes: Any) -> EarlyWarning:  # noqa: ANN401 -- any field
    """An orange warning that holds."""
    told = Condition(
        number=1,
        rank=Rank.ORANGE,
        sight=Sight.SEEN,
        blind_since=None,
        since=NOW - 10 * MINUTE,
        received_at=NOW - 10 * MINUTE,
        ending=None,
    )
    values: dict[str, Any] = {
        "id": f"w{number}",
        "rule": "river-level",
        "scenario": "flood-control",
        "subject": f"lv-{number:02}",
        "onset": NOW - 15 * MINUTE,
        "exercise": False,
        "area": AREA,
        "title": {"zh": f"{number} 号水位 3.9 米", "en": f"gauge {number} at 3.9 m"},
        "instruction": {"zh": "撤离河岸人员", "en": "Clear the banks"},
        "dispatch_to": "water",
        "described_by": (True, True, 1),
        "told": told,
        "newest": told,
        "worst": Rank.ORANGE,
        "told_at": NOW - 10 * MINUTE,
    }
    return EarlyWarning(**{**values, **changes})


def case(number: int = 1, **changes: Any) -> Case:  # noqa: ANN401 -- any field
    """An open case of one orange warning."""
    values: dict[str, Any] = {
        "id": f"c{number}",
        "state": CaseState.OPEN,
        "origin": Origin.DETECTED,
        "rule": "river-level",
        "scenario": "flood-control",
        "subject": f"lv-{number:02}",
        "area": AREA,
        "centre": "pudong/hq",
        "title": {"zh": f"{number} 号水位 3.9 米", "en": f"gauge {number} at 3.9 m"},
        "instruction": {"zh": "撤离河岸人员", "en": "Clear the banks"},
        "rank": Rank.ORANGE,
        "sight": Sight.SEEN,
        "worst": Rank.ORANGE,
        "opened_at": NOW - 10 * MINUTE,
        "opened_by": "sentinel",
        "warnings": (f"w{number}",),
    }
    return Case(**{**values, **changes})


def order(of: str = "c1", number: int = 1, **changes: Any) -> Order:  # noqa: ANN401 -- any field
    """An order that waits, with ten minutes to accept and four hours to resolve."""
    at = changes.get("dispatched_at", NOW - 10 * MINUTE)
    values: dict[str, Any] = {
        "id": f"{of}-o{number}",
        "case": of,
        "number": number,
        "unit": "water-hq",
        "department": "water",
        "state": OrderState.DISPATCHED,
        "dispatched_at": at,
        "dispatched_by": "sentinel",
        "why": {"zh": "", "en": ""},
        "centre": "pudong/hq",
        "due": Due(accept_by=at + 10 * MINUTE, resolve_by=at + 240 * MINUTE),
    }
    return Order(**{**values, **changes})


def closed(
    number: int,
    verdict: Verdict = Verdict.TRUE,
    *,
    accept: int = 3,
    resolve: int = 60,
    verify: int = 90,
    **changes: Any,  # noqa: ANN401 -- any field
) -> CaseFile:
    """A case seen through to its end; minutes from its beginning to each step."""
    at = changes.pop("opened_at", NOW - 300 * MINUTE)
    done = order(
        f"c{number}",
        state=OrderState.RESOLVED,
        dispatched_at=at,
        accepted_at=at + accept * MINUTE,
        accepted_by="zhang.san",
        resolved_at=at + resolve * MINUTE,
        resolved_by="zhang.san",
        found="called by Zhang San 13812345678",
        done="pumped",
    )
    verified = Verified(verdict=verdict, reason="", by="li.si", at=at + verify * MINUTE)
    of = case(
        number,
        state=CaseState.CLOSED,
        opened_at=at,
        resolved_at=at + resolve * MINUTE,
        verify_by=at + (resolve + 480) * MINUTE,
        verified=verified,
        **changes,
    )
    told = warning(number, told_at=at, worst=of.worst)
    return CaseFile(case=of, orders=(done,), warnings=(told,))


def content(**changes: Any) -> Content:  # noqa: ANN401 -- any field
    """A draft that may go out."""
    values: dict[str, Any] = {
        "restriction": "duty units only",
        "categories": (Category.MET,),
        "event": {"zh": "洪水", "en": "flood"},
        "urgency": Urgency.IMMEDIATE,
        "severity": Severity.SEVERE,
        "certainty": Certainty.OBSERVED,
        "headline": {"zh": "橙色预警：花桥水位 3.9 米", "en": "Orange warning: Huaqiao at 3.9 m"},
        "description": {"zh": "水位仍在上涨。", "en": "The water is still rising."},
        "instruction": {"zh": "请远离河岸", "en": "Keep away from the banks"},
        "onset": NOW - 15 * MINUTE,
        "valid_ms": 120 * MINUTE,
    }
    return Content(**{**values, **changes})


def publication(**changes: Any) -> Publication:  # noqa: ANN401 -- any field
    """A draft by Wang."""
    values: dict[str, Any] = {
        "id": "p1",
        "thread": "p1",
        "case": "c1",
        "scenario": "flood-control",
        "rank": Rank.ORANGE,
        "area": AREA,
        "kind": Kind.ALERT,
        "exercise": False,
        "where": WHERE,
        "content": content(),
        "authors": ("wang",),
        "made_at": NOW,
        "changed_at": NOW,
    }
    return Publication(**{**values, **changes})
