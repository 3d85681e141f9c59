"""An archive that a process may not write can be read, whatever is derived is missing, and stays as it is."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from interpreter import PATIENCE
from support import ARTICLES, UNPRIVILEGED

from docarchive import ENGINES, Archive
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.progress import no_progress
from docarchive.catalog import Catalog, read_only, schema
from docarchive.folder import Folder
from docarchive.store import Store, WriteLock
from docarchive.store.layout import CATALOG, DERIVED

pytestmark = pytest.mark.skipif(
    os.name == "nt" or (os.geteuid() == 0 and not shutil.which(UNPRIVILEGED[0])),
    reason="root may write everywhere; folders are not read-only on Windows",
)

READ = """
import io, json, sys
from docarchive import Archive, DocarchiveError
notices, found = [], {}
with Archive.open(sys.argv[1], notify=notices.append) as archive:
    found["read_only"] = archive.read_only
    found["list"] = sorted(row.title if hasattr(row, "title") else row.metadata["title"] for row in archive.list())
    results = archive.search("harbour", facets=["tag"])
    found["search"] = sorted(hit.title for hit in results)
    found["snippets"] = all(hit.snippet.text for hit in results)
    found["facets"] = sorted(value for value, _ in results.facets["tag"])
    found["count"] = archive.count("pier OR wheat")
    found["similar"] = archive.similar(results.hits[0].id).total >= 0
    out = io.BytesIO()
    found["export"] = archive.export("harbour", to=out, format="jsonl").articles
    found["show"] = "harbour" in archive.text(results.hits[0].id)
    found["statistics"] = archive.statistics().articles
    found["refused"] = []
    for change in (archive.sync, archive.rebuild, lambda: archive.import_(sys.argv[1] + "/docarchive.toml"),
                   lambda: archive.save_search("x", "pier"), lambda: archive.use_engine("whoosh")):
        try:
            change()
        except DocarchiveError as error:
            found["refused"].append("is read-only for this user" in str(error))
found["notices"] = notices
print(json.dumps(found))
"""


def as_reader(*arguments: object) -> subprocess.CompletedProcess[str]:
    drop = UNPRIVILEGED if os.geteuid() == 0 else []
    command = [*drop, sys.executable, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=PATIENCE)


def read(root: Path) -> dict[str, Any]:
    done = as_reader("-c", READ, root)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def listing(root: Path) -> dict[str, tuple[int, int, int]]:
    return {
        str(path): (path.lstat().st_size, path.lstat().st_mtime_ns, path.lstat().st_mode) for path in root.rglob("*")
    }


@pytest.fixture(params=ENGINES)
def root(request: pytest.FixtureRequest, tmp_path: Path, articles_file: Path) -> Iterator[Path]:
    pytest.importorskip(request.param)
    root = tmp_path / "archive"
    with Archive.create(root, engine=request.param) as archive:
        archive.import_(articles_file)
        archive.count("pier")
    yield root
    for path in [root, *root.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def protect(root: Path) -> None:
    for path in [root, *root.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def delete(root: Path, *names: str) -> None:
    for name in names:
        path = root / ".docarchive" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def damage_index(root: Path) -> None:
    for path in (root / ".docarchive/index").rglob("*"):
        if path.is_file() and path.stat().st_size > 100 and path.name != "state.json":
            path.write_bytes(b"\xff" * 100)


NO_CATALOG, NO_INDEX = "has no catalog that can be used", "has no index of its articles"
STATES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "whole": (lambda root: None, []),
    "nothing derived": (lambda root: shutil.rmtree(root / ".docarchive"), [NO_CATALOG]),
    "no catalog": (lambda root: delete(root, "catalog.sqlite"), [NO_CATALOG]),
    "no index": (lambda root: delete(root, "index"), [NO_INDEX]),
    "no lock": (lambda root: delete(root, "lock"), []),
    "a damaged catalog": (lambda root: (root / CATALOG).write_bytes(b"x" * 5000), [NO_CATALOG]),
    "an empty catalog": (lambda root: (root / CATALOG).write_bytes(b""), [NO_CATALOG]),
    "a damaged index": (damage_index, ["has a damaged index"]),
    "an index without its position": (
        lambda root: delete(root, "index/whoosh/state.json", "index/tantivy/state.json"),
        [NO_INDEX],
    ),
}


@pytest.mark.parametrize("state", STATES)
def test_it_can_be_read(root: Path, state: str) -> None:
    make, notices = STATES[state]
    make(root)
    protect(root)
    before = listing(root)
    result = read(root)
    assert result.pop("refused") == [True] * 5
    said = result.pop("notices")
    assert len(said) == len(notices)
    assert all(expected in notice and "temporary" in notice for expected, notice in zip(notices, said, strict=True))
    assert result == {
        "read_only": True,
        "list": sorted(article["title"] for article in ARTICLES),
        "search": ["Harbour council votes for the new pier", "Wheat prices climb"],
        "snippets": True,
        "facets": ["free trade", "harbour", "nat-gas", "wheat"],
        "count": 4,
        "similar": True,
        "export": 2,
        "show": True,
        "statistics": len(ARTICLES),
    }
    assert listing(root) == before


def test_an_index_that_is_behind_is_searched_and_said_to_be(root: Path) -> None:
    (root / "articles/note.md").write_text("A lighthouse in the harbour.\n", "utf-8")
    catalog = Catalog.open(Folder(root) / DERIVED)
    assert catalog is not None
    with closing(catalog):
        Syncer(Store(root), catalog, no_progress).run()
    protect(root)
    before = listing(root)
    result = read(root)
    assert (result["statistics"], result["export"]) == (len(ARTICLES) + 1, 2)
    assert set(result["notices"]) == {
        "the archive is read-only, so its index is not updated: it lacks the last changes of 1 article"
    }
    assert listing(root) == before
    ran = as_reader("-m", "docarchive", "--archive", root, "search", "lighthouse")
    assert (ran.returncode, "lacks the last changes of 1 article" in ran.stderr) == (1, True)
    for command in (["stats"], ["engine", "status"]):
        ran = as_reader("-m", "docarchive", "--archive", root, *command)
        assert (ran.returncode, "behind; it stays so: the archive is read-only" in ran.stdout) == (0, True)
    ran = as_reader("-m", "docarchive", "--archive", root, "watch", root.parent)
    assert (ran.returncode, "is read-only" in ran.stderr, "watching" in ran.stderr) == (4, True, False)


COUNT = """
import sys
from docarchive import Archive
with Archive.open(sys.argv[1]) as archive:
    print(len(archive), len(list(archive.list())))
"""


def test_changes_that_are_in_the_log_are_seen(root: Path, tmp_path: Path) -> None:
    """The log is next to a catalog while somebody writes, and after a kill."""
    more = tmp_path / "more.jsonl"
    more.write_text("".join(json.dumps({"title": f"Number {n}", "body": "More."}) + "\n" for n in range(30)), "utf-8")
    with Archive.open(root) as writer:
        writer.import_(more)
        assert (root / f"{CATALOG}-wal").stat().st_size
        copies = {name: shutil.copytree(root, tmp_path / name) for name in ("with the index", "without the index")}
        protect(root)
        assert as_reader("-c", COUNT, root).stdout.split() == ["35", "35"]
        for path in [root, *root.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    (copies["without the index"] / f"{CATALOG}-shm").unlink()
    for copy in copies.values():
        protect(copy)
        before = listing(copy)
        assert as_reader("-c", COUNT, copy).stdout.split() == ["35", "35"]
        assert listing(copy) == before
        for path in [copy, *copy.rglob("*")]:
            path.chmod(0o755)


READ_ON = """
import sys
from docarchive import Archive, ArchiveLocked
counts = []
with Archive.open(sys.argv[1]) as archive:
    print("ready", flush=True)
    for _ in sys.stdin:
        print(len(archive), archive.count("pier") >= 3, flush=True)
"""


def test_beside_a_writer(root: Path, tmp_path: Path) -> None:
    """A reader sees what was committed, however often the writer opens and closes the archive; it deletes nothing."""
    protect(root)
    drop = UNPRIVILEGED if os.geteuid() == 0 else []
    if not drop:
        pytest.skip("the writer must be somebody else")
    with subprocess.Popen(
        [*drop, sys.executable, "-c", READ_ON, root], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "ready\n"
        for number in range(1, 6):
            note = tmp_path / f"{number}.md"
            note.write_text(f"Memorandum {number}.\n", "utf-8")
            with Archive.open(root) as writer:
                writer.import_(note)
                for turn in range(2):
                    if turn == 1:
                        writer.close()
                    reader.stdin.write("\n")
                    reader.stdin.flush()
                    assert reader.stdout.readline() == f"{len(ARTICLES) + number} True\n"
        reader.stdin.close()
        assert reader.wait(60) == 0
    with Archive.open(root) as archive:
        assert archive.count("memorandum") == 5
        assert archive.engine_status().behind == 0


def test_a_catalog_that_is_overwritten_while_it_is_read_is_said_to_be(tmp_path: Path) -> None:
    path, folder = tmp_path / schema.FILE, Folder(tmp_path)
    schema.create(folder, "epoch")
    connection = read_only.connect(path)
    with closing(Catalog(connection, folder)) as catalog:
        assert catalog.count() == 0
        assert not catalog.outdated
        with closing(sqlite3.connect(path)) as other:
            other.execute("INSERT INTO pending VALUES ('x')")
            other.commit()
        assert catalog.outdated
        with pytest.raises(Exception, match="run the command again"):
            catalog.pending()


def test_a_lock_that_is_no_database_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"\xff" * 3000)
    with WriteLock(Folder(tmp_path), "lock"):
        assert path.read_bytes()[:4] != b"\xff" * 4
