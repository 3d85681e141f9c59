"""Earlier versions of articles: listed, read and compared, and refused if they are damaged."""

import io
import json
import os
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from docarchive import Archive, ArchiveDamaged, NotFoundError

RECORD = {"url": "https://example.org/pier", "title": "Pier", "tags": ["sea"], "body": "One.\n\nTwo.\n\nThree."}


def put(archive: Archive, **values: object) -> str:
    """Imports a record with the values; returns its id."""
    (id_,) = archive.import_(io.BytesIO(json.dumps(RECORD | values).encode()), format="json").ids
    return id_


@pytest.fixture
def pier(root: Path) -> tuple[Path, str]:
    """An archive with an article of three versions."""
    with Archive.create(root) as archive:
        put(archive)
        put(archive, body="One.\n\nTwo and a half.\n\nThree.\n\nFour.")
        id_ = put(archive, title="Pier again", tags=["sea", "port"], body="One.\n\nTwo and a half.\n\nThree.\n\nFour.")
    return root, id_


def damage(path: Path) -> None:
    status, data = path.stat(), path.read_bytes()
    path.write_bytes(data.replace(b"One", b"Ore"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_versions_say_what_changed(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    times = [1_700_000_000, 1_700_000_100, 1_700_000_200]
    files = [*sorted(root.glob("versions/*/*.md")), next(root.glob("articles/**/*.md"))]
    for path, time in zip(files, times, strict=True):
        os.utime(path, (time, time))
    with Archive.open(root) as archive:
        archive.sync()
        versions = archive.versions(id_[:6])
        assert [version.number for version in versions] == [1, 2, 3]
        assert [version.current for version in versions] == [False, False, True]
        assert [version.title for version in versions] == ["Pier", "Pier", "Pier again"]
        assert [(version.keys, version.added, version.removed) for version in versions] == [
            ((), 0, 0),
            ((), 3, 1),
            (("title", "tags"), 0, 0),
        ]
        for version, path in zip(versions, files, strict=True):
            assert root / version.path == path
            assert (version.bytes, version.sha256) == (path.stat().st_size, sha256(path.read_bytes()).hexdigest())
            assert version.fault is None
        (root / "log.jsonl").unlink()  # as in an archive from before there was one: then the times of files count
        versions = archive.versions(id_)
        stamps = [datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for time in times]
        first = archive.get(id_, version=1).archived
        assert [version.written for version in versions] == [str(first), stamps[0], stamps[2]]


def test_a_version_was_written_when_its_change_was_made(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Archive.create(root) as archive:
        id_ = put(archive)
        for hour, tag in enumerate(("tide", "port", "boat")):
            time = f"2024-03-16T0{hour}:00:00Z"
            monkeypatch.setattr("docarchive.store.log.utc_now", lambda time=time: time)
            archive.tag(ids=[id_], add=[tag])
        written = [version.written for version in archive.versions(id_)]
        assert written[1:3] == ["2024-03-16T00:00:00Z", "2024-03-16T01:00:00Z"]


def test_an_article_that_never_changed_has_one(root: Path) -> None:
    with Archive.create(root) as archive:
        id_ = put(archive)
        (version,) = archive.versions(id_)
        assert (version.number, version.current, version.path) == (1, True, archive.file(id_))
        with pytest.raises(NotFoundError, match="has no earlier versions"):
            archive.diff(id_)
        with pytest.raises(NotFoundError, match="has no earlier versions"):
            archive.get(id_, version=-1)


def test_each_version_is_read_by_its_number(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    with Archive.open(root) as archive:
        for numbers, title, count in (((1, -2), "Pier", 3), ((2, -1), "Pier", 4), ((3, 0), "Pier again", 4)):
            for number in numbers:
                article = archive.get(id_, version=number)
                path = root / archive.file(id_, version=number)
                assert (article.id, article.title, article.body.count(".")) == (id_, title, count)
                assert archive.text(id_, version=number) == path.read_text("utf-8")
        for number in (4, -3, 99, -99):
            for read in (archive.get, archive.text, archive.file):
                with pytest.raises(NotFoundError, match=f"has no version {number}; 'docarchive versions {id_}'"):
                    read(id_, version=number)


def test_files_that_docarchive_did_not_name_are_no_versions(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    folder = root / "versions" / id_
    for name in ("notes.md", "1.md", "00001.md", "0000.md", "0007.txt", "١٢٣٤.md", "0003.md.md"):
        (folder / name).write_text("No version.")
    (folder / "0009.md").mkdir()
    (folder / "0008.md").symlink_to(folder / "0001.md")
    with Archive.open(root) as archive:
        assert [version.number for version in archive.versions(id_)] == [1, 2, 3]
        (folder / "0001.md").rename(folder / "10000.md")
        assert [version.number for version in archive.versions(id_)] == [2, 10000, 10001]
        assert archive.get(id_, version=-1).body.count(".") == 3
        (folder / "1.md").unlink()
        put(archive, body="New.")
        assert [version.number for version in archive.versions(id_)] == [2, 10000, 10001, 10002]


def test_a_diff_is_that_of_the_files(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    with Archive.open(root) as archive:
        for arguments, numbers in (
            ((), (2, 3)),
            ((1,), (1, 3)),
            ((1, 2), (1, 2)),
            ((3, 1), (3, 1)),
            ((-1, -2), (2, 1)),
        ):
            diff = archive.diff(id_, *arguments)
            assert (diff.a, diff.b) == numbers
            assert (diff.before, diff.after) == tuple(archive.text(id_, version=number) for number in numbers)
            assert (diff.a_path, diff.b_path) == tuple(archive.file(id_, version=number) for number in numbers)
            assert diff.differs
        assert not archive.diff(id_, 2, 2).differs
        assert archive.diff(id_, 2, 2).unified() == ""


def test_an_edit_by_hand_is_in_the_current_version(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    with Archive.open(root) as archive:
        path = root / archive.file(id_)
        path.write_text(path.read_text("utf-8") + "\nBy hand.\n", "utf-8")
        assert "+By hand." in archive.diff(id_).unified().splitlines()


def test_a_damaged_version_is_refused_and_the_others_are_not(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    damage(root / "versions" / id_ / "0002.md")
    with Archive.open(root) as archive:
        for read in (archive.get, archive.text):
            with pytest.raises(
                ArchiveDamaged, match=rf"^versions/{id_}/0002.md is damaged: .*; run 'docarchive verify'$"
            ):
                read(id_, version=2)
        with pytest.raises(ArchiveDamaged, match="is damaged"):
            archive.diff(id_)
        assert archive.diff(id_, 1).differs
        first, second, current = archive.versions(id_)
        assert (first.fault, current.fault, second.title) == (None, None, "")
        assert second.fault
        assert "is damaged" in second.fault
        assert (current.keys, current.added) == (("title", "tags"), 3)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"---\na: [\n---\nOne."])
def test_so_is_one_that_cannot_be_read(pier: tuple[Path, str], data: bytes) -> None:
    root, id_ = pier
    (root / "versions" / id_ / "0001.md").write_bytes(data)
    with Archive.open(root) as archive:
        with pytest.raises(ArchiveDamaged, match=r"0001\.md"):
            archive.get(id_, version=1)
        assert [bool(version.fault) for version in archive.versions(id_)] == [True, False, False]


def test_versions_are_there_though_the_article_is_gone(pier: tuple[Path, str]) -> None:
    root, id_ = pier
    with Archive.open(root) as archive:
        (root / archive.file(id_)).unlink()
        *earlier, current = archive.versions(id_)
        assert [version.fault for version in earlier] == [None, None]
        assert (current.bytes, current.sha256, current.written) == (0, "", None)
        assert current.fault
        assert archive.get(id_, version=1).title == "Pier"
        assert archive.diff(id_, 1, 2).differs
        with pytest.raises(NotFoundError, match="is gone"):
            archive.diff(id_)
