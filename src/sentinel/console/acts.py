"""Acts as JSON: `{"do": "accept", "order": 1}`; ranks are words here as everywhere."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from fastapi import HTTPException

from sentinel.domain.rank import RANK_WORDS, Rank
from sentinel.warn.acts import Act, AskDefer, Verify

LATEST = 4_102_444_800_000
"""The year 2100: no end of anything lies beyond, and local times can be told of it."""
_TAG = "do"
_KINDS: dict[str, Any] = {kind.__struct_config__.tag: kind for kind in Act.__args__}
_RANK_WORDS = {"enum": list(RANK_WORDS), "description": "a rank"}


def read_act(raw: Mapping[str, Any]) -> Act:
    """Return the act that JSON says.

    Raises:
        HTTPException: 400, with what is wrong with it.
    """
    act = _read(raw)
    if isinstance(act, str):
        raise HTTPException(400, f"`act`: {act}")
    return act


def _read(raw: Mapping[str, Any]) -> Act | str:
    """Return the act, or why it is none."""
    tag = raw.get(_TAG)
    kind = _KINDS.get(tag) if isinstance(tag, str) else None
    if kind is None:
        return f"`do` must be one of {', '.join(sorted(_KINDS))}; got {tag!r:.80}"
    unknown = sorted(set(raw) - {_TAG, *kind.__struct_fields__})
    if unknown:
        return f"{tag!r} has no {unknown[0]!r:.80}"
    try:
        act: Act = msgspec.convert(_with_numbers(raw), kind)
    except msgspec.ValidationError as error:
        return str(error).lower()
    late = [at for at in _untils(act) if not 0 <= at <= LATEST]
    if late:
        return f"`until` is in milliseconds since 1970, up to the year 2100; got {late[0]}"
    return act


def _untils(act: Act) -> Iterator[int]:
    if isinstance(act, AskDefer):
        yield act.until
    if isinstance(act, Verify) and act.mute:
        yield act.mute.until


def _with_numbers(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The core counts ranks, people and machines name them; a number is no name here."""
    mute = raw.get("mute")
    if not isinstance(mute, dict) or "cap" not in mute:
        return dict(raw)
    cap = mute["cap"]
    number = int(RANK_WORDS[cap]) if isinstance(cap, str) and cap in RANK_WORDS else f"rank {cap}"
    return {**raw, "mute": {**mute, "cap": number}}


def _schema() -> dict[str, Any]:
    """Return what acts look like, without references: the document has its own names."""
    kinds = list(_KINDS.values())
    found, parts = msgspec.json.schema_components(kinds)
    parts[Rank.__name__] = _RANK_WORDS
    whole = [_whole(one, parts) for one in found]
    return {"type": "object", "oneOf": whole, "discriminator": {"propertyName": _TAG}}


def _whole(schema: Any, parts: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- JSON Schema
    if isinstance(schema, dict) and "$ref" in schema:
        return _whole(parts[schema["$ref"].rpartition("/")[2]], parts)
    if isinstance(schema, dict):
        kept = {name: _whole(part, parts) for name, part in schema.items() if name != "default"}
        return {**kept, "additionalProperties": False} if "properties" in schema else kept
    if isinstance(schema, list):
        return [_whole(part, parts) for part in schema]
    return schema


ACT_SCHEMA: dict[str, Any] = _schema()
"""JSON Schema of every act."""
