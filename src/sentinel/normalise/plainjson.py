"""Numbers out of plain JSON, read where it lies: what nearly every sensor sends.

Plain is an object of ASCII keys, each once, with numbers, short words or further such objects;
numbers of at most fifteen digits or so, which one multiplication or division makes exact. Whatever
is else, though it may well be JSON, is refused here and left to a decoder.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sentinel.normalise.jit import kernel, part

Steps = tuple[str, ...]
Bytes = NDArray[np.uint8]

_NODE = np.dtype([("parent", "i4"), ("column", "i4"), ("begin", "i4"), ("size", "i4")])
_POWERS: NDArray[np.float64] = np.array([10.0**power for power in range(23)])
"""Those that a float holds exactly."""
_MOST_NODES = 62
"""Each has its bit in an integer."""


class Wanted(NamedTuple):
    """Keys as a tree in an array, the parent of the outermost is -1; their texts in `names`.

    column: Where its number goes, -1 if an object is to stand there.
    """

    nodes: NDArray[np.void]
    names: NDArray[np.uint8]
    powers: NDArray[np.float64]


class PlainJson:
    """Reads the numbers at some paths, of which none is the beginning of another.

    Args:
        wanted: Paths; the empty path stands for a payload that is one number.
    """

    def __init__(self, wanted: Mapping[Steps, int]) -> None:
        nodes: list[tuple[int, int, str]] = []
        known: dict[Steps, int] = {(): -1}
        for steps, column in wanted.items():
            for depth in range(1, len(steps) + 1):
                own = steps[:depth]
                if own not in known:
                    known[own] = len(nodes)
                    leaf = column if depth == len(steps) else -1
                    nodes.append((known[own[:-1]], leaf, own[-1]))
        self.can_read = len(nodes) <= _MOST_NODES
        self._columns = len(wanted)
        self._is_number = () in wanted
        texts = [name.encode("utf-8", "surrogatepass") for _, _, name in nodes]
        ends = np.cumsum([0, *map(len, texts)])
        rows = [
            (parent, column, ends[at], len(texts[at]))
            for at, (parent, column, _) in enumerate(nodes)
        ]
        names = np.frombuffer(b"".join(texts) or b" ", np.uint8)
        self._wanted = Wanted(np.array(rows, _NODE), names, _POWERS)

    def read(
        self, data: Bytes, payload: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return a row of numbers for each path, and which payloads were read.

        payload: int64, two columns: where in `data` each begins, and where it has ended.
        """
        found = np.empty((self._columns, len(payload)), np.float64)
        good = np.empty(len(payload), np.bool_)
        read(data, payload, self._wanted, self._is_number, found, good)
        return found, good


@kernel
def read(
    data: Bytes,
    payload: NDArray[np.int64],
    wanted: Wanted,
    is_number: bool,
    found: NDArray[np.float64],
    good: NDArray[np.bool_],
) -> None:
    """Read each payload."""
    for row in range(len(payload)):
        at, end = past_space(data, payload[row, 0], payload[row, 1]), payload[row, 1]
        if is_number:
            number, at = number_at(data, at, end, wanted)
            found[0, row] = number
        else:
            at = object_at(data, at, end, wanted, found, row)
        good[row] = at >= 0 and past_space(data, at, end) == end


@part
def object_at(
    data: Bytes, at: int, end: int, wanted: Wanted, found: NDArray[np.float64], row: int
) -> int:
    """Read the object that begins here, all wanted numbers in it; return where it ends, or -1."""
    nodes = wanted.nodes
    at = letter_at(data, at, end, ord("{"))
    inside, seen, is_first = -1, 0, True
    while at >= 0:
        after = letter_at(data, past_space(data, at, end), end, ord("}"))
        if after >= 0 and inside < 0:
            return after if seen == (1 << len(nodes)) - 1 else -1
        if after >= 0:
            at, inside, is_first = after, int(nodes[inside]["parent"]), False
            continue
        node, at = key_at(data, at, end, is_first, inside, wanted)
        is_first = False
        if node < 0:
            at = value_at(data, at, end, wanted)
        elif seen >> node & 1:
            return -1
        elif nodes[node]["column"] < 0:
            at, inside, is_first = letter_at(data, at, end, ord("{")), node, True
        else:
            number, at = number_at(data, at, end, wanted)
            found[nodes[node]["column"], row] = number
        if node >= 0:
            seen |= 1 << node
    return -1


@part
def key_at(
    data: Bytes, at: int, end: int, is_first: bool, inside: int, wanted: Wanted
) -> tuple[int, int]:
    """Return the node of the key that comes next, and where its value begins; or -1 each."""
    at = past_space(data, at, end)
    if not is_first:
        at = past_space(data, letter_at(data, at, end, ord(",")), end)
    begin, at = word_at(data, at, end)
    if at < 0:
        return -1, -1
    node = node_of(data, begin, at - 1 - begin, inside, wanted)
    at = letter_at(data, past_space(data, at, end), end, ord(":"))
    return node, past_space(data, at, end)


@part
def node_of(data: Bytes, begin: int, size: int, inside: int, wanted: Wanted) -> int:
    """Return the number of a key among those wanted in an object, -1 if it is not wanted."""
    nodes, names = wanted.nodes, wanted.names
    for node in range(len(nodes)):
        if nodes[node]["parent"] == inside and nodes[node]["size"] == size:
            name, same = nodes[node]["begin"], 0
            while same < size and names[name + same] == data[begin + same]:
                same += 1
            if same == size:
                return node
    return -1


@part
def value_at(data: Bytes, at: int, end: int, wanted: Wanted) -> int:
    """Return where the number or word ends that begins here and is not wanted, or -1."""
    if at < 0 or at >= end:
        return -1
    letter = data[at]
    if letter == ord('"'):
        _, at = word_at(data, at, end)
    elif letter == ord("t"):
        at = letters_at(data, at, end, 0x74727565)
    elif letter == ord("f"):
        at = letters_at(data, at + 1, end, 0x616C7365)
    elif letter == ord("n"):
        at = letters_at(data, at, end, 0x6E756C6C)
    else:
        _, at = number_at(data, at, end, wanted)
    return at


@part
def letter_at(data: Bytes, at: int, end: int, letter: int) -> int:
    """Return what stands behind this letter, -1 if another stands here."""
    return at + 1 if 0 <= at < end and data[at] == letter else -1


@part
def letters_at(data: Bytes, at: int, end: int, letters: int) -> int:
    """Return what stands behind these four letters, -1 if others stand here."""
    if at + 4 > end:
        return -1
    word = 0
    for own in range(at, at + 4):
        word = word << 8 | int(data[own])
    return at + 4 if word == letters else -1


@part
def word_at(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return where a text of plain letters begins, and what stands behind its quotes; or -1."""
    begin = letter_at(data, at, end, ord('"'))
    if begin < 0:
        return -1, -1
    for own in range(begin, end):
        letter = data[own]
        if letter == ord('"'):
            return begin, own + 1
        if letter < ord(" ") or letter >= 0x7F or letter == ord("\\"):  # noqa: PLR2004 -- ASCII
            return -1, -1
    return -1, -1


@part
def number_at(data: Bytes, at: int, end: int, wanted: Wanted) -> tuple[float, int]:
    """Return the number that begins here and what stands behind; -1: none, or none exactly."""
    if at < 0:
        return 0.0, -1
    after = letter_at(data, at, end, ord("-"))
    begin = max(at, after)
    digits, at = digits_at(data, begin, end, 0, 16)
    if at < 0 or (at - begin > 1 and data[begin] == ord("0")):
        return 0.0, -1
    point = letter_at(data, at, end, ord("."))
    behind = 0
    if point >= 0:
        digits, at = digits_at(data, point, end, digits, 17 - (at - begin))
        behind = at - point
    is_whole = at >= 0 and (at == end or data[at] | 0x20 != ord("e"))
    if not is_whole or digits >= 1 << 53 or (digits == 0 and after >= 0):
        return 0.0, -1
    number = digits / wanted.powers[behind]
    return -number if after >= 0 else number, at


@part
def digits_at(data: Bytes, at: int, end: int, before: int, most: int) -> tuple[int, int]:
    """Return a number continued by the digits that stand here, and what stands behind; or -1."""
    begin = at
    while at < end and at - begin <= most and ord("0") <= data[at] <= ord("9"):
        before = before * 10 + (int(data[at]) - 48)
        at += 1
    return before, at if 0 < at - begin <= most else -1


@part
def past_space(data: Bytes, at: int, end: int) -> int:
    """Return where the next letter stands that is no space; -1 stays -1."""
    while 0 <= at < end and data[at] in (32, 10, 13, 9):
        at += 1
    return at
