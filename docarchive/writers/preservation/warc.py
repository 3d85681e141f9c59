"""The writer of web archives: the originals as WARC records (WARC 1.1, ISO 28500)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any, BinaryIO, Final
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from docarchive.article import Article
from docarchive.writers.protocol import Document, WriteOptions, Writer

_EPOCH: Final = "1970-01-01T00:00:00Z"
_TYPES: Final = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
    ".epub": "application/epub+zip",
    ".htm": "text/html",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".md": "text/markdown",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".rtf": "application/rtf",
    ".txt": "text/plain",
    ".xhtml": "application/xhtml+xml",
    ".xml": "application/xml",
}


class WarcWriter(Writer):
    """Writes one ``resource`` record per original; of an article without an original, its file as Markdown.

    The address of a record is the article's, or ``urn:docarchive:ID``. Records are compressed one by one.
    """

    name = "warc"
    summary = "the originals as a web archive (WARC, compressed with gzip)"
    originals = True
    suffixes = (".warc.gz",)
    binary = True
    extra = "warc"
    requires = ("warcio",)

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        try:
            from warcio.warcwriter import WARCWriter
        except ImportError:
            raise self.missing() from None
        warc = WARCWriter(out, gzip=True, warc_version="1.1")
        written: set[bytes] = set()
        begun = False
        for document in documents:
            date = _date(document.article)
            if not begun:
                begun = True
                _write(warc, _info(warc, options, date))
            original = document.original
            if original is None:
                data = io.BytesIO(document.text.encode())
                record = _record(warc, document, data, len(data.getvalue()), "text/markdown", date)
                _write(warc, record)
                continue
            mark = bytes.fromhex(original.name.partition(".")[0])
            if mark not in written:
                written.add(mark)
                type_ = _TYPES.get("".join(original.suffixes[-1:]).lower(), "application/octet-stream")
                with original.open("rb") as file:
                    _write(warc, _record(warc, document, file, original.stat().st_size, type_, date))


def _write(warc: Any, record: Any) -> None:
    try:
        warc.write_record(record)
    finally:
        record.raw_stream.close()  # the copy that warcio makes to compute the digest


def _info(warc: Any, options: WriteOptions, date: str) -> Any:
    title = " ".join(options.title.split())
    lines = f"software: docarchive\r\nformat: WARC File Format 1.1\r\ndescription: {title}\r\n"
    headers = {"WARC-Date": date, "WARC-Record-ID": _id(f"info {title} {date}")}
    return warc.create_warc_record(
        "",
        "warcinfo",
        payload=io.BytesIO(lines.encode()),
        warc_content_type="application/warc-fields",
        warc_headers_dict=headers,
    )


def _record(warc: Any, document: Document, data: BinaryIO, length: int, type_: str, date: str) -> Any:
    headers = {"WARC-Date": date, "WARC-Record-ID": _id(f"{document.id} {document.article.original}")}
    return warc.create_warc_record(
        _address(document.article),
        "resource",
        payload=data,
        length=length,
        warc_content_type=type_,
        warc_headers_dict=headers,
    )


def _address(article: Article) -> str:
    url = "".join(article.url.split()) if article.url else ""
    return quote(url, safe="%/:?#[]@!$&'()*+,;=~") if ":" in url else f"urn:docarchive:{article.id}"


def _date(article: Article) -> str:
    text = article.archived.text if article.archived else ""
    return text if text.endswith("Z") and len(text) >= len(_EPOCH) else _EPOCH


def _id(name: str) -> str:
    return f"<urn:uuid:{uuid5(NAMESPACE_URL, f'docarchive:{name}')}>"
