"""Refusal inputs are kept with their reason."""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ArchiveError
from docarchive.folder import File, Folder
from docarchive.store import Quarantine, Store
from docarchive.store import quarantine as module


def keep(quarantine: Quarantine, where: str, reason: str, content: bytes | File | None, input: str = "") -> str | None:
    path = quarantine.keep(where, reason, content, input)
    quarantine.sync()
    return path


def test_keeps_bytes_and_files_with_a_note(tmp_path: Path) -> None:
    source = tmp_path / "in.bin"
    source.write_bytes(b"\x00\x01")
    root = tmp_path / "archive"
    root.mkdir()
    for content in (b"\x00\x01", File(Folder(tmp_path), "in.bin")):
        kept = keep(Quarantine(Folder(root)), "inbox/in.bin", "the file is not text", content)
        assert kept is not None
        assert (root / kept).read_bytes() == b"\x00\x01"
        note = json.loads((root / f"{kept}.json").read_text("utf-8"))
        assert note["where"] == "inbox/in.bin"
        assert note["reason"] == "the file is not text"
        assert note["schema"] == 1
    assert len(list((root / "quarantine").iterdir())) == 2


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    kept = keep(Quarantine(Folder(tmp_path)), "../../..", "no", b"x")
    assert kept is not None
    assert (tmp_path / kept).resolve().parent == (tmp_path / "quarantine").resolve()


@pytest.mark.parametrize("sign", ["a", "é", "記", "𠮷"])
def test_long_names_in_any_script_are_kept_to_their_end(tmp_path: Path, sign: str) -> None:
    name = sign * (250 // len(sign.encode())) + ".md"
    kept = keep(Quarantine(Folder(tmp_path)), f"inbox/{name}", "no", b"x")
    assert kept is not None
    assert (tmp_path / kept).read_bytes() == b"x"
    assert json.loads((tmp_path / f"{kept}.json").read_text("utf-8"))["where"] == f"inbox/{name}"
    end = kept.partition("-")[2]
    assert set(end.removesuffix(".md")) == {sign}
    assert 76 <= len(end.encode()) <= 80


@given(st.text())
def test_any_name_can_be_kept(tmp_path_factory: pytest.TempPathFactory, where: str) -> None:
    root = tmp_path_factory.mktemp("archive")
    kept = keep(Quarantine(Folder(root)), where, "no", b"x")
    assert kept is not None
    assert [path.name for path in sorted((root / "quarantine").iterdir())] == [
        Path(kept).name,
        f"{Path(kept).name}.json",
    ]


def test_what_cannot_be_kept_is_only_noted_by_the_caller(tmp_path: Path) -> None:
    quarantine = Quarantine(Folder(tmp_path))
    assert keep(quarantine, "missing", "there is no such file", None) is None
    assert keep(quarantine, "gone", "gone", File(Folder(tmp_path), "gone")) is None
    assert keep(quarantine, "https://me:secret@x.example/a", "it is gone", None) is None
    assert not (tmp_path / "quarantine").exists()


def test_what_is_large_or_was_not_fetched_is_noted_without_its_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_KEPT", 3)
    quarantine, page = Quarantine(Folder(tmp_path)), "https://x.example/a"
    for _ in range(2):
        assert keep(quarantine, "in/big.json", "too large", b"1234", "in/big.json") is None
        assert keep(quarantine, page, "it is gone", None, page) is None
    large, gone = sorted(quarantine.entries(), key=lambda kept: kept.reason, reverse=True)
    assert (large.where, large.input, large.reason, large.is_kept) == ("in/big.json", "in/big.json", "too large", False)
    assert (gone.where, gone.reason, gone.is_kept) == (page, "it is gone", False)
    notes = [*(tmp_path / "quarantine").iterdir()]
    assert {path.name for path in notes} == {f"{each.name}.json" for each in (large, gone)}
    retries = {json.loads(path.read_text("utf-8"))["retry"] for path in notes}
    assert retries == {f"docarchive quarantine {each.name} --retry" for each in (large, gone)}
    quarantine.discard([large.name])
    assert [kept.name for kept in quarantine.entries()] == [gone.name]


def test_an_input_that_looks_like_a_note_is_none(tmp_path: Path) -> None:
    quarantine = Quarantine(Folder(tmp_path))
    for where, content in (("deep.json", b"[" * 100_000), ("like.json", b'{"is_kept": false, "where": "/etc/passwd"}')):
        keep(quarantine, where, "no", content, where)
    assert {(kept.where, kept.is_kept) for kept in quarantine.entries()} == {("deep.json", True), ("like.json", True)}
    for note in (tmp_path / "quarantine").glob("*deep.json.json"):
        note.unlink()
    assert {kept.where for kept in quarantine.entries()} == {"", "like.json"}


def test_what_a_crash_left_half_written_is_written_again(tmp_path: Path) -> None:
    kept = keep(Quarantine(Folder(tmp_path)), "a.md", "no", b"the whole of it")
    assert kept is not None
    (tmp_path / kept).write_bytes(b"")
    (tmp_path / "quarantine/.left.123.new").write_bytes(b"the wh")
    quarantine = Quarantine(Folder(tmp_path))
    keep(quarantine, "a.md", "no", b"the whole of it")
    assert (tmp_path / kept).read_bytes() == b"the whole of it"
    assert [entry.where for entry in quarantine.entries()] == ["a.md"]


@pytest.mark.parametrize("name", ["a.md", "a.json"])
def test_a_note_whose_input_is_gone_is_left_over(tmp_path: Path, name: str) -> None:
    quarantine = Quarantine(Folder(tmp_path))
    left, other = (keep(quarantine, f"{word}-{name}", "no", word.encode()) for word in ("left", "other"))
    assert left is not None
    assert other is not None
    (tmp_path / left).unlink()  # as a kill while it was discarded leaves it
    assert [entry.where for entry in quarantine.entries()] == [f"other-{name}"]
    Store(tmp_path).clean(())
    assert {path.name for path in (tmp_path / "quarantine").iterdir()} == {Path(other).name, f"{Path(other).name}.json"}


def test_a_note_that_cannot_be_read_now_is_not_taken_for_a_missing_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quarantine = Quarantine(Folder(tmp_path))
    kept = keep(quarantine, "inbox/a.bin", "the file is not text", b"\x00")
    note = tmp_path / f"{kept}.json"
    whole = note.read_bytes()
    for damage in (b"[", b"", b"\xff", b"[" * 100_000):  # a stranger's note, or one of a program that was killed
        note.write_bytes(damage)
        assert [entry.reason for entry in quarantine.entries()] == [""]
        quarantine.refuse_unread()
    note.write_bytes(whole)
    opened = os.open

    def failing(path: str, *arguments: Any, **options: Any) -> int:
        if str(path).endswith(".json"):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return opened(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", failing)
        assert len([*quarantine.entries()]) == 1
        with pytest.raises(ArchiveError, match=r"\.json cannot be read: the disk reports an error"):
            quarantine.refuse_unread()
    assert [entry.where for entry in quarantine.entries()] == ["inbox/a.bin"]
    quarantine.refuse_unread()
