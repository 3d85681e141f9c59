"""Originals stand under their SHA-256, once."""

import io
from hashlib import sha256
from pathlib import Path

import pytest

from docarchive.errors import ReaderError
from docarchive.folder import Folder
from docarchive.store import Batch, Originals


def keep(root: Path, data: bytes, name: str) -> str:
    originals, batch = Originals(Folder(root), "tmp"), Batch(Folder(root), "tmp")
    original = originals.read(io.BytesIO(data), name)
    with original.open() as file:
        assert file.read() == data
    originals.keep(original, batch)
    batch.commit()
    with original.open() as file:
        assert file.read() == data  # from where it is now
    originals.drop(original)
    return original.path


@pytest.mark.parametrize("data", [b"", b"small", b"large " * 1_000_000], ids=["empty", "small", "large"])
def test_kept_under_its_digest(tmp_path: Path, data: bytes) -> None:
    digest = sha256(data).hexdigest()
    path = keep(tmp_path, data, "Note.TXT")
    assert path == f"originals/{digest[:2]}/{digest}.txt"
    assert (tmp_path / path).read_bytes() == data
    assert list((tmp_path / "tmp").iterdir()) == []
    assert Originals(Folder(tmp_path), "tmp").find(f"sha256:{digest}") == path


def test_the_same_bytes_are_kept_once_under_one_ending(tmp_path: Path) -> None:
    first = keep(tmp_path, b"same", "a.txt")
    assert keep(tmp_path, b"same", "b.TXT") == first
    assert len([path for path in (tmp_path / "originals").rglob("*") if path.is_file()]) == 1


def test_either_ending_is_found_where_the_same_bytes_have_two(tmp_path: Path) -> None:
    paths = {keep(tmp_path, b"same", "a.txt"), keep(tmp_path, b"same", "b.md")}
    path = Originals(Folder(tmp_path), "tmp").find(sha256(b"same").hexdigest())
    assert len(paths) == 2
    assert path in paths


def test_found_whatever_endings_others_have(tmp_path: Path) -> None:
    paths = [keep(tmp_path, b"%d" % number, f"x.e{number}") for number in range(40)]
    originals = Originals(Folder(tmp_path), "tmp")
    for _ in range(2):
        for number, path in enumerate(paths):
            assert originals.find(sha256(b"%d" % number).hexdigest()) == path
    (tmp_path / paths[0]).unlink()
    assert originals.find(sha256(b"0").hexdigest()) is None


def test_what_is_not_kept_leaves_nothing(tmp_path: Path) -> None:
    originals = Originals(Folder(tmp_path), "tmp")
    originals.drop(originals.read(io.BytesIO(b"large " * 1_000_000), "x.jsonl"))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "noending", "x.../../passwd", "a.b c", "x.toolongending", "x.é"])
def test_strange_endings_are_left_out(tmp_path: Path, name: str) -> None:
    digest = sha256(b"x").hexdigest()
    assert keep(tmp_path, b"x", name) == f"originals/{digest[:2]}/{digest}"


@pytest.mark.parametrize("digest", ["", "../../x", "sha256:", "A" * 64, "0" * 64])
def test_find_knows_only_proper_digests(tmp_path: Path, digest: str) -> None:
    assert Originals(Folder(tmp_path), "tmp").find(digest) is None


class Trickle(io.BytesIO):
    """A stream that gives at most seven bytes at a time, as an unbuffered pipe may."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))


def test_a_stream_that_trickles_is_read_to_its_end(tmp_path: Path) -> None:
    data = b"Not all at once. " * 100
    original = Originals(Folder(tmp_path), "tmp").read(Trickle(data), "x.txt")
    assert (original.size, original.data) == (len(data), data)


class Broken(io.RawIOBase):
    """A stream that ends in an error of the disk."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        if self.left <= 0:
            raise OSError(5, "Input/output error")
        self.left -= size
        return b"x" * size


@pytest.mark.parametrize("size", [0, 100_000_000])
def test_an_input_that_cannot_be_read_to_its_end_is_refused(tmp_path: Path, size: int) -> None:
    with pytest.raises(ReaderError, match=r"^it cannot be read: Input/output error$"):
        Originals(Folder(tmp_path), "tmp").read(Broken(size), "x.txt")  # type: ignore[arg-type]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
