from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import affordable

from docarchive.dates import PartialDate
from docarchive.readers.values.cells import is_empty, is_html, read_list
from docarchive.readers.values.written_dates import read_date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024-03", "2024-03"),
        (2024, "2024"),
        ("2024.0", "2024"),
        (2024.0, "2024"),
        ("20240316", "2024-03-16"),
        ("1710583200", "2024-03-16T10:00:00Z"),
        (1710583200.5, "2024-03-16T10:00:00Z"),
        (1710583200123, "2024-03-16T10:00:00Z"),
        ("1710583200123456", "2024-03-16T10:00:00Z"),
        ("16.03.2024 9:05", "2024-03-16T09:05"),
        ("03/04/2024", None),
        ("04/04/2024", "2024-04-04"),
        ("16/03/2024", "2024-03-16"),
        ("3/16/2024 10:00:00", "2024-03-16T10:00:00"),
        ("31/31/2024", None),
        ("2024-03-16 10:00:00 UTC", "2024-03-16T10:00:00Z"),
        ("soon", None),
        (12, "0012"),
        (-1, None),
        (0.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (["2024"], None),
    ],
)
def test_dates_of_programs_are_read(value: object, date: str | None) -> None:
    assert read_date(value) == (PartialDate(date) if date else None)


@given(st.text("0123456789.-/: TZ", max_size=24) | st.integers() | st.floats())
def test_any_value_is_a_date_or_none(value: object) -> None:
    found = read_date(value)
    assert found is None or PartialDate(found.text) == found


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ('["a", "b, c"]', ["a", "b, c"]),
        ("['a', \"it's\", 'it\\'s']", ["a", "it's", "it's"]),
        ("a | b|c", ["a", "b", "c"]),
        ("a, b", "a, b"),
        ("[" * 50_000 + "]" * 50_000, "[" * 50_000 + "]" * 50_000),
        (["a"], ["a"]),
    ],
)
def test_lists_of_programs_are_read(value: object, items: object) -> None:
    assert read_list(value) == items


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("<p>One</p>", True),
        ("Words <b>bold</b><br>more<br>and<br>more<br>", True),
        ("# Title\n\nWith a <br> in it.", False),
        ("a < b and <c>", False),
        ("<https://example.org> is a link", False),
    ],
)
def test_html_is_told_from_markdown(text: str, html: bool) -> None:
    assert is_html(text) is html


@pytest.mark.parametrize("text", ["['a'" + " " * 90_000 + "x]", "a" + " " * 1_000_000 + "b", "</p" + " " * 1_000_000])
def test_long_values_cost_little(text: str) -> None:
    with affordable():
        assert (read_date(text), read_list(text), is_html(text)) == (None, text, False)


@pytest.mark.parametrize(
    ("value", "empty"), [(None, True), (" None ", True), ("NaN", True), ("Nones", False), (0, False)]
)
def test_what_programs_write_for_nothing(value: object, empty: bool) -> None:
    assert is_empty(value) == empty
