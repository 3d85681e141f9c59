"""XMP: the metadata of a PDF file as XML within its bytes; PDFium does not return them (decision 0021)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.package import attribute
from docarchive.readers.html.xml import every, first, parse_bytes, text_of
from docarchive.texts import one_line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_BEGIN: Final = b"<x:xmpmeta"
_END: Final = b"</x:xmpmeta>"
_PDF_NAMESPACE: Final = re.compile(rb"http://ns\.adobe\.com/pdf/1\.")
_MAX_PACKET: Final = 1_000_000
_MAX_PACKETS: Final = 50


def read(data: bytes, name: str = "") -> dict[str, Any]:
    """Returns the metadata in the last XMP packet about the PDF file; none if it is compressed or damaged.

    Pictures in the file may have packets too, but without PDF's namespace. The file's name is not a title.
    """
    for packet in reversed(_packets(data)):
        if _PDF_NAMESPACE.search(packet):
            try:
                return _stated(parse_bytes(packet), name)
            except ReaderError:
                continue
    return {}


def _packets(data: bytes) -> list[bytes]:
    packets: list[bytes] = []
    start = data.find(_BEGIN)
    while start >= 0 and len(packets) < _MAX_PACKETS:
        end = data.find(_END, start, start + _MAX_PACKET)
        if end >= 0:
            packets.append(data[start : end + len(_END)])
        start = data.find(_BEGIN, start + len(_BEGIN))
    return packets


def _stated(root: Element, name: str) -> dict[str, Any]:
    return {
        "title": metadata.title(_value(root, "title"), name),
        "date": _value(root, "publicationDate") or _value(root, "CreateDate"),
        "updated": _value(root, "ModifyDate"),
        "authors": [known for value in _values(root, "creator") for known in metadata.names(value)],
        "summary": metadata.description(_value(root, "description")),
        "language": metadata.language(_value(root, "language")),
        "tags": [word for value in _values(root, "subject") for word in metadata.keywords(value)],
        "doi": _value(root, "doi").removeprefix("doi:"),
        "source": _value(root, "publicationName"),
    }


def _values(root: Element, name: str) -> list[str]:
    """Returns the values of a property: the items of its list, its text, or the attribute of that name."""
    element = first(root, name)
    if element is None:
        return [value for item in every(root, "Description") if (value := attribute(item, name))]
    return [text for item in every(element, "li") if (text := text_of(item))] or [text_of(element)]


def _value(root: Element, name: str) -> str:
    return one_line(next(iter(_values(root, name)), ""))
