import os
import sys
from pathlib import Path

import pytest

from docarchive.readers import find_inputs, input_at, is_asset


def tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name, "utf-8")


def found(root: Path, *paths: Path) -> list[tuple[str, str | None]]:
    own = root / "own"
    return [(each.path.relative_to(root).as_posix(), each.problem) for each in find_inputs(paths, own)]


LINK = "it is a symbolic link; links in folders are not followed; import what it points to"
OWN = "it is in the archive's own folder; run 'docarchive sync' for articles/, and move other files out to import them"


def test_files_of_a_folder_come_in_order_of_name(tmp_path: Path) -> None:
    tree(tmp_path, "in/b.txt", "in/a/z.txt", "in/a/y.txt", "in/c.txt", "in/B.txt", "in/empty/x/.keep")
    assert found(tmp_path, tmp_path / "in") == [
        ("in/B.txt", None),
        ("in/a/y.txt", None),
        ("in/a/z.txt", None),
        ("in/b.txt", None),
        ("in/c.txt", None),
    ]
    assert [each.size for each in find_inputs([tmp_path / "in" / "b.txt"], tmp_path / "own")] == [len("in/b.txt")]


def test_hidden_entries_of_folders_are_skipped(tmp_path: Path) -> None:
    tree(tmp_path, "in/.hidden", "in/.git/config", "in/a.txt", ".named.txt")
    assert found(tmp_path, tmp_path / "in", tmp_path / ".named.txt") == [("in/a.txt", None), (".named.txt", None)]


def test_links_in_folders_are_reported_and_links_that_are_named_are_followed(tmp_path: Path) -> None:
    tree(tmp_path, "far/a.txt", "in/b.txt")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "far")
    (tmp_path / "in" / "file").symlink_to(tmp_path / "far" / "a.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "named").symlink_to(tmp_path / "far")
    assert found(tmp_path, tmp_path / "in", tmp_path / "named", tmp_path / "in" / "file") == [
        ("in/b.txt", None),
        ("in/file", LINK),
        ("in/folder", LINK),
        ("in/loop", LINK),
        ("named/a.txt", None),
        ("in/file", None),
    ]


def test_texts_of_an_export_of_omnivore_are_read_with_their_entries(tmp_path: Path) -> None:
    tree(tmp_path, "in/metadata_0_to_20.json", "in/content/a.html", "in/highlights/a.md", "other/content/b.md")
    assert found(tmp_path, tmp_path / "in") == [("in/metadata_0_to_20.json", None)]
    assert found(tmp_path, tmp_path / "other") == [("other/content/b.md", None)]
    assert input_at(tmp_path / "in", tmp_path / "in/content/a.html", tmp_path / "own") is None
    assert input_at(tmp_path / "other", tmp_path / "other/content/b.md", tmp_path / "own") is not None


def test_what_cannot_be_opened_is_reported(tmp_path: Path) -> None:
    tree(tmp_path, "a.txt")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert found(tmp_path, *(tmp_path / name for name in ("missing", "dangling", "a.txt/b", "loop", "a.txt"))) == [
        ("missing", "there is no such file or folder"),
        ("dangling", "there is no such file or folder"),
        ("a.txt/b", "it cannot be opened: Not a directory"),
        ("loop", "it cannot be opened: Too many levels of symbolic links"),
        ("a.txt", None),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root opens every folder")
def test_a_folder_that_is_closed_is_reported(tmp_path: Path) -> None:
    (tmp_path / "in" / "closed").mkdir(parents=True, mode=0)
    tree(tmp_path, "in/z.txt")
    assert found(tmp_path, tmp_path / "in") == [
        ("in/closed", "the folder cannot be opened: Permission denied"),
        ("in/z.txt", None),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="how long a path may be differs")
def test_a_file_that_cannot_be_looked_at_does_not_stop_the_others_of_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    while len(str(folder)) < 3_700:
        folder /= "d" * 150
    folder /= "d" * (3_900 - len(str(folder)))
    tree(folder, "a.txt", "z.txt")
    descriptor = os.open(folder, os.O_RDONLY)
    os.close(os.open("m" * 250, os.O_CREAT, dir_fd=descriptor))  # a name that is short enough, on a path that is not
    os.close(descriptor)
    problems = {each.path.name[0]: each.problem for each in find_inputs([tmp_path / "in"], tmp_path / "own")}
    assert problems == {"a": None, "m": "it cannot be opened: File name too long", "z": None}


def test_what_is_neither_file_nor_folder_is_reported_and_not_opened(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    os.mkfifo(tmp_path / "in" / "pipe")
    problem = "it is neither a file nor a folder"
    assert found(tmp_path, tmp_path / "in", tmp_path / "in" / "pipe") == [("in/pipe", problem), ("in/pipe", None)]


LEFTOVERS = [
    *(
        "x~",
        "x.md.~1~",
        "x.md.swp",
        "x.swo",
        "#x#",
        "#x.md#",
        "~$x.docx",
        "~WRL0001.tmp",
        "x.md.bak",
        "x.orig",
        "x.rej",
    ),
    *(
        "x.pdf.part",
        "x.crdownload",
        "x.opdownload",
        "x.md.save",
        "x.wbk",
        "x.download",
        "x.tmp",
        "Thumbs.db",
        "thumbs.db",
        "ehthumbs.db",
        "Desktop.ini",
    ),
    *("desktop.ini", "Icon\r", "Icon\ufffd", "4913", "__MACOSX/x.md", "@eaDir/x.md", "$RECYCLE.BIN/x.md"),
]
HIDDEN = [".x.md.swp", ".#x", ".DS_Store", "._x.md", ".~lock.x.odt#", ".x.md.kate-swp", ".directory"]
NO_LEFTOVERS = [
    "~x.md",
    "x~y.md",
    "#x.md",
    "x#",
    "x.swift.md",
    "partial",
    "tmp",
    "bak.txt",
    "Icon",
    "x.party",
    "thumbs",
]


@pytest.mark.parametrize("name", LEFTOVERS)
def test_what_editors_and_systems_leave_behind_is_skipped_and_counted(name: str, tmp_path: Path) -> None:
    assert is_asset(name)
    if sys.platform != "win32":
        tree(tmp_path, f"in/{name}")
        (file,) = find_inputs([tmp_path / "in"], tmp_path / "own")
        assert file.asset
        named = next(find_inputs([tmp_path / "in" / name], tmp_path / "own"))
        assert not named.asset  # the user asked for it


@pytest.mark.parametrize("name", NO_LEFTOVERS)
def test_names_that_look_alike_are_read(name: str) -> None:
    assert not is_asset(name)


def test_hidden_leftovers_are_not_even_counted(tmp_path: Path) -> None:
    tree(tmp_path, *(f"in/{name}" for name in HIDDEN))
    (tmp_path / "in" / ".#locked").symlink_to("nowhere")
    assert found(tmp_path, tmp_path / "in") == []


def test_of_another_archive_only_its_articles_are_taken(tmp_path: Path) -> None:
    tree(tmp_path, "in/x/docarchive.toml", "in/x/articles/2024/a.md", "in/x/originals/ab/abc.txt", "in/x/trash/b.md")
    tree(tmp_path, "in/c.txt", "in/bare/docarchive.toml")
    assert found(tmp_path, tmp_path / "in") == [
        ("in/bare/articles", "the folder cannot be opened: No such file or directory"),
        ("in/c.txt", None),
        ("in/x/articles/2024/a.md", None),
    ]
    assert found(tmp_path, tmp_path / "in" / "x") == [("in/x/articles/2024/a.md", None)]


def test_the_archive_itself_is_refused_or_skipped(tmp_path: Path) -> None:
    tree(tmp_path, "own/docarchive.toml", "own/articles/a.md", "other.txt")
    (tmp_path / "alias").symlink_to(tmp_path / "own" / "articles")
    named = [tmp_path / name for name in ("own", "own/articles", "own/articles/a.md", "alias")]
    assert found(tmp_path, *named) == [(path.relative_to(tmp_path).as_posix(), OWN) for path in named]
    assert ("other.txt", None) in found(tmp_path, tmp_path)
    assert not any(path.startswith("own") for path, _ in found(tmp_path, tmp_path))


def test_a_very_deep_folder_is_walked(tmp_path: Path) -> None:
    folders = [str(tmp_path / "d") + "/d" * depth for depth in range(1_200)]
    try:
        for folder in folders:
            os.mkdir(folder)
        file = Path(folders[-1], "a.txt")
        file.touch()
        assert [each.path for each in find_inputs([tmp_path / "d"], tmp_path / "own")] == [file]
        file.unlink()
    finally:  # pytest's own clean-up walks folders recursively
        for folder in reversed(folders):
            os.rmdir(folder)


@pytest.mark.parametrize(
    "path", ["a/pier.png", "package.json", "CNAME", "site/_layouts/post.html", "_data/nav.json", "_site/a.html"]
)
def test_what_stands_beside_articles(path: str) -> None:  # fmt: skip
    assert is_asset(path)


@pytest.mark.parametrize(
    "path", ["a/pier.md", "data/nav.json", "layouts/post.html", "_posts/a.md", "_layouts", "robots.md"]
)
def test_what_may_be_an_article(path: str) -> None:  # fmt: skip
    assert not is_asset(path)


def test_folders_that_tell_what_is_in_them_count_also_if_they_are_named(tmp_path: Path) -> None:
    tree(tmp_path, "blog/town/_posts/sea/a.md", "blog/content/news/b.md", "blog/c.md")
    blog = tmp_path / "blog"
    named = [blog / "town" / "_posts", blog / "town" / "_posts" / "sea", blog / "town" / "_posts" / "sea" / "a.md"]
    named += [blog / "content", blog / "content" / "news", blog / "c.md"]
    folders = [each.folder for each in find_inputs(named, tmp_path / "own")]
    assert folders == ["_posts/sea", "_posts/sea", "_posts/sea", "content/news", "", ""]
