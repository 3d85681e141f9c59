"""What is derived and was damaged is built again without being asked, and one sentence says so."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from support import ARTICLES, exported, replace_bytes

from docarchive import ENGINES, Archive
from docarchive.store.layout import CATALOG

HARBOUR = ["Harbour council votes for the new pier", "Wheat prices climb"]


def cut_in_half(path: Path) -> None:
    replace_bytes(path, path.read_bytes()[: path.stat().st_size // 2])


def zeros(path: Path) -> None:
    replace_bytes(path, bytes(path.stat().st_size))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut in half": cut_in_half,
    "empty": lambda path: replace_bytes(path, b""),
    "zeros": zeros,
    "gone": lambda path: path.unlink(),
    "garbage": lambda path: replace_bytes(path, b"\xff" * 200),
}
USES: dict[str, Callable[[Archive], object]] = {
    "search": lambda archive: sorted(hit.title for hit in archive.search("harbour", facets=["tag"])) == HARBOUR,
    "count": lambda archive: archive.count("harbour") == 2,
    "export": lambda archive: exported(archive, "harbour", format="jsonl").count(b"\n") == 2,
    "list": lambda archive: len([*archive.list("harbour")]) == archive.list_count("harbour") == 2,
    "similar": lambda archive: archive.similar(archive.search("harbour")[0].id) is not None,
    "sync": lambda archive: archive.sync().unchanged == len(ARTICLES),
    "rebuild": lambda archive: archive.rebuild().articles == len(ARTICLES),
}


@pytest.fixture(params=ENGINES)
def root(request: pytest.FixtureRequest, tmp_path: Path, articles_file: Path) -> Path:
    pytest.importorskip(request.param)
    with Archive.create(tmp_path / "archive", engine=request.param) as archive:
        archive.import_(articles_file)
    return tmp_path / "archive"


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_is_built_again(root: Path, damage: str) -> None:
    index = root / ".docarchive/index"
    parts = [path for path in index.rglob("*") if path.is_file() and path.suffix not in (".lock", ".new")]
    for number, (use, works) in enumerate(USES.items()):
        suffixes = sorted({path.suffix for path in parts})
        chosen = [path for path in parts if path.suffix == suffixes[number % len(suffixes)]] if number else parts
        for path in chosen:
            if path.exists():
                DAMAGES[damage](path)
        notices: list[str] = []
        with Archive.open(root, notify=notices.append) as archive:
            assert works(archive), (use, damage, chosen)
            assert archive.count("harbour") == 2
            assert archive.engine_status().behind == 0
        assert set(notices) <= {"the search index was damaged, and was built again from the articles"}
        parts = [path for path in index.rglob("*") if path.is_file() and path.suffix not in (".lock", ".new")]


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name != "gone"])
def test_it_is_said_so(tmp_path: Path, articles_file: Path, damage: str) -> None:
    root = tmp_path / "archive"
    with Archive.create(root) as archive:
        archive.import_(articles_file)
    for path in root.rglob("*.idx"):
        DAMAGES[damage](path)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert archive.count("harbour") == 2
    assert notices == ["the search index was damaged, and was built again from the articles"]


TABLES = ["articles", "facts", "journal", "labels", "labelled", "pending", "seen", "signatures", "deleted"]


@pytest.mark.parametrize("table", TABLES)
def test_a_catalog_without_one_of_its_tables_is_built_again(root: Path, table: str) -> None:
    with closing(sqlite3.connect(root / CATALOG)) as connection:
        connection.execute(f"DROP TABLE {table}")
        connection.commit()
    for use in USES.values():
        notices: list[str] = []
        with Archive.open(root, notify=notices.append) as archive:
            assert use(archive)
            assert len(archive) == len(ARTICLES)
        if use is USES["search"]:
            (notice,) = notices
            assert notice.startswith("the catalog could not be used, and was built again from the articles")


@pytest.mark.parametrize("damage", [name for name in DAMAGES if name != "gone"])
def test_a_damaged_catalog_is_built_again(root: Path, damage: str) -> None:
    for use in USES.values():
        DAMAGES[damage](root / CATALOG)
        with Archive.open(root) as archive:
            assert use(archive)
            assert len(archive) == len(ARTICLES)


@pytest.mark.thorough
def test_what_rebuild_is_advised_for_it_does(root: Path) -> None:
    """Whatever page of the catalog is damaged: commands answer right, or name rebuild, and that helps."""
    path = root / CATALOG
    data = path.read_bytes()
    for start in range(0, len(data), 4096):
        replace_bytes(path, data[:start] + b"\xa5" * 4096 + data[start + 4096 :])
        with Archive.open(root) as archive:
            assert archive.rebuild().articles == len(ARTICLES)
            assert archive.count("harbour") == 2
            assert sorted(row.metadata["title"] for row in archive.list("tag:harbour")) == sorted(
                str(article["title"]) for article in ARTICLES if "harbour" in article.get("tags", [])
            )


@pytest.mark.parametrize("left", ["", "---\nid: x"])
def test_a_new_catalog_says_which_files_it_lacks(root: Path, left: str) -> None:
    path = next((root / "articles").rglob("*.md"))
    replace_bytes(path, left.encode())
    shutil.rmtree(root / ".docarchive")
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert len([*archive.list()]) == len(ARTICLES) - 1
        assert notices == ["1 file cannot be read as articles; 'docarchive verify' says which and why"]
        assert [fault.path for fault in archive.verify().faults] == [str(path.relative_to(root))]
