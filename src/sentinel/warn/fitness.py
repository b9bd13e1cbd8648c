# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""Whether a case and its orders stand so that an act can be done, and whether it says enough."""

import re

from sentinel.warn.acts import (
    Accept,
    Act,
    AnswerDefer,
    AskDefer,
    Dispatch,
    GiveBack,
    Link,
    Merge,
    Note,
    OnSite,
    Reassign,
    Reopen,
    Resolve,
    RunPlan,
    Seen,
    TakeOver,
    Tick,
    Urge,
    Verify,
)
from sentinel.warn.case import CaseFile, CaseState, Origin, Verdict
from sentinel.warn.city import City
from sentinel.warn.order import Order, OrderState
from sentinel.warn.outcome import Code, Refused, refuse
from sentinel.warn.words import local

MOST_TEXT = 4_000
"""Characters in anything that people write; a report, not a book."""
_LINK = re.compile(r"https?://[^\s/]+(/\S*)?\Z")
_REAL_ONLY = frozenset({Verdict.TRUE, Verdict.FALSE_ALARM, Verdict.DUPLICATE})


def unfit(file: CaseFile, act: Act, city: City) -> Refused | None:
    """Return why the case or the order does not stand so that this could be done; None: it does."""
    match act:
        case Note():
            return None
        case Verify():
            return _unfit_to_close(file)
        case Reopen():
            return None if file.case.state is CaseState.RESOLVED else _NOT_RESOLVED
        case Dispatch() | RunPlan() if file.case.state is CaseState.RESOLVED:
            return _RESOLVED
        case Dispatch() | RunPlan() | Urge() | TakeOver() | Merge() | Link():
            return _over(file)
        case _:
            return _over(file) or _unfit_order(_order(file, act.order), act, city)


def incomplete(act: Act, now: int) -> Refused | None:
    """Return why what the act says is not enough, or cannot be; None: it is enough."""
    match act:
        case Resolve():
            return blank(act.found) or blank(act.done) or _bad_links(act.links)
        case Note():
            return _bad_links(act.links) or (_long if act.links else blank)(act.text)
        case GiveBack() | Urge() | Reassign() | TakeOver() | Reopen():
            return blank(act.reason)
        case AskDefer():
            return blank(act.reason) or (None if act.until > now else _PAST)
        case Dispatch() | Merge() | Verify():
            return _long(act.reason)
        case _:
            return None


def blank(text: str) -> Refused | None:
    """Return a refusal of a text that says nothing, or far too much."""
    if not text.strip():
        return refuse(Code.INVALID, "请填写说明", "say it in words: the text is empty")
    return _long(text)


def _over(file: CaseFile) -> Refused | None:
    if file.case.origin is Origin.FOLDED:
        return refuse(
            Code.CONFLICT,
            "这是合并显示的案件：请处理其中各案",
            "this stands for many cases: act on those in it",
        )
    return None if file.case.is_live else _IS_OVER


def _unfit_to_close(file: CaseFile) -> Refused | None:
    over = _over(file)
    if over or not file.active:
        return over
    numbers = ", ".join(str(order.number) for order in file.active)
    return refuse(
        Code.CONFLICT,
        f"工单 {numbers} 尚未完成，不能结案",
        f"order {numbers} is not done yet, so the case cannot be closed",
    )


def _unfit_order(order: Order, act: Act, city: City) -> Refused | None:
    if not order.is_active:
        return refuse(
            Code.CONFLICT,
            f"工单 {order.number} 已结束（{_STATES[order.state]}）",
            f"order {order.number} is over: {order.state.value}",
        )
    match act:
        case Accept() | Seen() | OnSite():
            return _unfit_to_take(order, act, city)
        case Tick():
            return _unfit_item(order, act.item)
        case AnswerDefer() if order.deferral is None or order.deferral.granted is not None:
            return _NOBODY_ASKS
    return None


def _unfit_to_take(order: Order, act: Accept | Seen | OnSite, city: City) -> Refused | None:
    match act:
        case Accept() if order.is_taken and not order.is_waiting:
            return _taken(order, city)
        case Seen() if not (order.is_taken and order.is_waiting):
            return _NOTHING_TO_SEE
        case OnSite() if order.state is OrderState.ON_SITE:
            return _IS_THERE
    return None


def _unfit_item(order: Order, item: int) -> Refused | None:
    if not 0 <= item < len(order.checklist):
        return refuse(Code.UNKNOWN, "清单中没有此项", "the checklist has no such item")
    if order.checklist[item].done_by:
        return refuse(Code.CONFLICT, "此项已完成", "this item is done already")
    return None


def _taken(order: Order, city: City) -> Refused:
    at = order.accepted_at or 0
    when = local(at, at, city.duty.zone)
    who = order.accepted_for or order.accepted_by
    return refuse(
        Code.CONFLICT,
        f"{who} 已于 {when} 接单",
        f"{who} accepted it at {when}",
    )


def false_label(file: CaseFile, act: Verify) -> Refused | None:
    """An exercise is never a label for rules."""
    if file.case.exercise and act.verdict in _REAL_ONLY:
        return refuse(
            Code.INVALID,
            "演练案件只能以“演练”或“测试”结案",
            "an exercise is closed as a drill or a test",
        )
    return None


def _order(file: CaseFile, number: int) -> Order:
    return next(order for order in file.orders if order.number == number)


def _long(text: str) -> Refused | None:
    if len(text) > MOST_TEXT:
        return refuse(
            Code.INVALID,
            f"文字超过 {MOST_TEXT} 字",
            f"the text has more than {MOST_TEXT} characters",
        )
    return None


def _bad_links(links: tuple[str, ...]) -> Refused | None:
    """Only what a browser fetches and never runs."""
    for link in links:
        if not _LINK.match(link):
            return refuse(
                Code.INVALID,
                "链接须以 http:// 或 https:// 开头",
                "a link must begin with http:// or https://",
            )
    return None


_STATES = {
    OrderState.DISPATCHED: "已派单",
    OrderState.ACCEPTED: "已接单",
    OrderState.ON_SITE: "已到场",
    OrderState.RESOLVED: "已处置",
    OrderState.RETURNED: "已退单",
    OrderState.WITHDRAWN: "已撤销",
}
_IS_OVER = refuse(Code.CONFLICT, "此案已结束", "the case is over")
_NOT_RESOLVED = refuse(
    Code.CONFLICT,
    "只有待核实的案件可以重新打开；已结案的请另立新案",
    "only a case that waits to be verified can be reopened; if it is closed, open a new one",
)
_RESOLVED = refuse(
    Code.CONFLICT,
    "此案待核实：如需再派单，请先重新打开",
    "the case waits to be verified: reopen it to send somebody",
)
_PAST = refuse(Code.INVALID, "截止时间须在将来", "the end must lie in the future")
_NOTHING_TO_SEE = refuse(Code.CONFLICT, "没有待知悉的升级", "there is no rise to be seen")
_IS_THERE = refuse(Code.CONFLICT, "已登记到场", "it is known already that the unit is there")
_NOBODY_ASKS = refuse(Code.CONFLICT, "没有待答复的延期申请", "nobody waits for more time")
