"""A manifest says what is in an archive, however it got there, and how any copy of the archive differs from it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import snapshot

from docarchive import Archive
from docarchive.archive.progress import no_progress
from docarchive.archive.proving.comparing import compare as compared
from docarchive.archive.proving.head import NONE, Head
from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.writing import write_manifest
from docarchive.errors import ArchiveDamaged, ArchiveLocked, InputError
from docarchive.folder import Folder
from docarchive.store.layout import LOCK
from docarchive.store.lock import WriteLock

POSITION = "7-0123abcd"
TOPS = ["articles", "originals", "quarantine", "versions"]
names = st.text("ab.-é\n\\", min_size=1, max_size=4).filter(lambda name: name[0] != ".")
paths = st.tuples(st.sampled_from(TOPS), st.lists(names, min_size=1, max_size=3)).map(
    lambda path: "/".join([path[0], *path[1]])
)
contents = st.dictionaries(
    paths | st.sampled_from(["deleted.jsonl", "docarchive.toml"]), st.binary(max_size=40), max_size=8
)
#: Each example has a folder of its own.
lawful = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def put(root: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """Writes files; returns those that could be written, as some names are of files and of folders."""
    written = {}
    for path, data in files.items():
        try:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        except OSError:
            continue
        written[path] = data
    return written


def write(root: Path) -> tuple[Head, bytes]:
    head = write_manifest(Folder(root), POSITION, no_progress)
    return head, (root / ".docarchive" / "manifest").read_bytes()


def compare(root: Path, manifest: bytes) -> list[tuple[str, str]]:
    report = compared(root, io.BytesIO(manifest), no_progress, lambda fault: None)
    assert report.ok is not bool(report.faults)
    return [fault[:2] for fault in report.faults]


@lawful
@given(files=contents, order=st.randoms(use_true_random=False))
def test_the_manifest_does_not_depend_on_how_files_were_written(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], order: object
) -> None:
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    files = put(first, files)
    items = [*files.items()]
    order.shuffle(items)  # type: ignore[attr-defined]
    put(second, {"articles/of another time.md": b"x"} if "articles" not in files else {})
    put(second, {path: b"draft" for path, _ in items})
    put(second, dict(items))
    (second / "articles/of another time.md").unlink(missing_ok=True)
    (second / "articles" / ".DS_Store").parent.mkdir(exist_ok=True)
    (second / "articles" / ".DS_Store").write_bytes(b"of the Finder")
    (second / ".gitignore").write_bytes(b"x")
    one, other = write(first), write(second)
    assert (one[0].root, one[0].files) == (other[0].root, len(files))
    assert one[1].splitlines()[7:] == other[1].splitlines()[7:]


@lawful
@given(files=contents, data=st.data())
def test_every_difference_is_named_and_gives_another_root(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes], data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("archive") / "archive"
    files = put(root, files)
    root.mkdir(exist_ok=True)
    head, manifest = write(root)
    assert compare(root, manifest) == []
    expected = {}
    for path in data.draw(st.lists(st.sampled_from([*files]), unique=True)) if files else []:
        bytes_ = files[path]
        changes = ["missing", "damaged", "moved"] if bytes_ else ["missing", "grown", "moved"]
        match data.draw(st.sampled_from(changes)):
            case "missing":
                (root / path).unlink()
                expected[path] = "missing"
            case "moved" if path.count("/") and not (root / f"{path}+").exists():
                (root / path).rename(root / f"{path}+")
                expected |= {path: "missing", f"{path}+": "unknown"}
            case "damaged":
                place = data.draw(st.integers(0, len(bytes_) - 1))
                changed = bytes([bytes_[place] ^ 1 << data.draw(st.integers(0, 7))])
                (root / path).write_bytes(bytes_[:place] + changed + bytes_[place + 1 :])
                expected[path] = "damaged"
            case _:
                (root / path).write_bytes(bytes_ + b"\0")
                expected[path] = "damaged"
    assert {path: kind for kind, path in compare(root, manifest)} == expected
    assert (write(root)[0].root == head.root) is not bool(expected)


def test_sha256sum_can_check_it(archive: Archive) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("there is no sha256sum")
    put(archive.path, {"articles/a\\b\nc.md": b"x", "articles/Ünïcode ' \".md": b"y"})
    (archive.path / "MANIFEST").write_bytes(write(archive.path)[1])

    def check() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "-c", "--strict", "MANIFEST"]
        return subprocess.run(command, cwd=archive.path, capture_output=True, text=True, check=False)

    assert check().returncode == 0, check().stderr
    assert check().stdout.count(": OK\n") == len(snapshot(archive.path)) - 3  # not MANIFEST, .gitignore and heads.jsonl
    (archive.path / "deleted.jsonl").write_bytes(b"{}\n")
    put(archive.path, {archive.file("1" if "1" in archive else next(archive.list()).id): b"changed"})
    assert check().returncode == 1
    assert check().stdout.count("FAILED") == 1


def test_the_head_is_the_digest_of_the_first_lines(archive: Archive) -> None:
    head, manifest = write(archive.path)
    lines = manifest.splitlines(keepends=True)
    assert (
        lines[6] == f"# head {sha256(b''.join(lines[:6])).hexdigest()}\n".encode() == f"# head {head.head}\n".encode()
    )


def test_it_covers_all_that_is_the_users(archive: Archive, tmp_path: Path) -> None:
    for body in ("One.", "Two.", "{"):
        (tmp_path / "x.json").write_text(body if body == "{" else json.dumps({"url": "https://x.org/a", "body": body}))
        archive.import_(tmp_path / "x.json")
    (archive.path / archive.file(next(archive.list()).id)).unlink()
    archive.sync()
    covered = {line[66:].decode() for line in write(archive.path)[1].splitlines()[7:]}
    assert covered == {*snapshot(archive.path)} - {".gitignore", "heads.jsonl"}
    assert {path.partition("/")[0] for path in covered} == {
        *TOPS,
        "trash",
        "deleted.jsonl",
        "docarchive.toml",
        "log.jsonl",
    }


def test_heads_are_a_chain_and_the_same_files_have_the_same_head(archive: Archive) -> None:
    first, manifest = write(archive.path)
    assert write(archive.path) == (first, manifest)
    heads = [first]
    for number in range(3):
        put(archive.path, {"versions/a/0001.md": str(number).encode()})
        heads.append(write(archive.path)[0])
    assert [*Heads(Folder(archive.path)).read()] == heads
    assert [head.previous for head in heads] == [NONE, *(head.head for head in heads[:-1])]
    put(archive.path, {"versions/a/0001.md": b"1"})
    assert write(archive.path)[0] != heads[2]  # as the archive was once, but later


def cut(line: bytes) -> bytes:
    return line[:-1]


def other_root(line: bytes) -> bytes:
    return json.dumps(json.loads(line) | {"root": "0" * 64}).encode() + b"\n"


def other_head(line: bytes) -> bytes:
    values = json.loads(line) | {"root": "0" * 64}
    del values["head"]
    return json.dumps(Head(**values).to_dict()).encode() + b"\n"


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(
    "change",
    [
        *(cut, other_root, other_head, lambda line: b"", lambda line: line * 2, lambda line: b"{}\n" + line),
        *(lambda line: line.replace(b": ", b":"), lambda line: b"[" * 900 + b"\n", lambda line: b"x" * 5000 + line),
        *(lambda line: b"null\n", lambda line: line.replace(b"root", b"\xff")),
        lambda line: line.replace(b'{"', b'{"extra": 1, "'),
    ],
)
def test_whatever_is_changed_in_the_chain_is_found(
    archive: Archive, place: int, change: Callable[[bytes], bytes]
) -> None:
    for number in range(3):
        put(archive.path, {"versions/a/0001.md": str(number).encode()})
        manifest = write(archive.path)[1]
    path = archive.path / "heads.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[place] = change(lines[place])
    path.write_bytes(b"".join(lines))
    report = compared(archive.path, io.BytesIO(manifest), no_progress, lambda fault: None)
    assert not report.in_chain
    if place == 2 and (change is other_head or not lines[place]):
        assert report.ok  # the last head can be replaced: who knows the one of the manifest sees that it is not there
        return
    assert [fault[:2] for fault in report.faults] == [("damaged", "heads.jsonl")]
    with pytest.raises(ArchiveDamaged, match=r"heads\.jsonl was changed or cut: line"):
        write(archive.path)


def as_link(path: Path) -> None:
    path.symlink_to(__file__)


def as_link_to_folder(path: Path) -> None:
    path.symlink_to(Path(__file__).parent)


@pytest.mark.parametrize("make", [as_link, as_link_to_folder, os.mkfifo])
@pytest.mark.parametrize("place", ["articles/x.md", "quarantine", "deleted.jsonl", "versions/x", "originals/ab"])
def test_links_and_pipes_are_named_and_not_followed(archive: Archive, make: Callable[[Path], None], place: str) -> None:
    manifest = write(archive.path)[1]
    (archive.path / place).parent.mkdir(exist_ok=True)
    make(archive.path / place)
    assert compare(archive.path, manifest) == [("link", place)]
    with pytest.raises(ArchiveDamaged, match=f"{place} is no file"):
        write(archive.path)


def test_a_folder_that_cannot_be_listed_is_one_difference(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    put(archive.path, {f"originals/ff/{number}": b"x" for number in range(3)})
    manifest = write(archive.path)[1]
    scandir = os.scandir
    entries = os.stat(archive.path / "originals/ff")

    def refuse(folder: int) -> object:
        if os.path.samestat(os.fstat(folder), entries):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert compare(archive.path, manifest) == [("damaged", "originals/ff")]
    with pytest.raises(ArchiveDamaged, match="originals/ff cannot be listed: permission denied"):
        write(archive.path)


def test_a_damaged_manifest_is_refused_at_its_end(archive: Archive) -> None:
    manifest = write(archive.path)[1].splitlines(keepends=True)
    with pytest.raises(InputError, match="the manifest - was changed or cut: its lines are not those"):
        compare(archive.path, b"".join(manifest[:-1]))


def test_a_manifest_goes_to_streams_and_comes_from_them(archive: Archive, tmp_path: Path) -> None:
    bytes_, text = io.BytesIO(), io.StringIO(newline="")
    put(archive.path, {"quarantine/é": b"x"})
    assert not archive.write_manifest(bytes_).ok  # nobody knows of that file
    (archive.path / "quarantine/é").unlink()
    report = archive.write_manifest(bytes_)
    assert archive.write_manifest(text).head == report.head
    assert text.getvalue().encode() == bytes_.getvalue() == (archive.path / ".docarchive/manifest").read_bytes()
    assert Archive.verify_against(archive.path, io.BytesIO(bytes_.getvalue())).ok
    assert Archive.verify_against(str(archive.path), io.StringIO(text.getvalue())).in_chain
    (tmp_path / "m").write_bytes(bytes_.getvalue())
    with (tmp_path / "m").open(encoding="utf-8") as file:
        assert Archive.verify_against(archive.path, file).head == report.head


def test_while_another_process_writes_there_is_no_manifest(archive: Archive, tmp_path: Path) -> None:
    lock = WriteLock(Folder(archive.path), LOCK)
    with Archive.open(archive.path, wait=0) as other, lock, pytest.raises(ArchiveLocked):
        other.write_manifest(tmp_path / "m")
    assert not (tmp_path / "m").exists()


def test_nothing_derived_is_needed(archive: Archive, tmp_path: Path) -> None:
    manifest = write(archive.path)[1]
    copy = tmp_path / "copy" / "archive"
    shutil.copytree(archive.path, copy, ignore=shutil.ignore_patterns(".docarchive"))
    before = snapshot(copy)
    assert compare(copy, manifest) == []
    assert snapshot(copy) == before
    assert not (copy / ".docarchive").exists()


def test_verification_and_comparison_count_the_same_articles(archive: Archive, tmp_path: Path) -> None:
    (archive.path / "articles" / "notes.txt").write_text("This is no article.")
    archive.sync()
    report = archive.write_manifest(tmp_path / "manifest")
    assert Archive.verify_against(archive.path, tmp_path / "manifest").articles == report.articles == archive.count()
