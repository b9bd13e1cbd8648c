"""Compiling kernels of this package.

Numba looks only at a kernel's own file when it asks whether a cached one still fits: so a kernel
and its parts stand in one file, and read no constants of others. With NUMBA_DISABLE_JIT=1 the same
functions run as plain Python.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from numba import njit

P = ParamSpec("P")
R = TypeVar("R")

_njit: Any = njit
"""Its annotations do not know `_nrt`: kernels allocate nothing, and need no memory manager."""


def part(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function into the kernels of its file."""
    return cast(
        "Callable[P, R]", _njit(forceinline=True, _nrt=False, error_model="numpy")(function)
    )


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """Compile an outermost function: cached on disk, runs without the interpreter's lock."""
    return cast(
        "Callable[P, R]", _njit(cache=True, nogil=True, _nrt=False, error_model="numpy")(function)
    )
