"""Whose a value is, and what it measures: the words that a format's sources lead to."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import IGNORED, MISSING, Failure, Nothing, shown
from sentinel.normalise.format import Format, Source
from sentinel.normalise.values import state_word

Words = Mapping[str, str]
"""The fields of a topic, and of a SenML name."""


def read_device(form: Format, scope: Sequence[Any], words: Words) -> str | Failure:
    """Return the device's address; topic and payload must not name different ones."""
    told = words.get("device")
    if form.device is None:
        return told or Failure(Reason.MISSING_FIELD, "nothing names the device")
    found = resolve(form.device, scope, words, Reason.UNKNOWN_DEVICE)
    if form.device.path is None or told is None:
        return found if not isinstance(found, Nothing) else _NO_DEVICE
    if isinstance(found, Failure) and found.reason is Reason.MISSING_FIELD:
        return told
    if isinstance(found, str) and found != told:
        message = f"the topic names device {shown(told)}, the payload {shown(found)}"
        return Failure(Reason.DEVICE_DISAGREES, message)
    return found if not isinstance(found, Nothing) else _NO_DEVICE


_NO_DEVICE = Failure(Reason.UNKNOWN_DEVICE, "the format's `map` has no such device")


def resolve(
    source: Source, scope: Sequence[Any], words: Words, reason: Reason, star: str = ""
) -> str | Failure | Nothing:
    """Return the word that a source leads to.

    reason: Of the failure, if the source's `map` does not have the word.
    star: The key that `*` met.
    """
    word: str | None
    if source.path is None:
        word = source.template if "{" not in source.template else _filled(source, words, star)
    else:
        raw = source.path.find(scope)
        if raw is MISSING or raw is None or raw == "":
            missing = Failure(Reason.MISSING_FIELD, f"there is no field {source.path.text!r}")
            return missing if source.default is None else source.default
        word = state_word(raw)
        if word is None:
            return Failure(reason, f"{source.path.text!r} is {shown(raw)}, and no word")
    if source.map is None or word is None:
        return word or ""
    if word in source.map:
        return source.map[word]
    if source.ignore_others:
        return IGNORED
    return Failure(reason, f"the format's `map` has no {shown(word)}")


def _filled(source: Source, words: Words, star: str) -> str:
    """Fill in all at once: what a device sends is never itself a template."""
    whole = source.template[1:-1]
    if whole in words and source.template == f"{{{whole}}}":
        return words[whole]
    return _PLACEHOLDER.sub(
        lambda at: star if at[1] == "*" else words.get(at[1], ""), source.template
    )


_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
