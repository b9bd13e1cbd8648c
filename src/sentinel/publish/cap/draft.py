# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""The first draft of a message: what the case says, and nothing that a person told in private.

Only titles, places and instructions go in. What a caller said, what a unit found and who they
are stays at the desk.
"""

from collections.abc import Mapping

import msgspec

from sentinel.domain.rank import Rank
from sentinel.publish.cap.grade import SEVERITY, TIMING, Basis, basis_of
from sentinel.publish.cap.message import LANGUAGES, Category, Content, Kind, Response, Urgency
from sentinel.warn.case import CaseFile
from sentinel.warn.warning import EarlyWarning, WarningState

_HOUR_MS = 3_600_000
_MOST_TITLES = 5
"""Of a case's warnings; the others are counted."""
_ENDED = {"zh": "预警已解除", "en": "The warning has ended"}
_AND_MORE = {"zh": "另有 {count} 处", "en": "and {count} more"}
_JOIN = {"zh": "；", "en": "; "}
_END = {"zh": "。", "en": "."}
_COLON = {"zh": "：", "en": ": "}
_RANKS = {
    Rank.RED: ("红色预警", "Red warning"),
    Rank.ORANGE: ("橙色预警", "Orange warning"),
    Rank.YELLOW: ("黄色预警", "Yellow warning"),
    Rank.BLUE: ("蓝色预警", "Blue warning"),
    Rank.NONE: ("预警", "Warning"),
}


class Usual(msgspec.Struct, frozen=True, kw_only=True):
    """What drafts of this city begin with.

    categories: By scenario; one that is not named is `Other`. events: What a scenario is called,
        by scenario and language. valid_ms: By rank. restriction: Who may have what is restricted.
    """

    categories: Mapping[str, tuple[Category, ...]] = {}
    events: Mapping[str, dict[str, str]] = {}
    valid_ms: Mapping[Rank, int] = {}
    restriction: str = "仅限本市值班与应急单位 / Duty and emergency units of this city only"


def first_draft(
    file: CaseFile, kind: Kind, place: dict[str, str], usual: Usual, basis: Basis | None = None
) -> Content:
    """Return what a message about a case would say.

    place: Names of its area, by language. basis: What it rests on; None: as the case tells.
    """
    case = file.case
    over = kind is Kind.CANCEL
    resting = Basis.OVER if over else basis or basis_of(file)
    urgency, certainty = TIMING[resting]
    rank = case.weight
    return Content(
        restriction=usual.restriction,
        categories=usual.categories.get(case.scenario, (Category.OTHER,)),
        event=_event(case.scenario, usual),
        responses=(Response.ALL_CLEAR,) if urgency is Urgency.PAST else (Response.EXECUTE,),
        urgency=urgency,
        severity=SEVERITY[rank],
        certainty=certainty,
        headline={
            language: _headline(language, rank, place, case.title, over=resting is Basis.OVER)
            for language in LANGUAGES
        },
        description={language: _description(language, file, place) for language in LANGUAGES},
        instruction={} if resting is Basis.OVER else _spoken(case.instruction),
        onset=min((warning.onset for warning in file.warnings), default=case.opened_at),
        valid_ms=usual.valid_ms.get(rank, _HOUR_MS),
    )


def _event(scenario: str, usual: Usual) -> dict[str, str]:
    plain = scenario.replace("-", " ").replace("_", " ").strip()
    named = usual.events.get(scenario, {})
    return {
        "zh": named.get("zh") or plain or "突发事件",
        "en": named.get("en") or plain or "emergency",
    }


def _headline(
    language: str, rank: Rank, place: dict[str, str], title: dict[str, str], *, over: bool
) -> str:
    at = tuple(LANGUAGES).index(language)
    kind = _ENDED[language] if over else _RANKS[rank][at]
    return f"{kind}{_COLON[language]}{_placed(language, place, title)}"


def _description(language: str, file: CaseFile, place: dict[str, str]) -> str:
    told = [one for one in file.warnings if one.told is not None]
    still = [one for one in told if one.state is WarningState.OPEN] or told
    titles = [_placed(language, place, title) for title in _titles(still, file)]
    if len(titles) > _MOST_TITLES:
        more = _AND_MORE[language].format(count=len(titles) - _MOST_TITLES)
        titles = [*titles[:_MOST_TITLES], more]
    return _JOIN[language].join(titles) + _END[language]


def _titles(told: list[EarlyWarning], file: CaseFile) -> list[dict[str, str]]:
    return [one.title for one in told] or [file.case.title]


def _placed(language: str, place: dict[str, str], title: dict[str, str]) -> str:
    """Return a title with its place before it, unless it says the place itself."""
    words = title.get(language) or next(iter(title.values()), "")
    where = place.get(language, "")
    last = where.rsplit(" · ", 1)[-1]
    return words if not last or last in words else f"{where}{_COLON[language]}{words}"


def _spoken(words: dict[str, str]) -> dict[str, str]:
    """Return words that are said in every language, or none: half of them help nobody."""
    return dict(words) if all(words.get(language) for language in LANGUAGES) else {}
