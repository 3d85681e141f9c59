"""Rows of numbers as bytes."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.engines.whoosh.packing import fixed, pack, unfixed, unpack

small = st.integers(0, 0x10FFFF)


@given(st.lists(st.one_of(small, st.integers(0, 2**32 - 1))))
def test_numbers_come_back(numbers: list[int]) -> None:
    assert list(unpack(pack(array("I", numbers)))) == numbers


@pytest.mark.parametrize(
    ("number", "size"), [(0, 1), (127, 1), (128, 2), (2047, 2), (2048, 3), (0xD800, 3), (0x10FFFF, 4), (0x110000, 5)]
)
def test_small_numbers_are_short(number: int, size: int) -> None:
    assert len(pack(array("I", [number]))) == size


@given(st.binary())
def test_other_bytes_give_numbers_or_an_error(data: bytes) -> None:
    try:
        numbers = unpack(data)
    except ValueError:
        return
    assert data[:1] == b"\xff" or pack(numbers) == data


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_fixed_numbers_come_back(numbers: list[int]) -> None:
    data = fixed(array("q", numbers))
    assert list(unfixed("q", data)) == numbers
    assert data[:8] == (numbers[0].to_bytes(8, "little", signed=True) if numbers else b"")
