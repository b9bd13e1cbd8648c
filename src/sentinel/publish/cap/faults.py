"""What keeps a draft from going out, in plain words."""

from collections.abc import Iterator, Mapping

from sentinel.publish.cap.message import LANGUAGES, Content, Scope

MOST = {"event": 80, "headline": 160, "description": 4_000, "instruction": 4_000}
"""Characters. 160 is what CAP asks of a headline, since it may become an SMS."""
_RESTRICTION = 500
_MINUTE_MS = 60_000
SHORTEST_MS = 5 * _MINUTE_MS
LONGEST_MS = 7 * 24 * 60 * _MINUTE_MS
_MUST = ("event", "headline")
_NAMES = {
    "event": ("事件", "the event"),
    "headline": ("标题", "the headline"),
    "description": ("说明", "the description"),
    "instruction": ("处置要点", "the instruction"),
}
_SPOKEN = {"zh": ("中文", "Chinese"), "en": ("英文", "English")}

Words = dict[str, str]


def faults(content: Content) -> list[Words]:
    """Return everything that is wrong with a draft, each by language; empty: nothing."""
    return [{"zh": zh, "en": en} for zh, en in _faults(content)]


def _faults(content: Content) -> Iterator[tuple[str, str]]:
    if content.scope is Scope.RESTRICTED and not content.restriction.strip():
        yield "受限发布须写明限制范围", "a restricted message says who may have it: `restriction`"
    if len(content.restriction) > _RESTRICTION:
        yield (
            f"限制范围最多 {_RESTRICTION} 字",
            f"the restriction has {_RESTRICTION} characters at most",
        )
    if not content.categories:
        yield "至少选择一个类别", "a message has at least one category"
    if not SHORTEST_MS <= content.valid_ms <= LONGEST_MS:
        yield "有效期须在 5 分钟到 7 天之间", "a message is valid for 5 minutes to 7 days"
    texts: Mapping[str, Words] = {name: getattr(content, name) for name in MOST}
    for name, words in texts.items():
        yield from _faults_of(name, words)


def _faults_of(name: str, words: Words) -> Iterator[tuple[str, str]]:
    zh, en = _NAMES[name]
    for language, (in_zh, in_en) in _SPOKEN.items():
        text = words.get(language, "").strip()
        if not text and (name in _MUST or any(part.strip() for part in words.values())):
            yield f"{zh}缺少{in_zh}", f"{en} is missing in {in_en}"
        if len(text) > MOST[name]:
            yield (
                f"{in_zh}{zh}最多 {MOST[name]} 字",
                f"{en} in {in_en} has {MOST[name]} characters at most",
            )
    for other in sorted(set(words) - set(LANGUAGES)):
        yield f"{zh}有未知语言 {other!r}", f"{en} is in a language that is not spoken: {other!r}"
