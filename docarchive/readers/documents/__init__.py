"""Documents of office programs, books and PDF."""

from __future__ import annotations

import re
from typing import Final

from docarchive.readers.documents.kinds import kind
from docarchive.readers.lazy_reader import LazyReader

_ODT: Final = ("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text-template")
_FLAT_ODT: Final = rb"<office:document\s[^>]{0,20000}opendocument\.text"


def _is_odt(head: bytes) -> bool:
    return kind(head) in _ODT or bool(re.search(_FLAT_ODT, head[:8000]))


#: In the order in which they are asked.
READERS: Final = (
    LazyReader(
        "pdf",
        "PDF",
        (".pdf",),
        "documents.pdf:records",
        lambda head: head[:1024].lstrip(b"\xef\xbb\xbf\0\t\r\n ").startswith(b"%PDF-"),
        extra="pdf",
        requires=("pypdfium2",),
        isolated=True,
    ),
    LazyReader(
        "docx",
        "Word documents (DOCX)",
        (".docx", ".docm", ".dotx"),
        "documents.docx:records",
        lambda head: kind(head) == "docx",
        extra="office",
        requires=("mammoth",),
        isolated=True,
        version=3,
    ),
    LazyReader(
        "odt",
        "LibreOffice documents (ODT)",
        (".odt", ".ott", ".fodt"),
        "documents.odt:records",
        _is_odt,
        isolated=True,
        version=3,
    ),
    LazyReader(
        "epub",
        "EPUB books",
        (".epub",),
        "documents.epub:records",
        lambda head: kind(head) == "application/epub+zip",
        isolated=True,
        version=3,
    ),
    LazyReader(
        "rtf",
        "RTF documents",
        (".rtf",),
        "documents.rtf:records",
        lambda head: head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"),
        extra="office",
        requires=("striprtf",),
        isolated=True,
        version=3,
    ),
)
