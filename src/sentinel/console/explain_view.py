# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Why a warning is where it is: which rule, who sees it, who was told, which route and step."""

from collections.abc import Iterable
from typing import Literal

from sentinel.console.duty_shapes import NamedShape
from sentinel.console.evidence import in_words
from sentinel.console.ground import Glance, Ground
from sentinel.console.inputs import inputs_behind
from sentinel.console.lines import act_shape, order_shape
from sentinel.console.record_shapes import (
    ExplainedShape,
    ReasonShape,
    RouteShape,
    SeerShape,
    SentShape,
)
from sentinel.console.shapes import RANK_WORD, ActShape, Words
from sentinel.console.view import View
from sentinel.domain.finding import Finding
from sentinel.domain.person import Grant, Person
from sentinel.warn.case import CaseFile
from sentinel.warn.listing import Told
from sentinel.warn.order import How
from sentinel.warn.records import AskedMessages, KeptMessage
from sentinel.warn.route import centres_around

_OF_ITSELF = frozenset({How.TIMER.value, How.RULE.value})
_MOST_MESSAGES = 200
_Quiet = Literal["", "silence", "explained"]
_QUIET: dict[_Quiet, Words] = {
    "": {},
    "silence": {"zh": "静默期间不通知", "en": "a silence keeps it quiet"},
    "explained": {"zh": "已由另一案件解释，不另行通知", "en": "another case explains it"},
}


class ExplainView:
    """Answers from desk, roster and outbox; any thread may ask."""

    def __init__(self, ground: Ground, view: View) -> None:
        self._ground = ground
        self._view = view

    def explain(self, who: Person, warning: str) -> ExplainedShape:
        """Return why a warning that somebody sees is where it is."""
        opened = self._view.opened(who, warning)
        found = opened.listed.warning
        case = self._ground.desk.case(opened.case) if opened.case else None
        file = case.listed.file if case else None
        glance = self._ground.glance()
        quiet = _quiet(file)
        return ExplainedShape(
            warning=found.id,
            case=opened.case,
            rule=found.rule,
            subject=found.subject,
            area=found.area,
            place=glance.gazetteer.place(found.area),
            title=found.title,
            rank=RANK_WORD[found.condition.rank],
            why=_reasons(opened.findings, glance),
            seen_by=_seers(self._ground.sources.records.people(), found.area),
            centres=[
                NamedShape(id=centre.area, name=centre.unit)
                for centre in centres_around(found.area, glance.handling.duty)
            ],
            quiet=quiet,
            quiet_by=(file.case.silenced_by or file.case.explained_by) if file else "",
            quiet_words=_QUIET[quiet],
            routes=_routes(file, glance),
            told=[_sent(one, glance) for one in self._messages(opened.case)],
            steps=_steps(opened.trail, glance),
        )

    def _messages(self, case: str) -> list[KeptMessage]:
        """Return what was sent of a case: whoever sees it may know who was told."""
        if not case:
            return []
        asked = AskedMessages(seen=("",), case=case, limit=_MOST_MESSAGES)
        return self._ground.sources.records.messages(asked)[::-1]


def _quiet(file: CaseFile | None) -> _Quiet:
    if file is None:
        return ""
    return "silence" if file.case.silenced_by else "explained" if file.case.explained_by else ""


def _reasons(findings: list[Finding], at: Glance) -> list[ReasonShape]:
    """Return what decided last."""
    if not findings:
        return []
    last = findings[-1]
    inputs = inputs_behind(last.rule, last.subject, at.city) if at.city else []
    titles = {shown.name or shown.metric: shown.title for shown in inputs}
    return [
        ReasonShape(text=one.text, words=in_words(one.text, titles), value=one.value, unit=one.unit)
        for one in last.evidence
    ]


def _seers(people: Iterable[Person], area: str) -> list[SeerShape]:
    found = ((person, [one for one in person.grants if one.covers(area)]) for person in people)
    return [
        SeerShape(id=person.id, name=person.name, roles=[_in_words(one) for one in grants])
        for person, grants in found
        if grants
    ]


def _in_words(grant: Grant) -> str:
    of = f" of {grant.department}" if grant.department else ""
    return f"{grant.role.value}{of} in {grant.area or 'the whole city'}"


def _routes(file: CaseFile | None, at: Glance) -> list[RouteShape]:
    if file is None:
        return []
    return [
        RouteShape(order=order_shape(order, at), why=order.why, centre=order.centre)
        for order in file.orders
    ]


def _sent(kept: KeptMessage, at: Glance) -> SentShape:
    """Without addresses: who was told is for everybody, their numbers are not."""
    notice = kept.message.notice
    return SentShape.model_construct(
        at=kept.done_at or kept.put_at,
        to=notice.to,
        to_name=at.unit_name(notice.to),
        occasion=notice.occasion.value,
        channel=kept.message.channel,
        state=kept.state,
        reason=kept.reason,
    )


def _steps(trail: list[Told], at: Glance) -> list[ActShape]:
    return [act_shape(told, at) for told in trail if told.entry.how in _OF_ITSELF]
