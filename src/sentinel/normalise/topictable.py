"""Topics to numbers: an open table over bytes, asked for whole batches at once.

A dictionary of a million texts is a hundred bytes a topic, each in a place of its own; here it is
some fifty in three arrays, and looking one up costs no object. Topics are compared whole: what
merely has the same hash is another topic.
"""

import numpy as np
from numpy.typing import NDArray

from sentinel.normalise.jit import kernel, part

_SLOT = np.dtype([("hash", "i4"), ("number", "i4"), ("begin", "i4"), ("size", "i4")])
_FEWEST = 1
"""Slots to begin with: the first topic makes the table grow, so that nothing is compiled later."""
_PIECE = 256
"""Their slots and names fit the innermost cache."""


class TopicTable:
    """Numbers by topic. `len`: How many topics there are."""

    def __init__(self) -> None:
        self._scratch = np.empty((2, _PIECE), np.int32)
        self.clear()

    def __len__(self) -> int:
        return self._count

    def clear(self) -> None:
        """Forget all."""
        self._count = 0
        self._used = 0
        self._names: NDArray[np.uint8] = np.empty(_FEWEST, np.uint8)
        self._slots = _empty(_FEWEST)

    def find(self, data: NDArray[np.uint8], topic: NDArray[np.int64]) -> NDArray[np.int32]:
        """Return the numbers of topics, -1 where one is not known.

        topic: int64, two columns: where in `data` each begins, and where it has ended.
        """
        found = np.empty(len(topic), np.int32)
        find(data, topic, self._slots, self._names, self._scratch, found)
        return found

    def add(
        self, data: NDArray[np.uint8], topic: NDArray[np.int64], numbers: NDArray[np.int32]
    ) -> None:
        """Remember topics that are not known yet, each once."""
        self._count += len(topic)
        size = int(np.sum(topic[:, 1] - topic[:, 0]))
        if self._used + size > len(self._names):
            names = np.empty(2 * (self._used + size), np.uint8)
            names[: self._used] = self._names[: self._used]
            self._names = names
        if 2 * self._count > len(self._slots):
            slots, self._slots = self._slots, _empty(1 << (2 * self._count).bit_length())
            move(slots, self._slots)
        self._used = add(data, topic, numbers, self._slots, self._names, self._used)


def _empty(size: int) -> NDArray[np.void]:
    slots = np.zeros(size, _SLOT)
    slots["number"] = -1
    return slots


@kernel
def find(
    data: NDArray[np.uint8],
    topic: NDArray[np.int64],
    slots: NDArray[np.void],
    names: NDArray[np.uint8],
    scratch: NDArray[np.int32],
    found: NDArray[np.int32],
) -> None:
    """Look topics up, some at a time.

    A large table lies in slow memory. So what a step needs is touched for all of them before:
    loads that nothing depends on run side by side, and those after a comparison do not.
    scratch: Two rows as long as a piece.
    """
    last = len(slots) - 1
    code, touched = scratch[0], scratch[1]
    for start in range(0, len(topic), len(code)):
        count = min(len(code), len(topic) - start)
        for at in range(count):
            begin, end = topic[start + at, 0], topic[start + at, 1]
            code[at] = code_of(data, begin, end - begin)
        for at in range(count):
            touched[at] = slots[code[at] & last]["hash"]
        for at in range(count):
            own = code[at] & last
            while slots[own]["number"] >= 0 and slots[own]["hash"] != code[at]:
                own = (own + 1) & last
            code[at] = own
        for at in range(count):
            touched[at] = names[slots[code[at]]["begin"]]
        for at in range(count):
            begin, end = topic[start + at, 0], topic[start + at, 1]
            found[start + at] = number_of(data, begin, end - begin, slots, names, code[at])


@kernel
def add(
    data: NDArray[np.uint8],
    topic: NDArray[np.int64],
    numbers: NDArray[np.int32],
    slots: NDArray[np.void],
    names: NDArray[np.uint8],
    used: int,
) -> int:
    """Put new topics in, for all of which there is room; return how much of `names` is used."""
    for at in range(len(topic)):
        begin, size = topic[at, 0], topic[at, 1] - topic[at, 0]
        code = code_of(data, begin, size)
        put(slots, code, numbers[at], used, size)
        for own in range(size):
            names[used + own] = data[begin + own]
        used += size
    return used


@kernel
def move(before: NDArray[np.void], slots: NDArray[np.void]) -> None:
    """Put everything into a larger table."""
    for at in range(len(before)):
        slot = before[at]
        if slot["number"] >= 0:
            put(slots, slot["hash"], slot["number"], slot["begin"], slot["size"])


@part
def number_of(
    data: NDArray[np.uint8],
    begin: int,
    size: int,
    slots: NDArray[np.void],
    names: NDArray[np.uint8],
    own: int,
) -> int:
    """Return a topic's number, -1 if it is not known; no slot before `own` has its hash."""
    last = len(slots) - 1
    while slots[own]["number"] >= 0 and not is_same(data, begin, size, slots[own], names):
        own = (own + 1) & last
    return int(slots[own]["number"])


@part
def is_same(
    data: NDArray[np.uint8], begin: int, size: int, slot: np.void, names: NDArray[np.uint8]
) -> bool:
    """Say whether a slot is of this topic."""
    if slot["size"] != size:
        return False
    name, same = slot["begin"], 0
    while same < size and names[name + same] == data[begin + same]:
        same += 1
    return same == size


@part
def put(slots: NDArray[np.void], code: int, number: int, begin: int, size: int) -> None:
    """Fill the first free slot from the hash's own on."""
    last = len(slots) - 1
    own = code & last
    while slots[own]["number"] >= 0:
        own = (own + 1) & last
    slots[own]["hash"] = code
    slots[own]["number"] = number
    slots[own]["begin"] = begin
    slots[own]["size"] = size


@part
def code_of(data: NDArray[np.uint8], begin: int, size: int) -> int:
    """Return a hash of 31 bits (FNV-1a, its halves folded)."""
    code = 2166136261
    for own in range(begin, begin + size):
        code = (code ^ int(data[own])) * 16777619 & 0xFFFFFFFF
    return (code ^ code >> 15) & 0x7FFFFFFF
