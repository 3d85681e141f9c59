"""Makes documents: small files of each format, as programs write them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import partial
from hashlib import md5
from typing import NamedTuple

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.protocol import Member, Reader, ReadOptions, Record, Refusal, Source

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


class Run(NamedTuple):
    """A line of a page."""

    text: str
    x: float = 72
    y: float = 700
    size: float = 10


def source(data: bytes, name: str = "", *, split: bool = False) -> Source:
    return Source(name, len(data), partial(io.BytesIO, data), options=ReadOptions(split=split))


def records(reader: Reader, data: bytes, name: str = "", *, split: bool = False) -> Iterator[Record]:
    for record in reader.records(source(data, name, split=split)):
        assert not isinstance(record, Member | Refusal)
        yield record


def article(reader: Reader, data: bytes, name: str = "") -> Article:
    (record,) = records(reader, data, name)
    assert (record.place, record.raw) == ("", None)
    return record.load()


def refused(reader: Reader, data: bytes, name: str = "", *, split: bool = False) -> str:
    """Returns why there is no article in it; nothing if there is one."""
    try:
        for record in records(reader, data, name, split=split):
            record.load()
    except ReaderError as error:
        return str(error)
    return ""


def paragraph(lines: Sequence[str], y: float = 700, x: float = 72, size: float = 10) -> list[Run]:
    return [Run(line, x, y - 1.2 * size * number, size) for number, line in enumerate(lines)]


def pdf(
    pages: Sequence[Sequence[Run]], info: str = "", *, xmp: str = "", picture: bool = False, password: str | None = None
) -> bytes:
    """Makes a PDF file.

    Args:
        pages: The lines of each page.
        info: The content of its information dictionary.
        xmp: Its description as XML.
        picture: Whether there is a picture on each page.
        password: What it is encrypted with (RC4, 40 bits).
    """
    number = len(pages)
    kids = " ".join(f"{10 + 2 * page} 0 R" for page in range(number))
    objects: dict[int, bytes] = {
        1: b"<</Type/Catalog/Pages 2 0 R/Lang(en-GB)" + (b"/Metadata 6 0 R>>" if xmp else b">>"),
        2: f"<</Type/Pages/Kids[{kids}]/Count {number}>>".encode(),
        3: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        4: b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>\nstream\n\x80\nendstream",
        5: f"<<{info}>>".encode("cp1252"),
    }
    key = b""
    if password is not None:
        shut = _PADDING
        key = md5((password.encode() + _PADDING)[:32] + shut + b"\xfc\xff\xff\xff" + b"0" * 16).digest()[:5]
        user = _rc4(key, _PADDING)
        objects[7] = f"<</Filter/Standard/V 1/R 2/P -4/O<{shut.hex()}>/U<{user.hex()}>>>".encode()
    if xmp:
        objects[6] = b"<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n%s\nendstream" % (
            len(xmp.encode()),
            xmp.encode(),
        )
    for page, runs in enumerate(pages):
        content = "".join(
            f"BT /F {run.size} Tf {run.x} {run.y} Td ({_escaped(run.text)}) Tj ET\n" for run in runs
        ).encode("cp1252")
        content += b"q 9 0 0 9 0 0 cm /I Do Q\n" if picture else b""
        at = 10 + 2 * page
        if key:
            content = _rc4(md5(key + (at + 1).to_bytes(3, "little") + b"\0\0").digest()[:10], content)
        objects[at] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents {at + 1} 0 R"
            "/Resources<</Font<</F 3 0 R>>/XObject<</I 4 0 R>>>>>>"
        ).encode()
        objects[at + 1] = b"<</Length %d>>\nstream\n%s\nendstream" % (len(content), content)
    return _file(objects, encrypted=bool(key))


def _escaped(text: str) -> str:
    return "".join(f"\\{character}" if character in "()\\" else character for character in text)


def _file(objects: dict[int, bytes], *, encrypted: bool) -> bytes:
    data = b"%PDF-1.4\n"
    places: dict[int, int] = {}
    for number, content in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(data)
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    more = f"/Encrypt 7 0 R/ID[<{'30' * 16}><{'30' * 16}>]" if encrypted else ""
    data += f"trailer\n<</Size {max(objects) + 1}/Root 1 0 R/Info 5 0 R{more}>>\n".encode()
    return data + b"startxref\n%d\n%%%%EOF\n" % start


def _rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    swap = 0
    for index in range(256):
        swap = (swap + state[index] + key[index % len(key)]) % 256
        state[index], state[swap] = state[swap], state[index]
    out, one, other = bytearray(), 0, 0
    for byte in data:
        one = (one + 1) % 256
        other = (other + state[one]) % 256
        state[one], state[other] = state[other], state[one]
        out.append(byte ^ state[(state[one] + state[other]) % 256])
    return bytes(out)
