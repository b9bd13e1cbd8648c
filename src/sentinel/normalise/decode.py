"""JSON as it comes from the field, to values; hostile or garbled text is a failure, never a crash.

What a format does not need may be garbled: a name in another encoding or a number too large in a
field that nobody reads costs no reading. Of a key that stands twice the last counts. Numbers that
JSON has not, `NaN` or 1e999, are read as what they are, so that they cost only their own reading.
"""

import re
from contextlib import suppress
from math import nan
from typing import Any

import msgspec
import numpy as np

from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import Failure

DEEPEST = 500
"""Levels of nesting; well inside what the decoder can take at any depth of our own stack."""
_BOM = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_MOST_DIGITS = 4_000
"""An integer of more is refused by Python's own limit, a little further on."""
_NONE = re.compile(
    rb'(?P<text>"(?:[^"\\]|\\.)*+"?)'
    rb"|(?<![\w.+-])(?P<sign>-?)(?:(?P<nan>nan)|inf(?:inity)?|[0-9]{%d,})(?![\w.+-])"
    % _MOST_DIGITS,
    re.DOTALL | re.IGNORECASE,
)
"""Texts, to be left alone, and what no number of JSON is: C writes `nan`, JavaScript `NaN`."""
_NAN, _INFINITY = b"9e9999", b"1e9999"
"""What stands in for them: numbers beyond all floats."""
_ERRORS = (msgspec.DecodeError, UnicodeError, RecursionError)
_decode = msgspec.json.Decoder().decode


def decode_json(payload: bytes, needed: msgspec.json.Decoder[Any] | None) -> Any:  # noqa: ANN401
    """Return the value of a JSON text, a Failure if it is none.

    needed: Decodes only the fields that the format reads, where they can be told apart.
    """
    body = payload.removeprefix(_BOM)
    if not body.strip():
        return Failure(Reason.UNREADABLE, "the payload is empty")
    if len(body) > DEEPEST and _depth(body) > DEEPEST:
        return Failure(Reason.UNREADABLE, f"the JSON is nested deeper than {DEEPEST} levels")
    try:
        return _decode(body)
    except _ERRORS as error:
        return _decode_needed(body, needed, error)


def _decode_needed(body: bytes, needed: msgspec.json.Decoder[Any] | None, error: Exception) -> Any:  # noqa: ANN401 -- JSON holds anything
    """Read past what is garbled, if that is not needed."""
    clean = body.decode("utf-8", "replace").encode() if isinstance(error, UnicodeError) else body
    try:
        return _decode(clean)
    except _ERRORS as second:
        error = second
    if needed is not None:
        try:
            return msgspec.to_builtins(needed.decode(clean))
        except _ERRORS as third:
            error = third
    with suppress(*_ERRORS):
        return _decode_all(_NONE.sub(_as_number, clean))
    return Failure(Reason.UNREADABLE, f"this is not JSON that can be read: {error}")


def _as_number(found: re.Match[bytes]) -> bytes:
    """Return what a decoder takes, and `_read_float` knows."""
    if found["text"] is not None:
        return found["text"]
    return found["sign"] + (_INFINITY if found["nan"] is None else _NAN)


def _read_float(text: str) -> float:
    return nan if text.removeprefix("-") == _NAN.decode() else float(text)


_decode_all = msgspec.json.Decoder(float_hook=_read_float).decode


def _depth(body: bytes) -> int:
    """How deep lists and objects stand inside one another, texts left aside."""
    codes = np.frombuffer(_STRING.sub(b"", body), np.uint8)
    opens = (codes == ord("[")) | (codes == ord("{"))
    closes = (codes == ord("]")) | (codes == ord("}"))
    return int(np.max(np.cumsum(opens.astype(np.int64) - closes), initial=0))
