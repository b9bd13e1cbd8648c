"""`watch`: the inputs of a rule, looked up in the registry."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import Watch
from sentinel.detect.rules.functions import FUNCTIONS, KEYWORDS, LATER_FUNCTIONS, NOT_YET, OWNERS
from sentinel.detect.rules.report import Report
from sentinel.document.node import Node
from sentinel.document.problems import nearest
from sentinel.domain.metric import MetricKind
from sentinel.domain.registry import Registry

_RESERVED = frozenset({*OWNERS, "limits", "rank", *KEYWORDS})

MOST_WATCHES = 32
"""Which of its inputs are missing is a word of 32 bits."""


def read_watches(
    node: Node, subjects: "Subjects", report: Report
) -> tuple[dict[str, Watch], frozenset[str]]:
    """Return the watches by alias, and the aliases whose watch has a problem, all told."""
    if len(node.value) > MOST_WATCHES:
        rule = f"a rule watches {MOST_WATCHES} inputs at most"
        report.error(node.place, f"{rule}; got {len(node.value)}")
    good: dict[str, Watch] = {}
    for name, inner in node.value.items():
        _check_name(name, node, report)
        watch = _read(name, inner, subjects, report) if isinstance(inner.value, dict) else None
        if watch is not None:
            good[name] = watch
    return good, frozenset(node.value) - frozenset(good)


def _check_name(name: str, node: Node, report: Report) -> None:
    if name in FUNCTIONS or name in LATER_FUNCTIONS or name in _RESERVED:
        report.error(node.keys[name], f"a watch cannot be called {name!r}: the word is taken")
    elif not name.isidentifier():
        rule = "a watch's name must be letters, digits and `_`, without a digit at the front"
        report.error(node.keys[name], f"{rule}; got {name!r}")


def _read(name: str, node: Node, subjects: "Subjects", report: Report) -> Watch | None:
    keys: Mapping[str, Node] = node.value
    metric = _metric(keys.get("metric"), subjects.registry, report)
    kind = _known(keys.get("kind"), "kind of device", subjects.kinds, report)
    area = _area(keys.get("in"), subjects.registry, report)
    where = _where(keys.get("where"), subjects, report)
    if metric is None or kind is None or area is None or where is None:
        return None
    return Watch(name=name, metric=metric, kind=kind, area=area, where=where)


def _metric(node: Node | None, registry: Registry, report: Report) -> int | None:
    name = _known(node, "metric", registry.metric_number, report)
    if not name or node is None:
        return None
    number = registry.metric_number[name]
    if registry.metrics[number].kind is MetricKind.EVENT:
        report.error(node.place, f"watching a metric of kind event, such as {name!r}, {NOT_YET}")
        return None
    return number


def _area(node: Node | None, registry: Registry, report: Report) -> str | None:
    if node is not None and str(node.value).startswith(("device.", "area.")):
        report.error(node.place, f"`in: {node.value}` {NOT_YET}", "name the area's code")
        return None
    return _known(node, "area", registry.area_number, report)


def _where(
    node: Node | None, subjects: "Subjects", report: Report
) -> tuple[tuple[str, str], ...] | None:
    if node is None or not isinstance(node.value, dict):
        return ()
    columns, chosen, fine = subjects.registry.attributes, [], True
    for column, inner in node.value.items():
        if column not in columns:
            message = f"the registry has no device column {column!r}"
            report.error(node.keys[column], message, nearest(column, columns))
            fine = False
            continue
        text = str(inner.value) if isinstance(inner.value, str) else inner.source
        chosen.append((column, text))
        _warn_of_value(column, text, inner, subjects, report)
    return tuple(chosen) if fine else None


def _warn_of_value(
    column: str, text: str, node: Node, subjects: "Subjects", report: Report
) -> None:
    values = subjects.values(column)
    if text not in values:
        message = f"no device has {text!r} in column {column!r}"
        report.warn(node.place, message, nearest(text, values))


def _known(
    node: Node | None, what: str, known: Mapping[str, object] | frozenset[str], report: Report
) -> str | None:
    """Return the name that `node` gives, empty if it is not there; None after telling."""
    if node is None:
        return ""
    if not isinstance(node.value, str) or node.value not in known:
        hint = nearest(str(node.value), known)
        report.error(node.place, f"no {what} {node.value!r}", hint)
        return None
    return node.value


@dataclass(slots=True)
class Subjects:
    """Which devices watches mean, each question answered once for all rules of a registry."""

    registry: Registry
    kinds: frozenset[str] = field(init=False)
    _masks: dict[tuple[str, str], NDArray[np.bool_]] = field(default_factory=dict)
    _values: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kinds = frozenset(self.registry.device_kind) | frozenset(self.registry.kinds)

    def values(self, column: str) -> frozenset[str]:
        """Return the different texts in a device column."""
        if column not in self._values:
            self._values[column] = frozenset(self.registry.attributes[column])
        return self._values[column]

    def of(self, watches: Mapping[str, Watch]) -> NDArray[np.bool_]:
        """Return by device whether it has every one of the inputs and is not retired."""
        chosen = ~self.registry.device_retired
        for watch in watches.values():
            chosen = chosen & self._having(watch.metric)
            if watch.kind:
                chosen = chosen & self._mask("kind", watch.kind)
            if watch.area:
                chosen = chosen & self._mask("area", watch.area)
            for column, text in watch.where:
                chosen = chosen & self._mask(f"where {column}", text)
        return chosen

    def _having(self, metric: int) -> NDArray[np.bool_]:
        having = np.zeros(len(self.registry.device_ids), np.bool_)
        having[self.registry.sensor_device[self.registry.sensor_metric == metric]] = True
        return having

    def _mask(self, what: str, text: str) -> NDArray[np.bool_]:
        key = (what, text)
        if key not in self._masks:
            self._masks[key] = self._matching(what, text)
        return self._masks[key]

    def _matching(self, what: str, text: str) -> NDArray[np.bool_]:
        registry = self.registry
        if what == "area":
            inside = np.append(registry.within(registry.area_number[text]), False)
            return inside[registry.device_area]
        texts = (
            registry.device_kind
            if what == "kind"
            else registry.attributes[what.removeprefix("where ")]
        )
        return np.fromiter((own == text for own in texts), np.bool_, len(texts))
