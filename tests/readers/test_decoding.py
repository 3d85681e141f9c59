from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docarchive.errors import ReaderError
from docarchive.readers import Source, decoding
from docarchive.readers.decoding import decode, read_text


def source(data: bytes, name: str = "a.txt") -> Source:
    return Source(name, len(data), lambda: io.BytesIO(data))


@given(st.text().filter(lambda text: not text.startswith("\ufeff") and text.isprintable()))
def test_text_in_utf_8_is_read(text: str) -> None:
    assert decode(text.encode()) == text
    assert decode(text.encode("utf-8-sig")) == text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert decode("Zoë\r\n😀".encode(encoding)) == "Zoë\r\n😀"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("Zoë".encode("latin-1"), "the text is not UTF-8 (byte 0xeb at offset 2); convert it first"),
        (b"x" * 1234 + b"\xff", "the text is not UTF-8 (byte 0xff at offset 1,234); convert it first"),
        ("Zoë".encode("utf-16-le"), "the file is not text"),
        (b"a\0b", "the file is not text"),
        (b"\xff\xfeabc", "the text is not UTF-8 (byte 0x63 at offset 4); convert it first"),
        (bytes(range(1, 9)) * 2, "the file is not text"),
        (b"\xed\xa0\x80", "the text is not UTF-8 (byte 0xed at offset 0); convert it first"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ReaderError) as caught:
        decode(data)
    assert str(caught.value) == message


def test_a_few_control_characters_do_no_harm() -> None:
    assert decode(b"a\x1b[1mb\x0c\x07") == "a\x1b[1mb\x0c\x07"


@pytest.mark.parametrize("data", [b"", b" \r\n\t", b"\xef\xbb\xbf"])
def test_nothing_is_refused(data: bytes) -> None:
    with pytest.raises(ReaderError, match="the file is empty"):
        read_text(source(data))


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_SIZE", 1_000_000)
    assert read_text(source(b"x" * 1_000_000))
    with pytest.raises(ReaderError, match="larger than 1 MB, too large for one article"):
        read_text(source(b"x" * 1_000_001))
