"""What the documents are that stand in ZIP archives, told from the first kilobytes."""

from __future__ import annotations

import re
import zlib
from typing import Final

_LOCAL: Final = 30
_NAMES: Final = re.compile(
    rb"PK\x03\x04.{26}(?:(word|xl|ppt)/|(\[Content_Types\]\.xml)|(mimetype)|META-INF/(container)\.xml)", re.DOTALL
)
_MIMETYPES: Final = re.compile(rb"application/(?:epub\+zip|vnd\.oasis\.opendocument\.[a-z-]+|x-[a-z+-]+)")
_MAIN: Final = re.compile(
    rb"(wordprocessingml|spreadsheetml|presentationml|ms-word|ms-excel|ms-powerpoint)\.[A-Za-z.]{1,60}\.main\+xml"
)
_EPUB: Final = "application/epub+zip"
_OFFICE: Final = {
    b"word": "docx",
    b"wordprocessingml": "docx",
    b"ms-word": "docx",
    b"xl": "xlsx",
    b"spreadsheetml": "xlsx",
    b"ms-excel": "xlsx",
    b"ppt": "pptx",
    b"presentationml": "pptx",
    b"ms-powerpoint": "pptx",
}
#: Streams in files of older programs of Office, what has them, and what can be done.
_STREAMS: Final = (
    ("EncryptedPackage", "an office document encrypted with a password", "save it without one, and import it again"),
    ("__substg1.0_", "a message of Outlook", "save it as .eml, and import that"),
    ("__nameid_version1.0", "a message of Outlook", "save it as .eml, and import that"),
    ("WordDocument", "an old document of Word", "save it as DOCX, and import that"),
    ("PowerPoint Document", "an old presentation of PowerPoint", "save it as PDF, and import that"),
    ("Workbook", "an old spreadsheet of Excel", "save its sheets as CSV, and import those"),
)
#: How files of older programs of Office begin.
OLD: Final = b"\xd0\xcf\x11\xe0"


def old_kind(head: bytes) -> tuple[str, str]:
    """Returns what a file of older programs of Office is, and what can be done to import it, or nothing.

    Args:
        head: Its beginning.
    """
    for stream, found, instead in _STREAMS:
        if stream.encode("utf-16-le") in head:
            return found, instead
    return "an old office document", ""


def kind(head: bytes) -> str:
    """Returns ``docx``, ``xlsx`` or ``pptx``, or the media type of what has one; nothing for other archives.

    Args:
        head: The beginning of the file.
    """
    if not head.startswith(b"PK\x03\x04"):
        return ""
    found, office = "", b""
    for match in _NAMES.finditer(head):
        folder, types, mimetype, container = match.groups()
        if mimetype and match.start() == 0:
            stated = _MIMETYPES.match(_content(head, 0))
            return stated[0].decode() if stated else ""
        if container:
            found = _EPUB
        if types and (main := _MAIN.search(_content(head, match.start()))):
            return _OFFICE[main[1]]
        office = office or folder or b""
    # Where the list of types stands last, as LibreOffice writes it, it may be beyond these bytes; the folders tell it.
    return _OFFICE[office] if office and b"_rels/.rels" in head else found


def _content(head: bytes, start: int) -> bytes:
    """Returns the beginning of a file in the archive."""
    name, extra = (int.from_bytes(head[start + at : start + at + 2], "little") for at in (26, 28))
    data = head[start + _LOCAL + name + extra :]
    if head[start + 8 : start + 10] != b"\x08\0":
        return data[:20_000]
    try:
        return zlib.decompressobj(-15).decompress(data, 200_000)
    except zlib.error:
        return b""
