"""Where a file may be that an article shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.readers.shown_files import EMBED, shown_paths


@pytest.mark.parametrize(
    ("folder", "address", "path"),
    [
        ("", "a.png", "a.png"),
        ("posts/2024", "a.png", "posts/2024/a.png"),
        ("posts/2024", "./img/a%20b.png?x=1#y", "posts/2024/img/a b.png"),
        ("posts/2024", "../img/a.png", "posts/img/a.png"),
        ("posts", "..\\img\\a.png", "img/a.png"),
        ("posts", "img/a.png", "img/a.png"),
        ("content/posts", "/img/a.png", "static/img/a.png"),
        ("site/_posts", "/assets/a.png", "site/assets/a.png"),
        ("notes/work", f"{EMBED}a.png", "notes/attachments/a.png"),
        ("articles/2024/03", "originals/ab/c.png", "originals/ab/c.png"),
    ],
)
def test_a_file_is_looked_for_where_programs_do(folder: str, address: str, path: str) -> None:
    assert path in list(shown_paths(folder, address))


@pytest.mark.parametrize(
    "address", ["", "https://example.org/a.png", "//example.org/a", "C:/a.png", "a\0.png", "data:x"]
)
def test_other_addresses_are_no_files(address: str) -> None:
    assert list(shown_paths("a", address)) == []


def test_a_bare_name_is_a_file_of_its_own_folder() -> None:
    assert list(shown_paths("a/b", "chart.png")) == ["a/b/chart.png"]


@given(
    folder=st.text("ab/", max_size=20).map(lambda text: text.strip("/")),
    address=st.text("ab./\\%2e[", max_size=30),
)
def test_no_path_leads_out_of_the_root(folder: str, address: str) -> None:
    for path in shown_paths(folder, address):
        assert not path.startswith(("/", "../"))
        assert ".." not in path.split("/")
