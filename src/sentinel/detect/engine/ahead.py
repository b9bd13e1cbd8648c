"""Asking for memory ahead of its use, so that readings of a million sensors wait less for it."""

from typing import Any

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils as cgutils_
from numba.extending import intrinsic
from numpy.typing import NDArray

_config: Any = numba.config
cgutils: Any = cgutils_

LINE = 64
"""Bytes of a cache line."""


def _prefetch(typing: Any, table: Any, at: Any, lines: Any) -> Any:  # noqa: ANN401, ARG001
    """Have `llvm.prefetch` fetch the first cache lines of an entry; no bounds are checked."""

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:  # noqa: ANN401
        array = context.make_array(signature.args[0])(context, builder, args[0])
        place = cgutils.get_item_pointer(
            context, builder, signature.args[0], array, [args[1]], wraparound=False
        )
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        fetch = cgutils.get_or_insert_function(
            builder.module,
            ir.FunctionType(ir.VoidType(), [byte, number, number, number]),
            "llvm.prefetch.p0i8",
        )
        first = builder.bitcast(place, byte)
        with cgutils.for_range(builder, args[2]) as loop:
            line = builder.gep(first, [builder.mul(loop.index, loop.index.type(LINE))])
            builder.call(fetch, [line, number(1), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(table, types.int64, types.int64), generate


def _nothing(table: NDArray[Any], at: int, lines: int) -> None:
    """Fetch nothing: plain Python has no use for it."""


prefetch: Any = _nothing if _config.DISABLE_JIT else intrinsic(_prefetch)
"""prefetch(table, at, lines): ask for the entry's first cache lines."""
