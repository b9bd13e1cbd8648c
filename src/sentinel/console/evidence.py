"""What a rule looked at, said for people who write no rules."""

import re
from collections.abc import Mapping

from sentinel.console.texts import NOTES

_CALL = re.compile(r"(\w+)\((\w+)(?:, *([-\d.]+))?(?:, *over=([\w.]+))?(?:, *\w+=[^,)]*)*\)\Z")
_FUNCTIONS: dict[str, tuple[str, str]] = {
    "mean": ("{over}内{x}的平均值", "mean of {x} over {over}"),
    "min": ("{over}内{x}的最低值", "lowest {x} over {over}"),
    "max": ("{over}内{x}的最高值", "highest {x} over {over}"),
    "sum": ("{over}内{x}的总和", "sum of {x} over {over}"),
    "count": ("{over}内{x}的读数个数", "readings of {x} over {over}"),
    "stddev": ("{over}内{x}的波动", "spread of {x} over {over}"),
    "quantile": ("{over}内{x}的{arg}分位值", "{arg} quantile of {x} over {over}"),
    "delta": ("{over}内{x}的变化", "change of {x} over {over}"),
    "slope": ("{over}内{x}的变化速度", "trend of {x} over {over}"),
    "flat": ("{x}在{over}内毫无变化", "{x} unchanged for {over}"),
    "age": ("距{x}上次读数", "time since the last {x}"),
    "missing": ("{x}没有数据", "{x} missing"),
    "changed": ("{x}刚刚改变", "{x} just changed"),
    "quality": ("{x}的质量标志", "quality flag of {x}"),
    "usual": ("此时{x}的常见值", "usual {x} at this hour"),
    "unusual": ("{x}偏离常见值的程度", "how far {x} is from usual"),
    "anomaly": ("{x}的异常分值", "anomaly score of {x}"),
}
_UNITS_ZH = {"w": "周", "d": "天", "h": "小时", "m": "分钟", "s": "秒", "ms": "毫秒"}
_UNITS_EN = {"w": " weeks", "d": " days", "h": " h", "m": " min", "s": " s", "ms": " ms"}
_PART = re.compile(r"([\d.]+)(ms|[wdhms])")


def in_words(text: str, titles: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return what `text`, as a rule writes it, means, by language.

    titles: What the rule's inputs are called, by their names in the rule.

    >>> in_words("slope(level, over=30m)", {"level": {"zh": "水位", "en": "water level"}})
    {'zh': '30分钟内水位的变化速度', 'en': 'trend of water level over 30 min'}
    >>> in_words("device.bank_height", {})["en"]
    'bank height of the device'
    """
    call = _CALL.match(text)
    words = _FUNCTIONS.get(call[1]) if call else None
    if call and words:
        name, arg, over = call[2], call[3] or "", call[4] or ""
        return {
            "zh": words[0].format(x=_title(name, titles, "zh"), arg=arg, over=_span(over, "zh")),
            "en": words[1].format(x=_title(name, titles, "en"), arg=arg, over=_span(over, "en")),
        }
    owner, dot, column = text.partition(".")
    if dot and owner in {"device", "area"}:
        whose = {"device": "设备", "area": "区域"}[owner]
        return {"zh": f"{whose}属性 {column}", "en": f"{column.replace('_', ' ')} of the {owner}"}
    return {language: _title(text, titles, language) for language in ("zh", "en")}


def note_in_words(note: str) -> dict[str, str]:
    """Return a note of the detector by language; one that is not known stays as it is.

    >>> note_in_words("one value for 3600 s or longer")["zh"]
    '同一数值持续 3600 秒以上'
    """
    for pattern, words in _NOTES:
        if (found := pattern.fullmatch(note)) is not None:
            return {language: text.format(**found.groupdict()) for language, text in words.items()}
    return dict.fromkeys(("zh", "en"), note)


def _pattern(text: str) -> re.Pattern[str]:
    """Return what recognises a text whose gaps are filled in."""
    return re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(text)))


_NOTES = [(_pattern(words["en"]), words) for words in NOTES]


def _title(name: str, titles: Mapping[str, Mapping[str, str]], language: str) -> str:
    title = titles.get(name, {})
    return title.get(language) or name


def _span(text: str, language: str) -> str:
    """`1h30m` as people say it."""
    units = _UNITS_ZH if language == "zh" else _UNITS_EN
    join = "" if language == "zh" else " "
    return join.join(f"{number}{units[unit]}" for number, unit in _PART.findall(text)) or text
