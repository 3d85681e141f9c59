"""The store reads and lists what is in ``articles/``, and nothing else."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docarchive.errors import ArchiveDamaged, NotFoundError
from docarchive.store import FileStat, Store


def put(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("text", "utf-8")


def listing(root: Path) -> list[FileStat]:
    return [FileStat(*file) for run in Store(root).listing() for file in run]


def test_listing_is_in_order_of_path_and_passes_over_the_rest(tmp_path: Path) -> None:
    wanted = ["articles/a-b/x.md", "articles/a.md", "articles/a/x.md", "articles/a/y.md", "articles/b.md"]
    put(tmp_path, *wanted, "articles/.hidden/x.md", "articles/.x.md", "articles/x.txt", "originals/x.md")
    (tmp_path / "outside.md").write_text("x", "utf-8")
    (tmp_path / "articles/link.md").symlink_to(tmp_path / "outside.md")
    (tmp_path / "articles/linked").symlink_to(tmp_path / "originals")
    listed = listing(tmp_path)
    assert [file.path for file in listed] == wanted
    assert listed[0] == Store(tmp_path).stat(wanted[0])
    assert listed[0].size == 4


names = st.text("ab-./é0", min_size=1, max_size=8).map(lambda name: f"articles/{name.strip('./') or 'x'}.md")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.lists(names, max_size=8))
def test_listing_is_ordered_as_the_catalog_orders(tmp_path_factory: pytest.TempPathFactory, paths: list[str]) -> None:
    root = tmp_path_factory.mktemp("store")
    for path in paths:
        try:
            put(root, path)
        except OSError:
            continue  # a file where a folder is wanted
    found = [file.path for file in listing(root)]
    assert found == sorted(found, key=str.encode)


def nested(folder: Path, depth: int) -> None:
    """Makes folders within folders, and a file in the last one; such a path may be too long for one call."""
    descriptor = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=descriptor)
        inner = os.open("d", os.O_RDONLY, dir_fd=descriptor)
        os.close(descriptor)
        descriptor = inner
    os.close(os.open("x.md", os.O_WRONLY | os.O_CREAT, dir_fd=descriptor))
    os.close(descriptor)


@pytest.fixture
def articles() -> Iterator[Path]:
    """An empty ``articles/`` with a short path, taken away again however deep it has become."""
    root = Path(tempfile.mkdtemp())
    (root / "articles").mkdir()
    yield root / "articles"
    folder = root / "articles" / "d"
    while folder.exists():  # from above: rmtree itself is recursive
        folder.rename(root / "rest")
        if (root / "rest" / "d").exists():
            (root / "rest" / "d").rename(folder)
        shutil.rmtree(root / "rest")
    shutil.rmtree(root)


@pytest.mark.skipif(os.mkdir not in os.supports_dir_fd, reason="needs paths relative to an open folder")
def test_folders_may_be_nested_deeper_than_the_stack_of_python(articles: Path) -> None:
    nested(articles, 1_500)
    (articles / "d" / "a.md").write_text("text", "utf-8")
    found = [file.path for file in listing(articles.parent)]
    assert found == ["articles/d/a.md", "articles/" + "d/" * 1_500 + "x.md"]


@pytest.mark.skipif(os.mkdir not in os.supports_dir_fd, reason="needs paths relative to an open folder")
def test_a_folder_that_cannot_be_opened_is_named_and_not_skipped(articles: Path) -> None:
    nested(articles, 2_500)  # longer than a path may be
    (articles / "e.md").write_text("text", "utf-8")
    store = Store(articles.parent)
    assert [file[0] for run in store.listing() for file in run] == ["articles/e.md"]
    ((folder, reason),) = store.unlisted.items()
    assert folder.startswith("articles/d/d/")
    assert reason == "cannot be read: File name too long"
    assert store.obstacle(f"{folder}/x.md") == (folder, reason)


def test_no_articles_folder_is_an_empty_listing(tmp_path: Path) -> None:
    assert listing(tmp_path) == []


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/hostname", "articles/../../secret", "originals/x", "articles/out.md"]
)
def test_reading_outside_of_articles_is_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "archive"
    put(root, "articles/a.md", "originals/x")
    (tmp_path / "secret").write_text("secret", "utf-8")
    (root / "articles/out.md").symlink_to(tmp_path / "secret")
    with pytest.raises(ArchiveDamaged, match=r"outside of articles/|articles/out.md is a link"):
        Store(root).read(path)


def test_reading_what_is_gone_or_no_text(tmp_path: Path) -> None:
    put(tmp_path, "articles/a.md")
    store = Store(tmp_path)
    assert store.read("articles/a.md") == "text"
    with pytest.raises(NotFoundError, match="docarchive sync"):
        store.read("articles/b.md")
    (tmp_path / "articles/a.md").write_bytes(b"caf\xe9")
    with pytest.raises(ArchiveDamaged, match="not UTF-8"):
        store.read("articles/a.md")


def test_versions_are_numbered(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.version_path("abc", b"one") == "versions/abc/0001.md"
    put(tmp_path, "versions/abc/0001.md", "versions/abc/0007.md", "versions/abc/note.md")
    assert store.version_path("abc", b"other") == "versions/abc/0008.md"
    assert store.version_path("abc", b"text") == "versions/abc/0007.md", "kept before an interruption"
