"""Keys that are designed and not built: refused by name, taken out before the shape is checked."""

from dataclasses import replace

from sentinel.detect.rules.functions import NOT_YET
from sentinel.detect.rules.schema import (
    LATER_RULE_KEYS,
    LATER_SUBJECTS,
    LATER_WATCH_KEYS,
)
from sentinel.document.node import Node
from sentinel.document.problems import Problems


def without_later(node: Node, keys: frozenset[str], problems: Problems, context: str) -> Node:
    """Return a mapping without the keys of later versions, each told."""
    if not isinstance(node.value, dict):
        return node
    for key in sorted(keys & set(node.value)):
        problems.add(node.keys[key], context, f"the key `{key}` {NOT_YET}")
    kept = {key: inner for key, inner in node.value.items() if key not in keys}
    return replace(node, value=kept)


def rule_without_later(node: Node, problems: Problems, context: str) -> Node:
    """Return a rule without what only later versions know, on all of its levels."""
    rule = without_later(node, LATER_RULE_KEYS, problems, context)
    if not isinstance(rule.value, dict):
        return rule
    inner = dict(rule.value)
    if "watch" in inner and isinstance(inner["watch"].value, dict):
        inputs = {
            name: without_later(watch, LATER_WATCH_KEYS, problems, context)
            for name, watch in inner["watch"].value.items()
        }
        inner["watch"] = replace(inner["watch"], value=inputs)
    per = inner.get("per")
    if per is not None and per.value in LATER_SUBJECTS:
        problems.add(per.place, context, f"`per: {per.value}` {NOT_YET}", "write `per: device`")
        del inner["per"]
    return replace(rule, value=inner)
