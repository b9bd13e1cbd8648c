"""Units as the field spells them: `%RH`, `m3/s`, `ug/m3`, `Cel`; parsed once, computed exactly.

pint knows what a `hPa` is; the grammar around it is ours, so that text from a device is never
evaluated, and units that pint would mix up stay apart: a decibel is no bare number, `%LEL` is no
ppm, a count is no ratio. A bare `%` is taken for any of the percentages.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import pint

Dimensions = tuple[tuple[str, Fraction], ...]
"""Base unit and its power, by name of the base unit; empty: a bare number."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: base = (value + offset) * factor.

    text: As it was written, or as an expression of such.
    dimensions: Two units convert only if these are equal.
    offset: Of degrees Celsius and Fahrenheit; products and differences have none.
    """

    text: str
    dimensions: Dimensions = ()
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)

    def __mul__(self, other: "Unit") -> "Unit":
        return _product(self, other, 1)

    def __truediv__(self, other: "Unit") -> "Unit":
        return _product(self, other, -1)


NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
"""Pattern of a number as it stands before a unit in brackets: `4.20` of `4.20[m]`."""
BARE = Unit("")
SECOND = Unit("s", (("second", Fraction(1)),))


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """Return the unit that `text` spells, None if it spells none; the empty text is a bare number.

    >>> conversion(parse_unit("m³/h"), parse_unit("l/s"))
    (0.2777777777777778, 0.0)
    >>> parse_unit("watr") is None
    True
    """
    stripped = text.strip()
    if not stripped:
        return BARE
    if len(stripped) > _LONGEST:
        return None
    whole = _named(stripped)
    found = whole if whole is not None else _expression(stripped)
    return None if found is None else Unit(stripped, found.dimensions, found.factor, found.offset)


def conversion(
    from_unit: Unit, to_unit: Unit, *, difference: bool = False
) -> tuple[float, float] | None:
    """Return (factor, offset) with to = from * factor + offset; None if the dimensions differ.

    Args:
        from_unit: Of the value there is.
        to_unit: Of the value that is wanted.
        difference: The value is a step or a spread: a rise of 5 Cel is 5 K, not 278.

    >>> conversion(parse_unit("degF"), parse_unit("Cel"))
    (0.5555555555555556, -17.77777777777778)
    >>> conversion(parse_unit("degF"), parse_unit("Cel"), difference=True)
    (0.5555555555555556, 0.0)
    """
    if not _comparable(from_unit, to_unit):
        return None
    factor = from_unit.factor / to_unit.factor
    offset = from_unit.offset * factor - to_unit.offset
    return float(factor), 0.0 if difference else float(offset)


def is_known_unit(text: str) -> bool:
    """Return whether `text` spells a unit."""
    return parse_unit(text) is not None


_LONGEST = 40
_SPELLINGS = {
    "Cel": "degC", "℃": "degC", "°C": "degC", "℉": "degF", "°F": "degF",
    "°": "deg", "lat": "deg", "lon": "deg",
    "㎡": "m²", "㎥": "m³", "㎜": "mm", "㎝": "cm", "㎞": "km", "㎏": "kg", "㎎": "mg",
    "/": "1", "ratio": "1", "/100": "%", "/1000": "‰",
    "%rh": "%RH", "RH%": "%RH", "%lel": "%LEL", "LEL%": "%LEL", "%vol": "%VOL", "%Vol": "%VOL",
    "dBA": "dB", "dB(A)": "dB", "dBSPL": "dB", "FNU": "NTU", "FTU": "NTU",
    "counts": "count", "people": "count", "persons": "count", "person": "count", "pcs": "count",
    "vehicle": "count", "vehicles": "count", "times": "count",
    "人": "count", "次": "count", "个": "count", "辆": "count",
    "var": "W", "kvar": "kW", "Mvar": "MW",
}  # fmt: skip
"""What devices write to what is looked up."""


def _apart(dimension: str, factor: Fraction = Fraction(1)) -> Unit:
    return Unit(dimension, ((dimension, Fraction(1)),), factor)


_HUNDREDTH = Fraction(1, 100)
_PERCENTAGES = {
    "%RH": _apart("relative humidity", _HUNDREDTH),
    "%LEL": _apart("lower explosive limit", _HUNDREDTH),
    "%VOL": _apart("share of volume", _HUNDREDTH),
    "%EL": _apart("energy left", _HUNDREDTH),
    "%FS": _apart("share of full scale", _HUNDREDTH),
}
_OWN = {
    "1": BARE,
    "%": Unit("%", (), _HUNDREDTH),
    "‰": Unit("‰", (), Fraction(1, 1000)),
    **_PERCENTAGES,
    "dB": _apart("sound level"),
    "dBm": _apart("signal level"),
    "dBZ": _apart("reflectivity"),
    "pH": _apart("acidity"),
    "NTU": _apart("turbidity"),
    "PSU": _apart("salinity"),
    "AQI": _apart("air quality index"),
    "UVI": _apart("ultraviolet index"),
    "count": _apart("count"),
}
"""Units that pint does not have, or has as bare numbers, or means something else by."""

_SHARES = frozenset(unit.dimensions for unit in _PERCENTAGES.values())
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_PLAIN = str.maketrans({"μ": "µ", "Ω": "Ω", "·": "*", "⋅": "*", "\u00d7": "*"})
_FACTOR = re.compile(r"(?P<name>[^\W\d]\w*?|[%‰°℃℉][A-Za-z]*|1)(?:(?:\*\*|\^)?(?P<power>-?\d))?\Z")


def _expression(text: str) -> Unit | None:
    """Read `kg*m/s2`, left to right, each power at the end of its name; `.` multiplies too."""
    plain = text.translate(_PLAIN).translate(_SUPERSCRIPTS)
    parts = re.split(r"(/|(?<!\*)\*(?!\*)|\.)", plain)
    unit = BARE
    for sign, part in zip(["*", *parts[1::2]], parts[::2], strict=True):
        factor = _power(part.strip())
        if factor is None:
            return None
        unit = unit / factor if sign == "/" else unit * factor
    return unit


def _power(text: str) -> Unit | None:
    match = _FACTOR.match(text)
    named = _named(match["name"]) if match else None
    if match is None or named is None or match["power"] is None:
        return named
    power = int(match["power"])
    dimensions = tuple((name, exponent * power) for name, exponent in named.dimensions if power)
    return Unit(text, dimensions, named.factor**power)


def _named(text: str) -> Unit | None:
    """Look up one name; text that is no name is never handed to pint's evaluator."""
    name = _SPELLINGS.get(text, text)
    if name in _OWN:
        return _OWN[name]
    if name != text and not name.isidentifier():
        return _expression(name)
    return _from_pint(name) if name.isidentifier() else None


def _from_pint(name: str) -> Unit | None:
    registry = _registry()
    try:
        zero = registry.Quantity(Fraction(0), name).to_root_units()
        one = registry.Quantity(Fraction(1), name).to_root_units()
        factor = Fraction(one.magnitude - zero.magnitude)
        offset = Fraction(zero.magnitude) / factor
    except (pint.PintError, ArithmeticError, AttributeError, TypeError, ValueError):
        return None  # not in pint, or logarithmic: no factor says what it is
    return Unit(name, tuple(sorted(one.unit_items())), factor, offset)


@cache
def _registry() -> Any:  # noqa: ANN401 -- pint's registry is made at run time
    """Pint's own definitions in exact fractions: 57 cm is 0.57 m, and not a little more."""
    registry: Any = pint.UnitRegistry(non_int_type=Fraction)
    registry.define("ppb = 1e-9")
    registry.define("meter_of_water = 100 * centimeter_H2O = mH2O")
    return registry


def _product(left: Unit, right: Unit, sign: int) -> Unit:
    powers = dict(left.dimensions)
    for name, power in right.dimensions:
        powers[name] = powers.get(name, Fraction(0)) + sign * power
    dimensions = tuple(sorted((name, power) for name, power in powers.items() if power))
    text = _joined(left.text, right.text, "*" if sign > 0 else "/")
    return Unit(text, dimensions, left.factor * right.factor**sign)


def _joined(left: str, right: str, sign: str) -> str:
    """Return the product's text for a person: `m/s`, `1/s`, `m/(s*kg)`."""
    if not right or (not left and sign == "*"):
        return left or right
    closed = f"({right})" if sign == "/" and re.search(r"[/*.]", right) else right
    return f"{left or '1'}{sign}{closed}"


def _comparable(one: Unit, other: Unit) -> bool:
    if one.dimensions == other.dimensions:
        return True
    return _is_share_of(one, other) or _is_share_of(other, one)


def _is_share_of(plain: Unit, named: Unit) -> bool:
    """`%` and `1` may stand for any percentage, `ppm` for none: of methane it is no %LEL."""
    whole = not plain.dimensions and plain.factor in {Fraction(1), _HUNDREDTH}
    return whole and named.dimensions in _SHARES
