"""From bytes to text, for the readers of text formats."""

from __future__ import annotations

import codecs
import re
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.protocol import Source

#: Larger files of one article are refused.
MAX_SIZE: Final = 50_000_000

_CONTROLS = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_text(source: Source) -> str:
    """Reads a whole source as text, line ends as they are.

    Raises:
        ReaderError: It is too large, empty, or no text.
    """
    if source.size > MAX_SIZE:
        raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB, too large for one article")
    with source.open() as file:
        text = decode(file.read(MAX_SIZE + 1))
    if not text.strip():
        raise ReaderError("the file is empty")
    return text


def decode(data: bytes) -> str:
    """Returns bytes as text: UTF-8, or what a byte order mark says.

    Raises:
        ReaderError: They are no text.
    """
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if b"\0" in data[:8000]:
            raise ReaderError("the file is not text") from None
        raise ReaderError(
            f"the text is not UTF-8 (byte 0x{data[error.start]:02x} at offset {error.start:,}); convert it first"
        ) from None
    if "\0" in text or len(_CONTROLS.findall(text[:8000])) > 8:
        raise ReaderError("the file is not text")
    return text
