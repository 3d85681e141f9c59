"""Patterns as regular expressions of tantivy's, tried as Python's, whose signs for these are the same."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tantivy")

from docarchive.engines.tantivy.patterns import between
from docarchive.engines.terms import fine

_numbers = st.floats(allow_nan=False) | st.integers(-3000, 3000).map(float)


@given(low=_numbers, high=_numbers, number=_numbers)
def test_between_holds_what_is_from_low_to_high(low: float, high: float, number: float) -> None:
    assert bool(re.fullmatch(between(fine(low), fine(high)), fine(number))) == (low <= number <= high)


@given(low=st.integers(0, 99), high=st.integers(0, 99))
def test_between_of_years(low: int, high: int) -> None:
    expression = re.compile(between(f"{low:02d}", f"{high:02d}"))
    assert [n for n in range(100) if expression.fullmatch(f"{n:02d}")] == list(range(low, high + 1))
