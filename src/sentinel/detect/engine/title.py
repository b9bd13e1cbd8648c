"""Titles filled in: `{level.value:.2f}`, `{area.name}`; nothing in a template can run."""

from collections.abc import Mapping
from string import Formatter

UNKNOWN_TEXT = "?"


def fill(template: str, values: Mapping[str, float | str | None]) -> str:
    """Return the template with its places filled in; an unknown value is `?`.

    >>> fill("{area.name}: {level.value:.2f} m", {"area.name": "Hongqiao", "level.value": 3.204})
    'Hongqiao: 3.20 m'
    """
    return "".join(
        text + ("" if name is None else _filled(name, form or "", values))
        for text, name, form, _ in Formatter().parse(template)
    )


def unknown_in(template: str, values: Mapping[str, float | str | None]) -> list[str]:
    """Return what a template asks for that is known to be unknown.

    >>> unknown_in("{area.name}: {level.value:.2f} m", {"area.name": "", "level.value": None})
    ['level.value']
    """
    names = (name for _, name, _, _ in Formatter().parse(template) if name)
    return [name for name in names if name in values and values[name] is None]


def _filled(name: str, form: str, values: Mapping[str, float | str | None]) -> str:
    if name not in values:
        return "{" + name + "}"
    value = values[name]
    if value is None:
        return UNKNOWN_TEXT
    try:
        return format(value, form)
    except ValueError:
        return str(value)
