"""Many notices to one audience, told as one."""

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Notice, Occasion, notice_key
from sentinel.warn.warning import EarlyWarning
from sentinel.warn.words import EXERCISE, LANGUAGES, RANKS, cut, in_language

LATE = 300_000
"""From this age on a condition is told in catching up: whoever is called at once must be able to
act at once, and what is five minutes old comes in the summary of its minute."""
MOST = 280
_EXAMPLES = 3


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a summary keeps of a notice that did not go out by itself."""

    rank: Rank
    title: dict[str, str]
    exercise: bool = False


def is_late(warning: EarlyWarning, now: int) -> bool:
    """Return whether detection is catching up: it heard of this long before it could say so."""
    return now - warning.condition.received_at > LATE


def catch_up(notices: Sequence[Notice], now: int) -> tuple[Notice, ...]:
    """Return notices of what was late: reds one by one and first, the rest as one each audience."""
    reds = [notice for notice in notices if notice.rank is Rank.RED]
    groups: dict[tuple[Audience, str, bool], list[Notice]] = {}
    for notice in notices:
        if notice.rank is not Rank.RED:
            groups.setdefault((notice.audience, notice.to, notice.exercise), []).append(notice)
    rest = [group[0] if len(group) == 1 else _summed(group, now) for group in groups.values()]
    return (*reds, *rest)


def summary(
    key: str, audience: Audience, to: str, told: Sequence[Told], head: dict[str, str]
) -> Notice:
    """Return one notice that stands for those: how many of each rank, and the worst by name."""
    line = sorted(told, key=lambda one: -one.rank)
    exercise = bool(line) and all(one.exercise for one in line)
    if exercise:
        head = {language: f"{EXERCISE[language]}{head[language]}" for language in LANGUAGES}
    return Notice(
        key=key,
        occasion=Occasion.SUMMARY,
        audience=audience,
        to=to,
        rank=line[0].rank if line else Rank.NONE,
        title={language: cut(head[language], 80) for language in LANGUAGES},
        text={language: _text(line, head, language) for language in LANGUAGES},
        exercise=exercise,
    )


def told(notice: Notice) -> Told:
    """Return what a summary keeps of a notice."""
    return Told(rank=notice.rank, title=notice.title, exercise=notice.exercise)


def _summed(group: Sequence[Notice], now: int) -> Notice:
    first = group[0]
    key = notice_key("catching up", *sorted(notice.key for notice in group))
    made = summary(key, first.audience, first.to, [told(notice) for notice in group], _CAUGHT_UP)
    return msgspec.structs.replace(made, facts={"count": str(len(group))}, not_before=now)


def _text(line: Sequence[Told], head: dict[str, str], language: str) -> str:
    comma, stop = {"zh": ("、", "。"), "en": (", ", ". ")}[language]
    counts = Counter(one.rank for one in line)
    ranks = comma.join(
        f"{RANKS[rank][language]} {counts[rank]}" for rank in sorted(counts, reverse=True)
    )
    fixed = [head[language], ranks, _LOOK[language]]
    room = MOST - sum(len(part) + len(stop) for part in fixed)
    names = _names(line, language, room, comma)
    return stop.join(filter(None, (fixed[0], fixed[1], names, fixed[2])))


def _names(line: Iterable[Told], language: str, room: int, comma: str) -> str:
    titles = [in_language(one.title, language) for one in line]
    return cut(comma.join(list(dict.fromkeys(titles))[:_EXAMPLES]), room - 2)


_CAUGHT_UP = {
    "zh": "系统恢复后补报",
    "en": "After an interruption, what happened meanwhile",
}
_LOOK = {"zh": "请看值班列表", "en": "Look at the list"}
