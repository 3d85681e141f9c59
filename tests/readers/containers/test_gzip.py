import bz2
import gzip
import lzma
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.containers.containing import LARGE, Found, read, source

from docarchive.readers import readers
from docarchive.readers.choosing import choose
from docarchive.readers.containers.gzip import records
from docarchive.readers.protocol import Source

READER = readers()["gzip"]
TEXT = b"Ships wait at the canal.\n" * 40


@pytest.mark.parametrize(("pack", "suffix"), [(gzip.compress, ".gz"), (bz2.compress, ".bz2"), (lzma.compress, ".xz")])
@pytest.mark.parametrize("data", [b"", TEXT, LARGE])
def test_what_is_in_the_file_is_a_source(pack: Callable[[bytes], bytes], suffix: str, data: bytes) -> None:
    packed = pack(data)
    assert choose(source(packed, "feed.xml" + suffix)).name == "gzip"
    assert read(READER, packed, "feed.xml" + suffix) == Found({"feed.xml": data}, {}, "")


def test_the_source_keeps_its_folder_and_what_is_beside_it() -> None:
    other = source(b"x", "b.pdf")
    packed = source(gzip.compress(TEXT), "A.TXT.GZ")._replace(folder="posts", sibling=lambda path: other)
    (member,) = records(packed)
    assert member.named
    assert (member.source.name, member.source.folder, member.source.sibling("b.pdf")) == ("A.TXT", "posts", other)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_files_may_be_joined_and_padded(pack: Callable[[bytes], bytes]) -> None:
    joined = pack(TEXT) + pack(b"more\n") + pack(LARGE) + bytes(1000)
    assert read(READER, joined, "a.gz").files == {"a": TEXT + b"more\n" + LARGE}


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_damage_is_told(pack: Callable[[bytes], bytes]) -> None:
    packed = bytearray(pack(TEXT))
    assert read(READER, bytes(packed[:-5])).stopped == "its compressed data is cut off"
    packed[-6] ^= 255
    assert read(READER, bytes(packed)).stopped.startswith("its compressed data is damaged: ")
    assert read(READER, b"plain text").stopped == "it is not compressed with gzip, bzip2 or xz, despite its name"


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_refused(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(b"\0" * 20_000_000) * 10
    reason = "it expands to far more than its size; unpack it yourself if you trust it"
    assert read(READER, bomb) == Found({}, {}, reason)


def test_an_xz_file_that_wants_gigabytes_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}]
    data = bytearray(lzma.compress(TEXT, filters=filters))
    at = data.index(b"\x21\x01", 12) + 2
    data[at] = 40  # a dictionary of 4 GB
    head = bytes(data[12 : 12 + (data[12] + 1) * 4 - 4])
    data[12 + len(head) : 16 + len(head)] = zlib.crc32(head).to_bytes(4, "little")
    assert read(READER, bytes(data)).stopped == "its compressed data is damaged: Memory usage limit exceeded"


def test_what_crawlers_write_is_left_to_others() -> None:
    assert not READER.recognizes(gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n"))
    assert READER.recognizes(gzip.compress(b"WARCs are large"))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damage_anywhere_is_refused_in_a_sentence(data: st.DataObject) -> None:
    packed = bytearray(data.draw(st.sampled_from([gzip.compress(TEXT), bz2.compress(TEXT), lzma.compress(TEXT)])))
    packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    found = read(READER, bytes(packed[: data.draw(st.integers(1, len(packed)))]))
    assert "\n" not in found.stopped


def test_an_unnamed_source_is_read() -> None:
    packed = gzip.compress(TEXT)
    assert read(READER, packed, "").files == {"": TEXT}
    assert choose(Source("", len(packed), source(packed).open)).name == "gzip"
