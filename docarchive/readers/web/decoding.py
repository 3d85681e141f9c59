"""The bytes of a web page as text."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.declared import codec, decode_declared, of_windows
from docarchive.readers.encoding.detect import MAX_SIZE, decode
from docarchive.readers.protocol import Source

_CHARSET = re.compile(r"charset=[\"']?([\w-]+)", re.IGNORECASE)
_BOMS: Final = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def page_text(source: Source) -> tuple[str, str]:
    """Returns a page as text, and its encoding; raises ``ReaderError`` if it is too large."""
    return decode_page(source.read(MAX_SIZE, "page"), source.media_type)


def decode_page(data: bytes, media_type: str = "") -> tuple[str, str]:
    """Returns a page as text, and its encoding: by its byte order mark, the server, or its own declaration.

    Args:
        data: The page.
        media_type: The header ``Content-Type``, such as ``text/html; charset=utf-8``; may be empty.
    """
    from bs4.dammit import EncodingDetector

    if data.startswith(_BOMS):
        return decode(data)
    served = _CHARSET.search(media_type)
    declared = (served[1] if served else None) or EncodingDetector.find_declared_encoding(data, is_html=True)
    if not (declared and b"\x1b$" in data):  # ISO-2022-JP
        with suppress(UnicodeDecodeError):
            return data.decode("utf-8"), "utf-8"  # many pages are UTF-8 whatever they declare
    known = codec(declared or "")
    if known in (None, "ascii", "utf-8"):
        with suppress(ReaderError):
            return decode(data)
    return decode_declared(data, declared), of_windows(known, data) if known else "windows-1252"
