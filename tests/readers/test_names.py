from __future__ import annotations

import pytest

from docarchive.dates import PartialDate
from docarchive.readers.names import date_in_name


@pytest.mark.parametrize("name", ["2024-03-16", "2024-03-16.txt", "2024-03-16-a.txt", "2024-03-16_a", "2024-03-16 a"])
def test_a_name_may_begin_with_a_date(name: str) -> None:
    assert date_in_name(name) == PartialDate("2024-03-16")


@pytest.mark.parametrize("name", ["", "a.txt", "2024-03-161", "2024-03-16a", "2024-02-30-a", "2024-03", "a-2024-03-16"])
def test_other_names_have_none(name: str) -> None:
    assert date_in_name(name) is None
