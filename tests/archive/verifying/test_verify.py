"""Whatever happens to a file of an archive, a verification names it, and nothing else."""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from support import ARTICLES, UNPRIVILEGED, replace_bytes

from docarchive import Archive, Article, Fault, UsageError, Verification
from docarchive.catalog import Catalog
from docarchive.catalog.noted import NOTED
from docarchive.catalog.stored import FILE
from docarchive.engines import ENGINES
from docarchive.folder import Folder
from docarchive.folder.stamps import read_note, stamp_of, write_note
from docarchive.store.layout import CATALOG, DERIVED
from docarchive.store.lock import WriteLock

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def build(root: Path, inputs: Path, engine: str) -> None:
    """Makes an archive that has a file of every kind."""
    inputs.mkdir()
    (inputs / "plan.png").write_bytes(PICTURE)
    (inputs / "page.md").write_text("# A plan\n\n![Plan](plan.png)\n\nThe plan of the harbour.\n", "utf-8")
    (inputs / "broken.json").write_text('{"title": ', "utf-8")
    (inputs / "large.txt").write_bytes(b"A long text.\n" * 100_000)
    note = inputs / "note.json"
    with Archive.create(root, engine=engine) as archive:
        for text in ("first", "second"):
            note.write_text(f'{{"title": "N", "url": "https://example.org/n", "body": "The {text} text."}}', "utf-8")
            archive.import_(note)
        archive.import_(inputs, *[_article(values) for values in ARTICLES])
        archive.sync()
        assert archive.verify() == Verification(8, 10, 1, 2, ANY, unreferenced=1)


class _Any(int):
    def __eq__(self, other: object) -> bool:
        return isinstance(other, int)

    __hash__ = int.__hash__


ANY = _Any()


def _article(values: dict[str, Any]) -> Article:
    return Article.from_metadata({key: value for key, value in values.items() if key != "id"}, str(values["body"]))


@pytest.fixture(scope="module", params=ENGINES)
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    build(folder / "archive", folder / "inputs", request.param)
    return folder / "archive"


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    """A copy of an archive with a file of every kind."""
    shutil.copytree(built, tmp_path / "archive", copy_function=shutil.copy2)
    return tmp_path / "archive"


def faults(root: Path, **options: object) -> list[Fault]:
    with Archive.open(root) as archive:
        return archive.verify(**options).faults  # type: ignore[arg-type]


def named(root: Path, **options: object) -> list[tuple[str, str]]:
    return [(fault.kind, fault.path) for fault in faults(root, **options)]


#: A pattern for one file of every kind.
FILES = {
    "article": "articles/*/*/*harbour*.md",
    "article with a picture": "articles/undated/a-plan*.md",
    "original": "originals/*/*.json",
    "large original": "originals/*/*.txt",
    "picture": "originals/*/*.png",
    "version": "versions/*/0001.md",
    "refused": "quarantine/*.json",
    "note": "quarantine/*.json.json",
}


def file_of(root: Path, name: str) -> Path:
    paths = [path for path in sorted(root.glob(FILES[name])) if name != "refused" or ".json.json" not in path.name]
    if name == "original":  # the first note's is named by its earlier version alone
        text = "".join(path.read_text("utf-8") for path in (root / "articles").rglob("*.md"))
        paths = [path for path in paths if path.stem in text]
    return paths[0]


def flip(path: Path, *, keep_time: bool = True, at: int | None = None) -> None:
    status, data = path.stat(), bytearray(path.read_bytes())
    data[len(data) - 3 if at is None else at] ^= 1
    replace_bytes(path, data)
    if keep_time:
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def cut(path: Path) -> None:
    replace_bytes(path, path.read_bytes()[:-5])


def empty(path: Path) -> None:
    replace_bytes(path, b"")


def link(path: Path) -> None:
    outside = path.parent.parent.parent.parent.parent / f"outside-{path.name}"
    shutil.move(path, outside)
    path.symlink_to(outside)


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


DAMAGE: dict[str, Callable[[Path], None]] = {
    "flip": flip,
    "flip and time": lambda path: flip(path, keep_time=False),
    "cut": cut,
    "empty": empty,
    "delete": Path.unlink,
    "link": link,
}


def expected(name: str, damage: str) -> str:
    if damage in ("delete", "link"):
        return {"delete": "missing", "link": "link"}[damage]
    if damage == "flip" or name in ("original", "large original", "picture"):
        return "damaged"
    return "invalid" if damage == "empty" and name.startswith("article") else "changed"


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", FILES)
def test_damage_is_named(root: Path, name: str, damage: str) -> None:
    path = file_of(root, name)
    relative = path.relative_to(root).as_posix()
    DAMAGE[damage](path)
    found = named(root)
    kind = expected(name, damage)
    if damage == "delete" and name in ("original", "large original"):
        relative = relative.rpartition(".")[0]  # the ending of an original that is gone is not known
    assert found == [(kind, relative)]
    assert all(fault.reason and fault.fix for fault in faults(root))


@pytest.mark.parametrize("name", FILES)
def test_quick_compares_sizes_and_times(root: Path, name: str) -> None:
    path = file_of(root, name)
    flip(path)
    assert named(root, quick=True) == []
    replace_bytes(path, path.read_bytes() + b"x")
    changed = ("changed", path.relative_to(root).as_posix())
    assert named(root, quick=True) == ([] if "original" in name or name == "picture" else [changed])


@pytest.mark.parametrize("name", FILES)
def test_another_time_is_no_fault(root: Path, name: str) -> None:
    touched(file_of(root, name))
    assert named(root) == named(root, quick=True) == []


def test_files_that_have_swapped_places_are_named(root: Path) -> None:
    for folder in ("articles", "originals", "quarantine"):
        one, other = sorted(path for path in (root / folder).rglob("*") if path.is_file())[:2]
        one.rename(root / "swap")
        other.rename(one)
        (root / "swap").rename(other)
    assert sorted(kind for kind, _ in named(root)) == ["changed"] * 4 + ["damaged"] * 2


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("articles/mine.md", "unknown"),
        ("originals/ab/mine.txt", "unknown"),
        ("versions/mine.md", "unknown"),
        ("quarantine/mine.txt", "unknown"),
        ("articles/broken.md", "invalid"),
        (".docarchive/tmp/4711-1", "leftover"),
        ("quarantine/.a.json.4711.new", "leftover"),
        (".docarchive.toml.4711.new", "leftover"),
        (".docarchive/.verification.json.4711.new", "leftover"),
        ("articles/picture.png", None),
        ("articles/.hidden.md", None),
        ("notes.md", None),
    ],
)
def test_foreign_files(root: Path, path: str, kind: str | None) -> None:
    file = root / path
    if not file.parent.is_dir():
        file.parent.mkdir(parents=True)
    file.write_text("---\ntitle: [\n---\n\ntext\n" if "broken" in path else "A text.\n", "utf-8")
    assert named(root) == ([] if kind is None else [(kind, path)])


def test_links_and_pipes_in_any_folder_are_named(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("text", "utf-8")
    for folder in ("articles", "originals/ab", "versions", "quarantine"):
        (root / folder).mkdir(exist_ok=True)
        (root / folder / "link").symlink_to(outside)
        os.mkfifo(root / folder / "pipe")
    assert sorted(named(root)) == sorted(
        ("link", f"{folder}/{name}")
        for folder in ("articles", "originals/ab", "versions", "quarantine")
        for name in ("link", "pipe")
    )


def test_every_flipped_byte_of_an_index_is_named(root: Path) -> None:
    (index,) = (root / ".docarchive" / "index").iterdir()
    chance = random.Random(7)
    for path in sorted(path for path in index.iterdir() if path.stat().st_size and path.name != "checksums.json"):
        data = path.read_bytes()
        for at in {0, len(data) - 1, *(chance.randrange(len(data)) for _ in range(4))}:
            replace_bytes(path, data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
            if path.suffix in (".json", ".idx") or at < len(data) - 120:  # elsewhere is the version in a footer
                assert {kind for kind, _ in named(root)} == {"index"}, (path.name, at)
        replace_bytes(path, data)
    assert named(root) == []


def test_a_changed_name_in_the_list_of_files_of_an_index_is_named(root: Path) -> None:
    """Also one of a file that tantivy has deleted: with another name in its place, it may delete another file."""
    for path in root.glob(".docarchive/index/tantivy/.managed.json"):
        replace_bytes(path, json.dumps([*json.loads(path.read_bytes()), f"{'0f' * 16}.term"]).encode())
        assert named(root) == [("index", ".docarchive/index/tantivy")]


@pytest.mark.parametrize("damage", ["empty", "delete", "cut"])
def test_a_file_of_an_index_that_is_gone_is_named(root: Path, damage: str) -> None:
    (index,) = (root / ".docarchive" / "index").iterdir()
    for path in sorted(path for path in index.iterdir() if path.stat().st_size and path.name != "checksums.json"):
        data = path.read_bytes()
        DAMAGE[damage](path)
        assert {kind for kind, _ in named(root)} == {"index"}, path.name
        replace_bytes(path, data)
    shutil.rmtree(index)
    assert named(root) == []  # the next search builds it


def content(path: Path) -> list[str] | None:
    """Returns all that a catalog says; None if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return [
                *db.iterdump(),
                *map(str, db.execute("PRAGMA user_version")),
                *map(str, db.execute("PRAGMA application_id")),
            ]
    except (sqlite3.DatabaseError, UnicodeDecodeError, OverflowError):
        return None


@pytest.mark.thorough
def test_every_changed_value_of_a_catalog_is_named(root: Path) -> None:
    path = root / ".docarchive" / "catalog.sqlite"
    data, before = path.read_bytes(), content(path)
    chance = random.Random(11)
    harmless = 0
    for _ in range(60):
        at = chance.randrange(len(data))
        replace_bytes(path, data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        same = content(path) == before
        kinds = {kind for kind, _ in named(root)}
        assert kinds in ([{"catalog"}, set()] if same else [{"catalog"}]), at
        harmless += not kinds
        replace_bytes(path, data)
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    assert harmless < 60


COLUMNS = {
    "articles": "title content metadata said digest language date_end modified title_key updated_start",
    "journal": "id",
    "labels": "terms",
    "recorded": "size modified digest",
    "signatures": "signature",
    "bands": "n",
    "recent_bands": "band n",
    "facts": "value",
    "folders": "modified",
}


@pytest.mark.parametrize(
    ("table", "column"), [(table, name) for table, names in COLUMNS.items() for name in names.split()]
)
def test_a_value_that_sqlite_takes_for_good_is_named(root: Path, table: str, column: str) -> None:
    with closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as db, db:
        kind = db.execute(f"SELECT typeof({column}) FROM {table}").fetchone()
        if kind is None:
            pytest.skip("there is none in so small an archive")
        change = {
            "integer": f"{column} + 1",
            "blob": f"zeroblob(length({column}))",
            "null": "'a'",
            "text": f"substr({column}, 1, length({column}) - 1) || 'q'",
        }[kind[0]]
        db.execute(f"UPDATE OR REPLACE {table} SET {column} = {change}")
    with Archive.open(root) as archive:
        assert {fault.kind for fault in archive.verify().faults} == {"catalog"}


def test_a_catalog_that_was_rebuilt_because_it_was_damaged_is_named(root: Path) -> None:
    (root / ".docarchive" / "catalog.sqlite").write_bytes(b"not a database" * 1000)
    with Archive.open(root) as archive:
        report = archive.verify()
        assert [(fault.kind, fault.repaired) for fault in report.faults] == [("catalog", True)]
        assert not report.ok
        assert not report.unrepaired


def checks(root: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Verifies an archive in which nothing is wrong; returns how often all values of its catalog were checked."""
    checked: list[Catalog] = []
    damage = Catalog.damage

    def counted(self: Catalog) -> Iterator[str]:
        checked.append(self)
        return damage(self)

    with monkeypatch.context() as patched:
        patched.setattr(Catalog, "damage", counted)
        with Archive.open(root) as archive:
            assert archive.verify().ok
    return len(checked)


def test_a_catalog_with_the_bytes_that_were_checked_or_just_written_is_not_checked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Archive.create(tmp_path / "archive") as archive:
        archive.add("# Gull\n\nA gull.\n")
    assert checks(tmp_path / "archive", monkeypatch) == 0  # this process has written all of it
    with Archive.open(tmp_path / "archive") as archive:
        archive.add("# Tern\n\nA tern.\n")
    assert [checks(tmp_path / "archive", monkeypatch) for _ in range(3)] == [1, 0, 0]
    with Archive.open(tmp_path / "archive") as archive:
        archive.add("# Kite\n\nA kite.\n")
        with Archive.open(tmp_path / "archive") as other:  # some of the catalog is in its log
            assert other.verify().ok
    assert [checks(tmp_path / "archive", monkeypatch) for _ in range(2)] == [1, 0]
    with Archive.open(tmp_path / "archive") as archive:
        archive.rebuild()
    assert checks(tmp_path / "archive", monkeypatch) == 0


def test_a_bit_that_the_disk_changes_without_a_write_is_named(root: Path) -> None:
    assert named(root) == []
    folder, path = Folder(root / DERIVED), root / CATALOG
    noted = read_note(folder, NOTED, 10_000)
    assert noted["digest"]
    data = path.read_bytes()
    title = data.index(b'"title": "') + len(b'"title": "')
    path.write_bytes(data[:title] + bytes([data[title] ^ 1]) + data[title + 1 :])
    write_note(folder, NOTED, {**noted, "stamp": stamp_of(folder, FILE)})  # as if nothing was written
    assert named(root) == [("catalog", CATALOG)]


def test_what_is_derived_may_be_deleted(root: Path) -> None:
    shutil.rmtree(root / ".docarchive")
    assert named(root) == []
    assert named(root) == [], "the next search builds the index"


def test_an_index_that_is_behind_is_no_fault(root: Path) -> None:
    (index,) = (root / ".docarchive" / "index").iterdir()
    shutil.copytree(index, root.parent / "index")
    with Archive.open(root) as archive:
        archive.import_(_article({"title": "One more", "body": "A later article."}))
    shutil.rmtree(index)
    shutil.copytree(root.parent / "index", index)
    assert named(root) == []


def test_leftovers_of_a_process_that_writes_are_none(root: Path) -> None:
    (root / ".docarchive" / "tmp").mkdir(exist_ok=True)
    (root / ".docarchive" / "tmp" / "1-1").write_bytes(b"")
    with WriteLock(Folder(root), ".docarchive/lock"):
        assert named(root) == []
    assert named(root) == [("leftover", ".docarchive/tmp/1-1")]


def test_a_query_checks_what_belongs_to_its_articles(root: Path) -> None:
    flip(file_of(root, "article"))
    flip(file_of(root, "version"))
    flip(file_of(root, "picture"))
    flip(file_of(root, "refused"))
    assert [kind for kind, _ in named(root, query="title:harbour")] == ["damaged"]
    assert [path.partition("/")[0] for _, path in named(root, query="title:N")] == ["versions"]
    assert [path.partition("/")[0] for _, path in named(root, query='"plan of the harbour"')] == ["originals"]
    assert named(root, query="wheat") == []
    assert len(named(root)) == 4


def test_since_checks_what_has_changed(root: Path) -> None:
    with Archive.open(root) as archive:
        position = archive.export(to=str(root.parent / "all.jsonl")).position
        assert archive.verify(since=position).articles == 0
        archive.import_(_article({"title": "One more", "body": "A later article."}))
        assert archive.verify(since=position).articles == 1
        with pytest.raises(UsageError):
            archive.verify(since="never")


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_find_the_same(root: Path, jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docarchive.archive.verifying.units._STEP", 2)
    paths = [file_of(root, name) for name in FILES]
    for path in paths:
        flip(path)
    with Archive.open(root) as archive:
        report = archive.verify(jobs=jobs)
    assert sorted(fault.path for fault in report.faults) == sorted(path.relative_to(root).as_posix() for path in paths)
    assert (report.articles, report.originals, report.versions, report.quarantine) == (8, 10, 1, 2)


def test_an_interrupted_verification_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docarchive.archive.verifying.units._STEP", 2)
    monkeypatch.setattr("docarchive.archive.verifying.progressed._INTERVAL", 0.0)
    flip(sorted((root / "articles").rglob("*.md"))[0])
    flip(file_of(root, "version"))
    calls = 0

    def stop(phase: str, done: int, total: int | None) -> None:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise KeyboardInterrupt

    with Archive.open(root) as archive:
        whole = archive.verify()
    with Archive.open(root, progress=stop) as archive, pytest.raises(KeyboardInterrupt):
        archive.verify()
    seen: list[int] = []
    with Archive.open(root, progress=lambda phase, done, total: seen.append(done)) as archive:
        resumed = archive.verify(resume=True)
    assert resumed == whole
    assert len(resumed.faults) == 2
    assert seen[0] > 2
    assert not (root / ".docarchive" / "verification.json").exists()


def test_an_archive_that_may_only_be_read_is_verified(root: Path) -> None:
    flip(file_of(root, "article"))
    subprocess.run(["chmod", "-R", "a-w", str(root)], check=True)
    try:
        done = subprocess.run(
            [*UNPRIVILEGED, sys.executable, "-m", "docarchive", "--archive", str(root), "verify"],
            capture_output=True,
            text=True,
        )
    finally:
        subprocess.run(["chmod", "-R", "u+w", str(root)], check=True)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("damaged   articles/")
    assert "1 fault" in done.stdout
