"""Registry columns as numbers: `device.bank_height`, written `4.20` or `4.20[m]`."""

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sentinel.detect.program import Param
from sentinel.detect.rules.quantity import converted
from sentinel.document.units import BARE, NUMBER, Unit, conversion, parse_unit
from sentinel.domain.registry import Registry

_NUMBER = re.compile(rf"\s*({NUMBER})\s*(?:\[([^\[\]]*)\])?\s*\Z")


def column_names(registry: Registry, source: str) -> list[str]:
    """Return the columns that rules can ask `device.` or `area.` for."""
    if source == "device":
        return sorted(registry.attributes)
    return sorted({column for area in registry.areas for column in area.attributes})


def read_number(text: str) -> tuple[float, Unit | None] | None:
    """Return a column's number and its unit, None where it has none; None if it is no number.

    >>> read_number("4.20[m]")[0], read_number("4.20")[1], read_number("main")
    (4.2, None, None)
    """
    match = _NUMBER.match(text)
    if not match:
        return None
    value, unit = float(match[1]), parse_unit(match[2] or "")
    if unit is None or not math.isfinite(value):
        return None
    return value, unit if match[2] else None


def texts_of(registry: Registry, source: str, column: str) -> Sequence[str]:
    """Return the column's text for every device, empty where it has none.

    An area's own text counts, else that of the nearest area around it which has one.
    """
    if source == "device":
        return registry.attributes[column]
    by_area = [_area_text(registry, number, column) for number in range(len(registry.areas))]
    return [by_area[area] if area >= 0 else "" for area in registry.device_area.tolist()]


def column_values(param: Param, registry: Registry) -> NDArray[np.float64]:
    """Return float64[devices]: the parameter of every device in its unit, NaN where unknown.

    NaN stands for an empty text, for one that is no number, and for a unit of another dimension.
    """
    unit = parse_unit(param.unit) or BARE
    texts = texts_of(registry, param.source, param.column)
    known: Mapping[str, float] = {
        text: _value(text, unit, difference=param.difference) for text in set(texts)
    }
    return np.fromiter((known[text] for text in texts), np.float64, len(texts))


def column_value(param: Param, registry: Registry, device: int) -> float:
    """Return what `column_values` has for one device."""
    if param.source == "device":
        text = registry.attributes[param.column][device]
    else:
        text = _area_text(registry, int(registry.device_area[device]), param.column)
    return _value(text, parse_unit(param.unit) or BARE, difference=param.difference)


def _value(text: str, unit: Unit, *, difference: bool) -> float:
    found = read_number(text)
    if found is None:
        return math.nan
    value, own = found
    if own is None:
        return value
    if conversion(own, unit) is None:
        return math.nan
    return converted(value, own, unit, difference=difference)


def _area_text(registry: Registry, number: int, column: str) -> str:
    """Return the text of area `number` or of the nearest around it; -1 is no area."""
    at = number
    while at >= 0:
        text = registry.areas[at].attributes.get(column, "")
        if text:
            return text
        at = int(registry.area_parent[at])
    return ""
