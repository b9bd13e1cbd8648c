"""Durations and sizes as files write them, and the pydantic types that read them."""

import re
from itertools import pairwise
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

FROM_DOCUMENT = {"from": "document"}
"""Validation context of values that a person wrote: there a bare number has no unit."""

_MS = {"w": 604_800_000, "d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_BYTES = {
    "B": 1, "kB": 1000, "MB": 1000**2, "GB": 1000**3, "TB": 1000**4,
    "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40,
}  # fmt: skip
_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_PART = re.compile(rf"({_NUMBER})(ms|[wdhms])")
_DURATION = re.compile(rf"(?:{_NUMBER}(?:ms|[wdhms]))+\Z")
_SIZE = re.compile(rf"({_NUMBER}) ?([kKMGT]i?B|B)\Z")


def parse_duration(text: str) -> int | None:
    """Return the milliseconds of `1h30m`; None unless units fall and the whole is in ms.

    >>> parse_duration("1h30m"), parse_duration("0.5s"), parse_duration("90")
    (5400000, 500, None)
    """
    if not _DURATION.match(text):
        return None
    parts = _PART.findall(text)
    sizes = [_MS[unit] for _, unit in parts]
    total = sum(_exactly(number, size) for (number, _), size in zip(parts, sizes, strict=True))
    falling = all(a > b for a, b in pairwise(sizes))
    return int(total) if falling and total == int(total) else None


def format_duration(ms: int) -> str:
    """Return a duration as a file would write it, a minus sign before a negative one.

    >>> format_duration(5_400_000), format_duration(0), format_duration(1500)
    ('1h30m', '0s', '1s500ms')
    """
    rest, parts = abs(ms), []
    for unit, size in _MS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return ("-" if ms < 0 else "") + ("".join(parts) or "0s")


def parse_size(text: str) -> int | None:
    """Return the bytes of `256kB` (a thousand) or `256KiB` (1,024); None if it is no size.

    >>> parse_size("256kB"), parse_size("1.5MiB"), parse_size("12")
    (256000, 1572864, None)
    """
    match = _SIZE.match(text)
    if not match or match[2] not in _BYTES:
        return None
    total = _exactly(match[1], _BYTES[match[2]])
    return int(total) if total == int(total) else None


def format_size(size: int) -> str:
    """Return a size for a person, three digits at most.

    >>> format_size(512), format_size(256_000), format_size(1_940_000_000)
    ('512 B', '256 kB', '1.94 GB')
    """
    for unit in ("TB", "GB", "MB", "kB"):
        if size >= _BYTES[unit]:
            rounded = float(f"{size / _BYTES[unit]:.3g}")
            return f"{rounded:g} {unit}"
    return f"{size} B"


def _exactly(number: str, size: int) -> float:
    """`0.1` of a size in integers, so that `0.1s` is 100 ms and not a little more."""
    whole, _, part = number.partition(".")
    scaled: int = int(whole + part) * size
    scale: int = 10 ** len(part)
    return scaled // scale if scaled % scale == 0 else scaled / scale


def _read_duration(value: Any, info: ValidationInfo) -> int:  # noqa: ANN401 -- whatever was written
    if isinstance(value, str) and (found := parse_duration(value)) is not None:
        return found
    if _is_given_in_code(value, info):
        return int(value)
    code = "duration"
    raise PydanticCustomError(code, 'must be a duration such as "5m" or "1h30m"')


def _read_size(value: Any, info: ValidationInfo) -> int:  # noqa: ANN401 -- whatever was written
    if isinstance(value, str) and (found := parse_size(value)) is not None:
        return found
    if _is_given_in_code(value, info):
        return int(value)
    code = "size"
    raise PydanticCustomError(code, 'must be a size such as "256kB" or "2GB"')


def _is_given_in_code(value: object, info: ValidationInfo) -> bool:
    """Code may hand in a number in the base unit; a file must say what it counts."""
    return type(value) is int and info.context is not FROM_DOCUMENT


DurationMs = Annotated[
    int,
    BeforeValidator(_read_duration),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^({_NUMBER}(ms|[wdhms]))+$", "examples": ["5m"]}
    ),
]
"""Milliseconds, written `5m`."""

SizeBytes = Annotated[
    int,
    BeforeValidator(_read_size),
    WithJsonSchema(
        {"type": "string", "pattern": rf"^{_NUMBER} ?([kMGT]?B|[KMGT]iB)$", "examples": ["256kB"]}
    ),
]
"""Bytes, written `256kB`."""
