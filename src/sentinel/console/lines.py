"""Warnings into the shapes of the API."""

from collections.abc import Mapping, Sequence

from sentinel.console.evidence import in_words, note_in_words
from sentinel.console.ground import Glance
from sentinel.console.inputs import inputs_behind, program_of
from sentinel.console.ports import City
from sentinel.console.reasons import reasons, state_of
from sentinel.console.shapes import (
    RANK_WORD,
    SIGHT_WORD,
    ActShape,
    Detail,
    EpisodeShape,
    EvidenceShape,
    FindingShape,
    InputShape,
    Line,
    OrderShape,
    ReasonShape,
)
from sentinel.domain.finding import Evidence, Finding
from sentinel.warn.episodes import Episode, episodes, missing_numbers
from sentinel.warn.listing import Listed, Opened, Told
from sentinel.warn.order import Order
from sentinel.warn.warning import EarlyWarning, WarningState


def line(listed: Listed, at: Glance) -> Line:
    """Return one warning as a list shows it."""
    warning, order = listed.warning, listed.order
    condition = warning.condition
    title, said_at = _said(warning)
    return Line.model_construct(
        id=warning.id,
        state=warning.state.value,
        rank=RANK_WORD[condition.rank],
        worst=RANK_WORD[warning.worst],
        sight=SIGHT_WORD[condition.sight],
        blind_since=condition.blind_since,
        onset=warning.onset,
        told_at=warning.told_at,
        changed_at=condition.received_at,
        ending=condition.ending.value if condition.ending else None,
        unjudged=condition.unjudged,
        rule=warning.rule,
        scenario=warning.scenario,
        subject=warning.subject,
        area=warning.area,
        place=at.gazetteer.place(warning.area),
        title=title,
        said_at=said_at,
        device=at.devices.of(warning.subject),
        exercise=warning.exercise,
        holds_back=warning.holds_back,
        rose=order is not None and order.is_taken and order.is_waiting,
        order=order_shape(order, at) if order else None,
        revision=listed.revision,
    )


def _said(warning: EarlyWarning) -> tuple[dict[str, str], int]:
    """What to call a warning, and when that was so: once it has ended, its worst."""
    if warning.state is WarningState.ENDED and warning.peak:
        return warning.peak.title, warning.peak.at
    return warning.title, warning.said_at


def order_shape(order: Order, at: Glance) -> OrderShape:
    """Return an order in short."""
    return OrderShape.model_construct(
        case=order.case,
        number=order.number,
        unit=order.unit,
        unit_name=at.unit_name(order.unit),
        state=order.state.value,
        waits=order.is_waiting,
        dispatched_at=order.dispatched_at,
        accepted_at=order.accepted_at,
        accepted_by=at.names(order.accepted_by),
        accepted_by_id=order.accepted_by,
        accepted_for=at.names(order.accepted_for),
        how=order.how.value if order.how else None,
        accepted_rank=None if order.accepted_rank is None else RANK_WORD[order.accepted_rank],
    )


def act_shape(told: Told, at: Glance) -> ActShape:
    """Return one line of the trail."""
    entry = told.entry
    return ActShape(
        number=told.number,
        at=told.at,
        act=entry.act,
        by=at.names(entry.by),
        by_id=entry.by,
        how=entry.how,
        on_behalf_of=at.names(entry.on_behalf_of),
        case=entry.case,
        order=entry.order,
        detail=entry.detail,
    )


def detail(opened: Opened, at: Glance) -> Detail:
    """Return one warning with all that belongs to it."""
    warning, city = opened.listed.warning, at.city
    inputs = inputs_behind(warning.rule, warning.subject, city) if city else []
    at.names.learn(told.entry.by for told in opened.trail)
    shown = inputs
    if warning.state is WarningState.ENDED and not (city and _is_of(city, opened.findings)):
        shown = [one.model_copy(update={"thresholds": []}) for one in inputs]
    return Detail(
        warning=line(opened.listed, at),
        case=opened.case,
        instruction=warning.instruction,
        findings=finding_shapes(opened.findings, inputs, city),
        missing=missing_numbers(opened.findings),
        episodes=episode_shapes(opened.findings),
        acts=[act_shape(told, at) for told in opened.trail],
        inputs=shown,
    )


def finding_shapes(
    findings: Sequence[Finding], inputs: Sequence[InputShape], city: City | None
) -> list[FindingShape]:
    """Return findings of one rule with their evidence in words.

    inputs: Name what the rule looked at. city: What is in force; None before the first bundle.
    """
    named = {shown.name or shown.metric: shown for shown in inputs}
    return [_shaped(one, named, city) for one in findings]


def _shaped(finding: Finding, named: Mapping[str, InputShape], city: City | None) -> FindingShape:
    """With today's marks and states only if they were in force then."""
    program = program_of(finding.rule, city) if city else None
    if not (program and city and finding.bundle == city.hash):
        return _finding(finding, _stateless(named), [])
    return _finding(finding, named, reasons(finding, program, city.registry))


def _stateless(named: Mapping[str, InputShape]) -> dict[str, InputShape]:
    return {name: one.model_copy(update={"states": {}}) for name, one in named.items()}


def _is_of(city: City, findings: Sequence[Finding]) -> bool:
    """Whether the rule that had the last word is the one in force."""
    return bool(findings) and findings[-1].bundle == city.hash


def episode_shapes(findings: Sequence[Finding]) -> list[EpisodeShape]:
    """Return what happened when to one warning."""
    return [_episode(episode) for episode in episodes(findings)]


def _finding(
    finding: Finding, named: Mapping[str, InputShape], reasons: list[ReasonShape]
) -> FindingShape:
    titles = {name: shown.title for name, shown in named.items()}
    return FindingShape(
        number=finding.number,
        change=finding.change.value,
        rank=RANK_WORD[finding.rank],
        previous_rank=RANK_WORD[finding.previous_rank],
        sight=SIGHT_WORD[finding.sight],
        decided_at=finding.decided_at,
        received_at=finding.received_at,
        ending=finding.ending.value if finding.ending else None,
        delayed=finding.delayed,
        unjudged=finding.unjudged,
        title=finding.title,
        evidence=[
            EvidenceShape(
                text=one.text,
                words=in_words(one.text, titles),
                value=one.value,
                unit=one.unit,
                note=one.note,
                note_words=note_in_words(one.note),
                state=_state(one, named),
            )
            for one in finding.evidence
        ],
        reasons=reasons,
        bundle=finding.bundle,
    )


def _state(one: Evidence, named: Mapping[str, InputShape]) -> str:
    """The name of a value that is a state; an input's own value goes by the input's name."""
    return state_of(named[one.text].states, one.value) if one.text in named else ""


def _episode(episode: Episode) -> EpisodeShape:
    return EpisodeShape(
        start=episode.start,
        end=episode.end,
        rank=RANK_WORD[episode.rank],
        sight=SIGHT_WORD[episode.sight],
    )
