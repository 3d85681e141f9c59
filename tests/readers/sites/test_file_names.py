import pytest

from docarchive.dates import PartialDate
from docarchive.readers.sites.file_names import date_in_name, title_of_post


@pytest.mark.parametrize(
    "name",
    [
        *("2024-03-16", "2024-03-16.txt", "2024-03-16-a.txt", "2024-03-16_a", "2024-03-16 a", "2024-3-16-a"),
        *("2024_03_16.md", "20240316-a", "202403161020 a.md"),
    ],
)
def test_a_name_may_begin_with_a_date(name: str) -> None:
    assert date_in_name(name) == PartialDate("2024-03-16")


@pytest.mark.parametrize(
    "name",
    [
        *("", "a.txt", "2024-03-161", "2024-03-16a", "2024-02-30-a", "2024-03", "a-2024-03-16", "20241316-a"),
        *("2024031-a", "24-03-16-a", "2024.3.16"),
    ],
)
def test_other_names_have_none(name: str) -> None:
    assert date_in_name(name) is None


def test_posts_of_jekyll() -> None:
    assert date_in_name("24-3-16-a.md", post=True) == PartialDate("2024-03-16")
    assert date_in_name("99-3-16-a.md", post=True) == PartialDate("1999-03-16")
    assert title_of_post("2024-03-16-what's-NEW-in-v2.0.md") == "What's New In V2.0"
