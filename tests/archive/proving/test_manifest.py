"""A manifest is read as it was written, and nothing else is read as one."""

from __future__ import annotations

import os
import random
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.archive.proving.files import is_covered
from docarchive.archive.proving.head import NONE, Head
from docarchive.archive.proving.manifest import Manifest
from docarchive.archive.proving.tree import Root, leaf_hash
from docarchive.errors import InputError, UsageError
from docarchive.formats.digest_lines import DigestLine

names = st.text("ab.é\\\n\r *\udc80", min_size=1, max_size=5).filter(lambda name: name[0] != ".")
paths = st.lists(names, min_size=1, max_size=3).map(lambda names: "/".join(["articles", *names]))
digests = st.binary(min_size=32, max_size=32)
files = st.dictionaries(paths | st.sampled_from(["deleted.jsonl", "docarchive.toml"]), digests, max_size=12)


def manifest(files: dict[str, bytes], previous: str = NONE) -> bytes:
    """Writes a manifest."""
    entries = [DigestLine(path, files[path]) for path in sorted(files, key=os.fsencode)]
    root = Root()
    for entry in entries:
        root.add(leaf_hash(*entry))
    head = Head("2024-03-16T10:00:00Z", len(entries), "7-0123abcd", previous, root.digest().hex())
    return head.lines() + b"".join(entry.line() for entry in entries)


def read(data: bytes) -> tuple[Head, dict[str, bytes]]:
    opened = Manifest(BytesIO(data), "m")
    return opened.head, dict(opened)


@given(files)
def test_it_is_read_as_it_was_written(files: dict[str, bytes]) -> None:
    head, again = read(manifest(files))
    assert again == files
    assert head.files == len(files)


@given(files, st.data())
def test_nothing_else_is_read_as_a_manifest(files: dict[str, bytes], data: st.DataObject) -> None:
    """Whatever is changed, cut, added or moved: the lines of the head and those of files alike."""
    whole = manifest(files)
    place = data.draw(st.integers(0, len(whole) - 1))
    lines = whole.splitlines(keepends=True)
    shuffled = lines.copy()
    random.Random(place).shuffle(shuffled)
    for other in (
        whole[:place],
        whole[:place] + bytes([whole[place] ^ 1 << data.draw(st.integers(0, 7))]) + whole[place + 1 :],
        whole[:place] + b"\n" + whole[place:],
        whole + lines[-1],
        b"".join(shuffled),
        whole.replace(b"\n", b"\r\n"),
    ):
        if other != whole:
            with pytest.raises((InputError, UsageError)):
                read(other)


@pytest.mark.parametrize(
    "path",
    [
        *("/etc/passwd", "../x", "articles/../../x", "articles//x", "articles/./x", "articles/", "articles", "x.md"),
        *("heads.jsonl", ".docarchive/lock", "articles/.x", "articles/a\0b", "docarchive.toml/x", "Articles/x", ""),
    ],
)
def test_paths_that_are_none_of_an_archive_are_refused(path: str) -> None:
    assert not is_covered(path)
    with pytest.raises(InputError, match="line 8 is no line of a manifest"):
        read(manifest({path: bytes(32)}))


@pytest.mark.parametrize(
    "line",
    [
        *(b"00  articles/a.md\n", b"%s articles/a.md\n", b"%s *articles/a.md\n", b"%s  articles/a.md", b"\n"),
        *(b"\\%s  articles/a.md\n", b"\\%s  articles/a\\t.md\n", b"\\%s  articles/a\\\n", b"%s  articles/a\\b\n"),
        *(b"# comment\n", b"%S  articles/a.md\n", b" %s  articles/a.md\n", b"%s  articles/" + b"a" * 40_000 + b"\n"),
    ],
)
def test_lines_in_other_forms_are_refused(line: bytes) -> None:
    line = line.replace(b"%s", b"ab" * 32).replace(b"%S", b"AB" * 32)
    with pytest.raises(InputError, match="no line of a manifest"):
        read(manifest({}) + line)


def test_other_files_are_no_manifests() -> None:
    for other in (b"", b"x" * 1_000_000, b"# docarchive manifest 2\n"):
        with pytest.raises(UsageError, match="m is no manifest; write one with"):
            read(other)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("written", "2024-03-16"), ("written", "２024-03-16T10:00:00Z"), ("files", "07"), ("files", True)),
        *(("files", -1), ("files", 1.0), ("position", "7"), ("position", "7-0123abcd\n# x"), ("previous", "0")),
        *(("root", "A" * 64), ("head", "0" * 64), ("head", None), ("root", None)),
    ],
)
def test_values_that_are_none_of_a_head_are_refused(name: str, value: object) -> None:
    head = Head("2024-03-16T10:00:00Z", 0, "7-0123abcd", NONE, "0" * 64)
    assert Head.read(head.to_dict()) == head
    with pytest.raises(ValueError, match="it"):
        Head.read({**head.to_dict(), name: value})
