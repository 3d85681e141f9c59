"""The kinds of documents that are ZIP archives, or files of older Office programs, by their first kilobytes."""

from __future__ import annotations

import re
import zlib
from typing import Final

_HEADER_SIZE: Final = 30
_NAMES: Final = re.compile(
    rb"PK\x03\x04.{26}(?:(word|xl|ppt)/|(\[Content_Types\]\.xml)|(mimetype)|META-INF/(container)\.xml)", re.DOTALL
)
_MIMETYPES: Final = re.compile(rb"application/(?:epub\+zip|vnd\.oasis\.opendocument\.[a-z-]+|x-[a-z+-]+)")
_MAIN_TYPE: Final = re.compile(
    rb"(wordprocessingml|spreadsheetml|presentationml|ms-word|ms-excel|ms-powerpoint)\.[A-Za-z.]{1,60}\.main\+xml"
)
#: Names of files in OpenDocument files.
_OPEN_DOCUMENT: Final = re.compile(
    rb"(?:content|styles|meta|settings)\.xml\Z|mimetype\Z|manifest\.rdf\Z|layout-cache\Z"
    rb"|(?:META-INF|Thumbnails|Pictures|Configurations2|Object|ObjectReplacements|Fonts|Dialogs|Basic)[ \d]*/"
)
_EPUB: Final = "application/epub+zip"
_OFFICE: Final = {
    **dict.fromkeys((b"word", b"wordprocessingml", b"ms-word"), "docx"),
    **dict.fromkeys((b"xl", b"spreadsheetml", b"ms-excel"), "xlsx"),
    **dict.fromkeys((b"ppt", b"presentationml", b"ms-powerpoint"), "pptx"),
}
#: Streams in files of older Office programs, the kind of document that has them, and how to import it.
_OLE_STREAMS: Final = (
    ("EncryptedPackage", "an office document encrypted with a password", "save it without one, and import it again"),
    ("__substg1.0_", "a message of Outlook", "save it as .eml, and import that"),
    ("__nameid_version1.0", "a message of Outlook", "save it as .eml, and import that"),
    ("WordDocument", "an old document of Word", "save it as DOCX, and import that"),
    ("PowerPoint Document", "an old presentation of PowerPoint", "save it as PDF, and import that"),
    ("Workbook", "an old spreadsheet of Excel", "save its sheets as CSV, and import those"),
)
#: The first bytes of files of older Office programs.
OLD: Final = b"\xd0\xcf\x11\xe0"


def old_kind(head: bytes) -> tuple[str, str]:
    """Returns the kind of a file of older Office programs, by its beginning, and how to import it, or an empty text."""
    for stream, kind, advice in _OLE_STREAMS:
        if stream.encode("utf-16-le") in head:
            return kind, advice
    return "an old office document", ""


def kind(head: bytes) -> str:
    """Returns ``docx``, ``xlsx``, ``pptx`` or the media type that the beginning of a file states, else nothing."""
    if not head.startswith(b"PK\x03\x04"):
        return ""
    kind_by_folder, office_folder = "", b""
    for match in _NAMES.finditer(head):
        folder, types, mimetype, container = match.groups()
        if mimetype and match.start() == 0:
            stated = _MIMETYPES.match(_content(head, 0))
            return stated[0].decode() if stated else ""
        if container:
            kind_by_folder = _EPUB
        if types and (main := _MAIN_TYPE.search(_content(head, match.start()))):
            return _OFFICE[main[1]]
        office_folder = office_folder or folder or b""
    # LibreOffice writes the list of types last, perhaps beyond these bytes; then the folders decide.
    if office_folder and b"_rels/.rels" in head:
        return _OFFICE[office_folder]
    return kind_by_folder or _open_document(head)


def _open_document(head: bytes) -> str:
    """Returns the media type of an OpenDocument file that was packed again, so that its type is not the first file."""
    for match in re.finditer(rb"PK\x03\x04", head):
        name = head[match.start() + _HEADER_SIZE :][
            : int.from_bytes(head[match.start() + 26 : match.start() + 28], "little")
        ]
        if not _OPEN_DOCUMENT.match(name):
            return ""
        if name == b"mimetype" and (stated := _MIMETYPES.match(_content(head, match.start()))):
            return stated[0].decode()
        if name == b"content.xml" and b"<office:text" in _content(head, match.start()):
            return "application/vnd.oasis.opendocument.text"
    return ""


def _content(head: bytes, start: int) -> bytes:
    """Returns the beginning of the file in the archive whose header is at ``start``."""
    name, extra = (int.from_bytes(head[start + offset : start + offset + 2], "little") for offset in (26, 28))
    data = head[start + _HEADER_SIZE + name + extra :]
    if head[start + 8 : start + 10] != b"\x08\0":
        return data[:20_000]
    try:
        return zlib.decompressobj(-15).decompress(data, 200_000)
    except zlib.error:
        return b""
