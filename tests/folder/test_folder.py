"""A folder reaches what is inside of it, follows no link, and never waits: both ways to open, one after the other."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ArchiveDamaged
from docarchive.folder import File, Folder, flushing, open_folder
from docarchive.folder.databases import checked_database

SECRET = b"of somebody else"


@pytest.fixture(params=[True, False], ids=["relative", "by path"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param and not open_folder.RELATIVE:
        pytest.skip("the system cannot open files relative to a folder")
    monkeypatch.setattr(open_folder, "RELATIVE", request.param)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "archive" / "in").mkdir(parents=True)
    (tmp_path / "outside" / "in").mkdir(parents=True)
    (tmp_path / "outside" / "file").write_bytes(SECRET)
    (tmp_path / "outside" / "in" / "file").write_bytes(SECRET)
    return tmp_path / "archive"


def outside(root: Path) -> dict[str, bytes]:
    folder = root.parent / "outside"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def link(root: Path) -> None:
    (root / "x").symlink_to(root.parent / "outside" / "file")


def dangling(root: Path) -> None:
    (root / "x").symlink_to(root.parent / "outside" / "new")


def link_to_folder(root: Path) -> None:
    (root / "x").symlink_to(root.parent / "outside")


def pipe(root: Path) -> None:
    os.mkfifo(root / "x")


def a_socket(root: Path) -> None:
    before = Path.cwd()
    os.chdir(root)  # the path of a socket may have only a hundred bytes
    try:
        with socket.socket(socket.AF_UNIX) as opened:
            opened.bind("x")
    finally:
        os.chdir(before)


def a_folder(root: Path) -> None:
    (root / "x" / "in").mkdir(parents=True)


def device(root: Path) -> None:
    (root / "x").symlink_to("/dev/zero")


OTHERS: list[Callable[[Path], None]] = [link, dangling, link_to_folder, pipe, a_socket, a_folder, device]
READS: dict[str, Callable[[Folder], object]] = {
    "open": lambda folder: folder.open("x"),
    "read": lambda folder: folder.read("x"),
    "read some": lambda folder: folder.read("x", 5),
    "status": lambda folder: folder.status("x"),
    "checked": lambda folder: folder.checked("x"),
    "append": lambda folder: folder.append_lines("x", b"more"),
    "digest": lambda folder: folder.digest("x"),
    "sync": lambda folder: folder.sync_files(["x"]),
    "file": lambda folder: File(folder, "x").open(),
    "size": lambda folder: File(folder, "x").size(),
    "database": lambda folder: checked_database(folder, "x"),
}
BELOW: dict[str, Callable[[Folder], object]] = {
    "open": lambda folder: folder.open("x/file"),
    "digest": lambda folder: folder.digest("x/in/file"),
    "status": lambda folder: folder.status("x/in/file"),
    "create": lambda folder: folder.create("x/new"),
    "put": lambda folder: folder.put("x/file", b"new"),
    "append": lambda folder: folder.append_lines("x/in/file", b"new"),
    "create all": lambda folder: folder.create_all({"y": b"new", "x/new": b"new"}),
    "statuses": lambda folder: folder.statuses(["y", "x/file"]),
    "make": lambda folder: folder.make("x/in/new"),
    "remove": lambda folder: folder.remove("x/file"),
    "remove all": lambda folder: folder.remove_all("x/in"),
    "rename": lambda folder: folder.rename("x/file", "y"),
    "rename to": lambda folder: folder.rename("y", "x/file"),
    "rename all": lambda folder: folder.rename_all({"x/file": "y"}),
    "rename all to": lambda folder: folder.rename_all({"y": "x/file"}),
    "names": lambda folder: folder.names("x"),
    "folders": lambda folder: folder.folders("x/in"),
    "check": lambda folder: folder.check_folders(["x"]),
    "sync": lambda folder: folder.sync_folders(["x/in"]),
    "inner": lambda folder: (folder / "x").read("file"),
    "inner remove": lambda folder: (folder / "x" / "in").remove_all("file"),
}


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("act", READS.values(), ids=READS)
def test_what_is_no_file_is_refused_at_once(
    root: Path, other: Callable[[Path], None], act: Callable[[Folder], object]
) -> None:
    other(root)
    with pytest.raises(ArchiveDamaged, match=r"^x (is a link, and links in an archive are not followed|is not a file)"):
        act(Folder(root))
    assert not Folder(root).is_file("x")
    assert Folder(root).exists("x")
    assert outside(root) == {"file": SECRET, "in/file": SECRET}


@pytest.mark.parametrize("act", BELOW.values(), ids=BELOW)
def test_nothing_below_a_link_is_reached(root: Path, act: Callable[[Folder], object]) -> None:
    link_to_folder(root)
    (root / "y").touch()
    with pytest.raises(ArchiveDamaged, match=r"^x is a link, .* link that$"):
        act(Folder(root))
    assert outside(root) == {"file": SECRET, "in/file": SECRET}


@pytest.mark.parametrize("other", OTHERS)
def test_what_is_written_takes_the_place_of_whatever_is_there(root: Path, other: Callable[[Path], None]) -> None:
    other(root)
    with Folder(root).create("x") as file:
        file.write(b"new")
    assert (root / "x").read_bytes() == b"new"
    (root / "x").unlink()
    other(root)
    if other is not a_folder:
        Folder(root).put("x", b"newer")
        assert (root / "x").read_bytes() == b"newer"
        (root / "x").unlink()
        other(root)
    Folder(root).remove_all("x")
    assert not os.path.lexists(root / "x")
    assert outside(root) == {"file": SECRET, "in/file": SECRET}


def test_a_file_with_a_second_name_is_never_changed_in_its_place(root: Path) -> None:
    os.link(root.parent / "outside" / "file", root / "x")
    with pytest.raises(ArchiveDamaged, match="second name"):
        Folder(root).checked("x")
    Folder(root).append_lines("x", b"and more\n")
    assert (root / "x").read_bytes() == SECRET + b"\nand more\n"
    os.unlink(root / "x")
    os.link(root.parent / "outside" / "file", root / "x")
    Folder(root).put("x", b"new")
    assert (root / "x").read_bytes() == b"new"
    assert outside(root) == {"file": SECRET, "in/file": SECRET}


parts = st.sampled_from(["in", "..", ".", "", "\0", "a\0b", "file", "\ud800", "..\0", "x" * 300, "é"])
paths = st.one_of(
    st.lists(parts, min_size=1, max_size=5).map("/".join),
    st.lists(parts, min_size=1, max_size=3).map(lambda names: "/" + "/".join(names)),
    st.text(max_size=8),
)


@given(path=paths)
def test_no_path_leads_out(tmp_path_factory: pytest.TempPathFactory, path: str) -> None:
    top = tmp_path_factory.mktemp("paths")
    (top / "archive" / "in").mkdir(parents=True)
    (top / "file").write_bytes(SECRET)
    archive = Folder(top / "archive")
    for act in (archive.read, archive.status, archive.names, archive.remove_all, archive.remove, archive.make):
        try:
            act(path)
        except (OSError, ArchiveDamaged):
            continue
    try:
        archive.put(path, b"new")
        archive.rename(path, "in/other")
    except (OSError, ArchiveDamaged):
        pass
    try:
        archive.create_all({"in/first": b"new", path: b"new"})
        archive.rename_all({path: "in/other"})
        archive.rename_all({"in/other": path})
    except (OSError, ArchiveDamaged):
        pass
    assert sorted(os.listdir(top)) == ["archive", "file"]
    assert (top / "file").read_bytes() == SECRET
    assert archive.path.is_dir()


def test_a_folder_that_was_moved_or_replaced_is_not_used(root: Path) -> None:
    archive = Folder(root)
    archive.put("in/a", b"first")
    (root / "in").rename(root.parent / "outside" / "moved")
    with pytest.raises(FileNotFoundError):
        archive.read("in/a")
    (root / "in").mkdir()
    archive.put("in/a", b"second")
    assert archive.read("in/a") == (root / "in" / "a").read_bytes() == b"second"
    (root / "in" / "a").unlink()
    (root / "in").rmdir()
    (root / "in").symlink_to(root.parent / "outside" / "moved")
    with pytest.raises(ArchiveDamaged, match="is a link"):
        archive.read("in/a")
    with pytest.raises(ArchiveDamaged, match="is a link"):
        archive.remove_all("in/a")
    assert outside(root)["moved/a"] == b"first"


def test_many_files_are_handled_like_one_after_the_other(root: Path) -> None:
    paths = ["in/a", "b", "in/deeper/c", "in/d", "missing/e", "in/deeper/" + "x" * 300]
    archive = Folder(root)
    archive.make("in/deeper")
    archive.create_all({path: path.encode() for path in paths[:4]})
    link(root)
    statuses = archive.statuses([*paths, "x", "in"])
    assert {path: status.st_size for path, status in statuses.items() if path not in ("x", "in")} == {
        path: len(path) for path in paths[:4]
    }
    assert statuses["x"].st_ino == os.lstat(root / "x").st_ino
    assert statuses["in"].st_ino == os.lstat(root / "in").st_ino
    archive.rename_all({"in/a": "b", "b": "in/deeper/a", "in/d": "x"})
    assert [archive.read(path) for path in ("in/deeper/a", "x")] == [b"in/a", b"in/d"]
    assert outside(root) == {"file": SECRET, "in/file": SECRET}


def test_the_archive_itself_may_be_reached_through_a_link(root: Path) -> None:
    (root.parent / "link").symlink_to(root)
    Folder(root.parent / "link").put("in/a", b"text")
    assert (root / "in" / "a").read_bytes() == b"text"


def test_all_is_removed_however_deep_it_is(root: Path) -> None:
    archive = Folder(root)
    archive.make("/".join(["x"] * 1500))
    (root / "x" / "link").symlink_to(root.parent / "outside")
    (root / "x" / "x" / "link").symlink_to(root.parent / "outside")
    (root / "x" / "file").write_bytes(b"text")
    archive.remove_all("x")
    assert os.listdir(root) == ["in"]
    assert outside(root) == {"file": SECRET, "in/file": SECRET}


def test_few_folders_are_kept_open(root: Path) -> None:
    archive = Folder(root)
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for number in range(300):
        archive.make(f"in/{number}")
        archive.put(f"in/{number}/a", b"text")
    if before:
        assert len(os.listdir("/proc/self/fd")) < before + 80
    del archive
    if before:
        assert len(os.listdir("/proc/self/fd")) <= before


@pytest.mark.parametrize("size", [0, 1, (1 << 17) - 1, 1 << 17, (1 << 17) + 1, 500_000])
def test_a_digest_is_that_of_all_bytes(root: Path, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (root / "in" / "file").write_bytes(data)
    assert Folder(root).digest("in/file") == (sha256(data).digest(), size)
    with pytest.raises(FileNotFoundError):
        Folder(root).digest("in/nothing")


def test_what_one_process_sends_to_another_is_the_path(root: Path) -> None:
    sent = pickle.loads(pickle.dumps(Folder(root) / "in"))
    assert (str(sent), sent.path) == (str(root / "in"), root / "in")


def test_files_and_folders_are_flushed_one_by_one_or_together(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[int] = []
    monkeypatch.setattr(os, "fsync", flushed.append)
    archive = Folder(root)
    names = [f"in/{number}" for number in range(flushing._MIN_TOGETHER)]
    for name in names:
        archive.put(name, b"")
    archive.sync_files(names[:3])
    assert len(flushed) == 3
    archive.sync_files(names)
    assert len(flushed) in (3, 3 + len(names))


def entries(root: Path) -> Iterator[str]:
    yield from sorted(os.listdir(root))


def test_an_interrupted_write_leaves_the_old_file(root: Path) -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

    archive = Folder(root)
    archive.put("in/a", b"old")
    with pytest.raises(OSError, match="Input/output"):
        archive.put("in/a", Broken())  # type: ignore[arg-type]
    assert [*entries(root / "in")] == ["a"]
    assert archive.read("in/a") == b"old"


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm", ""])
def test_no_file_of_a_database_is_a_link(root: Path, ending: str) -> None:
    archive = Folder(root)
    assert checked_database(archive, "in/db") == root / "in" / "db"
    (root / "in" / f"db{ending}").symlink_to(root.parent / "outside" / "file")
    with pytest.raises(ArchiveDamaged):
        checked_database(archive, "in/db")


def test_a_line_is_added_below_half_a_line(root: Path) -> None:
    archive = Folder(root)
    archive.append_lines("list", b"one\n")
    archive.append_lines("list", b"two\nthree\n")
    assert archive.read("list") == b"one\ntwo\nthree\n"
    (root / "list").write_bytes(b"one\ntw")
    archive.append_lines("list", b"three\n")
    assert archive.read("list") == b"one\ntw\nthree\n"


def test_threads_that_write_one_file_at_once_never_show_a_part_of_it(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    contents = [letter * 200_000 for letter in (b"a", b"b", b"c")]
    folder.put("state", contents[0])

    def write(content: bytes) -> None:
        for _ in range(40):
            folder.put("state", content)

    with ThreadPoolExecutor(3) as threads:
        writers = [threads.submit(write, content) for content in contents]
        while not all(writer.done() for writer in writers):
            assert folder.read("state") in contents
        for writer in writers:
            writer.result()
    assert os.listdir(tmp_path) == ["state"]


def test_sizes_leave_out_what_vanishes(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    for name in ("b", "a/inner"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "ten").write_bytes(b"0123456789")
    (tmp_path / "a" / "three").write_bytes(b"012")

    def write_and_remove() -> None:
        for n in range(3000):
            folder.put(f"x{n % 7}", b"")
            folder.remove(f"x{n % 7}")

    with ThreadPoolExecutor(1) as threads:
        writer = threads.submit(write_and_remove)
        while not writer.done():
            sizes = folder.sizes()
            assert [item for item in sizes if item] == [10, "a", "b"]
    assert folder.sizes("a") == [3, "a/inner"]
    assert folder.sizes("missing") == []
