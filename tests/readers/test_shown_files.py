"""Where a file may be that an article shows."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.readers.shown_files import EMBED, PicturesByName, shown_paths


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


def test_an_embedded_picture_may_be_anywhere_by_its_name_or_the_end_of_its_path() -> None:
    files = ["notes/a.md", "b/deep/Plan.PNG", "b/Plan.png", "c/x/plan.png", "c/plan.txt"]
    pictures = PicturesByName(lambda: files)
    assert list(shown_paths("notes", f"{EMBED}plan.png", pictures))[-3:] == [
        "b/Plan.png",
        "b/deep/Plan.PNG",
        "c/x/plan.png",
    ]
    assert pictures.paths("x/plan.png") == ["c/x/plan.png"]
    assert pictures.paths("lan.png") == pictures.paths("plan.txt") == pictures.paths("plan") == []
    assert "b/Plan.png" not in shown_paths("notes", "plan.png", pictures)
    assert pickle.loads(pickle.dumps(PicturesByName(list))).paths("a.png") == []


def test_a_link_in_a_vault_may_name_a_picture_without_its_folder() -> None:
    paths = ["Files/2024/plan.png", "Notes/note.md"]
    vault, folder = PicturesByName(lambda: [".obsidian/", *paths]), PicturesByName(lambda: paths)
    for address in ("plan.png", "2024/plan.png", "Pl%61n.png"):
        assert [*shown_paths("Notes", address, vault)][-1] == "Files/2024/plan.png"
        assert "Files/2024/plan.png" not in shown_paths("Notes", address, folder)
    for address in ("./plan.png", "/plan.png", "other/plan.png"):
        assert "Files/2024/plan.png" not in shown_paths("Notes", address, vault)
