"""Columns in the one layout that kernels are compiled for."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def plain(column: NDArray[T]) -> NDArray[T]:
    """Return the column, copied if it is read-only or has gaps: that would compile anew."""
    return column if column.flags.carray else column.copy()
