"""Sources, measures and times of a format file, read and held against the registry."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sentinel.document import Node, Problems, nearest
from sentinel.document.units import parse_unit
from sentinel.domain.metric import Metric, MetricKind
from sentinel.domain.registry import Registry
from sentinel.normalise import keys
from sentinel.normalise.entries import Entries, plain_word
from sentinel.normalise.failure import Failure
from sentinel.normalise.format import Measure, Source
from sentinel.normalise.paths import Path, anchored
from sentinel.normalise.times import TimeField, TimeForm, is_pattern, zone_named
from sentinel.normalise.units import convert
from sentinel.normalise.values import ValueForm

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FORMS = {"epoch_s": TimeForm.EPOCH_S, "epoch_ms": TimeForm.EPOCH_MS, "iso": TimeForm.ISO}


@dataclass(slots=True, kw_only=True)
class Draft:
    """One format while it is read.

    words: Fields that every one of its topics (or its SenML names) has.
    each: Its loops. renames: A preset's metrics by the registry's names.
    preset: Name of the file that the preset's own nodes come from; empty without one.
    """

    context: str
    problems: Problems
    registry: Registry
    words: frozenset[str] = frozenset()
    each: tuple[Path, ...] = ()
    renames: Mapping[str, str] = field(default_factory=dict)
    preset: str = ""

    def wrong(self, node: Node, message: str, hint: str = "") -> None:
        """Tell a problem."""
        self.problems.add(node.place, self.context, message, hint)

    def entries(self, node: Node, table: Mapping[str, keys.Key], name: str) -> Entries:
        """Open an inner mapping."""
        return Entries(node, table, self.problems, self.context, name)

    def path(self, node: Node | None, stars: bool = False) -> Path | None:
        """Read a path as seen from inside the loops."""
        if node is None:
            return None
        text = plain_word(node)
        found = None if text is None else anchored(text, self.each)
        if found is None:
            self.wrong(node, f"a path is keys with dots between; got {node.plain()!r}")
        elif found.stars and not stars:
            self.wrong(node, f"`*` may stand only in the paths of `fields`; got {text!r}")
        return found

    def metric(self, name: str) -> Metric | None:
        """Return the metric of an id, or of a preset's word for it."""
        number = self.registry.metric_number.get(self.renames.get(name, name))
        return None if number is None else self.registry.metrics[number]

    def require_metric(self, node: Node, name: str) -> str:
        """Return the registry's id for `name`; tell a problem if it has none."""
        metric = self.metric(name)
        if metric is None:
            known = self.registry.metric_number
            self.wrong(node, f"the registry has no metric {name!r}", nearest(name, known))
        return name if metric is None else metric.id


def read_device(node: Node | None, draft: Draft, star: bool = False) -> Source | None:
    """Read where a device's address comes from; plain text is a path, unless it has a `{word}`."""
    if node is None:
        return None
    text = plain_word(node)
    if text is None:
        return _mapped(node, draft, "device", star)
    return _template(node, text, draft, star) if "{" in text else Source(path=draft.path(node))


def read_metric(node: Node | None, draft: Draft, star: bool = False) -> Source | None:
    """Read where a metric's id comes from; plain text is a metric if the registry has it."""
    if node is None:
        return None
    text = plain_word(node)
    if text is None:
        return _named_metrics(node, _mapped(node, draft, "metric", star), draft)
    if "{" in text:
        return _template(node, text, draft, star)
    if draft.metric(text) is not None:
        return Source(template=draft.require_metric(node, text))
    hint = nearest(text, draft.registry.metric_number)
    if hint and "." not in text:
        draft.wrong(node, f"the registry has no metric {text!r}", f"{hint} (a path: {{path: ...}})")
    return Source(path=draft.path(node))


def read_unit(node: Node | None, draft: Draft, metric: Source | None) -> Source | None:
    """Read a unit, or where it comes from, and try it on the metrics that it is for."""
    if node is None:
        return None
    text = plain_word(node)
    source = Source(template=text) if text is not None else _mapped(node, draft, "")
    units = [source.constant] if source.constant is not None else [source.default]
    units += list((source.map or {}).values()) if source.constant is None else []
    for unit in units:
        if unit is not None:
            _try_unit(node, unit, metric, draft)
    return source


def read_measure(
    node: Node, table: Mapping[str, keys.Key], name: str, draft: Draft, base: Measure
) -> Measure:
    """Read how a value is written, and what else is said of it; `base` has what is not."""
    entries = draft.entries(node, table, name)
    star = base.path is not None and base.path.stars > 0
    metric = read_metric(entries.get("metric"), draft, star) or base.metric
    device = read_device(entries.get("device"), draft, star) or base.device
    unit = read_unit(entries.get("unit"), draft, metric) or base.unit
    form = _form(entries, draft, metric, base.form)
    required = base.required or entries.yes("required")
    return replace(base, metric=metric, device=device, unit=unit, form=form, required=required)


def read_time(node: Node | None, draft: Draft) -> TimeField | None:
    """Read where and how the time is written."""
    if node is None:
        return None
    if not isinstance(node.value, dict):
        path = draft.path(node)
        return None if path is None else TimeField(path=path, form=TimeForm.ISO)
    entries = draft.entries(node, keys.TIME, "time")
    path = draft.path(entries.get("path"))
    if "path" not in entries:
        draft.wrong(node, "`time.path` must say where the time stands")
    form, pattern = _time_form(entries, draft)
    zone = entries.text("zone")
    if zone and zone != "local" and zone_named(zone) is None:
        draft.wrong(node.value["zone"], f"there is no zone {zone!r}; it looks like `Asia/Shanghai`")
    return None if path is None else TimeField(path=path, form=form, pattern=pattern, zone=zone)


def _time_form(entries: Entries, draft: Draft) -> tuple[TimeForm, str]:
    word = entries.text("as", "iso")
    if word in _FORMS:
        return _FORMS[word], ""
    if "%" not in word:
        wanted = "`time.as` must be `iso`, `epoch_s`, `epoch_ms` or a pattern with %"
        draft.wrong(entries.get("as") or entries.node, f"{wanted}; got {word!r}")
        return TimeForm.ISO, ""
    if not is_pattern(word):
        draft.wrong(
            entries.get("as") or entries.node, f"{word!r} is no pattern that times are read by"
        )
    return TimeForm.PATTERN, word


def _mapped(node: Node, draft: Draft, own: str, star: bool = False) -> Source:
    """Read a source that is written out; one with only a `map` is of the topic's field `own`."""
    entries = draft.entries(node, keys.SOURCE, "")
    given = [key for key in ("path", "topic", "constant") if key in entries]
    if len(given) != 1 and not (own in draft.words and "map" in entries and not given):
        draft.wrong(node, f"a source has one of `path`, `topic`, `constant`; got {given}")
    path = draft.path(entries.get("path"), star)
    template = entries.text("constant") if given else f"{{{own}}}"
    topic = entries.get("topic")
    if topic is not None:
        template = _template(topic, f"{{{entries.text('topic')}}}", draft, star).template
    return Source(
        path=path,
        template=template,
        map=entries.words("map"),
        ignore_others=entries.choice("others", ("reject", "ignore")) == "ignore",
        default=entries.text("default") if "default" in entries else None,
    )


def _template(node: Node, text: str, draft: Draft, star: bool) -> Source:
    for word in _PLACEHOLDER.findall(text):
        if word not in draft.words and not (word == "*" and star):
            known = ", ".join(f"{{{field}}}" for field in sorted(draft.words)) or "no fields"
            draft.wrong(node, f"{text!r} needs {{{word}}}, and the topic has {known}")
    return Source(template=text)


def _named_metrics(node: Node, source: Source, draft: Draft) -> Source:
    """Hold the metrics that a source names against the registry."""
    if source.constant:
        return replace(source, template=draft.require_metric(node, source.constant))
    if source.map is None:
        return source
    inner = node.value["map"]
    found = {
        word: draft.require_metric(inner.value[word], name) for word, name in source.map.items()
    }
    return replace(source, map=found)


def _try_unit(node: Node, unit: str, metric: Source | None, draft: Draft) -> None:
    """A unit must convert to that of a metric that it can be for, if these are known."""
    if parse_unit(unit) is None:
        draft.wrong(node, f"there is no unit {unit!r}")
        return
    metrics = [found for found in _metrics_of(metric, draft) if found.kind is not MetricKind.STATE]
    refusals = [
        refusal.found
        for found in metrics
        if isinstance(refusal := convert(unit, *_ONCE, found), Failure)
    ]
    if refusals and len(refusals) == len(metrics):
        draft.wrong(node, refusals[0])


_ONCE = (ValueForm().scale, ValueForm().offset)


def _metrics_of(source: Source | None, draft: Draft) -> list[Metric]:
    """The metrics that a source can name, as far as the file tells."""
    if source is None:
        return []
    names = list(source.map.values()) if source.map else [source.constant or ""]
    return [metric for name in names if (metric := draft.metric(name)) is not None]


def _form(entries: Entries, draft: Draft, metric: Source, base: ValueForm) -> ValueForm:
    states = entries.words("states")
    for found in _metrics_of(metric, draft) if states else []:
        for name in states.values() if states else ():
            if name not in (found.states or {}):
                hint = nearest(name, found.states or {})
                place = entries.get("states") or entries.node
                draft.wrong(place, f"metric {found.id!r} has no state {name!r}", hint)
    scale = entries.fraction("scale", 1)
    if not scale:
        draft.wrong(entries.node, "`scale` must not be 0: every value would be the same")
    return ValueForm(
        text=base.text or entries.yes("text"),
        boolean=base.boolean or entries.yes("boolean"),
        empty=entries.scalars("empty"),
        scale=scale,
        offset=entries.fraction("offset", 0),
        states=states,
    )
