"""The digests of files are recorded when docarchive writes or reads them, and outlast a rebuild of the catalog."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from support import ARTICLES

from docarchive import Archive, Article
from docarchive.catalog import Catalog
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder

NOTE = "---\nid: note\ntitle: A note\nurl: https://example.org/note\n---\n\nThe first text of the note.\n"


@contextmanager
def catalog_of(archive: Archive) -> Iterator[Catalog]:
    """Opens the catalog of an archive."""
    catalog = Catalog.open(Folder(archive.path) / ".docarchive")
    assert catalog is not None
    with closing(catalog):
        yield catalog


def recorded(archive: Archive) -> dict[str, bytes]:
    """Returns what the catalog records, by path."""
    with catalog_of(archive) as catalog:
        articles = {row.path: entry.digest for row in catalog.rows() if (entry := catalog.entry(row.id))}
        paths = [path for batch in catalog.recorded() for path, *_ in batch]
        return articles | {path: file.digest for path in paths if (file := catalog.recorded_at(path))}


def on_disk(archive: Archive) -> dict[str, bytes]:
    """Returns the digests of all files whose digests are recorded, by path."""
    folders = ("articles", "versions", "quarantine")
    paths = (path for folder in folders for path in (archive.path / folder).rglob("*") if path.is_file())
    return {path.relative_to(archive.path).as_posix(): sha256(path.read_bytes()).digest() for path in paths}


def fill(archive: Archive, folder: Path) -> None:
    """Adds an article with an earlier version, and two refused inputs, to an archive."""
    note = folder / "note.json"
    for text in ("first", "second"):
        note.write_text(f'{{"title": "N", "url": "https://example.org/n", "body": "The {text} text."}}', "utf-8")
        archive.import_(note)
    (folder / "broken.json").write_text('{"title": ', "utf-8")
    lines = folder / "lines.jsonl"
    lines.write_text('{"title": "Whole", "body": "A line."}\n{"title": "Broken"\n', "utf-8")
    assert len(archive.import_(folder / "broken.json", lines).refused) == 2


def rot(path: Path, old: bytes, new: bytes) -> None:
    """Changes bytes of a file, and neither its size nor its time."""
    status, data = path.stat(), path.read_bytes()
    assert len(old) == len(new)
    assert old in data
    path.write_bytes(data.replace(old, new))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_an_import_records_what_it_writes(archive: Archive, tmp_path: Path) -> None:
    fill(archive, tmp_path)
    files = on_disk(archive)
    assert {path.partition("/")[0] for path in files} == {"articles", "versions", "quarantine"}
    assert recorded(archive) == files


def test_articles_of_another_archive_and_pictures_are_recorded_as_written(archive: Archive, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(30)
    (tmp_path / "plan.png").write_bytes(picture)
    (tmp_path / "page.md").write_text("# A plan\n\n![Plan](plan.png)\n", "utf-8")
    assert archive.import_(tmp_path / "page.md").pictures == 1
    assert archive.import_(Article(title="Made here", body="By a program.")).new == 1
    assert recorded(archive) == on_disk(archive)


def test_sync_records_what_was_done_by_hand(archive: Archive, tmp_path: Path) -> None:
    fill(archive, tmp_path)
    root = archive.path
    (root / "articles" / "note.md").write_text(NOTE, "utf-8")
    (root / "versions" / "note").mkdir()
    (root / "versions" / "note" / "0001.md").write_text(NOTE, "utf-8")
    refused = sorted((root / "quarantine").iterdir())
    refused[0].unlink()
    refused[1].write_bytes(b"changed by hand")
    edited = root / archive.file(next(archive.list("wheat")).id)
    edited.write_text(edited.read_text("utf-8") + "\nOne more line.\n", "utf-8")
    assert recorded(archive) != on_disk(archive)
    archive.sync()
    assert recorded(archive) == on_disk(archive)


def test_a_touched_file_keeps_its_digest(archive: Archive) -> None:
    before = recorded(archive)
    for path in (archive.path / "articles").rglob("*.md"):
        os.utime(path)
    archive.sync()
    assert recorded(archive) == before == on_disk(archive)


def test_discarded_and_retried_refusals_are_forgotten(archive: Archive, tmp_path: Path) -> None:
    fill(archive, tmp_path)
    archive.discard(next(entry.name for entry in archive.quarantine() if entry.is_record))
    assert recorded(archive) == on_disk(archive)
    (tmp_path / "broken.json").write_text('{"title": "Whole now", "body": "All of it."}', "utf-8")
    assert archive.import_(tmp_path / "broken.json").new == 1
    assert not archive.quarantine()
    assert recorded(archive) == on_disk(archive)


def test_the_same_refusal_again_is_recorded_if_it_was_not(archive: Archive, tmp_path: Path) -> None:
    fill(archive, tmp_path)
    with (
        catalog_of(archive) as catalog,
        catalog.transaction(),
    ):  # as after an interruption between the file and the catalog
        catalog.forget_recorded([path for batch in catalog.recorded() for path, *_ in batch])
    archive.import_(tmp_path / "broken.json", tmp_path / "lines.jsonl")
    kept = {path: digest for path, digest in on_disk(archive).items() if not path.startswith("versions/")}
    assert recorded(archive) == kept


@pytest.mark.parametrize("kept", [True, False])
def test_a_rebuild_records_everything(archive: Archive, tmp_path: Path, kept: bool) -> None:
    fill(archive, tmp_path)
    before = recorded(archive)
    if kept:
        report = archive.rebuild()
        assert (report.refused, report.damaged) == ([], [])
        assert recorded(archive) == before
        return
    root = archive.path
    archive.close()
    for path in (root / ".docarchive").glob("catalog.sqlite*"):
        path.unlink()
    with Archive.open(root) as again:
        assert recorded(again) == before


@pytest.mark.parametrize("folder", ["articles", "versions", "quarantine"])
def test_a_rebuild_tells_damage_from_edits(archive: Archive, tmp_path: Path, folder: str) -> None:
    fill(archive, tmp_path)
    paths = sorted(path for path in (archive.path / folder).rglob("*") if path.is_file())
    rot(paths[0], b"ti", b"tj")
    if folder == "articles":
        paths[1].write_text(paths[1].read_text("utf-8") + "\nAn edit.\n", "utf-8")
    before = recorded(archive)
    name = paths[0].relative_to(archive.path).as_posix()
    for _ in range(2):  # the recorded digest outlasts any number of rebuilds
        report = archive.rebuild()
        assert [damaged.where for damaged in report.damaged] == [name]
        assert "its bytes have changed" in report.damaged[0].reason
        assert recorded(archive) == on_disk(archive) | {name: before[name]}
    assert len(archive) == len(ARTICLES) + 2


def test_a_catalog_that_is_built_again_unasked_says_what_is_damaged(archive: Archive) -> None:
    root = archive.path
    path = next((root / "articles").rglob("*wheat*.md"))
    rot(path, b"Wheat climbed", b"Wheat clambed")
    archive.close()
    settings = root / "docarchive.toml"
    settings.write_text(settings.read_text("utf-8").replace('language = "en"', 'language = "de"'), "utf-8")
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as again:
        assert again.count("clambed") == 1
    assert "1 file is damaged; run 'docarchive verify'" in notices


@pytest.mark.parametrize("again", ["sync", "rebuild"])
def test_a_version_that_a_program_still_writes_into_is_damaged(archive: Archive, tmp_path: Path, again: str) -> None:
    """A version is a second name of the file that was replaced; a program may have that file open."""
    fill(archive, tmp_path)
    before = recorded(archive)
    version = next((archive.path / "versions").rglob("*.md"))
    name, text = version.relative_to(archive.path).as_posix(), version.read_bytes()
    id_ = version.parent.name
    version.write_bytes(text + b"\nWritten late.\n")
    for _ in range(2):
        report = getattr(archive, again)()
        assert [(refusal.where, refusal.reason) for refusal in report.damaged] == [
            (name, "was changed since docarchive wrote it")
        ]
        assert recorded(archive) == before
        with pytest.raises(ArchiveDamaged, match="was changed since docarchive wrote it"):
            archive.get(id_, version=1)
        (fault,) = archive.verify().faults
        assert (fault.kind, fault.path) == ("changed", name)
    version.write_bytes(text)
    assert getattr(archive, again)().damaged == []
    assert not archive.verify().faults
    version.write_bytes(text + b"\nWritten late.\n")
    version.unlink()
    archive.sync()
    assert not archive.verify().faults
