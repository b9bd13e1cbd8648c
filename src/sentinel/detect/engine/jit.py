"""Compiling kernels, so that a cached one is never older than its parts.

Numba looks only at the file of the outermost function when it asks whether a cached kernel still
fits. Here every part is entered in a list, and `seal` turns the bytecode and the constants of all
of them into the name of a field: as it is part of an argument's type, it is part of the cache's
key. With NUMBA_DISABLE_JIT=1 the same functions run as plain Python.
"""

from collections.abc import Callable
from hashlib import blake2b
from types import CodeType
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

P = ParamSpec("P")
R = TypeVar("R")

_njit: Any = njit
"""Its annotations do not know `_nrt`: kernels allocate nothing, and without Numba's memory manager
they do not count references to each array that they touch, which made them seven times slower."""

_parts: list[Callable[..., object]] = []


def part(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into every kernel that calls it, without the cost of a call."""
    _parts.append(function)
    return cast(
        "Callable[P, R]", _njit(forceinline=True, _nrt=False, error_model="numpy")(function)
    )


def aside(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function that is rarely called, or too large to be repeated at each call."""
    _parts.append(function)
    return cast("Callable[P, R]", _njit(_nrt=False, error_model="numpy")(function))


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile an outermost function: cached on disk, runs without the interpreter's lock."""
    _parts.append(function)
    return cast(
        "Callable[P, R]", _njit(cache=True, nogil=True, _nrt=False, error_model="numpy")(function)
    )


def seal() -> NDArray[np.void]:
    """Return an array whose type names the source of all parts; pass it to each kernel."""
    digest = blake2b(digest_size=8)
    for function in _parts:
        digest.update(_source(function.__code__, function.__globals__).encode())
    return np.zeros(1, np.dtype([(f"source_{digest.hexdigest()}", "u1")]))


def _source(code: CodeType, names: dict[str, object]) -> str:
    """Bytecode, its constants, and the plain values of the globals that it reads."""
    plain = {n: names[n] for n in code.co_names if isinstance(names.get(n), int | float | tuple)}
    return repr((code.co_code.hex(), code.co_consts, sorted(plain.items())))
