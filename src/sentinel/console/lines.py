"""Warnings into the shapes of the API."""

from collections.abc import Mapping, Sequence

from sentinel.console.areas import Gazetteer
from sentinel.console.devices import Devices
from sentinel.console.evidence import in_words, note_in_words
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
from sentinel.warn.listing import Listed, Opened
from sentinel.warn.order import Order
from sentinel.warn.warning import EarlyWarning, WarningState


def line(listed: Listed, gazetteer: Gazetteer, devices: Devices) -> Line:
    """Return one warning as a list shows it."""
    warning, order = listed.warning, listed.order
    condition = warning.condition
    title, said_at = _said(warning)
    accepted = order.accepted_rank if order else None
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
        place=gazetteer.place(warning.area),
        title=title,
        said_at=said_at,
        device=devices.of(warning.subject),
        exercise=warning.exercise,
        holds_back=warning.holds_back,
        rose=accepted is not None and condition.rank > accepted,
        order=order_shape(order) if order else None,
        revision=listed.revision,
    )


def _said(warning: EarlyWarning) -> tuple[dict[str, str], int]:
    """What to call a warning, and when that was so: once it has ended, its worst."""
    if warning.state is WarningState.ENDED and warning.peak:
        return warning.peak.title, warning.peak.at
    return warning.title, warning.said_at


def order_shape(order: Order) -> OrderShape:
    """Return an order as the API says it."""
    return OrderShape.model_construct(
        unit=order.unit,
        state=order.state.value,
        dispatched_at=order.dispatched_at,
        accepted_at=order.accepted_at,
        accepted_by=order.accepted_by,
        how=order.how.value if order.how else None,
        accepted_rank=None if order.accepted_rank is None else RANK_WORD[order.accepted_rank],
    )


def detail(opened: Opened, city: City | None, gazetteer: Gazetteer, devices: Devices) -> Detail:
    """Return one warning with all that belongs to it."""
    warning = opened.listed.warning
    inputs = inputs_behind(warning.rule, warning.subject, city) if city else []
    named = {shown.name or shown.metric: shown for shown in inputs}
    program = program_of(warning.rule, city) if city else None

    def shaped(finding: Finding) -> FindingShape:
        """With today's marks and states only if they were in force then."""
        if not (program and city and finding.bundle == city.hash):
            return _finding(finding, _stateless(named), [])
        return _finding(finding, named, reasons(finding, program, city.registry))

    if warning.state is WarningState.ENDED and not (city and _is_of(city, opened.findings)):
        inputs = [one.model_copy(update={"thresholds": []}) for one in inputs]
    return Detail(
        warning=line(opened.listed, gazetteer, devices),
        instruction=warning.instruction,
        findings=[shaped(one) for one in opened.findings],
        missing=missing_numbers(opened.findings),
        episodes=[_episode(episode) for episode in episodes(opened.findings)],
        acts=[
            ActShape(at=act.at, act=act.act, by=act.by, how=act.how, detail=act.detail)
            for act in opened.acts
        ],
        inputs=inputs,
    )


def _stateless(named: Mapping[str, InputShape]) -> dict[str, InputShape]:
    return {name: one.model_copy(update={"states": {}}) for name, one in named.items()}


def _is_of(city: City, findings: Sequence[Finding]) -> bool:
    """Whether the rule that had the last word is the one in force."""
    return bool(findings) and findings[-1].bundle == city.hash


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
