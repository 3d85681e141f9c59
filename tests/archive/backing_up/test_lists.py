"""Lists of backups: what is written is read again, ``sha256sum`` reads it too, and no path in one leads out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.archive.backing_up import lists
from docarchive.archive.backing_up.lists import ListedFile
from docarchive.archive.reports import Backup
from docarchive.errors import NotFoundError, UsageError

DIGEST = "0" * 64
NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda name: name not in (".", "..")
)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(lambda names: "articles/" + "/".join(names))


def backup(files: int, name: str = "news") -> Backup:
    return Backup("2024-03-16T08:00:00Z", name, "3-0123abcd", files, 17)


def read(data: bytes) -> tuple[Backup, list[ListedFile]]:
    file = BytesIO(data)
    head = lists.read_head(file, "2024-03-16T08-00-00Z.sha256")
    return head, [*lists.read_files(file, head.files)]


@given(st.sets(PATHS), st.text())
def test_what_is_written_is_read(paths: set[str], name: str) -> None:
    files = [ListedFile(path, sha256(path.encode()).hexdigest()) for path in sorted(paths, key=lists.order)]
    data = lists.head(backup(len(files), name)) + b"".join(file.line() for file in files)
    assert read(data) == (backup(len(files), name), files)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum")
def test_sha256sum_reads_lists(tmp_path: Path) -> None:
    names = ["a b.md", " leading.md", "line\nbreak.md", "back\\slash.md", "return\r.md", "ünï.md", "-dash.md", "#hash"]
    (tmp_path / "articles").mkdir()
    for name in names:
        (tmp_path / "articles" / name).write_text(name)
    files = [ListedFile(f"articles/{name}", sha256(name.encode()).hexdigest()) for name in names]
    (tmp_path / "list").write_bytes(lists.head(backup(len(files))) + b"".join(file.line() for file in files))
    check = ["sha256sum", "--check", "--strict", "--quiet", "list"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False).returncode == 0
    (tmp_path / "articles" / names[2]).write_text("other")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, text=True, check=False).returncode == 1


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/passwd", "../x", "articles/../../x", "articles//x", "articles/./x", "articles/", "", "."),
        *(".docarchive/catalog.sqlite", ".git/hooks/post-checkout", "other/x", "Articles/x", "articles/a\0b"),
    ],
)
def test_a_path_that_is_not_one_of_an_archive_is_refused(path: str) -> None:
    data = lists.head(backup(1)) + DIGEST.encode() + b"  " + path.encode() + b"\n"
    with pytest.raises(ValueError, match=r"names a path|is no line"):
        read(data)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda data: data[:-1], "line 7 is no line"),
        (lambda data: data[:-20], "line 7 is no line"),
        (lambda data: data[: data.rindex(b"\n", 0, -1) + 1], "it has 1 files, and should have 2"),
        (lambda data: data + data.splitlines(keepends=True)[-1], "is not in order of path"),
        (lambda data: b"x" + data, "does not begin"),
        (lambda data: data.replace(b"backup 1", b"backup 2"), "version 2"),
        (lambda data: data.replace(b"# files 2", b"# files two"), "first lines are damaged"),
        (lambda data: data.replace(b'"news"', b"[" * 9000), "first lines are damaged"),
        (lambda data: b"", "does not begin"),
        (lambda data: data + b"0" * 100_000, "is no line"),
    ],
)
def test_a_damaged_list_is_refused(change: Callable[[bytes], bytes], reason: str) -> None:
    lines = b"".join(ListedFile(f"articles/{name}.md", DIGEST).line() for name in "ab")
    with pytest.raises(ValueError, match=reason):
        read(change(lists.head(backup(2)) + lines))


TIMES = ["2023-12-31T23:59:59Z", "2024-03-16T08:00:00Z", "2024-03-16T08:00:00.250Z", "2024-03-17T00:00:00Z"]


@pytest.mark.parametrize(
    ("at", "index"),
    [
        *((None, 3), (TIMES[1], 1), (TIMES[2], 2), ("2024-03-16T08-00-00Z.sha256", 1), ("2024-03-16T08-00-00.250Z", 2)),
        *(("2023", 0), ("2024", 3), ("2024-01", 0), ("2024-03", 3), ("2024-03-16", 2), ("2024-03-17", 3)),
        *(("2024-03-16T07", 0), ("2024-03-16T08", 2), ("2024-03-16T08:00", 2), ("2024-03-16 08:00:00", 2)),
        *(("2024-12-31", 3), ("9998", 3), ("2024-12", 3)),
    ],
)
def test_which_backup_is_meant(at: str | None, index: int) -> None:
    assert lists.chosen(TIMES, at, "t") == TIMES[index]


@pytest.mark.parametrize("at", ["2022", "2023-12-30", "0001"])
def test_there_may_be_no_backup_until_then(at: str) -> None:
    with pytest.raises(NotFoundError, match="the first one in t is of 2023-12-31T23:59:59Z"):
        lists.chosen(TIMES, at, "t")


@pytest.mark.parametrize("at", ["", "soon", "2024-13", "2024-02-30", "24", "2024-03-16T25", "0000", "2024-03-16x"])
def test_what_is_no_time_is_a_mistake(at: str) -> None:
    with pytest.raises(UsageError, match="is no time of a backup"):
        lists.chosen(TIMES, at, "t")


@given(st.datetimes(), st.booleans())
def test_each_time_has_a_name(when: object, is_exact: bool) -> None:
    time = f"{when:%Y-%m-%dT%H:%M:%S}{'.001' if is_exact else ''}Z".rjust(20 + 4 * is_exact, "0")
    assert lists.time_of(lists.name_of(time)) == time
    assert not set(':\\/"*?<>|') & set(lists.name_of(time))


def test_each_time_is_later() -> None:
    time, times = None, []
    for _ in range(5):
        time = lists.next_time(time)
        times.append(time)
    assert sorted({*times}, key=lists.moment) == times
    assert lists.next_time("2999-01-01T00:00:00Z") == "2999-01-01T00:00:00.001Z"
