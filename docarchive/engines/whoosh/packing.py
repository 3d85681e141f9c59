"""Packing: rows of numbers as bytes, small numbers in few of them.

UTF-8 is a code of variable length for all numbers below 1,114,112: one byte below 128, two below 2,048, three below
65,536. Python's codecs are written in C, so that a number takes nanoseconds; in a loop in Python it would
take a hundred times as long.
"""

from __future__ import annotations

import sys
from array import array
from typing import Final

_FIXED: Final = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
_WIDE: Final = b"\xff"  # no UTF-8 begins so


class DamagedIndex(Exception):
    """A file of the index is damaged, or is no such file."""


def pack(numbers: array[int]) -> bytes:
    """Returns unsigned numbers, an array of type ``I``, as bytes; four each if a number is too large for UTF-8."""
    try:
        return numbers.tobytes().decode(_FIXED, "surrogatepass").encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return _WIDE + fixed(numbers)


def pack_few(numbers: list[int]) -> bytes:
    """Returns what ``pack`` returns; for a list of a few numbers in half the time."""
    try:
        return "".join(map(chr, numbers)).encode("utf-8", "surrogatepass")
    except (ValueError, OverflowError):
        return pack(array("I", numbers))


def unpack(data: bytes) -> array[int]:
    """Returns the numbers that ``pack`` has packed; raises ``ValueError`` for other bytes."""
    if data[:1] == _WIDE:
        return unfixed("I", data[1:])
    numbers = array("I")
    numbers.frombytes(data.decode("utf-8", "surrogatepass").encode(_FIXED, "surrogatepass"))
    return numbers


def fixed(numbers: array[int]) -> bytes:
    """Returns numbers as bytes of fixed width, little-endian."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def unfixed(typecode: str, data: bytes) -> array[int]:
    """Returns the numbers of bytes of fixed width; raises ``ValueError`` if the bytes end within a number."""
    numbers: array[int] = array(typecode)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
