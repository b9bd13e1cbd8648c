# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""What a bulletin says, in Chinese and English."""

from sentinel.domain.rank import Rank
from sentinel.publish.bulletin.clock import Step

TEXTS: dict[str, dict[str, str]] = {
    "title": {"zh": "{place}预警简报", "en": "Warnings in {place}"},
    "city": {"zh": "全市", "en": "the city"},
    "span": {"zh": "{start} 至 {end}（{zone}）", "en": "{start} to {end} ({zone})"},
    "made": {"zh": "生成于 {now}。", "en": "Made at {now}."},
    "warnings": {"zh": "预警", "en": "warnings"},
    "cases": {"zh": "案件", "en": "cases"},
    "reported": {"zh": "其中人工上报", "en": "reported by people"},
    "live": {"zh": "尚未核实", "en": "not verified yet"},
    "accepted": {"zh": "按时接单", "en": "accepted in time"},
    "false_alarms": {"zh": "误报", "en": "false alarms"},
    "exercises": {"zh": "演练（不计入）", "en": "drills (not counted)"},
    "over_time": {"zh": "时间分布", "en": "Over time"},
    "per_hour": {"zh": "每小时预警数", "en": "Warnings told in each hour"},
    "per_day": {"zh": "每日预警数", "en": "Warnings told on each day"},
    "per_week": {"zh": "每周预警数", "en": "Warnings told in each week"},
    "per_month": {"zh": "每月预警数", "en": "Warnings told in each month"},
    "by_scenario": {"zh": "按场景", "en": "By scenario"},
    "by_area": {"zh": "按区域", "en": "By area"},
    "scenario": {"zh": "场景", "en": "Scenario"},
    "area": {"zh": "区域", "en": "Area"},
    "nowhere": {"zh": "未登记区域", "en": "no area"},
    "total": {"zh": "合计", "en": "All"},
    "times": {"zh": "响应用时", "en": "How long it took"},
    "rank": {"zh": "级别", "en": "Rank"},
    "all_ranks": {"zh": "全部", "en": "all"},
    "done": {"zh": "次数", "en": "Times"},
    "median": {"zh": "中位数", "en": "Median"},
    "p90": {"zh": "九成不超过", "en": "9 of 10 within"},
    "target": {"zh": "时限", "en": "Target"},
    "share": {"zh": "按时比例", "en": "In time"},
    "waiting": {"zh": "等待中", "en": "Waiting"},
    "rules": {"zh": "规则准确率", "en": "Precision of rules"},
    "rule": {"zh": "规则", "en": "Rule"},
    "true": {"zh": "属实", "en": "True"},
    "false": {"zh": "误报", "en": "False"},
    "unjudged": {"zh": "不计", "en": "Neither"},
    "precision": {"zh": "准确率", "en": "Precision"},
    "few": {"zh": "样本少", "en": "few"},
    "nothing": {"zh": "这段时间没有。", "en": "Nothing in this time."},
    "note_counts": {
        "zh": "按最高级别计；每条预警只计一次。",
        "en": "By the highest rank; each warning counts once.",
    },
    "note_times": {
        "zh": "按时比例：在时限内完成的，占已完成或已超时的。至今未完成而超时的计为超时。",
        "en": "In time: of those done or overdue. What is overdue and not done yet counts as late.",
    },
    "note_rules": {
        "zh": "核实为属实的，占属实与误报之和；重复、演练和测试不计。少于 {least} 次的仅供参考。",
        "en": "True verdicts of true and false ones; duplicates, drills and tests are neither. "
        "Fewer than {least} verdicts say little.",
    },
    "note_nobody": {
        "zh": "本简报不含任何个人信息。",
        "en": "No person is named or counted here.",
    },
}
"""Key to language to text."""

STEPS: dict[Step, dict[str, str]] = {
    Step.ACCEPT: {"zh": "接单：派单后多久有人接手", "en": "Accepting: from dispatch to a unit"},
    Step.RESOLVE: {"zh": "处置：派单后多久处置完毕", "en": "Resolving: from dispatch until done"},
    Step.VERIFY: {
        "zh": "核实：处置后多久由他人核实结案",
        "en": "Verifying: from done until somebody else has looked",
    },
}
RANKS: dict[Rank, dict[str, str]] = {
    Rank.RED: {"zh": "红", "en": "Red"},
    Rank.ORANGE: {"zh": "橙", "en": "Orange"},
    Rank.YELLOW: {"zh": "黄", "en": "Yellow"},
    Rank.BLUE: {"zh": "蓝", "en": "Blue"},
    Rank.NONE: {"zh": "失联", "en": "Blind"},
}
_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000


NONE = "\N{EN DASH}"
"""Where there is no number."""


def duration(ms: int | None, language: str) -> str:
    r"""Return a time as people say it, in its two largest units; a dash if there is none.

    >>> duration(3_725_000, "en"), duration(95_000, "zh"), duration(None, "en")
    ('1 h 2 min', '1 分 35 秒', '\u2013')
    """
    if ms is None:
        return NONE
    units = {"zh": ("天", "小时", "分", "秒"), "en": ("d", "h", "min", "s")}[language]
    left, parts = max(ms, 0), []
    for size, unit in zip((_DAY, _HOUR, _MINUTE, _SECOND), units, strict=True):
        count, left = divmod(left, size)
        parts.append((count, unit))
    first = next((at for at, (count, _unit) in enumerate(parts) if count), len(parts) - 1)
    shown = [part for part in parts[first : first + 2] if part[0]] or parts[-1:]
    return " ".join(f"{count} {unit}" for count, unit in shown)
