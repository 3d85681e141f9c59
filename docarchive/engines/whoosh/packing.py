"""Coding: rows of numbers as bytes, small numbers in few of them.

UTF-8 is a code of variable length for all numbers below 1,114,112: one byte below 128, two below
2,048, three below 65,536. Python's codecs run in C, so a row of numbers is written and read through
them in nanoseconds a number, where a loop in Python would take a hundred times that.
"""

from __future__ import annotations

import sys
from array import array
from typing import Final

_FIXED: Final = "utf-32-le" if sys.byteorder == "little" else "utf-32-be"
_WIDE: Final = b"\xff"  # no UTF-8 begins so


class DamagedIndex(Exception):
    """An index file does not hold what it should."""


def pack(numbers: array[int]) -> bytes:
    """Returns numbers of 32 bits without sign as bytes.

    Args:
        numbers: Of type code ``I``. If one of them is too large for UTF-8, all take four bytes.
    """
    try:
        return numbers.tobytes().decode(_FIXED, "surrogatepass").encode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return _WIDE + fixed(numbers)


def unpack(data: bytes) -> array[int]:
    """Returns the numbers that ``pack`` made bytes of.

    Raises:
        ValueError: The bytes are none of its making.
    """
    if data[:1] == _WIDE:
        return unfixed("I", data[1:])
    numbers = array("I")
    numbers.frombytes(data.decode("utf-8", "surrogatepass").encode(_FIXED, "surrogatepass"))
    return numbers


def fixed(numbers: array[int]) -> bytes:
    """Returns numbers as bytes of fixed width, the least significant first."""
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def unfixed(typecode: str, data: bytes) -> array[int]:
    """Returns the numbers that ``fixed`` made bytes of.

    Raises:
        ValueError: The bytes do not end with a number.
    """
    numbers: array[int] = array(typecode)
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
