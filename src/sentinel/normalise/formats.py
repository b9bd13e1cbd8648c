"""Format files to formats: `parse_formats`."""

import re
from collections.abc import Mapping, Sequence

from sentinel.document import Node, Problems, nearest
from sentinel.domain.registry import Registry
from sentinel.normalise import keys
from sentinel.normalise.entries import Entries, plain_word
from sentinel.normalise.format import Alive, Format, NamePattern, PayloadKind, Source
from sentinel.normalise.measures import read_measures
from sentinel.normalise.paths import Path, anchored
from sentinel.normalise.presets import PRESETS, with_preset
from sentinel.normalise.sources import Draft, read_device, read_metric, read_time
from sentinel.normalise.topics import TopicPattern, parse_topic

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*\Z")
_FIELD = re.compile(r"\{([^{}]*)\}")
_TOPIC_OR_NAME = frozenset({"device", "metric"})


def parse_formats(
    documents: Node | Sequence[Node], registry: Registry, problems: Problems
) -> tuple[Format, ...]:
    """Return the formats of all documents, in their order.

    A format with problems is returned as far as it could be read, and must not be used.

    Args:
        documents: Files or sections; each a mapping of name to format, or one with the key
            `formats` that holds such a mapping.
        registry: Metrics, units and states are held against it.
        problems: Told everything that is wrong.
    """
    found: dict[str, tuple[Node, Format]] = {}
    for document in [documents] if isinstance(documents, Node) else documents:
        for name, node in _named_formats(document, problems):
            if name in found:
                problems.add(node.place, f"format {name!r}", "a format's name may stand once")
            else:
                found[name] = node, _format(name, node, registry, problems)
    _tell_twins(found, problems)
    return tuple(parsed for _, parsed in found.values())


def _named_formats(document: Node, problems: Problems) -> list[tuple[str, Node]]:
    section = document
    if isinstance(document.value, dict) and "formats" in document.value:
        section = document.value["formats"]
    if not isinstance(section.value, dict):
        problems.add(section.place, "", "formats must be names with a format each")
        return []
    named = []
    for name, node in section.value.items():
        if _NAME.match(name):
            named.append((name, node))
        else:
            wanted = "a format's name is letters, digits, `_`, `-` and `.`"
            problems.add(section.keys[name], "", f"{wanted}; got {name!r}")
    return named


def _format(name: str, node: Node, registry: Registry, problems: Problems) -> Format:
    context = f"format {name!r}"
    own = Entries(node, keys.FORMAT, problems, context)
    preset = own.text("preset")
    if preset and preset not in PRESETS:
        hint = nearest(preset, PRESETS)
        own.wrong(
            node, f"there is no preset {preset!r}; there are {', '.join(PRESETS)}", None, hint
        )
        preset = ""
    entries = Entries(with_preset(preset, node), keys.FORMAT, problems, context) if preset else own
    draft = Draft(context=context, problems=problems, registry=registry)
    draft.renames = _renames(entries, draft)
    draft.preset = preset and f"preset {preset}"
    return _parts(name, entries, draft)


def _parts(name: str, entries: Entries, draft: Draft) -> Format:
    """Read the keys in the order in which they depend on one another."""
    kind = _payload(entries)
    topics = _topics(entries, draft, kind)
    alive = _alive(entries, draft)
    draft.words = _common(topics)
    senml = _senml_name(entries, draft) if kind is PayloadKind.SENML else None
    draft.words |= frozenset(senml.fields if senml else ())
    draft.each = _each(entries, draft)
    device = read_device(entries.get("device"), draft)
    metric = read_metric(entries.get("metric"), draft)
    measures, layouts = read_measures(entries, draft, metric, kind)
    _tell_missing(entries, draft, device, metric, kind)
    _tell_useless(entries, draft, [device, metric], kind)
    return Format(
        name=name,
        topics=topics,
        payload=kind,
        each=draft.each,
        device=device,
        measures=measures,
        layouts=layouts,
        time=read_time(entries.get("time"), draft),
        historical=draft.path(entries.get("historical")),
        ignore_others=entries.choice("others", ("reject", "ignore")) == "ignore",
        alive=alive,
        senml=senml,
    )


def _payload(entries: Entries) -> PayloadKind:
    if "name" in entries and "payload" not in entries:
        return PayloadKind.SENML
    return PayloadKind(entries.choice("payload", tuple(kind.value for kind in PayloadKind)))


def _topics(entries: Entries, draft: Draft, kind: PayloadKind) -> tuple[TopicPattern, ...]:
    if "topic" not in entries:
        if kind is not PayloadKind.SENML:
            draft.wrong(entries.node, "this key is required: `topic`")
        found = parse_topic("#")
        return (found,) if isinstance(found, TopicPattern) else ()
    patterns = []
    for node in entries.several("topic"):
        found = parse_topic(plain_word(node) or "")
        if isinstance(found, str):
            draft.wrong(node, f"{found}; got {node.plain()!r}")
        else:
            patterns.append(found)
    return tuple(patterns)


def _common(topics: Sequence[TopicPattern]) -> frozenset[str]:
    sets = [frozenset(topic.fields) for topic in topics]
    return frozenset.intersection(*sets) if sets else frozenset()


def _senml_name(entries: Entries, draft: Draft) -> NamePattern:
    default = "{metric}" if "device" in draft.words else "{device}:{metric}"
    text = entries.text("name", default)
    pieces = _FIELD.split(text)
    fields = tuple(pieces[1::2])
    if not set(fields) <= _TOPIC_OR_NAME or len(set(fields)) < len(fields):
        wanted = "`name` holds {device} and {metric}, each at most once"
        draft.wrong(entries.get("name") or entries.node, f"{wanted}; got {text!r}")
    expression = "".join("(.+)" if n % 2 else re.escape(piece) for n, piece in enumerate(pieces))
    return NamePattern(text=text, expression=re.compile(expression), fields=fields)


def _each(entries: Entries, draft: Draft) -> tuple[Path, ...]:
    """Read the loops, each as seen from inside those before it."""
    found: list[Path] = []
    for node in entries.several("each"):
        text = plain_word(node) or ""
        path = anchored(text, found)
        if path is None or path.stars:
            draft.wrong(node, f"`each` is a path to a list; got {node.plain()!r}")
        elif path.anchor or not found:
            found.append(path)
        else:
            found.append(Path(text, len(found), path.steps))
    return tuple(found)


def _renames(entries: Entries, draft: Draft) -> dict[str, str]:
    renames = entries.words("metrics") or {}
    node = entries.get("metrics")
    for theirs, ours in renames.items():
        if node is not None and ours not in draft.registry.metric_number:
            hint = nearest(ours, draft.registry.metric_number)
            draft.wrong(node.value[theirs], f"the registry has no metric {ours!r}", hint)
    if node is not None and "preset" not in entries:
        draft.wrong(node, "`metrics` renames those of a preset, and there is no `preset`")
    return renames


def _alive(entries: Entries, draft: Draft) -> Alive | None:
    node = entries.get("alive")
    if node is None:
        return None
    inner = draft.entries(node, keys.ALIVE, "alive")
    topics = _topics(inner, draft, PayloadKind.JSON)
    if "device" not in _common(topics):
        draft.wrong(node, "`alive.topic` must have {device} in it")
    if "online" not in inner:
        draft.wrong(node, "`alive.online` must say which word means that the device is there")
    return Alive(
        topics=topics,
        path=draft.path(inner.get("path")),
        online=inner.texts("online"),
        offline=inner.texts("offline"),
    )


def _tell_missing(
    entries: Entries, draft: Draft, device: Source | None, metric: Source | None, kind: PayloadKind
) -> None:
    if device is None and "device" not in draft.words:
        draft.wrong(entries.node, "nothing says the device: no `device`, no {device} in the topic")
    by_field = "fields" in entries or "bytes" in entries or kind is PayloadKind.BYTES
    if metric is None and "metric" not in draft.words and not by_field:
        draft.wrong(entries.node, "nothing says the metric: no `metric`, no {metric} in the topic")


def _tell_useless(
    entries: Entries, draft: Draft, sources: list[Source | None], kind: PayloadKind
) -> None:
    """Only JSON has paths; SenML says by itself when it was measured."""
    if kind is PayloadKind.JSON:
        if "name" in entries:
            draft.wrong(entries.node.value["name"], "`name` is for payload `senml`")
        return
    for key in ("each", "time", "historical"):
        if key in entries:
            draft.wrong(entries.node.value[key], f"payload `{kind}` has no `{key}`")
    if any(source is not None and source.path is not None for source in sources):
        draft.wrong(entries.node, f"there are no paths in payload `{kind}`: take a topic's field")


def _tell_twins(found: Mapping[str, tuple[Node, Format]], problems: Problems) -> None:
    """Two formats for exactly the same topics cannot both have them."""
    seen: dict[str, str] = {}
    for name, (node, parsed) in found.items():
        for topic in parsed.topics + (parsed.alive.topics if parsed.alive else ()):
            shape = "/".join(_FIELD.sub("+", level) for level in topic.text.split("/"))
            first = seen.setdefault(shape, name)
            if first != name:
                message = f"format {first!r} has the same topics: {topic.text}"
                problems.add(node.place, f"format {name!r}", message)
