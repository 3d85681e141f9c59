import gzip
import io
import zlib

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from readers.containers.containing import Found, read, source

from docarchive.readers import readers
from docarchive.readers.choosing import choose
from docarchive.readers.containers import warc
from docarchive.readers.protocol import Member, Refusal

READER = readers()["warc"]
PAGE = b"<html><title>Ships</title><p>Ships wait at the canal.</p></html>" * 20
URL = "https://example.org/news/ships.html?page=2"


def record(
    block: bytes, kind: str = "response", url: str = URL, media_type: str = "application/http;msgtype=response"
) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-01T10:00:00Z\r\n"
    return f"{head}Content-Type: {media_type}\r\nContent-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def answer(body: bytes = PAGE, status: str = "200 OK", **headers: str) -> bytes:
    given = {"Content-Type": "text/html; charset=utf-8"} | {
        key.replace("_", "-"): each for key, each in headers.items()
    }
    head = "".join(f"{key}: {value}\r\n" for key, value in given.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


INFO = record(b"software: test\r\n", "warcinfo", media_type="application/warc-fields")
ASKED = record(b"GET / HTTP/1.1\r\n\r\n", "request")


def joined(*records: bytes, packed: bool = False) -> bytes:
    return b"".join(gzip.compress(each) if packed else each for each in (INFO, ASKED, *records))


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_is_a_source_with_its_address_and_kind(packed: bool) -> None:
    data = joined(record(answer()), packed=packed)
    assert choose(source(data, "crawl.warc.gz" if packed else "crawl.warc")).name == "warc"
    assert choose(source(data, "")).name == "warc"
    (member,) = READER.records(source(data))
    assert isinstance(member, Member)
    assert (member.location, member.source.name, member.source.url, member.source.media_type) == (
        URL,
        "ships.html",
        URL,
        "text/html; charset=utf-8",
    )
    assert member.source.open().read() == PAGE


def test_all_records_may_be_compressed_together() -> None:
    assert read(READER, gzip.compress(joined(record(answer())))).files == {URL: PAGE}


class Trickle(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(1, size or 0))


def test_warcio_is_given_whole_portions_however_they_come() -> None:
    assert warc._LimitedStream(Trickle(INFO), 1000).read(100) == INFO[:100]


def test_what_is_no_page_that_came_is_skipped() -> None:
    others = [
        record(answer(status="404 Not Found")),
        record(answer(status="302 Found", Location="/")),
        record(answer(b"\x89PNG", Content_Type="image/png")),
        record(answer(b"{}", Content_Type="application/json")),
        record(answer(b"  ")),
        record(answer(), "revisit"),
        record(b"log", "resource", "urn:x", "text/plain"),
        record(b"1 2 3", "response", "dns:example.org", "text/dns"),
    ]
    assert read(READER, joined(*others)) == Found({}, {}, "")


def test_resources_conversions_and_pdf_are_taken() -> None:
    data = joined(
        record(PAGE, "resource", "https://example.org/", "text/html"),
        record(b"Ships", "conversion", "https://example.org/a", "text/plain"),
        record(answer(b"%PDF-1.7", Content_Type="application/pdf"), url="https://example.org/b%2Fc.pdf"),
    )
    found = [each.source for each in READER.records(source(data)) if isinstance(each, Member)]
    assert [each.name for each in found] == ["index.html", "a.txt", "c.pdf"]


def chunked(data: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in (data[:30], data[30:])) + b"0\r\n\r\n"


RAW_DEFLATE = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("x-gzip", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", RAW_DEFLATE.compress(PAGE) + RAW_DEFLATE.flush()),
        ("br", brotli.compress(PAGE)),
        ("br, gzip", gzip.compress(brotli.compress(PAGE), mtime=0)),
        ("identity", PAGE),
    ],
)
def test_encodings_are_taken_off(encoding: str, data: bytes) -> None:
    plain = record(answer(data, Content_Encoding=encoding))
    assert read(READER, plain).files == {URL: PAGE}
    in_chunks = record(answer(chunked(data), Content_Encoding=encoding, Transfer_Encoding="chunked"))
    assert read(READER, in_chunks).files == {URL: PAGE}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_what_the_crawler_decoded_is_read_though_its_header_says_otherwise(encoding: str) -> None:
    data = record(answer(PAGE, Content_Encoding=encoding, Transfer_Encoding="chunked"))
    assert read(READER, data).files == {URL: PAGE}


@pytest.mark.parametrize(
    ("encoding", "data", "reason"),
    [
        ("zstd", b"x", "it is encoded with 'zstd', which is not supported"),
        ("gzip", gzip.compress(PAGE, mtime=0)[:-9], "its compressed data is cut off"),
        ("br", brotli.compress(PAGE)[:-9], "its compressed data is cut off"),
        ("br", b"\xff\xff\xff", "its compressed data is damaged: it is not brotli"),
    ],
)
def test_a_page_that_cannot_be_decoded_is_refused_and_the_others_are_read(
    encoding: str, data: bytes, reason: str
) -> None:
    block = answer(data, Content_Encoding=encoding)
    refusal, member = READER.records(source(record(block) + record(answer())))
    assert refusal == Refusal(URL, block, reason)
    assert isinstance(member, Member)


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_a_page_that_is_a_bomb_is_refused(encoding: str, pack: object) -> None:
    assert callable(pack)
    data = record(answer(pack(b" " * 60_000_000), Content_Encoding=encoding))
    reason = "it expands to more than 50 MB, too large for one article"
    assert read(READER, data).refused == {URL: reason}


def test_of_a_file_that_is_cut_off_the_whole_records_are_read() -> None:
    plain = joined(record(answer()), record(answer(), url="https://example.org/2"))
    found = read(READER, plain[:-100])
    assert (list(found.files), found.stopped) == ([URL], warc._TRUNCATED)
    packed = joined(record(answer()), record(answer(), url="https://example.org/2"), packed=True)
    found = read(READER, packed[:-20])
    assert (list(found.files), found.stopped) == ([URL], "its compressed data is cut off")


def test_lengths_that_are_wrong_are_told_and_pages_after_them_are_read() -> None:
    one = record(answer()).replace(b"Content-Length: ", b"Content-Length: -")
    found = read(READER, record(answer(), url="https://example.org/2") + one)
    assert list(found.files) == ["https://example.org/2"]
    assert found.stopped == warc._TRUNCATED
    longer = record(answer())[:-4] + b"more\r\n\r\n"
    found = read(READER, longer + record(answer(), url="https://example.org/2"))
    assert list(found.files) == [URL, "https://example.org/2"]
    assert found.stopped == "a record of the web archive is longer than it says; the others were read"
    # Where each record is compressed by itself, its end is sure.
    wrong = INFO.replace(b"Content-Length: 16", b"Content-Length: 99")
    packed = gzip.compress(wrong) + gzip.compress(record(answer()))
    assert read(READER, packed) == Found({URL: PAGE}, {}, "")


def test_the_old_format_is_read() -> None:
    block = answer()
    form = "1 0 Test\nURL IP-address Archive-date Content-type Archive-length\n\n"
    head = f"filedesc://a.arc 0.0.0.0 20240301100000 text/plain {len(form)}\n{form}\n"
    data = (head + f"{URL} 192.0.2.1 20240301100000 text/html {len(block)}\n").encode() + block + b"\n"
    assert choose(source(data, "a.arc")).name == "warc"
    assert read(READER, data) == Found({URL: PAGE}, {}, "")
    unsaid = data.replace(f"text/html {len(block)}\n".encode(), b"text/html -1\n")[: -len(block) - 1]
    reason = "a record of the web archive does not say how long it is; the others were read"
    assert read(READER, data + unsaid[len(head) :]) == Found({URL: PAGE}, {}, reason)


def test_bombs_and_endless_headers_are_refused() -> None:
    bomb = gzip.compress(record(b"\0" * 20_000_000, "metadata")) * 10
    assert read(READER, bomb).stopped == "it expands to far more than its size; unpack it yourself if you trust it"
    endless = b"WARC/1.0\r\nA: " + b"x" * 3_000_000
    assert read(READER, endless).stopped == "the web archive is damaged: a header in it has no end"
    twice = gzip.compress(INFO) + gzip.compress(gzip.compress(record(answer())))
    assert read(READER, twice).stopped == "it is compressed twice; unpack it once, and import the result"
    assert read(READER, b"plain").stopped == "it is not a web archive, despite its name"


def test_nothing_is_written_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    read(READER, record(answer())[:-4] + b"more\r\n\r\n" + INFO)
    assert capsys.readouterr() == ("", "")


WHOLE = joined(record(answer(PAGE[:60])), record(answer(gzip.compress(PAGE), Content_Encoding="gzip")))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damage_anywhere_is_refused_in_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    for each in (bytes(whole), bytes(whole[: data.draw(st.integers(0, len(whole)))]), gzip.compress(bytes(whole))):
        found = read(READER, each)
        assert all("\n" not in reason for reason in (*found.refused.values(), found.stopped))


def test_a_source_can_be_opened_again() -> None:
    (member,) = READER.records(source(record(answer())))
    assert isinstance(member, Member)
    assert member.source.open().read() == member.source.open().read() == PAGE
    assert isinstance(member.source.open(), io.BytesIO)
