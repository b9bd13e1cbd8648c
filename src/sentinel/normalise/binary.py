"""Numbers in binary payloads: where they begin, how wide they are, which end comes first."""

import struct
from base64 import b64decode
from binascii import Error as BinaryError
from dataclasses import dataclass

from sentinel.domain.rejection import Reason
from sentinel.normalise.failure import Failure, shown

TYPES = tuple(
    f"{kind}{bits}{end}"
    for kind, widths in (("u", (8, 16, 24, 32, 64)), ("i", (8, 16, 24, 32, 64)), ("f", (32, 64)))
    for bits in widths
    for end in (("",) if bits == 8 else ("be", "le"))  # noqa: PLR2004 -- one byte has one order
)
"""Every type a format may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteField:
    """One number of a binary payload.

    at: Its first byte, from 0; negative counts from the end.
    size: In bytes. kind: `u`, `i` or `f`. big: The most significant byte comes first.
    bit: Only this bit of the whole number, 0 the lowest; None: all of it.
    """

    at: int
    size: int
    kind: str
    big: bool
    bit: int | None = None

    def read(self, data: bytes) -> int | float | Failure:
        """Return the number, which for a float may not be finite."""
        start = self.at if self.at >= 0 else len(data) + self.at
        chunk = data[start : start + self.size] if start >= 0 else b""
        if len(chunk) < self.size:
            last = f"bytes {self.at} to {self.at + self.size - 1}"
            return Failure(Reason.MISSING_FIELD, f"{last} of a payload of {len(data)} bytes")
        if self.kind == "f":
            code = (">" if self.big else "<") + ("f" if self.size == struct.calcsize("f") else "d")
            return float(struct.unpack(code, chunk)[0])
        number = int.from_bytes(chunk, "big" if self.big else "little", signed=self.kind == "i")
        return number if self.bit is None else number >> self.bit & 1


def byte_field(at: int, kind: str, bit: int | None = None) -> ByteField | None:
    """Return the field of a type such as `u16be`, None if there is no such type.

    >>> byte_field(0, "u16be").read(bytes([1, 2]))
    258
    """
    if kind not in TYPES:
        return None
    bits = int("".join(char for char in kind if char.isdigit()))
    return ByteField(at=at, size=bits // 8, kind=kind[0], big=not kind.endswith("le"), bit=bit)


def decode_text(raw: object, encoding: str) -> bytes | Failure:
    """Return the bytes that stand as `base64` (URL-safe too, padded or not) or `hex` in JSON."""
    if not isinstance(raw, str):
        return Failure(Reason.UNREADABLE, f"{shown(raw)} is no {encoding} text")
    try:
        if encoding == "hex":
            return bytes.fromhex(raw)
        plain = raw.rstrip("=").translate(_URL_SAFE)
        return b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (BinaryError, ValueError):
        return Failure(Reason.UNREADABLE, f"{shown(raw)} is no {encoding} text")


_URL_SAFE = str.maketrans("-_", "+/")
