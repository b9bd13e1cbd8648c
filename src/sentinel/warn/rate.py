# ruff: noqa: RUF001 -- Chinese has punctuation of its own
"""How many notices an audience is given in a minute; what is beyond comes as a summary.

A limit announces itself: whoever reaches it is told so at once, and until when. Reds have an
allowance of their own, and their summary comes sooner.
"""

import msgspec

from sentinel.domain.rank import Rank
from sentinel.warn.notice import Audience, Notice, notice_key
from sentinel.warn.summary import Told, summary, told
from sentinel.warn.words import local

_MINUTE = 60_000


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """For one audience.

    each_minute, reds_each_minute: One by one. summary_after, red_summary_after: Milliseconds from
    the moment that the limit is reached to the summary.
    """

    each_minute: int = 6
    reds_each_minute: int = 12
    summary_after: int = 5 * _MINUTE
    red_summary_after: int = _MINUTE


class Meter(msgspec.Struct, frozen=True, kw_only=True):
    """What one audience had lately; kept by the desk between two notices.

    exercise: Drills have a meter of their own: they never use up what real events need.
    minute: Of the counts, whole minutes since 1970 UTC. since: When the limit was reached; None:
    it is not. next_at: When the summary is due; None: no summary. held: What is to be in it.
    """

    audience: Audience
    to: str
    exercise: bool = False
    minute: int = 0
    count: int = 0
    reds: int = 0
    since: int | None = None
    next_at: int | None = None
    held: tuple[Told, ...] = ()


class Passed(msgspec.Struct, frozen=True, kw_only=True):
    """What may go out now, and how the meter stands after it."""

    meter: Meter
    notices: tuple[Notice, ...]


def pass_on(meter: Meter, notice: Notice, now: int, limits: Limits, zone: str) -> Passed:
    """Let a notice through, or hold it for the summary; the first that is held is announced."""
    meter = _this_minute(meter, now)
    if _is_free(meter, notice, limits):
        red = notice.rank is Rank.RED
        counted = msgspec.structs.replace(
            meter, count=meter.count + (not red), reds=meter.reds + red
        )
        return Passed(meter=counted, notices=(notice,))
    wait = limits.red_summary_after if notice.rank is Rank.RED else limits.summary_after
    held = msgspec.structs.replace(
        meter,
        since=now if meter.since is None else meter.since,
        next_at=min(now + wait, meter.next_at or now + wait),
        held=(*meter.held, told(notice)),
    )
    announced = (_announce(held, zone),) if meter.since is None else ()
    return Passed(meter=held, notices=announced)


def sum_up(meter: Meter, now: int) -> Passed | None:
    """Return the summary of what was held, and a meter that starts afresh; None: not due yet."""
    if meter.next_at is None or now < meter.next_at:
        return None
    key = notice_key("held", *_whose(meter), meter.since, meter.next_at)
    made = summary(key, meter.audience, meter.to, meter.held, _head(len(meter.held)))
    fresh = Meter(
        audience=meter.audience, to=meter.to, exercise=meter.exercise, minute=now // _MINUTE
    )
    return Passed(meter=fresh, notices=(made,))


def _this_minute(meter: Meter, now: int) -> Meter:
    minute = now // _MINUTE
    if minute == meter.minute:
        return meter
    return msgspec.structs.replace(meter, minute=minute, count=0, reds=0)


def _is_free(meter: Meter, notice: Notice, limits: Limits) -> bool:
    """While a summary is due the others wait for it; reds go on as long as they are not many."""
    if notice.rank is Rank.RED:
        return meter.reds < limits.reds_each_minute
    return meter.since is None and meter.count < limits.each_minute


def _announce(meter: Meter, zone: str) -> Notice:
    key = notice_key("limit", *_whose(meter), meter.since)
    since, until = meter.since or 0, meter.next_at or 0
    at = local(until, since, zone)
    reds = any(one.rank is Rank.RED for one in meter.held)
    head = {
        "zh": f"通知过多：其余在 {at} 汇总发送" + ("" if reds else "，红色仍逐条通知"),
        "en": f"Too many notices: the others come as a summary at {at}"
        + ("" if reds else ", reds one by one"),
    }
    return summary(key, meter.audience, meter.to, meter.held, head)


def _whose(meter: Meter) -> tuple[object, ...]:
    return (meter.audience, meter.to, meter.exercise)


def _head(count: int) -> dict[str, str]:
    return {"zh": f"汇总：{count} 条通知", "en": f"Summary of {count} notices"}
