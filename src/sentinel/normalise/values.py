"""Values as devices write them, to numbers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite

from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import IGNORED, Failure, Nothing, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueForm:
    """What a format says of its values.

    text: Numbers may come as text: `"3.21"`.
    boolean: true is 1, false is 0.
    empty: What means "no value"; texts and numbers.
    scale, offset: Applied before the unit: value * scale + offset.
    states: What the device says (as text) to a state's name; None: the metric's own names.
    """

    text: bool = False
    boolean: bool = False
    empty: tuple[str | float, ...] = ()
    scale: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    states: Mapping[str, str] | None = None


_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_LONGEST = 64
"""No instrument writes a longer number."""


def read_number(raw: object, form: ValueForm) -> float | Failure | Nothing:
    """Return the number as written, before scale and unit; IGNORED if it means "no value"."""
    if _is_empty(raw, form):
        return IGNORED
    if isinstance(raw, bool):
        return (
            float(raw) if form.boolean else _odd(raw, "; `boolean: true` would take it as 1 or 0")
        )
    if isinstance(raw, str):
        return _from_text(raw, form)
    if not isinstance(raw, int | float):
        return _odd(raw)
    try:
        number = float(raw)
    except OverflowError:
        return _odd(raw)
    return number if isfinite(number) else _odd(raw)


def read_state(
    raw: object, form: ValueForm, states: Mapping[str, float]
) -> float | Failure | Nothing:
    """Return the number of a state that is given by name, by number, or in the device's words."""
    if _is_empty(raw, form):
        return IGNORED
    word = state_word(raw)
    if form.states is not None and word is not None:
        word = form.states.get(word)
        return states[word] if word is not None else _unknown(raw, form.states)
    if word is not None and word in states:
        return states[word]
    if isinstance(raw, str) and not form.text:
        return _unknown(raw, states)
    number = read_number(raw, form)
    if isinstance(number, float):
        return number if number in states.values() else _unknown(raw, states)
    return number if isinstance(raw, bool | None | dict | list) else _unknown(raw, states)


def state_word(raw: object) -> str | None:
    """Return a state as format files write it, None for what is no word: `on`, `1`, `true`."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < _WHOLE:
        return str(int(raw))
    if isinstance(raw, int) and abs(raw) < _WHOLE:
        return str(raw)
    return None


_WHOLE = 2**53


def _is_empty(raw: object, form: ValueForm) -> bool:
    if not form.empty:
        return False
    if isinstance(raw, str):
        return raw in form.empty or (form.text and _number(raw) in form.empty)
    is_number = isinstance(raw, int | float) and not isinstance(raw, bool)
    return is_number and any(not isinstance(word, str) and raw == word for word in form.empty)


def _from_text(raw: str, form: ValueForm) -> float | Failure:
    number = _number(raw)
    if number is None:
        return _odd(raw) if raw else Failure(Reason.NOT_A_NUMBER, "the value is empty")
    if not form.text:
        return _odd(raw, "; `text: true` would take it")
    return number if isfinite(number) else _odd(raw)


def _number(raw: str) -> float | None:
    text = raw.strip()
    return float(text) if len(text) <= _LONGEST and _NUMBER.match(text) else None


def _odd(raw: object, hint: str = "") -> Failure:
    return Failure(Reason.NOT_A_NUMBER, f"{shown(raw)} is not a number{hint}")


def _unknown(raw: object, states: Mapping[str, object]) -> Failure:
    known = ", ".join(list(states)[:8])
    return Failure(Reason.UNKNOWN_STATE, f"{shown(raw)} is none of the states {known}")
