# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""The words of every notice, in Chinese and English: what, where, since when, what to do.

A text fits an SMS of four parts in Chinese (280 characters): what cannot be shortened (how to
accept, until when, the case's number) is kept whole, what can (title, instruction) gives way.
"""

import msgspec

from sentinel.domain.rank import Sight
from sentinel.warn.case import Case, Origin
from sentinel.warn.city import City
from sentinel.warn.notice import Occasion
from sentinel.warn.order import Order
from sentinel.warn.words import EXERCISE, LANGUAGES, RANKS, cut, in_language, local, place, short

MOST = 280
"""Characters in a text."""
_TITLE = 80
_DETAIL = 90


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a notice says beyond its case. order: Whose limits it names; None: of no order.

    detail: A reason, a name, a report; by language, or the same in all under `""`.
    """

    order: Order | None = None
    detail: dict[str, str] = {}


def compose(
    occasion: Occasion, case: Case, words: Words, now: int, city: City
) -> tuple[dict[str, str], dict[str, str]]:
    """Return title and text of a notice, by language."""
    titles = {language: _title(occasion, case, language) for language in LANGUAGES}
    texts = {language: _text(occasion, case, words, now, city, language) for language in LANGUAGES}
    return titles, texts


def _title(occasion: Occasion, case: Case, language: str) -> str:
    mark = EXERCISE[language] if case.exercise else ""
    rank = RANKS[case.weight][language]
    head = {"zh": f"【{rank}】", "en": f"[{rank.upper()}] "}[language]
    what = {"zh": "{}：", "en": "{}: "}[language].format(_HEADS[occasion][language])
    return cut(f"{mark}{head}{what}{in_language(case.title, language)}", _TITLE)


def _text(occasion: Occasion, case: Case, words: Words, now: int, city: City, language: str) -> str:
    stop = {"zh": "。", "en": ". "}[language]
    mark = {"zh": "演练，不是真实事件", "en": "Exercise, not a real event"}[language]
    fixed = [
        f"{local(case.opened_at, now, city.duty.zone)} {place(case.area, city)[language]}",
        _rank(case, language),
        _ask(occasion, words, now, city, language),
        _where(case, city, language),
    ]
    if case.exercise:
        fixed.insert(0, mark)
    room = MOST - sum(len(part) + len(stop) for part in fixed if part)
    loose = _loose(occasion, case, words, language, room - 2 * len(stop))
    place_at = 3 if case.exercise else 2
    parts = [*fixed[:place_at], *loose, *fixed[place_at:]]
    return stop.join(part.strip(" .。") for part in parts if part) + stop.strip()


def _loose(occasion: Occasion, case: Case, words: Words, language: str, room: int) -> list[str]:
    """Title, instruction and detail, in the room that there is."""
    detail = cut(words.detail.get("") or in_language(words.detail, language), _DETAIL)
    title = cut(in_language(case.title, language), min(_TITLE, room - len(detail)))
    rest = room - len(detail) - len(title) - 2
    helps = in_language(case.instruction, language) if occasion in _WITH_INSTRUCTION else ""
    return [title, detail, cut(helps, rest) if rest > 10 else ""]  # noqa: PLR2004 -- no use below


def _rank(case: Case, language: str) -> str:
    rank = RANKS[case.weight][language]
    words = {"zh": f"等级{rank}", "en": f"Rank {rank}"}[language]
    if case.sight is Sight.BLIND:
        return words + {"zh": "，目前失明", "en": ", blind now"}[language]
    if not case.holds and case.origin is Origin.DETECTED:
        return words + {"zh": "，现已解除", "en": ", ended since"}[language]
    return words


def _ask(occasion: Occasion, words: Words, now: int, city: City, language: str) -> str:
    """What the reader is to do, and until when."""
    ask = _ASKS.get(occasion, {}).get(language, "")
    due = words.order.due if words.order else None
    by = due and (due.accept_by if occasion in _TO_ACCEPT else due.resolve_by)
    if not ask or not by or occasion not in _WITH_LIMIT:
        return ask
    at = local(by, now, city.duty.zone)
    return {"zh": f"请于 {at} 前：{ask}", "en": f"By {at}: {ask}"}[language]


def _where(case: Case, city: City, language: str) -> str:
    number = {"zh": f"案件 {short(case.id)}", "en": f"Case {short(case.id)}"}[language]
    return f"{number} {city.site}/cases/{case.id}" if city.site else number


_TO_ACCEPT = frozenset(
    {
        Occasion.DISPATCHED,
        Occasion.ROSE,
        Occasion.AGAIN,
        Occasion.NOT_ACCEPTED,
        Occasion.REOPENED,
        Occasion.SILENCE_ENDED,
    }
)
_WITH_LIMIT = frozenset({*_TO_ACCEPT, Occasion.URGED, Occasion.REASSIGNED}) - {
    Occasion.NOT_ACCEPTED
}
_WITH_INSTRUCTION = frozenset({*_TO_ACCEPT, Occasion.URGED, Occasion.NO_UNIT})

_HEADS: dict[Occasion, dict[str, str]] = {
    Occasion.DISPATCHED: {"zh": "新工单", "en": "new order"},
    Occasion.ROSE: {"zh": "等级上升", "en": "rank rose"},
    Occasion.AGAIN: {"zh": "再次出现", "en": "came back"},
    Occasion.BLIND: {"zh": "失明", "en": "blind"},
    Occasion.ENDED: {"zh": "已解除", "en": "ended"},
    Occasion.URGED: {"zh": "催办", "en": "urged"},
    Occasion.NOT_ACCEPTED: {"zh": "无人接单", "en": "not accepted"},
    Occasion.NOT_RESOLVED: {"zh": "超时未处置", "en": "not resolved"},
    Occasion.NOT_VERIFIED: {"zh": "超时未核实", "en": "not verified"},
    Occasion.NOBODY_ON_DUTY: {"zh": "无人值班", "en": "nobody on duty"},
    Occasion.NO_UNIT: {"zh": "无单位可派", "en": "no unit"},
    Occasion.RETURNED: {"zh": "退单", "en": "returned"},
    Occasion.REASSIGNED: {"zh": "改派", "en": "reassigned"},
    Occasion.WITHDRAWN: {"zh": "撤销工单", "en": "withdrawn"},
    Occasion.TAKEN_OVER: {"zh": "上级接管", "en": "taken over"},
    Occasion.RESOLVED: {"zh": "待核实", "en": "to be verified"},
    Occasion.REOPENED: {"zh": "重新打开", "en": "reopened"},
    Occasion.CLOSED: {"zh": "已结案", "en": "closed"},
    Occasion.DEFER_ASKED: {"zh": "申请延期", "en": "more time asked"},
    Occasion.DEFER_ANSWERED: {"zh": "延期答复", "en": "answer on more time"},
    Occasion.SILENCE_ENDED: {"zh": "静默结束", "en": "silence ended"},
    Occasion.SUMMARY: {"zh": "汇总", "en": "summary"},
}

_ACCEPT = {
    "zh": "打开链接按“接单”，或致电值班中心",
    "en": "press Accept on its page, or call the duty centre",
}
_ASKS: dict[Occasion, dict[str, str]] = {
    Occasion.DISPATCHED: _ACCEPT,
    Occasion.AGAIN: _ACCEPT,
    Occasion.REOPENED: _ACCEPT,
    Occasion.SILENCE_ENDED: _ACCEPT,
    Occasion.ROSE: {
        "zh": "按“已知悉”，或致电值班中心",
        "en": "press Seen, or call the duty centre",
    },
    Occasion.BLIND: {"zh": "请到现场查看，读数不可靠", "en": "Look on site: no readings come"},
    Occasion.ENDED: {
        "zh": "请仍到场确认，并报告处置结果",
        "en": "Still look, and report what was found and done",
    },
    Occasion.URGED: {"zh": "请尽快处置并报告", "en": "Please hurry, and report"},
    Occasion.NOT_ACCEPTED: _ACCEPT,
    Occasion.NOT_RESOLVED: {
        "zh": "请催办、改派或接管",
        "en": "Urge it, reassign it or take it over",
    },
    Occasion.NOT_VERIFIED: {"zh": "请核实并结案", "en": "Verify and close it"},
    Occasion.NOBODY_ON_DUTY: {
        "zh": "已通知备用联系人；请电话落实，或改派",
        "en": "The fallback is told; call somebody, or reassign it",
    },
    Occasion.NO_UNIT: {"zh": "请派单", "en": "Dispatch a unit"},
    Occasion.RETURNED: {"zh": "请另派单位", "en": "Dispatch another unit"},
    Occasion.REASSIGNED: {"zh": "请继续处置", "en": "Carry on there"},
    Occasion.WITHDRAWN: {"zh": "无需再处置", "en": "Nothing more to do for you"},
    Occasion.RESOLVED: {
        "zh": "请核实并结案，或重新打开",
        "en": "Verify and close it, or reopen it",
    },
    Occasion.SUMMARY: {
        "zh": "请打开查看，可一并接单",
        "en": "Open it; its orders can be accepted in one act",
    },
    Occasion.DEFER_ASKED: {"zh": "请同意或拒绝", "en": "Grant or refuse it"},
}
