"""What a format's parts hold, read from its file: `value`, `fields` and `bytes`."""

from collections.abc import Iterable
from dataclasses import replace

from sentinel.document import Node, Problems, nearest
from sentinel.normalise import keys
from sentinel.normalise.binary import TYPES, ByteField, byte_field
from sentinel.normalise.entries import Entries, plain_word
from sentinel.normalise.format import Layout, Measure, PayloadKind, Source
from sentinel.normalise.paths import Path
from sentinel.normalise.sources import Draft, read_measure, read_metric, read_unit
from sentinel.normalise.values import ValueForm

IGNORE = "ignore"
"""In the place of a field's metric: a `*` beside it shall not take it."""

_WANTED: dict[PayloadKind, tuple[frozenset[str], ...]] = {
    PayloadKind.JSON: (
        frozenset({"value"}),
        frozenset({"fields"}),
        frozenset({"bytes"}),
        frozenset({"fields", "bytes"}),
    ),
    PayloadKind.NUMBER: (frozenset(), frozenset({"value"})),
    PayloadKind.SENML: (frozenset(), frozenset({"value"})),
    PayloadKind.BYTES: (frozenset({"bytes"}),),
}


def read_measures(
    entries: Entries, draft: Draft, metric: Source | None, kind: PayloadKind
) -> tuple[tuple[Measure, ...], tuple[Layout, ...]]:
    """Return what a part holds: one value, or fields, and the layouts of binary data."""
    given = frozenset(key for key in ("value", "fields", "bytes") if key in entries)
    if given not in _WANTED[kind]:
        choices = (" and ".join(f"`{key}`" for key in sorted(c)) for c in _WANTED[kind])
        said = " or ".join(choice or "none of them" for choice in choices)
        message = f"of `value`, `fields`, `bytes`, payload `{kind}` takes {said}"
        draft.wrong(entries.node, f"{message}; got {', '.join(sorted(given)) or 'none'}")
        return (), ()
    unit = read_unit(entries.get("unit"), draft, metric)
    base = Measure(metric=metric or Source(template="{metric}"), unit=unit, form=ValueForm())
    layouts = tuple(_layout(node, draft, base, kind) for node in entries.several("bytes"))
    if "fields" in entries:
        return _fields(entries, draft, base), layouts
    return (() if layouts else (_value(entries, draft, base, kind),)), layouts


def _value(entries: Entries, draft: Draft, base: Measure, kind: PayloadKind) -> Measure:
    node = entries.get("value")
    form = ValueForm(text=kind is PayloadKind.NUMBER, boolean=kind is PayloadKind.SENML)
    base = replace(base, required=True, form=form)
    if node is None:
        return base
    if not isinstance(node.value, dict):
        if kind is not PayloadKind.JSON:
            draft.wrong(node, f"the payload is the value: there is no path in payload `{kind}`")
        return replace(base, path=draft.path(node))
    path = node.value.get("path")
    if (path is None) is (kind is PayloadKind.JSON):
        draft.wrong(node, "`value.path` says where in JSON the value stands, and only there")
    return read_measure(node, keys.VALUE, "value", draft, replace(base, path=draft.path(path)))


def _fields(entries: Entries, draft: Draft, base: Measure) -> tuple[Measure, ...]:
    section = entries.get("fields")
    if section is None or not isinstance(section.value, dict):
        draft.wrong(section or entries.node, "`fields` must be paths with a metric each")
        return ()
    paths = {
        text: draft.path(Node(text, section.keys[text], {}), stars=True) for text in section.value
    }
    named = _named(paths.values())
    found = []
    for text, node in section.value.items():
        path = paths[text]
        if path is not None and not _is_spare(node, draft):
            found.append(_field(node, draft, replace(base, path=path, but=named)))
    if not found and "bytes" not in entries:
        draft.wrong(section, "the registry has none of these metrics", "see `metrics`")
    return tuple(found)


def _named(paths: Iterable[Path | None]) -> frozenset[tuple[str, ...]]:
    """The fields that are written out, which no `*` takes."""
    return frozenset(path.steps for path in paths if path is not None and not path.stars)


def _field(node: Node, draft: Draft, base: Measure) -> Measure:
    if isinstance(node.value, dict):
        if "metric" not in node.value:
            draft.wrong(node, "a field needs a `metric`")
        return read_measure(node, keys.FIELD, "fields", draft, base)
    name = plain_word(node) or ""
    if "{" in name:
        star = base.path is not None and base.path.stars > 0
        return replace(base, metric=read_metric(node, draft, star) or base.metric)
    source = Source(template=draft.require_metric(node, name))
    if base.unit is not None and base.unit.constant is not None:
        read_unit(Node(base.unit.constant, node.place, {}), draft, source)
    return replace(base, metric=source)


def _is_spare(node: Node, draft: Draft) -> bool:
    """Whether the field is to be ignored, or is a preset's for a metric this registry has not."""
    inner = node.value.get("metric") if isinstance(node.value, dict) else node
    name = None if inner is None else plain_word(inner)
    if name == IGNORE and draft.metric(IGNORE) is None:
        return True
    return node.place.file == draft.preset and name is not None and draft.metric(name) is None


def _layout(node: Node, draft: Draft, base: Measure, kind: PayloadKind) -> Layout:
    entries = draft.entries(node, keys.LAYOUT, "bytes")
    if ("path" in entries) is (kind is PayloadKind.BYTES):
        draft.wrong(node, "`bytes.path` says where in JSON the data stands, and only there")
    section = entries.get("fields")
    if section is None or not isinstance(section.value, dict):
        draft.wrong(section or node, "`bytes.fields` must be metrics with a place each")
        section = Node({}, node.place, {})
    fields = [_byte_field(name, section, draft, base) for name in section.value]
    port_path = draft.path(entries.get("port_path"))
    return Layout(
        path=draft.path(entries.get("path")),
        encoding=entries.choice("encoding", ("base64", "hex")),
        port=entries.integer("port"),
        port_path=port_path or Path("fPort", 0, ("fPort",)),
        fields=tuple(found for found in fields if found is not None),
    )


def _byte_field(
    name: str, section: Node, draft: Draft, base: Measure
) -> tuple[ByteField, Measure] | None:
    node = section.value[name]
    metric = Source(template=draft.require_metric(Node(name, section.keys[name], {}), name))
    base = replace(base, metric=metric, required=True)
    measure = read_measure(node, keys.BYTE_FIELD, f"bytes.fields.{name}", draft, base)
    entries = Entries(node, keys.BYTE_FIELD, Problems(), "")  # its problems are told above
    kind, at, bit = entries.text("type"), entries.integer("at"), entries.integer("bit")
    found = None if at is None else byte_field(at, kind, bit)
    if found is None:
        wanted = "a byte field needs a place, `at: 0`, and a type, such as `type: u16be`"
        draft.wrong(node, f"{wanted}; got {kind!r}", nearest(kind, TYPES))
        return None
    if bit is not None and (found.kind == "f" or bit not in range(8 * found.size)):
        rule = "`bit` counts from 0, the lowest, of a whole number"
        draft.wrong(node.value["bit"], f"{rule}; got {bit} of {kind}")
        return None
    return found, measure
