"""A stranger's archive does nothing outside of its folder, and what it does inside is said in a sentence."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from picture_samples import PICTURES
from support import ARTICLES, affordable, write_manifest

from benchmarks.hostile.attacks_on_indexes import sign
from docarchive import Archive
from docarchive.engines.tantivy.files import checked_index
from docarchive.errors import ArchiveDamaged, DocarchiveError, IndexDamaged
from docarchive.folder import Folder
from docarchive.store.layout import FOLDERS

SECRET = b"precious"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """An archive with each engine, with a refused input."""
    roots = {}
    for engine in ("whoosh", "tantivy"):
        top = tmp_path_factory.mktemp(engine)
        (top / "a.jsonl").write_text("".join(json.dumps(article) + "\n" for article in ARTICLES) + "{\n", "utf-8")
        with Archive.create(top / "archive", engine=engine) as archive:
            archive.import_(top / "a.jsonl")
            archive.search("pier")
            write_manifest(archive)
        roots[engine] = top / "archive"
    return roots


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder of the user, with a file and a folder."""
    (tmp_path / "victim" / "photos").mkdir(parents=True)
    (tmp_path / "victim" / "photos" / "a.md").write_bytes(SECRET)
    (tmp_path / "victim" / "b.md").write_bytes(SECRET)
    return tmp_path / "victim"


@pytest.fixture
def stranger(made: dict[str, Path], tmp_path: Path, victim: Path) -> Callable[[str], Path]:
    def copy(engine: str = "whoosh") -> Path:
        return Path(shutil.copytree(made[engine], tmp_path / "stranger", symlinks=True))

    return copy


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(root: Path, *statements: str, **parameters: object) -> None:
    """Changes the catalog, with checksums that fit."""
    with closing(sqlite3.connect(root / ".docarchive" / "catalog.sqlite")) as catalog, catalog:
        catalog.execute("PRAGMA writable_schema = ON")
        for sql in statements:
            catalog.execute(sql, parameters if ":" in sql else {})
        sign(catalog)


def use(root: Path, out: Path, inputs: Path) -> list[str]:
    """Does everything with an archive; returns what is refused, each in a sentence."""
    refused: list[str] = []

    def attempt(act: Callable[[Archive], object]) -> None:
        try:
            with Archive.open(root) as archive:
                act(archive)
        except DocarchiveError as error:
            refused.append(str(error))

    new = inputs / "new.jsonl"
    new.write_text('{"title": "New", "body": "A new pier."}\n', "utf-8")
    for act in (
        lambda archive: [(hit.title, hit.snippet.text) for hit in archive.search("pier", facets=["tag", "month"])],
        lambda archive: [*archive.search("harbour trade", sort="title", explain=True)],
        lambda archive: [str(row) for row in archive.list(sort="-rating")],
        lambda archive: archive.statistics(),
        lambda archive: archive.engine_status(),
        lambda archive: [archive.provenance(row.id) for row in archive.list()],
        lambda archive: [archive.get(row.id).to_dict() for row in archive.list()],
        lambda archive: archive.export(to=out / "a.jsonl", force=True),
        lambda archive: archive.export(to=out / "bag", format="bagit", force=True),
        lambda archive: archive.export(to=out / "proofs", format="proof", force=True),
        write_manifest,
        lambda archive: [*archive.duplicates()],
        lambda archive: [str(entry) for entry in archive.quarantine()],
        lambda archive: archive.import_(new, dry_run=True),
        lambda archive: archive.import_(new, jobs=1),
        lambda archive: archive.retry(),
        lambda archive: archive.tag("pier", add=["seen"]),
        lambda archive: [*archive.log()],
        lambda archive: archive.undo(),
        lambda archive: archive.verify(jobs=1),
        lambda archive: archive.backup(out / "backups"),
        lambda archive: archive.sync(),
        lambda archive: archive.discard(all=True),
        lambda archive: archive.rebuild(),
        lambda archive: [*archive.search("pier")],
    ):
        attempt(act)
    return refused


@pytest.mark.parametrize("name", [*FOLDERS, ".docarchive", ".docarchive/index/whoosh"])
def test_a_folder_that_is_a_link_is_refused_by_everything(
    stranger: Callable[[], Path], victim: Path, tmp_path: Path, name: str
) -> None:
    root = stranger()
    target = root / name
    if target.exists():
        shutil.rmtree(target)
    target.parent.mkdir(exist_ok=True)
    target.symlink_to(victim)
    before = files(victim)
    refused = use(root, tmp_path, tmp_path)
    assert files(victim) == before
    if name != ".docarchive/index/whoosh":
        assert len(refused) == 25
    assert all(f"{name} is a link" in sentence for sentence in refused)
    assert all("put a folder there" in sentence or "delete it" in sentence for sentence in refused)


def test_articles_elsewhere_are_refused_with_what_to_do(stranger: Callable[[], Path], victim: Path) -> None:
    root = stranger()
    shutil.move(root / "articles", victim / "articles")
    (root / "articles").symlink_to(victim / "articles")
    with pytest.raises(ArchiveDamaged, match="move the whole archive and link that"):
        Archive.open(root)
    assert not (root / "deleted.jsonl").exists()


def as_link(place: Path, victim: Path) -> None:
    place.symlink_to(victim / "b.md")


def as_pipe(place: Path, victim: Path) -> None:
    os.mkfifo(place)


def as_hard_link(place: Path, victim: Path) -> None:
    os.link(victim / "b.md", place)


def as_folder(place: Path, victim: Path) -> None:
    (place / "in").mkdir(parents=True)


FILES = {
    "whoosh": [
        *("docarchive.toml", "deleted.jsonl", ".docarchive/lock", ".docarchive/lock-journal", ".docarchive/writer"),
        *("heads.jsonl", ".docarchive/manifest", ".docarchive/tmp/manifest"),
        *(".docarchive/catalog.sqlite", ".docarchive/catalog.sqlite-wal", ".docarchive/catalog.sqlite-shm"),
        *(".docarchive/catalog.sqlite-journal", ".docarchive/index/whoosh/state.json"),
        *(".docarchive/index/whoosh/state.json.new", ".docarchive/index/whoosh/segments.json"),
        *(".docarchive/index/whoosh/segments.json.new", ".docarchive/tmp", ".docarchive/index/other"),
    ],
    "tantivy": [
        f".docarchive/index/tantivy/{name}"
        for name in ("meta.json", ".managed.json", ".tantivy-meta.lock", ".tantivy-writer.lock", "state.json", "x")
    ],
}


@pytest.mark.parametrize("other", [as_link, as_pipe, as_hard_link, as_folder])
@pytest.mark.parametrize(("engine", "name"), [(engine, name) for engine, names in FILES.items() for name in names])
def test_nothing_in_the_place_of_a_file_leads_out_or_waits(
    stranger: Callable[[str], Path],
    victim: Path,
    tmp_path: Path,
    engine: str,
    name: str,
    other: Callable[[Path, Path], None],
) -> None:
    root = stranger(engine)
    change_epoch(root)
    target = root / name
    target.parent.mkdir(exist_ok=True)
    if target.is_dir():
        shutil.rmtree(target)
    target.unlink(missing_ok=True)
    other(target, victim)
    before = files(victim)
    refused = use(root, tmp_path, tmp_path)
    assert files(victim) == before
    assert all(len(sentence) < 600 for sentence in refused)
    assert (root / "articles").is_dir()


def change_epoch(root: Path) -> None:
    """The index is behind, so that a search writes it."""
    change(root, "INSERT INTO journal (id, sum) SELECT id, 0 FROM articles LIMIT 1")


def test_files_that_a_tantivy_index_names_are_left_alone(
    stranger: Callable[[str], Path], victim: Path, tmp_path: Path
) -> None:
    root = stranger("tantivy")
    managed = root / ".docarchive/index/tantivy/.managed.json"
    names = json.loads(managed.read_text("utf-8"))
    managed.write_text(json.dumps([*names, str(victim / "b.md"), "../../../docarchive.toml"]), "utf-8")
    change_epoch(root)
    before = files(victim)
    with pytest.raises(IndexDamaged, match=r"it names '/.*; run 'docarchive rebuild'"):
        checked_index(Folder(root) / ".docarchive/index/tantivy")
    with Archive.open(root) as archive:
        assert archive.search("pier").total, "the index is built again"
    assert files(victim) == before
    assert (root / "docarchive.toml").exists()


def test_a_journal_of_sqlite_that_names_a_file_does_not_delete_it(
    stranger: Callable[[], Path], victim: Path, tmp_path: Path
) -> None:
    root = stranger()
    catalog = root / ".docarchive" / "catalog.sqlite"
    with closing(sqlite3.connect(catalog)) as database:
        database.execute("PRAGMA journal_mode = DELETE")
    name = str(victim / "b.md").encode()
    checksum = sum(name) & 0xFFFFFFFF
    header = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"".join(
        number.to_bytes(4, "big") for number in (0, 0, catalog.stat().st_size // 4096, 512, 4096)
    )
    tail = (0x40000000 // 4096 + 1).to_bytes(4, "big") + name
    tail += len(name).to_bytes(4, "big") + checksum.to_bytes(4, "big") + b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"
    journal = catalog.with_name("catalog.sqlite-journal")
    journal.write_bytes(header.ljust(512, b"\0") + tail)
    with Archive.open(root) as archive:
        assert archive.search("pier").total
    assert (victim / "b.md").read_bytes() == SECRET
    assert not journal.exists()


NESTED = "[" * 100_000
ROWS = {
    "a path of another folder": "UPDATE articles SET path = '/etc/passwd' WHERE n = 1",
    "a path with dots": "UPDATE articles SET path = 'articles/../../victim/b.md' WHERE n = 1",
    "a path with NUL": "UPDATE articles SET path = 'articles/' || char(0) || '.md' WHERE n = 1",
    "an id of another folder": "UPDATE articles SET id = '../../victim' WHERE n = 1",
    "a number for an id": "UPDATE articles SET id = x'00ff' WHERE n = 1",
    "text for a size": "UPDATE articles SET size = 'large'",
    "bytes for a title": "UPDATE articles SET title = x'ff', title_key = x'ff', language = x'ff'",
    "no JSON": "UPDATE articles SET metadata = '{'",
    "nested JSON": f"UPDATE articles SET metadata = '{NESTED}'",
    "deep metadata": f"UPDATE articles SET metadata = '{{\"a\": {'[' * 900}{']' * 900}}}'",
    "a list of metadata": "UPDATE articles SET metadata = '[]'",
    "bytes for metadata": "UPDATE articles SET metadata = x'ff00'",
    "metadata of other types": 'UPDATE articles SET metadata = \'{"id": [], "title": 5, "date": {}, "tags": "x"}\'',
    "dates that are none": 'UPDATE articles SET metadata = \'{"id": "1", "title": "t", "date": "never"}\'',
    "what was said": f"UPDATE articles SET said = '{NESTED}'",
    "the time of a file": "UPDATE articles SET size = 1, modified = 9223372036854775807",
    "a date that is none": "UPDATE articles SET date_start = x'ff', date_end = 7",
    "signatures": "UPDATE signatures SET signature = x'00'",
    "bands": "UPDATE recent_bands SET n = 'x'",
    "labels": "UPDATE labels SET value = x'ff', terms = x'00' WHERE label = 1",
    "fingerprints": "UPDATE seen SET fingerprint = x'ff' WHERE n = 1",
    "pending, absolute": "INSERT INTO pending VALUES ('/etc/passwd')",
    "pending, outside": "INSERT INTO pending VALUES ('articles/../../victim/b.md')",
    "pending, bytes": "INSERT INTO pending VALUES (x'ff')",
    "pending, a number": "INSERT INTO pending VALUES (7)",
    "journal": "INSERT INTO journal VALUES (9223372036854775807, x'ff', 0)",
    "facts": "DELETE FROM facts",
    "epoch": "UPDATE facts SET value = x'ff' WHERE name = 'epoch'",
    "deleted": "INSERT INTO deleted VALUES (x'ff', x'00')",
    "fetched": "INSERT INTO fetched VALUES (x'ff', x'00', 7, 0)",
    "no rows": "DELETE FROM articles",
    "a huge value": "UPDATE articles SET metadata = printf('%.*c', 300000000, 'x') WHERE n = 1",
    "a table less": "DROP TABLE labelled",
    "a view for a table": "UPDATE sqlite_master SET type = 'view', sql = 'CREATE VIEW fetched AS SELECT 1',"
    " rootpage = 0 WHERE name = 'fetched'",
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON articles BEGIN SELECT 1; END",
    "a generated column": "ALTER TABLE fetched ADD COLUMN g AS (randomblob(1000000000))",
}


@pytest.mark.thorough
@pytest.mark.parametrize("sql", ROWS.values(), ids=ROWS)
def test_rows_of_a_stranger_are_refused_in_a_sentence_or_harmless(
    stranger: Callable[[], Path], victim: Path, tmp_path: Path, sql: str
) -> None:
    root = stranger()
    change(root, sql)
    before = files(victim)
    refused = use(root, tmp_path, tmp_path)
    assert files(victim) == before
    assert not {path.name for path in (root / "articles").rglob("*")} & {"passwd", "b.md"}
    assert all("\0" not in sentence and len(sentence) < 600 for sentence in refused), refused
    assert "rebuild" in "".join(refused) or not refused
    with Archive.open(root) as archive:  # a rebuild was the last but one that was done
        # Where the tag was refused, what was undone is the import of a fourth one.
        assert archive.search("pier").total in (3, 4)


NOTES = {
    "a file": {"where": "{victim}/b.md", "input": "{victim}/b.md", "is_kept": False},
    "a file in a ZIP": {"where": "{victim}/b.md:x", "input": "{victim}/b.md:x", "is_kept": False},
    "a local address": {"where": "http://127.0.0.1:9/", "input": "http://127.0.0.1:9/", "is_kept": False},
    "a record of a file": {"where": "{victim}/b.md:1", "input": "{victim}/b.md", "is_record": True},
    "wrong types": {"where": ["x"], "input": {"a": 1}, "is_kept": "no", "reason": 5},
}


@pytest.mark.parametrize(
    "name",
    [
        *("articles/{article}", "docarchive.toml", "deleted.jsonl", "quarantine/{note}", "quarantine/{kept}"),
        *(
            ".docarchive/catalog.sqlite",
            ".docarchive/index/whoosh/segments.json",
            ".docarchive/index/whoosh/state.json",
        ),
        *(
            ".docarchive/writer",
            "versions/{version}",
            "log.jsonl",
            ".docarchive/kept/log.jsonl",
            "originals/{original}",
        ),
    ],
)
def test_a_file_of_terabytes_that_take_no_room_is_not_read(
    stranger: Callable[[], Path], tmp_path: Path, name: str
) -> None:
    root = stranger()
    article = next((root / "articles").rglob("*.md")).relative_to(root / "articles")
    note = next(path for path in (root / "quarantine").iterdir() if path.suffix == ".json")
    version = root / "versions" / article.stem.rpartition(".")[2] / "0001.md"
    version.parent.mkdir(parents=True)
    version.write_bytes((root / "articles" / article).read_bytes())
    huge = root / name.format(
        article=article,
        note=note.name,
        kept=note.stem,
        version=version.relative_to(root / "versions"),
        original=next(path for path in (root / "originals").rglob("*") if path.is_file()).relative_to(
            root / "originals"
        ),
    )
    huge.touch()
    os.truncate(huge, 1 << 41)
    with affordable():
        refused = use(root, tmp_path, tmp_path)
    assert all(len(sentence) < 600 for sentence in refused)


def test_a_note_that_names_a_file_with_the_same_bytes_opens_no_file_next_to_it(
    stranger: Callable[[], Path], victim: Path
) -> None:
    root = stranger()
    text = f"# A picture\n\n![A photo](photos/a.png)\n\n{'A long day at the pier. ' * 9}\n"
    (victim / "b.md").write_text(text, "utf-8")
    (victim / "photos" / "a.png").write_bytes(PICTURES["png"] + SECRET)
    status = (victim / "b.md").stat()
    for stamp in ("", f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}-0"):
        (root / "quarantine" / "0123-b.md").write_text(text, "utf-8")
        note = {"where": str(victim / "b.md"), "input": str(victim / "b.md"), "stamp": stamp}
        (root / "quarantine" / "0123-b.md.json").write_text(json.dumps(note), "utf-8")
        with Archive.open(root) as archive:
            archive.retry(["0123-b.md"], again=True)
        assert not [path for path in root.rglob("*") if path.is_file() and SECRET in path.read_bytes()]


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_a_note_brings_nothing_into_the_archive(
    stranger: Callable[[], Path], victim: Path, tmp_path: Path, note: dict[str, object]
) -> None:
    root = stranger()
    shutil.rmtree(root / "quarantine")
    (root / "quarantine").mkdir()
    text = json.dumps(note).replace("{victim}", str(victim))
    (root / "quarantine" / "0123-x.md.json").write_text(text, "utf-8")
    if "is_kept" not in note:
        (root / "quarantine" / "0123-x.md").write_text("# A picture\n\n![](photos/a.png)\n", "utf-8")
    with Archive.open(root) as archive:
        archive.retry()
    assert not [path for path in root.rglob("*") if path.is_file() and SECRET in path.read_bytes()]
