import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.containers.containing import LARGE, Found, read, source

from docarchive.readers import readers
from docarchive.readers.choosing import choose
from docarchive.readers.containers import members
from docarchive.readers.protocol import Member, Refusal

READER = readers()["tar"]
TEXT = b"Ships wait at the canal.\n" * 40
LONG = "posts/" + "long" * 40 + ".txt"


def tarred(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


@pytest.mark.parametrize(
    ("pack", "suffix"), [(bytes, ""), (gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")]
)
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_files_come_in_their_order(pack: Callable[[bytes], bytes], suffix: str, form: int) -> None:
    files = {"b.txt": TEXT, LONG: b"# A\n", "large.bin": LARGE, "ä.txt": b"", "z.txt": b"x" * 512}
    data = pack(tarred(files, form))
    found = read(READER, data, "a.tar")
    assert found == Found(files, {}, "")
    assert list(found.files) == list(files)
    # The first block of bzip2 may be longer than what is looked at; then the archive comes out of a compressed file.
    assert choose(source(data, "")).name == ("gzip" if pack is bz2.compress else "tar")
    assert choose(source(pack(tarred({"a.txt": TEXT})), "a.tar" + suffix)).name == "tar"


def test_the_ending_of_the_name_may_be_that_of_the_compression() -> None:
    data = gzip.compress(tarred({"a.txt": b"x"}))
    assert [choose(source(data, name)).name for name in ("a.tar.gz", "a.tgz", "a.gz")] == ["tar"] * 3


def test_old_archives_without_a_mark_are_known_by_their_checksum() -> None:
    data = bytearray(tarred({"a.txt": b"x"}))
    data[257:265] = bytes(8)
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + 256 + sum(data[156:512]))
    assert choose(source(bytes(data), "")).name == "tar"
    assert read(READER, bytes(data)).files == {"a.txt": b"x"}


def test_what_is_no_file_or_leads_out_is_refused_and_what_is_hidden_is_skipped() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, kind in [
            ("l.txt", tarfile.SYMTYPE),
            ("h.txt", tarfile.LNKTYPE),
            ("d", tarfile.DIRTYPE),
            ("p", tarfile.FIFOTYPE),
        ]:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        for name in (".hidden/a.txt", "/etc/a.txt", "../../b.txt"):
            info = tarfile.TarInfo(name)
            info.size = 1
            archive.addfile(info, io.BytesIO(b"x"))
        for name in ("./posts/c.txt", "d.png"):
            info = tarfile.TarInfo(name)
            info.size = 1
            archive.addfile(info, io.BytesIO(b"y"))
    found = list(READER.records(source(held.getvalue())))
    assert [each for each in found if isinstance(each, Refusal)] == [
        Refusal("l.txt", b"/etc/passwd", members.LINK),
        Refusal("h.txt", b"/etc/passwd", members.LINK),
        Refusal("p", b"/etc/passwd", members.DEVICE),
        Refusal("/etc/a.txt", b"x", members.ESCAPES),
        Refusal("../../b.txt", b"x", members.ESCAPES),
    ]
    given = [each for each in found if isinstance(each, Member)]
    assert [(each.location, each.source.folder, each.source.name) for each in given] == [
        ("./posts/c.txt", "posts", "c.txt"),
        ("d.png", "", "d.png"),
    ]


def test_a_file_without_a_name_is_refused() -> None:
    assert read(READER, tarred({".": b"x", "a.txt": b"y"})) == Found({"a.txt": b"y"}, {".": members.NAMELESS}, "")


def test_what_is_before_damage_is_read() -> None:
    data = bytearray(tarred({"a.txt": b"x", "b.txt": b"y", "c.txt": b"z"}))
    data[1024 + 10] ^= 1
    assert read(READER, bytes(data)) == (
        {"a.txt": b"x"},
        {},
        "the TAR archive is damaged: what follows the last file is not a file",
    )
    whole = tarred({"a.txt": b"x", "b.txt": TEXT})
    assert read(READER, whole[:1800]).stopped == "the TAR archive is damaged in b.txt: it is cut off"
    packed = gzip.compress(tarred({"a.txt": b"x", "b.txt": LARGE}))
    found = read(READER, packed[: len(LARGE) // 2])
    assert (found.files, found.refused) == (
        {"a.txt": b"x"},
        {"b.txt": "its compressed data is cut off"},
    )
    assert found.stopped == "its compressed data is cut off"


def test_an_archive_may_end_without_its_last_blocks() -> None:
    assert read(READER, tarred({"a.txt": b"x"})[:1024]) == Found({"a.txt": b"x"}, {}, "")


def with_size(size: bytes, kind: bytes) -> bytes:
    head = bytearray(tarred({"a.txt": b"x"}))
    head[124:136] = size
    head[156:157] = kind
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 256 + sum(head[156:512]))
    return bytes(head)


@pytest.mark.parametrize("kind", [b"0", b"x", b"g", b"L", b"S"])
@pytest.mark.parametrize(
    "size", [b"\xff" * 11 + b"\x00", b"\xff" * 10 + b"\xfc\x00", b"\x80" + b"\x7f" * 11, b"7" * 11 + b"\0"]
)
def test_sizes_that_cannot_be_are_refused(size: bytes, kind: bytes) -> None:
    found = read(READER, with_size(size, kind))
    assert found.stopped


def test_a_bomb_is_read_no_further_than_its_limit() -> None:
    bomb = gzip.compress(b"\0" * 4_000_000, 9)
    head = bytearray(tarred({".hidden": b""})[:512])
    head[124:136] = b"%011o\0" % 4_000_000_000
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 256 + sum(head[156:512]))
    found = read(READER, gzip.compress(bytes(head)) + bomb * 1000)
    assert found == Found({}, {}, "it expands to far more than its size; unpack it yourself if you trust it")


def test_sparse_files_are_not_read_and_the_archive_is_kept() -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = 1
        info.pax_headers = {"GNU.sparse.map": "0,1", "GNU.sparse.size": "9000000000", "GNU.sparse.name": "a.txt"}
        archive.addfile(info, io.BytesIO(b"x"))
    found = read(READER, held.getvalue())
    assert found == Found(
        {}, {}, "a.txt in it is a sparse file, which is not supported; unpack the TAR archive yourself"
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_anywhere_is_refused_in_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(tarred({"a.txt": TEXT, LONG: b"x"})[:5120])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at] = data.draw(st.integers(0, 255))
        head = at // 512 * 512
        if data.draw(st.booleans()):  # so that the damage is believed
            whole[head + 148 : head + 156] = b"%06o\0 " % (
                sum(whole[head : head + 148]) + 256 + sum(whole[head + 156 : head + 512])
            )
    for each in (bytes(whole), gzip.compress(bytes(whole))[: data.draw(st.integers(1, 500))]):
        found = read(READER, each)
        assert all("\n" not in reason for reason in (*found.refused.values(), found.stopped))


def test_every_file_is_a_member() -> None:
    assert all(isinstance(each, Member) for each in READER.records(source(tarred({"a.txt": b"x"}))))
