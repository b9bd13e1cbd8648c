# ruff: noqa: RUF001 -- Chinese has a colon of its own
"""The words of what is built in: the device checks and the listener's link."""

from collections.abc import Callable

from sentinel.domain.metric import Metric

THE_CITY = {"zh": "全市", "en": "The city"}
"""Where the registry has no name for it."""
LINK_TITLES = {
    "zh": "{area.name}：监听器与消息服务器失去联系，全市不可见",
    "en": "{area.name}: the listener has lost its broker, nothing in the city can be seen",
}

NO_READING = {
    "zh": "{device.name}：没有{metric}读数",
    "en": "{device.name}: no reading of {metric}",
}
"""In place of a rule's title that would show a value which is not known."""

CHECK_TITLES: tuple[dict[str, str], ...] = (
    {
        "zh": "{device.name}：{metric} 超出传感器量程",
        "en": "{device.name}: {metric} is outside what the sensor can deliver",
    },
    {"zh": "{device.name}：设备时钟不准", "en": "{device.name}: its clock is off"},
    {
        "zh": "{device.name}：{metric} 上报过于频繁",
        "en": "{device.name}: {metric} reports far too often",
    },
    {"zh": "{device.name}：{metric} 跳变", "en": "{device.name}: {metric} jumps"},
    {"zh": "{device.name}：{metric} 长时间不变", "en": "{device.name}: {metric} does not move"},
)
"""In the order of `checks.CHECKS`, like the notes."""


def _span(metric: Metric) -> str:
    span = metric.sensor_span
    return f"span is {span.low:g} to {span.high:g}" if span else ""


CHECK_NOTES: tuple[Callable[[Metric], str], ...] = (
    _span,
    lambda _: "its own time was impossible",
    lambda metric: f"more than {metric.babble} readings in {metric.interval_ms / 1000:g} s",
    lambda metric: f"a step of more than {metric.jump or 0:g}",
    lambda metric: f"one value for {(metric.flat_after_ms or 0) / 1000:g} s or longer",
)
