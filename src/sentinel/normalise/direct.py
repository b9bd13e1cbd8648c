"""Topics that say no more than the device: whole lists of new ones are taken apart at once.

A city has a million such topics, and each is new once; the way by patterns takes five times as
long, and tells the same.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sentinel.domain.registry import Registry
from sentinel.normalise.format import Format
from sentinel.normalise.topics import TopicPattern


@dataclass(frozen=True, slots=True)
class Direct:
    """A pattern of which only the device is open, in a format of one metric without addresses.

    before, after: What stands around the device's id. form, metric: Their numbers.
    """

    before: str
    after: str
    form: int
    metric: int

    def devices(self, topics: Sequence[str], numbers: Mapping[str, int]) -> list[int | None]:
        """Return by topic the device's number, -1 for a stranger, None for another's topic.

        numbers: By the device's id.
        """
        before, after, start = self.before, self.after, len(self.before)
        return [
            numbers.get(topic[start : len(topic) - len(after)], -1)
            if len(topic) > start + len(after)
            and topic.startswith(before)
            and topic.endswith(after)
            and "/" not in topic[start : len(topic) - len(after)]
            else None
            for topic in topics
        ]


def direct_patterns(
    patterns: Sequence[tuple[TopicPattern, int, bool]],
    formats: Sequence[Format],
    plain: Collection[int],
    registry: Registry,
) -> Iterator[Direct]:
    """Yield those patterns that are direct, and before which no other has their topics.

    patterns: With format and whether of `alive`, the most exact first. plain: The formats whose
        messages have one number and name their sender in the topic.
    """
    for place, (pattern, number, is_alive) in enumerate(patterns):
        form = formats[number]
        if is_alive or number not in plain or form.name in registry.addresses:
            continue
        source = form.measures[0].metric
        is_told = source.path is None and source.map is None and "{" not in source.template
        metric = registry.metric_number.get(source.template, -1)
        if form.device is not None or not is_told or metric < 0 or not _is_direct(pattern):
            continue
        if all(_are_apart(pattern, other) for other, _, _ in patterns[:place]):
            before, after = pattern.text.split("{device}")
            yield Direct(before, after, number, metric)


def _is_direct(pattern: TopicPattern) -> bool:
    levels = pattern.text.split("/")
    is_open = any(level in {"+", "#"} for level in levels)
    return pattern.fields == ("device",) and not is_open and pattern.rank[0] == 0


def _are_apart(one: TopicPattern, other: TopicPattern) -> bool:
    """Whether it can be seen that no topic is of both."""
    own, others = one.text.split("/"), other.text.split("/")
    exact = zip(own, others, one.rank, other.rank, strict=False)
    if any(a != b and left == right == 0 for a, b, left, right in exact):
        return True
    return "#" not in others and len(own) != len(others)
