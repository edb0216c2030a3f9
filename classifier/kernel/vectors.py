"""A few machine operations on many bytes or letters at once, which numba has no words for.

Each is written twice: as a plain loop, which says what it does and whose bounds numba can check, and as vector code, which
LLVM turns into what the CPU has. Where bounds are checked the plain ones are used; a test holds the two together.
"""

# numba reads an intrinsic's parameters by position and its types have no annotations:
# ruff: noqa: ANN001, ANN202, ARG001
# mypy: disable-error-code="no-untyped-def, no-untyped-call, misc"

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.cpython.unsafe import numbers
from numba.extending import intrinsic

from classifier.kernel.arrays import Bytes, Codes, Floats, Ints, Matrix
from classifier.kernel.compiler import inlined

#: Whether numba checks bounds: it cannot look into vector code.
CHECKED = bool(numba.config.BOUNDSCHECK)  # type: ignore[attr-defined]  # numba sets its settings when it is imported
#: How many bytes are looked at together, rows copied, letters compared, numbers added.
BYTES, ROWS, LETTERS, NUMBERS = 64, 32, 8, 8
_BYTE, _CODE, _LONG = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_ONE = np.uint64(1)
#: To a type checker they lack their first parameter, which numba fills in.
operation = cast("Callable[[Callable[..., Any]], Callable[..., Any]]", intrinsic)
trailing_zeros = cast("Callable[[np.uint64], Any]", numbers.trailing_zeros)
leading_zeros = cast("Callable[[np.uint64], Any]", numbers.leading_zeros)


def _place(context, builder, kind, array, index, vector):
    """Return a pointer to `vector` at an item of an array."""
    first = cgutils.create_struct_proxy(kind)(context, builder, value=array).data
    return builder.bitcast(builder.gep(first, [index]), vector.as_pointer())


def _splat(builder, value, vector):
    """Return a vector whose every item is a 64-bit number, cut to the item's width."""
    first = builder.insert_element(
        ir.Constant(vector, ir.Undefined), builder.trunc(value, vector.element), ir.Constant(_CODE, 0)
    )
    return builder.shuffle_vector(
        first, ir.Constant(vector, ir.Undefined), ir.Constant(ir.VectorType(_CODE, vector.count), None)
    )


@operation
def _ranged(typing, block, at, case, low, count):
    def code(context, builder, signature, given):
        kind = ir.VectorType(_BYTE, BYTES)
        seen = builder.load(_place(context, builder, signature.args[0], given[0], given[1], kind), align=1)
        case, low, count = (_splat(builder, value, kind) for value in given[2:])
        found = builder.icmp_unsigned("<", builder.sub(builder.or_(seen, case), low), count)
        return builder.bitcast(found, _LONG)

    return types.uint64(block, types.intp, types.intp, types.intp, types.intp), code


@operation
def _same_as_next(typing, block, at, case):
    def code(context, builder, signature, given):
        kind = ir.VectorType(_BYTE, BYTES)
        next_at = builder.add(given[1], ir.Constant(_LONG, 1))
        one, other = (
            builder.or_(
                builder.load(_place(context, builder, signature.args[0], given[0], place, kind), align=1),
                _splat(builder, given[2], kind),
            )
            for place in (given[1], next_at)
        )
        return builder.bitcast(builder.icmp_unsigned("==", one, other), _LONG)

    return types.uint64(block, types.intp, types.intp), code


@operation
def _eight(typing, block, at):
    def code(context, builder, signature, given):
        return builder.load(_place(context, builder, signature.args[0], given[0], given[1], _LONG), align=1)

    return types.uint64(block, types.intp), code


@operation
def _spread(typing, letters, at, packed):
    def code(context, builder, signature, given):
        wide = ir.VectorType(_CODE, LETTERS)
        value = builder.zext(builder.bitcast(given[2], ir.VectorType(_BYTE, LETTERS)), wide)
        builder.store(value, _place(context, builder, signature.args[0], given[0], given[1], wide), align=4)
        return context.get_dummy_value()

    return types.void(letters, types.intp, types.uint64), code


@operation
def _copy(typing, target, at, source, start):
    def code(context, builder, signature, given):
        item = context.get_data_type(signature.args[0].dtype)
        kind = ir.VectorType(item, BYTES if item == _BYTE else ROWS)
        value = builder.load(_place(context, builder, signature.args[2], given[2], given[3], kind), align=1)
        builder.store(value, _place(context, builder, signature.args[0], given[0], given[1], kind), align=1)
        return context.get_dummy_value()

    return types.void(target, types.intp, source, types.intp), code


@operation
def _differ(typing, one, first, other, start, count):
    def code(context, builder, signature, given):
        kind = ir.VectorType(_CODE, LETTERS)
        left, right = (
            builder.load(_place(context, builder, signature.args[i], given[i], given[i + 1], kind), align=4)
            for i in (0, 2)
        )
        counted = builder.icmp_unsigned("<", ir.Constant(kind, list(range(LETTERS))), _splat(builder, given[4], kind))
        unlike = builder.and_(builder.icmp_unsigned("!=", left, right), counted)
        bits = builder.bitcast(unlike, ir.IntType(LETTERS))
        return builder.icmp_unsigned("!=", bits, ir.Constant(ir.IntType(LETTERS), 0))

    return types.boolean(one, types.intp, other, types.intp, types.intp), code


@operation
def _add(typing, sums, at, table, start):
    def code(context, builder, signature, given):
        kind = ir.VectorType(ir.DoubleType(), NUMBERS)
        target = _place(context, builder, signature.args[0], given[0], given[1], kind)
        source = _place(context, builder, signature.args[2], given[2], given[3], kind)
        builder.store(builder.fadd(builder.load(target, align=8), builder.load(source, align=8)), target, align=8)
        return context.get_dummy_value()

    return types.void(sums, types.intp, table, types.intp), code


if CHECKED:

    @inlined
    def bytes_in(block: Bytes, at: int, case: int, low: int, count: int) -> np.uint64:
        """Return one bit for each of 64 bytes: whether it is one of `count` from `low` on, once the bits `case` are set."""
        found = np.uint64(0)
        for i in range(BYTES):
            if low <= block[at + i] | case < low + count:
                found |= _ONE << np.uint64(i)
        return found

    @inlined
    def like_next(block: Bytes, at: int, case: int) -> np.uint64:
        """Return one bit for each of 64 bytes: whether the next one is the same, once the bits `case` are set."""
        found = np.uint64(0)
        for i in range(BYTES):
            if block[at + i] | case == block[at + i + 1] | case:
                found |= _ONE << np.uint64(i)
        return found

    @inlined
    def eight(block: Bytes, at: int) -> np.uint64:
        """Return eight bytes as one number, the first one lowest."""
        packed = np.uint64(0)
        for i in range(LETTERS):
            packed |= np.uint64(block[at + i]) << np.uint64(8 * i)
        return packed

    @inlined
    def spread(letters: Codes, at: int, packed: np.uint64) -> None:
        """Write eight bytes as eight letters."""
        for i in range(LETTERS):
            letters[at + i] = (packed >> np.uint64(8 * i)) & np.uint64(0xFF)

    @inlined
    def copy_rows(target: Ints, at: int, source: Ints, start: int) -> None:
        """Copy 32 rows."""
        for i in range(ROWS):
            target[at + i] = source[start + i]

    @inlined
    def add_row(sums: Floats, table: Matrix, row: int, columns: int) -> None:
        """Add a table's row to sums; the table has eight columns or a multiple of eight."""
        for column in range(columns):
            sums[column] += table[row, column]

    @inlined
    def copy_bytes(target: Bytes, at: int, source: Bytes, start: int) -> None:
        """Copy 64 bytes."""
        for i in range(BYTES):
            target[at + i] = source[start + i]

    @inlined
    def differ(one: Codes, first: int, other: Codes, start: int, count: int) -> bool:
        """Tell whether the first letters of two strings differ: `count` of them, eight at most; both go on for eight."""
        unlike = False
        for i in range(LETTERS):
            unlike |= one[first + i] != other[start + i] and i < count
        return unlike

else:

    @inlined
    def bytes_in(block: Bytes, at: int, case: int, low: int, count: int) -> np.uint64:
        """Return one bit for each of 64 bytes: whether it is one of `count` from `low` on, once the bits `case` are set."""
        return np.uint64(_ranged(block, at, case, low, count))

    @inlined
    def like_next(block: Bytes, at: int, case: int) -> np.uint64:
        """Return one bit for each of 64 bytes: whether the next one is the same, once the bits `case` are set."""
        return np.uint64(_same_as_next(block, at, case))

    @inlined
    def eight(block: Bytes, at: int) -> np.uint64:
        """Return eight bytes as one number, the first one lowest."""
        return np.uint64(_eight(block, at))

    @inlined
    def spread(letters: Codes, at: int, packed: np.uint64) -> None:
        """Write eight bytes as eight letters."""
        _spread(letters, at, packed)

    @inlined
    def copy_rows(target: Ints, at: int, source: Ints, start: int) -> None:
        """Copy 32 rows."""
        _copy(target, at, source, start)

    @inlined
    def add_row(sums: Floats, table: Matrix, row: int, columns: int) -> None:
        """Add a table's row to sums; the table has eight columns or a multiple of eight."""
        for column in range(0, columns, NUMBERS):
            _add(sums, column, table, row * columns + column)

    @inlined
    def copy_bytes(target: Bytes, at: int, source: Bytes, start: int) -> None:
        """Copy 64 bytes."""
        _copy(target, at, source, start)

    @inlined
    def differ(one: Codes, first: int, other: Codes, start: int, count: int) -> bool:
        """Tell whether the first letters of two strings differ: `count` of them, eight at most; both go on for eight."""
        return bool(_differ(one, first, other, start, count))
