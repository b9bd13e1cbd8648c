"""Cases and orders into the shapes of the API."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter

from sentinel.console.case_shapes import (
    CaseLine,
    CaseWarning,
    DeferralShape,
    ItemShape,
    OrderDetail,
    ReportShape,
    VerifiedShape,
)
from sentinel.console.ground import Glance
from sentinel.console.inputs import inputs_behind
from sentinel.console.lines import episode_shapes, finding_shapes, line, order_shape
from sentinel.console.shapes import RANK_WORD, SIGHT_WORD
from sentinel.domain.finding import Finding
from sentinel.warn.case import Case, CaseFile
from sentinel.warn.episodes import missing_numbers
from sentinel.warn.listing import Listed, ListedCase, OpenedCase
from sentinel.warn.order import Deferral, Order
from sentinel.warn.words import short


def case_line(listed: ListedCase, at: Glance) -> CaseLine:
    """Return one case as a list shows it."""
    file, case = listed.file, listed.file.case
    verified = case.verified
    return CaseLine.model_construct(
        id=case.id,
        number=short(case.id),
        state=case.state.value,
        origin=case.origin.value,
        rule=case.rule,
        scenario=case.scenario,
        subject=case.subject,
        area=case.area,
        place=at.gazetteer.place(case.area),
        centre=case.centre,
        department=case.department,
        title=case.title,
        rank=RANK_WORD[case.weight],
        worst=RANK_WORD[case.worst],
        sight=SIGHT_WORD[case.sight],
        opened_at=case.opened_at,
        opened_by=at.names(case.opened_by),
        changed_at=listed.changed_at,
        exercise=case.exercise,
        holds=case.holds,
        episodes=case.episodes,
        children=case.children,
        parent=case.parent,
        follows=case.follows,
        quiet="silence" if case.silenced_by else "explained" if case.explained_by else "",
        quiet_by=case.silenced_by or case.explained_by,
        waits=case.unmet > 0 or any(order.is_waiting for order in file.active),
        unmet=case.unmet,
        next_at=case.next_at,
        resolved_at=case.resolved_at,
        verify_by=case.verify_by,
        verdict=verified.verdict.value if verified else None,
        orders=[order_shape(order, at) for order in file.orders],
        revision=listed.revision,
    )


def people_in(file: CaseFile) -> Iterator[str]:
    """Yield the ids of those whom a line of the case names."""
    yield file.case.opened_by
    for order in file.orders:
        yield from (order.accepted_by, order.accepted_for)


def order_detail(order: Order, now: int, at: Glance) -> OrderDetail:
    """Return an order whole."""
    return OrderDetail.model_construct(
        **order_shape(order, at).model_dump(),
        department=order.department,
        why=order.why,
        centre=order.centre,
        dispatched_by=at.names(order.dispatched_by),
        dispatched_by_id=order.dispatched_by,
        accept_by=order.due.accept_by,
        resolve_by=order.due.resolve_by,
        late=_late(order, now),
        climbed=order.climbed,
        unmanned=order.unmanned,
        rose_at=order.rose_at,
        on_site_at=order.on_site_at,
        resolved_at=order.resolved_at,
        resolved_by=at.names(order.resolved_by),
        resolved_by_id=order.resolved_by,
        resolved_for=at.names(order.resolved_for),
        found=order.found,
        done=order.done,
        links=order.links,
        deferral=_deferral(order.deferral, at) if order.deferral else None,
        checklist=[
            ItemShape(
                text=item.text,
                done_by=at.names(item.done_by),
                done_by_id=item.done_by,
                done_at=item.done_at,
            )
            for item in order.checklist
        ],
        returns=order.returns,
    )


def case_warnings(opened: OpenedCase, at: Glance) -> list[CaseWarning]:
    """Return the warnings of a case, each with its findings and what to draw behind it."""
    grouped = groupby(opened.findings, key=attrgetter("warning"))
    findings = {warning: list(found) for warning, found in grouped}
    return [
        _warning(
            Listed(warning=warning, order=None, revision=opened.listed.revision),
            findings.get(warning.id, []),
            at,
        )
        for warning in opened.listed.file.warnings
    ]


def report_shape(case: Case) -> ReportShape | None:
    """Return what somebody said who noticed it; None: nobody did, it was detected."""
    report = case.report
    if report is None:
        return None
    return ReportShape(source=report.source, text=report.text, reference=report.reference)


def verified_shape(case: Case, at: Glance) -> VerifiedShape | None:
    """Return how a case was closed; None: it was not."""
    verified = case.verified
    if verified is None:
        return None
    return VerifiedShape(
        verdict=verified.verdict.value,
        reason=verified.reason,
        by=at.names(verified.by),
        by_id=verified.by,
        at=verified.at,
    )


def _late(order: Order, now: int) -> str:
    due = order.due
    if order.is_active and order.is_waiting and due.accept_by is not None and due.accept_by <= now:
        return "accept"
    return "resolve" if order.is_active and (due.resolve_by or now + 1) <= now else ""


def _deferral(deferral: Deferral, at: Glance) -> DeferralShape:
    return DeferralShape(
        reason=deferral.reason,
        until=deferral.until,
        asked_by=at.names(deferral.asked_by),
        asked_by_id=deferral.asked_by,
        asked_at=deferral.asked_at,
        granted=deferral.granted,
        answered_by=at.names(deferral.answered_by),
    )


def _warning(listed: Listed, findings: Sequence[Finding], at: Glance) -> CaseWarning:
    warning = listed.warning
    inputs = inputs_behind(warning.rule, warning.subject, at.city) if at.city else []
    return CaseWarning(
        warning=line(listed, at),
        findings=finding_shapes(findings, inputs, at.city),
        missing=missing_numbers(findings),
        episodes=episode_shapes(findings),
        inputs=inputs,
    )
