# ruff: noqa: RUF001, RUF002 -- Chinese has punctuation of its own
"""What services say of themselves in health, in the languages that people here read.

A service names the sentence and hands in the values; `status`, logs and terminals show the English
one, the page the one of its reader. The page's own words are in `console.texts`.
"""

import re
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import TypedDict

from sentinel.document.scalars import format_duration

LANGUAGES = ("zh", "en")
Words = dict[str, str]
"""A text by language."""

SENTENCES: dict[str, Words] = {
    "down": {"zh": "未运行", "en": "down"},
    "mute": {"zh": "在运行，但没有应答", "en": "runs, but does not answer"},
    "journal_unreadable": {"zh": "日志读不了：{why}", "en": "{why}"},
    "journal_full": {
        "zh": "磁盘已满 {since_ms}，日志写不进去：不再向消息服务器确认，QoS 1 的消息由它保留；"
        "请腾出空间（{why}）",
        "en": "the journal has no room since {since_ms}: nothing is acknowledged, the broker "
        "keeps what comes at QoS 1; make room ({why})",
    },
    "link_lost": {
        "zh": "未连接消息服务器 {broker}：{why}",
        "en": "not connected to {broker}: {why}",
    },
    "topic_refused": {
        "zh": "消息服务器拒绝订阅主题 {topic!r}：{why}",
        "en": "the broker refuses topic {topic!r}: {why}",
    },
    "broker_dropped": {
        "zh": "自本监听器启动以来消息服务器丢弃了 {count} 条消息；"
        "请放宽其队列上限（docs/ingest.md）",
        "en": "the broker has dropped {count} messages since this listener started; raise its "
        "queue limits (docs/ingest.md)",
    },
    "without_probe": {
        "zh": "消息服务器不放行探测消息（{why}）：此后以一秒内没有消息判断积压已收完；"
        "请授予监听器读写 `probe_topic` 的权限，或将其留空（docs/ingest.md）",
        "en": "the broker does not let the probe through ({why}): from now on a second without "
        "messages shows that the backlog is through; give the listener the right to write and "
        "read `probe_topic`, or set it to empty (docs/ingest.md)",
    },
    "requests_unreadable": {
        "zh": "读不了其他程序的请求：{why}",
        "en": "requests of other programs cannot be read: {why}",
    },
    "request_unremovable": {
        "zh": "请求 {request} 已照办，但删不掉；请删除它，今后请以本监听器的用户身份提出",
        "en": "the request {request} is granted, but cannot be removed; remove it, and ask as the "
        "user that the listener runs as",
    },
    "request_unreadable": {
        "zh": "请求 {request} 读不了（{why}）；请删除它，并以本监听器的用户身份重新提出",
        "en": "the request {request} cannot be read ({why}); remove it, and ask again as the user "
        "that the listener runs as",
    },
    "clock_back": {
        "zh": "系统时钟被拨回：这里的时间还要停 {behind_ms}",
        "en": "the wall clock went back: time stands still here for another {behind_ms}",
    },
    "no_room_findings": {
        "zh": "磁盘已满 {since_ms}，研判结果写不进去：有空间之前不再研判，什么都不会丢；"
        "请腾出空间（{why}）",
        "en": "there is no room for findings since {since_ms}: nothing is judged until there is, "
        "and nothing is lost; make room ({why})",
    },
    "no_room_position": {
        "zh": "磁盘已满 {since_ms}，位置存不下来：有空间后从原处继续，什么都不会丢；"
        "请腾出空间（{why}）",
        "en": "there is no room to keep the position since {since_ms}: it goes on where it was "
        "when there is, and nothing is lost; make room ({why})",
    },
    "no_room_checkpoint": {
        "zh": "磁盘已满 {since_ms}，检查点存不下来：照常工作，但重启后要重读更多；"
        "请腾出空间（{why}）",
        "en": "there is no room for checkpoints since {since_ms}: it goes on, but a restart would "
        "have to read more again; make room ({why})",
    },
    "rows_missed": {
        "zh": "日志中有 {count} 行在研判之前就不见了（文件被删除？）：自启动以来这些消息没有被研判",
        "en": "{count} rows were gone from the journal before they were judged, since it started; "
        "was a file deleted? What they held was not judged",
    },
    "store_down": {
        "zh": "数据库不可用，其间什么都不会丢：{why}",
        "en": "the store is down, nothing is lost meanwhile: {why}",
    },
    "intake_failed": {"zh": "值班台取不到研判结果，正在重试：{why}", "en": "{why}"},
    "clocks_failed": {
        "zh": "值班台的时限暂时无人看管，正在重试：{why}",
        "en": "times to answer are not minded now, it is tried again: {why}",
    },
    "roster_stays": {"zh": "值班表未更新，仍按原表：{why}", "en": "{why}"},
    "findings_lost": {
        "zh": "有 {count} 行研判结果丢失或读不出来；日志文件里写明了是哪些",
        "en": "{count} rows of findings were lost or unreadable; the log says which",
    },
    "outbox_failed": {"zh": "发件箱读写失败，正在重试，什么都不会丢：{why}", "en": "{why}"},
    "letters_dead": {
        "zh": "有 {count} 条通知没有送到任何人；请运行 `sentinel outbox list --state dead`",
        "en": "{count} messages reached nobody: see `sentinel outbox list --state dead`",
    },
    "channel_down": {
        "zh": "通知通道 {channel} 不通，通知改走其他通道：{why}",
        "en": "channel {channel} is down, and messages go round it: {why}",
    },
    "message_waits": {
        "zh": "有通知已等待 {for_ms} 还没有发出",
        "en": "a message has waited for {for_ms} to be sent",
    },
}
"""Key to language to text. Values are filled in as in `str.format`; of those ending in `_ms` each
language has its own way to say a duration."""

_REASONS = {
    "not connected yet": "尚未连接",
    "the broker closed the connection": "对方断开了连接",
    "the broker did not answer": "对方没有应答",
    "each connection ended right after it": "每次发出后连接随即断开",
    "the broker says": "对方答复",
    "Connection refused": "连接被拒绝",
    "Connection reset by peer": "连接被对方重置",
    "timed out": "超时",
    "Not authorized": "没有权限",
    "Permission denied": "没有权限",
    "database or disk is full": "磁盘已满",
    "no space left on device": "磁盘已满",
    "No space left on device": "磁盘已满",
    "it is tried again": "正在重试",
}
"""Reasons come from brokers, databases and the system, in English; these come often."""
_ERRNO = re.compile(r"\[(?:Errno|WinError) -?\d+\] *")
_UNITS_ZH = {"w": "周", "d": "天", "h": "小时", "m": "分", "s": "秒", "ms": "毫秒"}


class State(TypedDict):
    """What a service's health says first: `ok`, or what is wrong, in English and by language."""

    state: str
    state_words: Words


def sentence(key: str, **values: object) -> Words:
    """Return one sentence in every language.

    >>> sentence("clock_back", behind_ms=125_000)["en"]
    'the wall clock went back: time stands still here for another 2m5s'
    >>> sentence("clock_back", behind_ms=125_000)["zh"]
    '系统时钟被拨回：这里的时间还要停 2分5秒'
    """
    return {
        language: text.format(**{name: _said(name, values[name], language) for name in _in(text)})
        for language, text in SENTENCES[key].items()
    }


def state(troubles: Iterable[Words]) -> State:
    """Return what health says of these troubles; of none, that all is well."""
    found = list(troubles)
    if not found:
        return State(state="ok", state_words=dict.fromkeys(LANGUAGES, "ok"))
    joined = {"zh": "；".join(one["zh"] for one in found), "en": "; ".join(t["en"] for t in found)}
    return State(state=joined["en"], state_words=joined)


def _in(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name]


def _said(name: str, value: object, language: str) -> object:
    if name.endswith("_ms") and isinstance(value, int):
        whole = format_duration(value // 1000 * 1000)
        return whole if language == "en" else _span_zh(whole)
    if not isinstance(value, str):
        return value
    reason = plain_reason(value)
    return _reason_zh(reason) if language == "zh" else reason


def plain_reason(text: str) -> str:
    """Return what a system says without the numbers that it gives its errors.

    >>> plain_reason("[Errno 111] Connection refused")
    'Connection refused'
    """
    return _ERRNO.sub("", text)


def _span_zh(text: str) -> str:
    return re.sub(r"[a-z]+", lambda unit: _UNITS_ZH[unit[0]], text)


def _reason_zh(text: str) -> str:
    for english, chinese in _REASONS.items():
        text = text.replace(english, chinese)
    return text


def words_of(health: Mapping[str, object]) -> Words:
    """Return what a service said of itself by language; an older one speaks English only."""
    words = health.get("state_words")
    if isinstance(words, dict):
        return {str(language): plain_reason(str(text)) for language, text in words.items()}
    return dict.fromkeys(LANGUAGES, plain_reason(str(health["state"])))
