"""Makes documents: small files of each format, as programs write them."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import md5
from typing import NamedTuple

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.protocol import Reader, ReadOptions, Record, Source

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"


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
        assert isinstance(record, Record)
        yield record


def article(reader: Reader, data: bytes, name: str = "") -> Article:
    (record,) = records(reader, data, name)
    assert (record.location, record.raw) == ("", None)
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


def zipped(files: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, 0 if name == "mimetype" else method)
    return held.getvalue()


def docx(body: str, core: str = "", more: Mapping[str, str] = {}) -> bytes:
    """Makes a document of Word.

    Args:
        body: What is in its ``w:body``.
        core: What it says about itself.
        more: Other files in it, or these ones otherwise.
    """
    types = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for part, kind in (
            ("document", "document.main"),
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("footnotes", "footnotes"),
        )
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/></w:style>'
        for name in ("Title", "heading 1", "heading 2", "Quote", "Normal")
    )
    levels = "".join(
        f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0"><w:numFmt w:val="{kind}"/></w:lvl></w:abstractNum>'
        for number, kind in ((0, "bullet"), (1, "decimal"))
    )
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": _relations(("rId1", "officeDocument", "word/document.xml", "")),
        "word/_rels/document.xml.rels": _relations(
            ("rId1", "styles", "styles.xml", ""),
            ("rId2", "numbering", "numbering.xml", ""),
            ("rId3", "footnotes", "footnotes.xml", ""),
            ("rId4", "hyperlink", "https://example.org/ice", "External"),
        ),
        "word/document.xml": f'<w:document xmlns:w="{_WORD}" xmlns:r="{_LINKS}" '
        f'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><w:body>{body}</w:body></w:document>',
        "word/styles.xml": f'<w:styles xmlns:w="{_WORD}">{styles}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{_WORD}">{levels}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>',
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{_WORD}"><w:footnote w:id="1">{para("As told in 1871.")}</w:footnote></w:footnotes>',
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        f' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">{core}</cp:coreProperties>',
    }
    return zipped({**files, **more})


def para(text: str, style: str = "", number: int = 0) -> str:
    """Makes a paragraph of Word; text that begins with ``<`` is XML."""
    listed = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    runs = text if text.startswith("<") else f"<w:r><w:t>{text}</w:t></w:r>"
    return f"<w:p><w:pPr>{styled}{listed}</w:pPr>{runs}</w:p>"


def _relations(*each: tuple[str, str, str, str]) -> str:
    inside = "".join(
        f'<Relationship Id="{name}" Type="{_LINKS}/{kind}" Target="{target}"{mode and f" TargetMode={chr(34)}{mode}{chr(34)}"}/>'
        for name, kind, target, mode in each
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inside}</Relationships>'
    )


_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
    for name, kind in (
        *(
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("style", "style"),
            ("draw", "drawing"),
            ("meta", "meta"),
        ),
        *(("fo", "xsl-fo-compatible"), ("svg", "svg-compatible")),
    )
)
_NAMES += ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
ODT_STYLES = """<office:automatic-styles>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Quotations"/>
<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Title"/>
<style:style style:name="T1" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Up" style:family="text"><style:text-properties style:text-position="super 58%"/></style:style>
<style:style style:name="Higher" style:family="text"><style:text-properties style:text-position="33% 58%"/></style:style>
<style:style style:name="Down" style:family="text"><style:text-properties style:text-position="-33% 58%"/></style:style>
<style:style style:name="Level" style:family="text"><style:text-properties style:text-position="0% 100%"/></style:style>
<text:list-style style:name="L1"><text:list-level-style-number text:level="1"/><text:list-level-style-bullet text:level="2"/></text:list-style>
</office:automatic-styles>"""


def odt(text: str, meta: str = "", more: Mapping[str, str] = {}) -> bytes:
    """Makes a document of LibreOffice of what is in its ``office:text``."""
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {_NAMES}>{ODT_STYLES}<office:body><office:text>{text}</office:text>"
            "</office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
            **more,
        }
    )


def fodt(text: str, meta: str = "") -> bytes:
    """Makes the same as one XML file."""
    return (
        f'<?xml version="1.0"?><office:document {_NAMES} office:mimetype="application/vnd.oasis.opendocument.text">'
        f"<office:meta>{meta}</office:meta>{ODT_STYLES}<office:body><office:text>{text}</office:text></office:body></office:document>"
    ).encode()


def epub(chapters: Mapping[str, str], meta: str = "", more: Mapping[str, str | bytes] = {}, spine: str = "") -> bytes:
    """Makes a book.

    Args:
        chapters: What is in the body of each text, by its name.
        meta: What it says about itself.
        more: Other files in it, or these ones otherwise.
        spine: References to texts; all in their order if there are none.
    """
    items = "".join(
        f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml"/>' for name in chapters
    )
    order = spine or "".join(f'<itemref idref="{name}"/>' for name in chapters)
    contents = "".join(f'<li><a href="text/{name}.xhtml#top">Of {name}</a></li>' for name in chapters)
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="book/a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
            "book/a.opf": '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" unique-identifier="uid" version="3.0">'
            f'<metadata>{meta}</metadata><manifest>{items}<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" '
            f'properties="nav"/></manifest><spine><itemref idref="nav"/>{order}</spine></package>',
            "book/nav.xhtml": f'<html xmlns="http://www.w3.org/1999/xhtml"><body><nav><ol>{contents}</ol></nav></body></html>',
            **{
                f"book/text/{name}.xhtml": '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head>'
                f"<title>No title</title></head><body>{body}</body></html>"
                for name, body in chapters.items()
            },
            **more,
        }
    )
