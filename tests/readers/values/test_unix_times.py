"""Unix times."""

import pytest

from docarchive.dates import PartialDate
from docarchive.readers.values.unix_times import moment, unix_time


@pytest.mark.parametrize("value", [1_710_583_200, 1_710_583_200_000, 1_710_583_200_000_000, 1_710_583_200.5])
def test_units(value: float) -> None:
    assert unix_time(value) == PartialDate("2024-03-16T10:00:00Z")


@pytest.mark.parametrize("value", [0, 2024, 20240316, -1, 10**21])
def test_other_numbers_are_none(value: int) -> None:
    assert unix_time(value) is None


def test_moments_that_there_are_not() -> None:
    assert moment(1e18) is None
