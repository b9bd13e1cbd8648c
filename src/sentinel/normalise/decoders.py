"""Decoders for just the fields that a format reads, compiled from its paths.

A typed decoder skips everything else in a message and builds no dictionaries: that is most of
the speed of `quick`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sentinel.normalise.format import Format, PayloadKind, Source
from sentinel.normalise.paths import Path

Steps = tuple[str, ...]
Tree = dict[str, Any]
"""Key to the tree below it, or to the type of what stands there."""


def typed_decoder(wanted: Mapping[Steps, Any]) -> tuple[msgspec.json.Decoder[Any], list[str]]:
    """Return a decoder of objects that must have all of `wanted`, and where it keeps each.

    wanted: Paths to types, none of them the beginning of another.
    """
    tree: Tree = {}
    for steps, kind in wanted.items():
        _put(tree, steps, kind)
    names = [_dotted(tree, steps) for steps in wanted]
    return msgspec.json.Decoder(_struct(tree, optional=False)), names


def needed_decoder(form: Format) -> msgspec.json.Decoder[Any] | None:
    """Return a decoder of whatever stands where a format reads; None if that cannot be said."""
    paths = list(_paths(form))
    if form.payload is not PayloadKind.JSON or form.each:
        return None
    if any(path.stars or not path.steps for path in paths):
        return None
    tree: Tree = {}
    for path in sorted(paths, key=lambda path: len(path.steps)):
        _put(tree, path.steps, Any)
    return msgspec.json.Decoder(_struct(tree, optional=True))


def _paths(form: Format) -> Iterable[Path]:
    sources: list[Source | None] = [form.device]
    found = [form.historical, form.time.path if form.time else None]
    for measure in [*form.measures, *(m for layout in form.layouts for _, m in layout.fields)]:
        sources += [measure.metric, measure.device, measure.unit]
        found.append(measure.path)
    for layout in form.layouts:
        found += [layout.path, layout.port_path]
    found += [source.path for source in sources if source is not None]
    return (path for path in found if path is not None)


def _put(tree: Tree, steps: Steps, kind: Any) -> None:  # noqa: ANN401 -- a type, which is anything
    """Add a path, unless one that it begins with is there already."""
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            return
    tree.setdefault(steps[-1], kind)


def _struct(tree: Tree, *, optional: bool) -> type[msgspec.Struct]:
    fields: list[Any] = []
    for number, inner in enumerate(tree.values()):
        kind = _struct(inner, optional=optional) if isinstance(inner, dict) else inner
        name = f"f{number}"
        fields.append((name, kind | msgspec.UnsetType, msgspec.UNSET) if optional else (name, kind))
    rename = {f"f{number}": key for number, key in enumerate(tree)}
    return msgspec.defstruct("Needed", fields, rename=rename, gc=False)


def _dotted(tree: Tree, steps: Steps) -> str:
    """Where the decoded object keeps a path, for `attrgetter`."""
    names = []
    for step in steps:
        names.append(f"f{list(tree).index(step)}")
        tree = tree[step]
    return ".".join(names)
