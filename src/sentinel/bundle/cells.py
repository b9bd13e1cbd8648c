"""What a cell of devices.csv may hold, and what it means."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sentinel.bundle.addresses import Instants, Spell
from sentinel.bundle.metrics import Catalogue
from sentinel.bundle.table import Fault
from sentinel.document.units import NUMBER, conversion, parse_unit
from sentinel.domain.metric import Metric

QUANTITY = re.compile(rf"(?P<number>{NUMBER})\s*\[(?P<unit>[^\[\]]*)\]\Z")
"""A number with its unit as rules write it: `4.20[m]`."""

_ID_TEXT = r"[^\s/+#=@;,\"'-][^\s/+#;,\"']{0,127}"
_ID = re.compile(rf"{_ID_TEXT}\Z")
_IDS = re.compile(rf"{_ID_TEXT}(?:\n{_ID_TEXT})*+\Z")
_DIGITS = re.compile(r"[-+.0-9eE]*\Z")
_EDGE_BLANK = re.compile(r"(?:^[^\S\n]|[^\S\n]$)", re.MULTILINE)
_NO = frozenset({"", "no", "false", "0", "否"})
_YES = frozenset({"yes", "true", "1", "是"})


@dataclass(frozen=True, slots=True)
class Cells:
    """Reads cells against the rest of the registry.

    catalogue: Metrics and kinds. areas: code to number. instants: for the columns with times.
    """

    catalogue: Catalogue
    areas: Mapping[str, int]
    instants: Instants

    def kind(self, text: str) -> str | Fault:
        """Return the kind's name."""
        if text in self.catalogue.kinds:
            return text
        rule = f"no kind {text!r} in the metrics file" if text else "a device has a kind"
        return Fault(rule, self.catalogue.kinds, text)

    def area(self, text: str) -> int | Fault:
        """Return the area's number, -1 for a device in none."""
        if text and text not in self.areas:
            return Fault(f"no area {text!r}", self.areas, text)
        return self.areas[text] if text else -1

    def metrics(self, text: str) -> tuple[int, ...] | Fault | None:
        """Return the numbers of the metrics in `a;b`, None where the kind's hold."""
        numbers = self.catalogue.numbers
        names = [name.strip() for name in text.split(";")] if text else []
        for at, name in enumerate(names):
            if name not in numbers:
                return Fault(f"no metric {name!r}", numbers, name)
            if name in names[:at]:
                return Fault(f"a metric may stand once; got {name!r} again")
        return tuple(numbers[name] for name in names) or None

    def spells(self, text: str) -> tuple[Spell, ...] | Fault:
        """Return the addresses with their times."""
        return self.instants.parse_spells(text)

    def instant(self, text: str) -> int | Fault | None:
        """Return milliseconds since 1970, None for no text."""
        return self.instants.parse(text)

    def offset_of(self, metric: Metric) -> Callable[[str], float | Fault | None]:
        """Return the reader of a metric's offsets: a number in its unit or `5[cm]`; None: empty."""

        def read(text: str) -> float | Fault | None:
            return _offset(text, metric) if text else None

        return read


def device_id_fault(text: str) -> Fault | None:
    """Return why `text` cannot be a device's id, None if it can.

    >>> device_id_fault("=cmd()").rule
    "an id does not begin with = @ - (a spreadsheet would run it); got '=cmd()'"
    """
    if _ID.match(text) and text.isprintable():
        return None
    if not text.strip():
        return Fault("a device has an id")
    if text[0] in "=@-":
        rule = "an id does not begin with = @ - (a spreadsheet would run it)"
    else:
        rule = "an id has at most 128 characters, none of them a blank or one of / + # ; , \" '"
    return Fault(f"{rule}; got {text!r}")


def retired(text: str) -> bool | Fault:
    """Return whether a device is out of service."""
    word = text.lower()
    if word in _NO or word in _YES:
        return word in _YES
    return Fault(f"`retired` is yes or no; got {text!r}")


LONGITUDE, LATITUDE = 180, 90


def longitude(text: str) -> float | Fault | None:
    """Return degrees east, None for no text."""
    return _degrees(text, LONGITUDE, "longitude")


def latitude(text: str) -> float | Fault | None:
    """Return degrees north, None for no text."""
    return _degrees(text, LATITUDE, "latitude")


def attribute(text: str) -> str | Fault:
    """Return the text as it is; one that looks like `4.20[m]` must have a unit that there is."""
    match = QUANTITY.match(text)
    if match and parse_unit(match["unit"]) is None:
        return Fault(f"no unit {match['unit']!r}; got {text!r}")
    return text


def are_degrees(texts: Sequence[str], most: int) -> bool:
    """Return whether all are numbers of at most `most` degrees; otherwise look at each."""
    try:
        numbers = np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        return False
    return bool((np.abs(numbers) <= most).all()) and bool(_DIGITS.match("".join(texts)))


def are_plain(texts: Sequence[str]) -> bool:
    """Return whether no text has a unit or needs stripping; otherwise look at each."""
    joined = "\n".join(texts)
    return "[" not in joined and _EDGE_BLANK.search(joined) is None


def are_ids(texts: Sequence[str]) -> bool:
    """Return whether all can be ids of devices; otherwise look at each."""
    return bool(_IDS.match("\n".join(texts))) and "".join(texts).isprintable()


def _degrees(text: str, most: int, word: str) -> float | Fault | None:
    if not text:
        return None
    number = _number(text)
    if number is None or abs(number) > most:
        return Fault(f"{word} lies within -{most} and {most}; got {text!r}")
    return number


def _offset(text: str, metric: Metric) -> float | Fault:
    match = QUANTITY.match(text)
    unit, own = parse_unit(match["unit"]) if match else None, parse_unit(metric.unit)
    number = _number(match["number"] if match else text)
    if number is None or (match and unit is None):
        return Fault(f"an offset is a number such as -0.05 or 5[cm]; got {text!r}")
    if unit is None or own is None:
        return number
    found = conversion(unit, own, difference=True)
    if found is None:
        return Fault(f"an offset of {metric.id} converts to {metric.unit}; got {text!r}")
    return number * found[0]


def _number(text: str) -> float | None:
    if not _DIGITS.match(text):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
