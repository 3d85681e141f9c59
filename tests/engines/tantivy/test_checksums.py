"""Damage to the files of an index, however small, is noticed when it is opened; and only changed files are read."""

import json
import os
import shutil
from io import BufferedReader, BytesIO
from pathlib import Path

import pytest

pytest.importorskip("tantivy")

from support import replace_bytes

from docarchive import Archive
from docarchive.engines.tantivy import checksums
from docarchive.errors import IndexDamaged
from docarchive.folder import Folder

INDEX = ".docarchive/index/tantivy"
HEALED = ["the search index was damaged, and was built again from the articles"]


def add(archive: Archive, start: int, count: int) -> None:
    lines = "".join(f'{{"title": "Gull {n}", "body": "A gull at pier {n}."}}\n' for n in range(start, start + count))
    archive.import_(BytesIO(lines.encode()), format="jsonl")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with Archive.create(tmp_path / "archive", engine="tantivy") as archive:
        add(archive, 0, 5)
        add(archive, 5, 3)
    return tmp_path / "archive"


def flip(path: Path, position: int) -> None:
    """Flips a bit, and sets the file's time back."""
    status, data = path.stat(), bytearray(path.read_bytes())
    data[position] ^= 4
    replace_bytes(path, data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def test_a_flipped_bit_anywhere_is_found_and_healed(root: Path, tmp_path: Path) -> None:
    names = sorted(path.name for path in (root / INDEX).iterdir() if path.suffix not in (".lock",))
    for number, name in enumerate(names):
        copy = tmp_path / str(number)
        shutil.copytree(root, copy)
        size = (copy / INDEX / name).stat().st_size
        flip(copy / INDEX / name, size // 3)
        notices: list[str] = []
        with Archive.open(copy, notify=notices.append) as archive:
            assert archive.count("gull") == 8, name
            assert archive.count('"pier 7"') == 1, name
        if name not in (checksums.CHECKSUMS, ".managed.json", "state.json"):
            assert notices == HEALED, name


def test_a_flipped_bit_in_any_byte_of_a_file_is_named(root: Path) -> None:
    """Also at the end of it, of which no checksum is."""
    folder = Folder(root / INDEX)
    assert [*checksums.damaged_files(folder)] == []
    for ending in ("fieldnorm", "store"):
        file = next((root / INDEX).glob(f"*.{ending}"))
        whole = file.read_bytes()
        for position in range(len(whole)):
            flip(file, position)
            assert [*checksums.damaged_files(folder)] == [file.name], position
            file.write_bytes(whole)


def test_segments_that_were_swapped_are_found(root: Path) -> None:
    one, two = sorted((root / INDEX).glob("*.fast"))[:2]
    first, second = one.read_bytes(), two.read_bytes()
    replace_bytes(one, second)
    replace_bytes(two, first)
    with pytest.raises(IndexDamaged):
        checksums.check(Folder(root / INDEX))
    assert [*checksums.damaged_files(Folder(root / INDEX))] == [one.name, two.name]


def test_damage_is_not_merged_into_new_segments(root: Path) -> None:
    flip(next((root / INDEX).glob("*.store")), 10)
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        add(archive, 8, 2)
        assert archive.count("gull") == 10
    assert notices == HEALED


def test_only_changed_files_are_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = Folder.open

    def note_opened(self: Folder, path: str) -> BufferedReader:
        opened.append(path)
        return real(self, path)

    monkeypatch.setattr(Folder, "open", note_opened)
    checksums.check(Folder(root / INDEX))
    assert opened == []
    touched = next((root / INDEX).glob("*.fast"))
    os.utime(touched)
    checksums.check(Folder(root / INDEX))
    assert {*opened} == {touched.name}
    opened.clear()
    checksums.check(Folder(root / INDEX))
    assert opened == []


def test_an_index_without_noted_checksums_is_checked_by_its_own(root: Path) -> None:
    (root / INDEX / checksums.CHECKSUMS).unlink()
    checksums.check(Folder(root / INDEX))
    flip(next((root / INDEX).glob("*.idx")), 5)
    with pytest.raises(IndexDamaged):
        checksums.check(Folder(root / INDEX))


@pytest.mark.parametrize("listed", [True, False])
def test_a_list_of_deletions_that_a_kill_left_goes_with_the_next_change(root: Path, listed: bool) -> None:
    """tantivy deletes it if its list has it; else docarchive does."""
    index = root / INDEX
    segment = next(index.glob("*.store")).stem
    left = index / f"{segment}.7.del"
    checksums.begin(Folder(index))
    left.write_bytes(next(index.glob("*.store")).read_bytes())
    if listed:
        names = json.loads((index / ".managed.json").read_bytes())
        (index / ".managed.json").write_text(json.dumps([*names, left.name]))
    notices: list[str] = []
    with Archive.open(root, notify=notices.append) as archive:
        assert archive.count("gull") == 8
        assert left.exists()
        add(archive, 8, 1)
        assert archive.count("gull") == 9
        assert not archive.verify().faults
    assert not left.exists()
    assert not notices
    assert segment in {path.stem for path in index.glob("*.store")}  # it was not built again
